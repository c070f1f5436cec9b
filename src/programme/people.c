#include "programme/people.h"
#include "base/lang.h"
#include "programme/scheme_data.h"
#include <stdlib.h>

enum { COLUMN_FAMILY, COLUMN_CHANNEL, COLUMN_PERSON, COLUMN_STANDARD };      // then the standard attributes, the persons', the families'
#define COLUMN_N (COLUMN_STANDARD + ATTR_STANDARD_N + 2 * EXTRA_MAX)

typedef struct {
    Arena *a;
    const Scheme *s;
    const RuleBook *book;
    People *people;
    Findings *findings;
    CsvColumn columns[COLUMN_N];
    size_t column_n;
    CsvHeader header;
    const CsvRow *row;
    Date today, stage_end;
} Reading;

static size_t person_column(size_t i) { return COLUMN_STANDARD + ATTR_STANDARD_N + i; }
static size_t family_column(const Reading *r, size_t i) { return person_column(r->book->person_attribute_n) + i; }

// `expected` is a msgid, or words that need no translation.
static void refuse(Reading *r, size_t column, const char *code, const char *expected) {
    Str cell = str_part(csv_cell(&r->header, r->row, column), 0, 60);
    finding_add(r->a, r->findings, FINDING_ERROR, r->row->at.row_n + 1, str_c(r->columns[column].names), code,
                N_("\"%.*s\" is not allowed here. Expected: %s."), STR_ARG(cell), tr(expected));
}

// ---- columns -------------------------------------------------------------------------------------------------------
static void set_columns(Reading *r) {
    const Scheme *s = r->s;
    r->columns[COLUMN_FAMILY] = (CsvColumn){ "family", true };
    r->columns[COLUMN_CHANNEL] = (CsvColumn){ "channel", s->kernel.channel_n > 1 };
    r->columns[COLUMN_PERSON] = (CsvColumn){ "person", true };
    for (size_t i = 0; i < ATTR_STANDARD_N; i++)
        r->columns[COLUMN_STANDARD + i] = (CsvColumn){ STANDARD_ATTRIBUTES[i].name, s->reads_person >> i & 1 };
    for (size_t i = 0; i < r->book->person_attribute_n; i++)
        r->columns[person_column(i)] =
            (CsvColumn){ arena_c(r->a, s->extra_person[i]),
                         (s->reads_person >> (ATTR_STANDARD_N + i) & 1) && r->book->person_attributes[i].empty == EXTRA_NONE };
    for (size_t i = 0; i < r->book->family_attribute_n; i++)
        r->columns[family_column(r, i)] = (CsvColumn){ arena_c(r->a, s->extra_family[i]),
                                                       (s->reads_family >> i & 1) && r->book->family_attributes[i].empty == EXTRA_NONE };
    r->column_n = family_column(r, r->book->family_attribute_n);
}

static void warn_of_strangers(Reading *r) {
    Str known[COLUMN_N];
    for (size_t i = 0; i < r->column_n; i++) known[i] = str_c(r->columns[i].names);
    for (size_t k = 0; k < r->header.titles_n; k++) {
        bool is_known = r->header.titles[k].n == 0;
        for (size_t i = 0; i < r->column_n; i++) is_known |= r->header.at[i] == (int16_t)k;
        if (is_known) continue;
        Str near = nearest_word(r->header.titles[k], known, r->column_n);
        if (near.n)
            finding_add(r->a, r->findings, FINDING_ERROR, r->header.place.row_n + 1, r->header.titles[k], "unknown_column",
                        N_("The rule book knows no column \"%.*s\". Did you mean \"%.*s\"? Rename the column."),
                        STR_ARG(r->header.titles[k]), STR_ARG(near));
        else finding_add(r->a, r->findings, FINDING_WARNING, r->header.place.row_n + 1, r->header.titles[k], "unknown_column",
                         N_("The rule book knows no column \"%.*s\"; it is not used."), STR_ARG(r->header.titles[k]));
    }
}

// ---- cells ---------------------------------------------------------------------------------------------------------
static Str cell_of(const Reading *r, size_t column) {
    Str cell = str_trim(csv_cell(&r->header, r->row, column));
    csv_unwrap(&cell);
    return str_trim(cell);
}

// The place of a cell in `words`; empty is `otherwise` (-1: must not be empty).
static bool read_word(Reading *r, size_t column, const char *const *words, int n, int otherwise, const char *expected, uint8_t *out) {
    Str cell = cell_of(r, column);
    if (cell.n == 0 && otherwise >= 0) { *out = (uint8_t)otherwise; return true; }
    for (int i = 0; i < n; i++) if (str_eq(cell, str_c(words[i]))) { *out = (uint8_t)i; return true; }
    refuse(r, column, "unknown_value", expected);
    return false;
}

