// verb_forms.c: forms list, out, in and fill. A form that goes out holds names, so that look is recorded before the file is there.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "commitment/form_apply.h"
#include "commitment/school_year.h"
#include "files/outfile.h"
#include "files/zip_write.h"
#include "office/practice.h"
#include "office/read_log.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const CliOption FORMS_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district (1371); your own otherwise") },
    { "--place", N_("CODE"), N_("one form only: NPSN of the school, number of the health post, code of the kelurahan") },
    { "--kecamatan", N_("CODE"), N_("only the places of one kecamatan (137111)") },
    { "--companion", N_("N"), N_("only the families of one companion") },
    { "--out", N_("FILE"), N_("out: where to write; .csv, .xlsx, .pdf, or .zip for many files") },
    { "--format", N_("csv|xlsx|pdf"), N_("out: what the files are (as the name of --out ends; xlsx in a .zip)") },
    { "--seed", N_("N"), N_("fill: another seed is another year (1)") },
    { "--quarter", N_("QUARTER"), N_("in: the quarter where the file does not say it (2026-4)") },
    { "--apply", NULL, N_("in: take over what the form says, in one transaction") },
    { 0 },
};

static bool ask_read(Cli *cli, Db *db, FormAsk *ask, Viewer *viewer, Err *e) {
    const char *place = cli_option(cli, "--place");
    Str kind, period;
    bool is_practice;
    if (!cli_arg(cli, 1, N_("Which form (education, health or social)"), &kind, e) || !cli_arg(cli, 2, N_("The quarter, such as 2026-4"), &period, e)) return false;
    if (!form_kind_find(kind, &ask->kind)) return fail(e, BAD_INPUT, "\"%.*s\" is no form: education, health or social.", STR_ARG(kind));
    if (!form_period_find(period, &ask->period)) return fail(e, BAD_INPUT, "\"%s\" is no quarter: write 2026-4.", arena_c(cli->arena, period));
    if (!cli_int(cli, "--kecamatan", 0, &ask->kecamatan_id, e) || !cli_int(cli, "--companion", 0, &ask->companion_id, e)) return false;
    if (!actor_band(cli, db, &is_practice, e) || !actor_reader(cli, db, &ask->kab, viewer, &ask->sight, e)) return false;
    if (!rulebook_open(cli->arena, STR("pkh.yaml"), rulebook_pkh(), &ask->book, e)) return false;
    ask->place = str_c(place);
    ask->has_numbers = authority_allows(viewer, ACTION_READ_IDENTITY, ask->kab);
    ask->at = instant_now();
    if (is_practice) ask->band = str_c(practice_band());
    return true;
}

static bool forms_list(Cli *cli, Db *db, FormAsk *ask, Err *e) {
    FormSheets sheets;
    ask->is_list = true;
    if (!form_out(db, cli->arena, ask, &sheets, e)) return false;
    for (size_t i = 0; i < sheets.n; i++) {
        const FormSheet *s = &sheets.at[i];
        if (!cli->is_json) { printf("%.*s\t%zu\t%.*s\t%.*s\n", STR_ARG(s->place), s->file.row_n, STR_ARG(s->version), STR_ARG(s->place_name)); continue; }
        printf("{\"place\":");
        cli_put_json(s->place);
        printf(",\"name\":");
        cli_put_json(s->place_name);
        printf(",\"persons\":%zu,\"version\":\"%.*s\"}\n", s->file.row_n, STR_ARG(s->version));
    }
    return true;
}

// The ending says the format, unless --format does; a .zip holds workbooks.
static bool format_read(Cli *cli, const char *path, FormFormat *out, Err *e) {
    const char *format = cli_option(cli, "--format"), *dot = path ? strrchr(path, '.') : NULL;
    if (!path) return fail(e, BAD_INPUT, "Say with --out where to write the forms.");
    if (format) return form_format_find(str_c(format), out) || fail(e, BAD_INPUT, "A form is csv, xlsx or pdf, not \"%s\".", format);
    if (dot && strcmp(dot, ".zip") == 0) { *out = FORM_XLSX; return true; }
    return (dot && form_format_find(str_c(dot + 1), out)) || fail(e, BAD_INPUT, "\"%s\" ends in none of .csv, .xlsx, .pdf and .zip; say --format.", path);
}

