#include "web/table_http.h"
#include "registry/identity.h"
#include "web_table.page.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define WIB (7 * 60)
#define SMALL_MAX (8 << 20)                    // up to here an answer is taken into memory, where it can be compressed

bool table_asked(const Request *r, bool *is_asked, TableFormat *out, Err *e) {
    Str asked = query_text(r, "format");
    *is_asked = asked.n > 0;
    return !asked.n || table_format_parse(asked, out) ||
           fail(e, BAD_INPUT, "A list is given as csv, xlsx or json, not as \"%.*s\".", STR_ARG(asked));
}

static Str today_of(const Request *r) {
    Buf b = { .max = 100 };
    date_put_local(&b, date_of_instant(r->received_at, WIB));
    Str out = arena_str(r->arena, buf_view(&b));
    buf_free(&b);
    return out;
}

bool table_answer_open(Request *r, const TableHead *head, TableFormat format, TableWriter **out, Err *e) {
    Arena *a = r->arena;
    const Viewer *viewer = web_viewer(r);
    TableWriteOptions options = { .format = format, .title = head->title, .columns = head->columns, .column_n = head->column_n };
    size_t n = 0;
    if (head->area.n) options.notes[n++] = head->area;
    if (head->stage.n) options.notes[n++] = stage_title(a, head->stage);
    if (head->filter.n) options.notes[n++] = head->filter;
    options.notes[n++] = arena_fmt(a, _("Made on %.*s by %s"), STR_ARG(today_of(r)), viewer->name);
    if (viewer->is_practice) options.band = str_c(_("PRACTICE DATABASE – synthetic data"));
    return table_open(&options, out, e);
}

static Str file_name(Request *r, const TableHead *head, TableFormat format) {
    int year, month, day;
    Str kab = head->kab > 0 ? arena_fmt(r->arena, "-%lld", (long long)head->kab) : STR("");
    date_split(date_of_instant(r->received_at, WIB), &year, &month, &day);
    return arena_fmt(r->arena, "%s" STR_FMT "%s" STR_FMT "-%04d%02d%02d.%s", head->name, STR_ARG(kab), head->stage.n ? "-" : "", STR_ARG(head->stage),
                     year, month, day, table_format_name(format));
}

static bool body_fill(Response *res, int fd, size_t n, Err *e) {
    char *to = buf_space(&res->body, n);
    if (!to) return fail_memory(e);
    for (size_t done = 0; done < n;) {
        ssize_t got = read(fd, to + done, n - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail(e, IO_FAILED, "The list cannot be read back: %s.", strerror(errno));
        done += (size_t)got;
    }
    return true;
}

bool table_answer(Request *r, Response *res, const TableHead *head, TableFormat format, TableWriter *w, Err *e) {
    int fd;
    struct stat file;
    if (!table_finish(w, &fd, e)) return false;
    bool is_good = fstat(fd, &file) == 0 || fail(e, IO_FAILED, "The list cannot be read back: %s.", strerror(errno));
    bool is_small = is_good && file.st_size <= SMALL_MAX;
    is_good = is_good && (!is_small || body_fill(res, fd, (size_t)file.st_size, e));
    if (is_good && !is_small) response_file(res, fd);
    else close(fd);
    if (is_good) response_download(r, res, file_name(r, head, format), table_content_type(format));
    return is_good;
}

void table_put_number(const Request *r, TableWriter *w, int64_t kab, Str number) {
    char memory[64];
    Buf b = { .p = memory, .cap = sizeof memory, .max = sizeof memory };
    bool may_see = authority_allows(web_viewer(r), ACTION_READ_IDENTITY, kab);
    if (!may_see) identity_put_masked(&b, number);
    table_put(w, may_see ? number : buf_view(&b));
}

Url table_url(Arena *a, Url here, const char *format) { return url_with(a, url_with(a, here, "page", STR("")), "format", str_c(format)); }