// The last day that the stage pays for in any channel.
static Date stage_end(const Scheme *s) {
    Date end = s->days[0];
    for (int i = 0; i < s->kernel.channel_n; i++) {
        Date last = { date_add_months(s->channels[i].first_on, s->channels[i].months).days - 1 };
        if (last.days > end.days) end = last;
    }
    return end;
}

static void read_born_on(Reading *r, Someone *who) {
    size_t column = COLUMN_STANDARD + ATTR_BORN_ON;
    Str cell = cell_of(r, column);
    who->born_on = DATE_NONE;
    if (cell.n == 0) return;
    if (!date_parse_iso(cell, &who->born_on)) refuse(r, column, "unknown_value", N_("a day that exists, as 2017-04-01, or nothing"));
    else if (who->born_on.days > r->today.days) refuse(r, column, "future", N_("a birth date that is not in the future"));
    else if (who->born_on.days > r->stage_end.days) refuse(r, column, "future", N_("a birth date that is not after the stage"));
}

static void read_pregnancy_no(Reading *r, Someone *who) {
    int64_t v = 0;
    size_t column = COLUMN_STANDARD + ATTR_PREGNANCY_NO;
    Str cell = cell_of(r, column);
    if (cell.n && (!str_is_digits(cell) || !str_int64(cell, &v) || v > 30)) {
        refuse(r, column, "unknown_value", N_("nothing, or which pregnancy it is: 1, 2, …"));
        return;
    }
    who->pregnancy_no = (uint8_t)v;
}

static void read_standard(Reading *r, Someone *who) {
    static const char *const SEXES[] = { "L", "P" }, *const LEVELS[] = { "SD", "SMP", "SMA" }, *const FLAGS[] = { "0", "1" },
                      *const OUTCOMES[] = { "unknown", "met", "not_met", "excused" };
    static const uint8_t SEX_OF[] = { SEX_MALE, SEX_FEMALE, SEX_UNKNOWN }, LEVEL_OF[] = { SCHOOL_SD, SCHOOL_SMP, SCHOOL_SMA, SCHOOL_NONE };
    uint8_t sex = 2, level = 3, flag = 0;
    read_born_on(r, who);
    if (read_word(r, COLUMN_STANDARD + ATTR_SEX, SEXES, 2, 2, N_("L, P or nothing"), &sex)) who->sex = SEX_OF[sex];
    if (read_word(r, COLUMN_STANDARD + ATTR_SCHOOL_LEVEL, LEVELS, 3, 3, N_("SD, SMP, SMA or nothing"), &level)) who->school_level = LEVEL_OF[level];
    read_pregnancy_no(r, who);
    if (read_word(r, COLUMN_STANDARD + ATTR_SEVERE_DISABILITY, FLAGS, 2, 0, N_("0, 1 or nothing"), &flag)) who->is_severe_disability = flag;
    if (read_word(r, COLUMN_STANDARD + ATTR_RIGHTS_VICTIM, FLAGS, 2, 0, N_("0, 1 or nothing"), &flag)) who->is_rights_victim = flag;
    (void)read_word(r, COLUMN_STANDARD + ATTR_OUTCOME, OUTCOMES, 4, OUTCOME_UNKNOWN, N_("met, not_met, excused, unknown or nothing"), &who->outcome);
}

static const char *expected_of(Arena *a, const RuleBook *book, const Attribute *attribute) {
    Str words = STR("");
    switch (attribute->type) {
    case ATTRIBUTE_FLAG: return N_("0, 1 or nothing");
    case ATTRIBUTE_DATE: return N_("a day that exists, as 2017-04-01, or nothing");
    case ATTRIBUTE_MONEY:
        return book->minor_digits ? N_("an amount in digits with a point and no comma, as 142.50, or nothing") : N_("an amount in digits, without dots or commas, or nothing");
    case ATTRIBUTE_INT: return arena_fmt(a, _("a whole number of at least %lld, or nothing"), (long long)attribute->low).p;
    case ATTRIBUTE_CHOICE: break;
    }
    for (size_t i = 0; i < attribute->choice_n; i++)
        words = arena_fmt(a, "%.*s%s%.*s", STR_ARG(words), i ? ", " : "", STR_ARG(attribute->choices[i]));
    return arena_c(a, words);
}