static bool forms_out(Cli *cli, Db *db, const FormAsk *ask, const Viewer *viewer, Err *e) {
    const char *path = cli_option(cli, "--out"), *type;
    FormFormat format;
    FormSheets sheets;
    Str name;
    int fd;
    if (!format_read(cli, path, &format, e) || !form_out(db, cli->arena, ask, &sheets, e)) return false;
    if (sheets.n > 1 && format != FORM_PDF && !str_ends(str_c(path), STR(".zip"))) return fail(e, BAD_INPUT, "%zu forms are many files: write them as a .zip, or as one .pdf.", sheets.n);
    if (!reads_write_once(cli->db_url, &(ReadPage){ .kab = ask->kab, .actor_id = viewer->user_id, .route = "shell forms", .purpose = "export", .at = ask->at, .family_ids = sheets.family_ids,
                                                    .family_n = sheets.family_n }, e) || !form_out_write(&sheets, cli->arena, format, &fd, &name, &type, e)) return false;
    bool is_good = outfile_copy(fd, path, e);
    close(fd);
    if (is_good && cli->is_json) printf("{\"forms\":%zu,\"persons\":%lld}\n", sheets.n, (long long)sheets.person_n);
    else if (is_good) printf(_("%zu forms with %lld persons: %s\n"), sheets.n, (long long)sheets.person_n, path);
    return is_good;
}

// ---- fill: what schools, posts and kelurahan of a practice database send back, as people do. Each file is named by the day it arrives.
static bool filled_add(Cli *cli, const FormSheets *sheets, FormSheet *sheet, uint64_t seed, YearArrival arrival, int style, ZipPart *part, Err *e) {
    Buf b = { .max = BUF_MAX }, day = { .max = 20 };
    year_fill(cli->arena, seed, sheets->kind, sheets->period, arrival.version, style, sheet);
    bool is_good = year_write(cli->arena, sheet, style, true, &b, e);
    date_put_iso(&day, (Date){ form_period_end(sheets->period).days + arrival.day });
    *part = (ZipPart){ .name = arena_fmt(cli->arena, "%.*s-%s-%.*s.%s", STR_ARG(buf_view(&day)), FORM_LAYOUTS[sheets->kind].name, STR_ARG(sheet->place), year_style_is_workbook(style) ? "xlsx" : "csv"),
                       .bytes = arena_str(cli->arena, buf_view(&b)) };
    buf_free(&b);
    buf_free(&day);
    return is_good;
}

static bool forms_fill(Cli *cli, Db *db, const FormAsk *ask, const Viewer *viewer, Err *e) {
    const char *path = cli_option(cli, "--out");
    FormSheets sheets;
    int64_t seed;
    size_t n = 0;
    int fd;
    if (!ask->band.n) return fail(e, FORBIDDEN, "Forms are filled by invention in a practice database only.");
    if (!path || !str_ends(str_c(path), STR(".zip"))) return fail(e, BAD_INPUT, "Say with --out a .zip into which the filled forms are written.");
    if (!cli_int(cli, "--seed", 1, &seed, e) || !form_out(db, cli->arena, ask, &sheets, e)) return false;
    if (!reads_write_once(cli->db_url, &(ReadPage){ .kab = ask->kab, .actor_id = viewer->user_id, .route = "shell forms", .purpose = "export", .at = ask->at, .family_ids = sheets.family_ids,
                                                    .family_n = sheets.family_n }, e)) return false;
    ZipPart *parts = NEW(cli->arena, ZipPart, sheets.n * YEAR_ARRIVALS_MAX + 1);
    for (size_t i = 0; i < sheets.n; i++) {
        YearArrival arrivals[YEAR_ARRIVALS_MAX];
        size_t arrival_n = year_arrivals((uint64_t)seed, sheets.kind, sheets.at[i].place, sheets.period, arrivals);
        for (size_t k = 0; k < arrival_n; k++, n++)
            if (!filled_add(cli, &sheets, &sheets.at[i], (uint64_t)seed, arrivals[k], (int)((i + k) % YEAR_STYLES_N), &parts[n], e)) return false;
    }
    if (!file_temporary(&fd, e)) return false;
    bool is_good = zip_pack(parts, n, fd, e) && (lseek(fd, 0, SEEK_SET) == 0 || fail(e, IO_FAILED, "The file cannot be read back: %s.", strerror(errno))) && outfile_copy(fd, path, e);
    close(fd);
    if (is_good && cli->is_json) printf("{\"files\":%zu,\"forms\":%zu}\n", n, sheets.n);
    else if (is_good) printf(_("%zu files of %zu forms: %s\n"), n, sheets.n, path);
    return is_good;
}

