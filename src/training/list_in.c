#include "training/list_in.h"
#include "base/lang.h"
#include "files/table_read.h"

#define FAULTS_SHOWN 5

static const TrainingPerson *person_of(const TrainingPerson *people, size_t n, int64_t id) {
    for (size_t i = 0; i < n; i++) if (people[i].companion_id == id) return &people[i];
    return NULL;
}

static bool is_named(Str cell, Str name) {
    Buf x = { .max = 1000 }, y = { .max = 1000 };
    csv_name_put(&x, cell);
    csv_name_put(&y, name);
    bool is_same = str_eq(buf_view(&x), buf_view(&y));
    buf_free(&x), buf_free(&y);
    return is_same;
}

typedef struct { Buf text; size_t n; } Faults;
static void fault(Faults *f, int64_t row_n, const char *why) {
    if (f->n++ < FAULTS_SHOWN) buf_fmt(&f->text, "%s%lld: %s", f->n > 1 ? "; " : "", (long long)row_n, why);
}

bool list_in(Arena *a, int fd, const TrainingPerson *people, size_t people_n, const char *value_names, ListRow **out, size_t *n, Err *e) {
    const CsvColumn known[] = { { "No. pendamping|Nomor pendamping|Nomor|companion", true }, { "Nama|Nama pendamping|name", false }, { value_names, true } };
    TableReader *r;
    CsvHeader header;
    CsvRow row;
    Faults faults = { .text = { .max = 2000 } };
    ListRow *list = NEW(a, ListRow, people_n + 1);
    size_t found_n = 0;
    bool has_row = false;
    if (!table_open_fd(fd, (TableOptions){ 0 }, &r, e)) return false;
    bool is_good = table_header_find(r, a, known, 3, NULL, &header, e);
    while (is_good && (is_good = table_next(r, &row, &has_row, e)) && has_row) {
        Str number = str_trim(csv_cell(&header, &row, 0)), name = str_trim(csv_cell(&header, &row, 1)), value = str_trim(csv_cell(&header, &row, 2));
        int64_t id = 0, row_n = row.at.row_n + 1;
        if (csv_row_is_header(&header, &row) || csv_row_is_total(&row) || !value.n) continue;
        const TrainingPerson *p = str_int64(number, &id) ? person_of(people, people_n, id) : NULL;
        bool is_twice = false;
        for (size_t i = 0; p && i < found_n; i++) is_twice |= list[i].companion_id == id;
        if (!p) fault(&faults, row_n, _("this number is of nobody in this training"));
        else if (name.n && !is_named(name, p->name)) fault(&faults, row_n, _("the number is of another name"));
        else if (is_twice) fault(&faults, row_n, _("this person stands here twice"));
        else list[found_n++] = (ListRow){ row_n, id, arena_str(a, value) };
    }
    table_close(r);
    if (is_good && faults.n) is_good = fail(e, BAD_INPUT, "Nothing was taken over. Mend these rows and send the list again (%zu in all) – %.*s", faults.n, STR_ARG(buf_view(&faults.text)));
    buf_free(&faults.text);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}