// The book's own attributes; NULL when all are empty, as most are.
static const int64_t *read_extra(Reading *r, const Attribute *list, size_t n, size_t column) {
    int64_t values[EXTRA_MAX];
    bool is_all_empty = true;
    for (size_t i = 0; i < n; i++) {
        values[i] = list[i].empty;
        if (!attribute_parse(&list[i], r->book->minor_digits, cell_of(r, column + i), &values[i]))
            refuse(r, column + i, "unknown_value", expected_of(r->a, r->book, &list[i]));
        is_all_empty &= values[i] == list[i].empty;
    }
    if (is_all_empty) return NULL;
    int64_t *kept = NEW(r->a, int64_t, n);
    memcpy(kept, values, n * sizeof *kept);
    return kept;
}

static bool is_same_extra(const int64_t *a, const int64_t *b, size_t n) { return a == b || (a && b && memcmp(a, b, n * sizeof *a) == 0); }

// ---- families ------------------------------------------------------------------------------------------------------
static size_t slot_of(const People *p, Str name) {
    uint64_t mixed = 1469598103934665603u;
    for (size_t i = 0; i < name.n; i++) mixed = (mixed ^ (uint8_t)name.p[i]) * 1099511628211u;
    size_t slot = (size_t)(mixed ^ mixed >> 29) & (p->slot_n - 1);
    while (p->slots[slot] && !str_eq(p->families[p->slots[slot] - 1].name, name)) slot = (slot + 1) & (p->slot_n - 1);
    return slot;
}

static bool grow_array(void **at, size_t *room, size_t size, Err *e) {
    size_t wanted = *room ? *room * 2 : 1024;
    void *more = realloc(*at, wanted * size);
    if (!more) return fail(e, LIMIT, N_("There is not enough memory for this file."));
    *at = more;
    *room = wanted;
    return true;
}

static bool make_room(People *p, Err *e) {
    if (p->person_n == PEOPLE_MAX) return fail(e, LIMIT, N_("The file holds more than %zu persons. Divide it."), PEOPLE_MAX);
    if (p->person_n == p->person_room && !grow_array((void **)&p->persons, &p->person_room, sizeof *p->persons, e)) return false;
    if (p->family_n < p->family_room) return true;
    if (!grow_array((void **)&p->families, &p->family_room, sizeof *p->families, e)) return false;
    uint32_t *slots = calloc(p->family_room * 2, sizeof *slots);
    if (!slots) return fail(e, LIMIT, N_("There is not enough memory for this file."));
    free(p->slots);
    p->slots = slots;
    p->slot_n = p->family_room * 2;
    for (size_t i = 0; i < p->family_n; i++) p->slots[slot_of(p, p->families[i].name)] = (uint32_t)i + 1;
    return true;
}

static SomeFamily *family_of_row(Reading *r, Str name, int channel, const int64_t *extra) {
    People *p = r->people;
    size_t slot = slot_of(p, name);
    if (!p->slots[slot]) {
        p->families[p->family_n++] = (SomeFamily){ .name = arena_str(r->a, name), .channel = channel, .row_n = r->row->at.row_n + 1, .extra = extra };
        p->slots[slot] = (uint32_t)p->family_n;
        return &p->families[p->family_n - 1];
    }
    SomeFamily *family = &p->families[p->slots[slot] - 1];
    if (channel >= 0 && family->channel >= 0 && family->channel != channel)
        finding_add(r->a, r->findings, FINDING_ERROR, r->row->at.row_n + 1, STR("channel"), "two_channels",
                    N_("Family \"%.*s\" has another channel in row %lld. A family is paid through one channel."), STR_ARG(name),
                    (long long)family->row_n);
    if (!is_same_extra(family->extra, extra, r->book->family_attribute_n))
        finding_add(r->a, r->findings, FINDING_ERROR, r->row->at.row_n + 1, STR("family"), "two_values",
                    N_("Family \"%.*s\" has other values of its own in row %lld. They must be the same in all its rows."), STR_ARG(name),
                    (long long)family->row_n);
    return family;
}

static void check_duplicate(Reading *r, const SomeFamily *family, Str name) {
    uint32_t seen = 0;
    for (uint32_t i = family->first; i && seen++ < PERSON_MAX; i = r->people->persons[i - 1].next)
        if (str_eq(r->people->persons[i - 1].name, name)) {
            finding_add(r->a, r->findings, FINDING_ERROR, r->row->at.row_n + 1, STR("person"), "duplicate",
                        N_("Person \"%.*s\" stands in row %lld of this family already."), STR_ARG(name), (long long)r->people->persons[i - 1].row_n);
            return;
        }
}

static int channel_of_row(Reading *r) {
    Str cell = cell_of(r, COLUMN_CHANNEL);
    if (r->header.at[COLUMN_CHANNEL] < 0) return 0;        // the stage has only one
    int channel = scheme_channel_find(r->s, cell);
    if (channel >= 0) return channel;
    Str words = STR("");
    for (int i = 0; i < r->s->kernel.channel_n; i++)
        words = arena_fmt(r->a, "%.*s%s%.*s", STR_ARG(words), i ? ", " : "", STR_ARG(r->s->channels[i].code));
    refuse(r, COLUMN_CHANNEL, "unknown_value", arena_c(r->a, words));
    return -1;
}