// ---- in: what a filled form says, beside the registry. Rows are named by their number in the file; no name is printed.
typedef struct { int64_t good_n, differs_n, refused_n, empty_n, task_n; } InCounts;

static InCounts counts_of(const FormIn *in, size_t form_n) {
    InCounts c = { 0 };
    for (size_t i = 0; i < in->row_n; i++) {
        const FormInRow *row = &in->rows[i];
        if (row->form_n != form_n) continue;
        c.task_n += form_match_is_task(row->match);
        for (int m = 0; m < FORM_MONTHS; m++) {
            FormMonthState state = row->months[m].state;
            c.good_n += state == MONTH_GOOD;
            c.differs_n += state == MONTH_DIFFERS;
            c.refused_n += state == MONTH_REFUSED;
            c.empty_n += state == MONTH_EMPTY;
        }
    }
    return c;
}

static void in_json(const FormIn *in) {
    for (size_t i = 0; i < in->form_n; i++) {
        const FormInForm *f = &in->forms[i];
        InCounts c = counts_of(in, i);
        printf("{\"form\":%zu,\"kind\":\"%s\",\"place\":\"%.*s\",\"quarter\":\"%d-%d\",\"persons\":%zu,\"tasks\":%lld,\"months\":{\"good\":%lld,\"differ\":%lld,\"refused\":%lld,\"empty\":%lld},\"days\":[%d,%d,%d]}\n",
               i + 1, FORM_LAYOUTS[f->kind].name, STR_ARG(f->place), f->period.year, f->period.quarter, f->row_n, (long long)c.task_n, (long long)c.good_n, (long long)c.differs_n, (long long)c.refused_n,
               (long long)c.empty_n, f->days[0], f->days[1], f->days[2]);
    }
    for (size_t i = 0; i < in->row_n; i++) {
        const FormInRow *row = &in->rows[i];
        if (form_match_is_task(row->match)) printf("{\"row\":%lld,\"task\":\"%s\",\"place\":\"%.*s\"}\n", (long long)row->line_n, form_match_name(row->match), STR_ARG(row->place));
        for (int m = 0; m < FORM_MONTHS; m++) {
            if (!row->months[m].why.n) continue;
            printf("{\"row\":%lld,\"month\":%d,\"refused\":%s,\"why\":", (long long)row->line_n, m + 1, row->months[m].state == MONTH_REFUSED ? "true" : "false");
            cli_put_json(row->months[m].why);
            puts("}");
        }
    }
}

static void in_print(const FormIn *in) {
    for (size_t i = 0; i < in->form_n; i++) {
        const FormInForm *f = &in->forms[i];
        InCounts c = counts_of(in, i);
        printf(_("%s %.*s, quarter %d-%d: %zu persons, %lld of them tasks; months: %lld good, %lld differ, %lld refused, %lld empty\n"), FORM_LAYOUTS[f->kind].place_title, STR_ARG(f->place), f->period.year, f->period.quarter,
               f->row_n, (long long)c.task_n, (long long)c.good_n, (long long)c.differs_n, (long long)c.refused_n, (long long)c.empty_n);
    }
    for (size_t i = 0; i < in->row_n; i++) {
        const FormInRow *row = &in->rows[i];
        if (form_match_is_task(row->match)) printf(_("  row %lld: %s %.*s\n"), (long long)row->line_n, form_match_title(in->forms[row->form_n].kind, row->match), STR_ARG(row->place));
        for (int m = 0; m < FORM_MONTHS; m++)
            if (row->months[m].why.n)
                printf(_("  row %lld, %s: %.*s\n"), (long long)row->line_n, form_month_name(in->forms[row->form_n].period, m), STR_ARG(row->months[m].why));
    }
}

