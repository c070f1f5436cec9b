// verb_forms.c: forms list and forms out. A form holds names, so that look is recorded before the file is there.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "commitment/form_out.h"
#include "files/outfile.h"
#include "office/practice.h"
#include "office/read_log.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

const CliOption FORMS_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district (1371); your own otherwise") },
    { "--place", N_("CODE"), N_("one form only: NPSN of the school, number of the health post, code of the kelurahan") },
    { "--kecamatan", N_("CODE"), N_("only the places of one kecamatan (137111)") },
    { "--companion", N_("N"), N_("only the families of one companion") },
    { "--out", N_("FILE"), N_("out: where to write; .csv, .xlsx, .pdf, or .zip for many files") },
    { "--format", N_("csv|xlsx|pdf"), N_("out: what the files are (as the name of --out ends; xlsx in a .zip)") },
    { 0 },
};

static bool ask_read(Cli *cli, Db *db, FormAsk *ask, Viewer *viewer, Err *e) {
    const char *place = cli_option(cli, "--place");
    Str kind, period;
    bool is_practice;
    if (!cli_arg(cli, 1, N_("Which form (education, health or social)"), &kind, e) || !cli_arg(cli, 2, N_("The quarter, such as 2026-4"), &period, e)) return false;
    if (!form_kind_find(kind, &ask->kind)) return fail(e, BAD_INPUT, "\"%.*s\" is no form: education, health or social.", STR_ARG(kind));
    if (!form_period_find(period, &ask->period)) return fail(e, BAD_INPUT, "\"%.*s\" is no quarter: write 2026-4.", STR_ARG(period));
    if (!cli_int(cli, "--kecamatan", 0, &ask->kecamatan_id, e) || !cli_int(cli, "--companion", 0, &ask->companion_id, e)) return false;
    if (!actor_band(cli, db, &is_practice, e) || !actor_reader(cli, db, &ask->kab, viewer, &ask->sight, e)) return false;
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

static bool file_copy(int fd, const char *path, Err *e) {
    char piece[65536];
    OutFile *f;
    if (!outfile_open(path, &f, e)) return false;
    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) return outfile_finish(f, NULL, e);
        bool is_good = n > 0 ? outfile_write(f, (Str){ piece, (size_t)n }, e) : fail(e, IO_FAILED, "The form cannot be read back: %s.", strerror(errno));
        if (!is_good) { outfile_abort(f); return false; }
    }
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
    bool is_good = file_copy(fd, path, e);
    close(fd);
    if (is_good && cli->is_json) printf("{\"forms\":%zu,\"persons\":%lld}\n", sheets.n, (long long)sheets.person_n);
    else if (is_good) printf(_("%zu forms with %lld persons: %s\n"), sheets.n, (long long)sheets.person_n, path);
    return is_good;
}

bool verb_forms(Cli *cli, Err *e) {
    Str word;
    Db *db;
    FormAsk ask = { 0 };
    Viewer viewer;
    if (!cli_arg(cli, 0, N_("What to do (list or out)"), &word, e)) return false;
    bool is_list = str_eq(word, STR("list"));
    if (!is_list && !str_eq(word, STR("out"))) return fail(e, BAD_INPUT, "harapan forms knows list and out, not \"%.*s\".", STR_ARG(word));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = ask_read(cli, db, &ask, &viewer, e) && db_begin_read(db, e) && (is_list ? forms_list(cli, db, &ask, e) : forms_out(cli, db, &ask, &viewer, e));
    db_rollback(db);
    db_close(db);
    return is_good;
}