static bool take_row(Reading *r, Err *e) {
    People *p = r->people;
    if (r->row->fit != CSV_ROW_FITS)
        finding_add(r->a, r->findings, FINDING_ERROR, r->row->at.row_n + 1, (Str){ 0 }, "columns",
                    N_("This row has %zu columns; the header has %zu."), r->row->found_n, r->header.titles_n);
    Str family_name = cell_of(r, COLUMN_FAMILY), name = cell_of(r, COLUMN_PERSON);
    if (family_name.n == 0) refuse(r, COLUMN_FAMILY, "empty", N_("the name or number of the family"));
    if (name.n == 0) refuse(r, COLUMN_PERSON, "empty", N_("the name or number of the person"));
    Someone who = { .row_n = r->row->at.row_n + 1 };
    int channel = channel_of_row(r);
    read_standard(r, &who);
    who.extra = read_extra(r, r->book->person_attributes, r->book->person_attribute_n, person_column(0));
    const int64_t *extra = read_extra(r, r->book->family_attributes, r->book->family_attribute_n, family_column(r, 0));
    if (family_name.n == 0 || name.n == 0) return true;
    if (!make_room(p, e)) return false;
    SomeFamily *family = family_of_row(r, family_name, channel, extra);
    check_duplicate(r, family, name);
    who.name = arena_str(r->a, name);
    p->persons[p->person_n++] = who;
    if (family->last) p->persons[family->last - 1].next = (uint32_t)p->person_n; else family->first = (uint32_t)p->person_n;
    family->last = (uint32_t)p->person_n;
    if (++family->n == PERSON_MAX + 1)
        finding_add(r->a, r->findings, FINDING_ERROR, who.row_n, STR("family"), "too_many", N_("Family \"%.*s\" has more than %d members."),
                    STR_ARG(family_name), PERSON_MAX);
    return true;
}

// A row that cannot be read is a finding too; reading goes on at the next line where that is possible.
static bool next_row(Reading *r, CsvReader *csv, CsvRow *row, bool *has_row) {
    for (;;) {
        Err broken = { 0 };
        if (csv_next(csv, row, has_row, &broken)) return true;
        finding_add(r->a, r->findings, FINDING_ERROR, csv_place(csv).row_n + 1, (Str){ 0 }, "unreadable", "%s", broken.text);
        if (!csv_recover(csv)) return false;
    }
}

bool people_read(Arena *a, const Scheme *s, CsvReader *csv, Date today, Progress *progress, People *out, Findings *findings, Err *e) {
    Reading r = { .a = a, .s = s, .book = s->book, .people = out, .findings = findings, .today = today, .stage_end = stage_end(s) };
    CsvRow row;
    bool has_row = false;
    *out = (People){ 0 };
    set_columns(&r);
    if (!csv_header_find(csv, a, r.columns, r.column_n, &r.header, e)) return false;
    warn_of_strangers(&r);
    r.row = &row;
    while (next_row(&r, csv, &row, &has_row) && has_row) {
        if (csv_row_is_header(&r.header, &row)) continue;
        if (!take_row(&r, e)) { people_free(out); return false; }
        if (out->person_n % 8192 == 0) progress_report(progress, _("Reading persons"), (int64_t)out->person_n, 0);
    }
    if (findings->error_n == 0) return true;
    people_free(out);
    return fail(e, BAD_INPUT, N_("%zu mistakes in the file; nothing was computed."), findings->error_n);
}

void people_free(People *p) {
    free(p->families);
    free(p->persons);
    free(p->slots);
    *p = (People){ 0 };
}

void person_facts(const Scheme *s, const Someone *who, PersonFacts *out) {
    person_facts_empty(s, out);
    out->born_on = who->born_on;
    out->sex = who->sex;
    out->school_level = who->school_level;
    out->pregnancy_no = who->pregnancy_no;
    out->is_severe_disability = who->is_severe_disability;
    out->is_rights_victim = who->is_rights_victim;
    out->outcome = who->outcome;
    if (who->extra) memcpy(out->extra, who->extra, s->book->person_attribute_n * sizeof *out->extra);
}

void family_facts(const Scheme *s, const SomeFamily *family, FamilyFacts *out) {
    family_facts_empty(s, out);
    if (family->extra) memcpy(out->extra, family->extra, s->book->family_attribute_n * sizeof *out->extra);
}