static bool in_apply(Cli *cli, Db *db, int64_t kab, const RuleBook *book, FormIn *in, Err *e) {
    FactAct act = { .kab = kab, .at = instant_now(), .book = book };
    FormApplied done;
    if (!actor_require(cli, db, ACTION_EDIT, kab, &act.actor, e) || !form_apply(db, cli->arena, &act, in, &done, e)) return false;
    if (cli->is_json)
        printf("{\"recorded\":%lld,\"corrected\":%lld,\"taken_back\":%lld,\"known\":%lld,\"refused\":%lld,\"tasks\":%lld,\"new_tasks\":%lld,\"done_tasks\":%lld}\n", (long long)done.recorded_n,
               (long long)done.corrected_n, (long long)done.void_n, (long long)done.known_n, (long long)done.refused_n, (long long)done.task_n, (long long)done.new_task_n,
               (long long)done.done_task_n);
    else
        printf(_("Taken over: %lld facts new, %lld corrected, %lld taken back, %lld known before, %lld refused. %lld tasks are open, %lld of them new.\n"), (long long)done.recorded_n,
               (long long)done.corrected_n, (long long)done.void_n, (long long)done.known_n, (long long)done.refused_n, (long long)done.task_n, (long long)done.new_task_n);
    return true;
}

static bool forms_in(Cli *cli, Db *db, Err *e) {
    const char *place = cli_option(cli, "--place"), *quarter = cli_option(cli, "--quarter");
    FormPeriod period = { 0 };
    Viewer viewer;
    Sight sight;
    FormIn in;
    const RuleBook *book;
    TableReader *reader;
    Str path;
    int64_t kab;
    bool is_practice;
    if (!cli_arg(cli, 1, N_("The file to read"), &path, e) || !actor_band(cli, db, &is_practice, e) || !actor_reader(cli, db, &kab, &viewer, &sight, e)) return false;
    if (quarter && !form_period_find(str_c(quarter), &period)) return fail(e, BAD_INPUT, "\"%s\" is no quarter: write 2026-4.", quarter);
    if (!rulebook_open(cli->arena, STR("pkh.yaml"), rulebook_pkh(), &book, e)) return false;
    if (!table_open_path(arena_c(cli->arena, path), (TableOptions){ 0 }, &reader, e)) return false;
    bool is_good = form_in_read(reader, cli->arena, str_c(place), period, &in, e) && db_begin_read(db, e) && form_in_match(db, cli->arena, book, kab, sight, &in, e);
    table_close(reader);
    db_rollback(db);
    is_good = is_good && (!cli_has(cli, "--apply") || in_apply(cli, db, kab, book, &in, e));
    if (is_good && cli->is_json) in_json(&in);
    else if (is_good) in_print(&in);
    return is_good;
}

bool verb_forms(Cli *cli, Err *e) {
    Str word;
    Db *db;
    FormAsk ask = { 0 };
    Viewer viewer;
    if (!cli_arg(cli, 0, N_("What to do (list, out, in or fill)"), &word, e)) return false;
    bool is_list = str_eq(word, STR("list")), is_in = str_eq(word, STR("in")), is_fill = str_eq(word, STR("fill"));
    if (!is_list && !is_in && !is_fill && !str_eq(word, STR("out"))) return fail(e, BAD_INPUT, "harapan forms knows list, out, in and fill, not \"%.*s\".", STR_ARG(word));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = is_in ? forms_in(cli, db, e) : ask_read(cli, db, &ask, &viewer, e) && db_begin_read(db, e) && (is_list ? forms_list(cli, db, &ask, e) : is_fill ? forms_fill(cli, db, &ask, &viewer, e) : forms_out(cli, db, &ask, &viewer, e));
    db_rollback(db);
    db_close(db);
    return is_good;
}
