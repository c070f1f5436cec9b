// verb_registry.c: area, import, export and synth: how areas and families come into the database.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "cli_check.sql.h"
#include "office/audit.h"
#include "office/read_log.h"
#include "office/practice.h"
#include "office/user.h"
#include "registry/area.h"
#include "registry/import.h"
#include "registry/search_index.h"
#include "registry/synth_store.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#define KAB_PADANG 1371

// Who acts: the person who is logged in. Only a database that is being set up, with nobody in it yet, may be filled by nobody.
static bool viewer_find(Cli *cli, Db *db, Action action, int64_t kab, Viewer *out, Err *e) {
    bool is_empty, is_practice;
    *out = (Viewer){ 0 };
    return actor_band(cli, db, &is_practice, e) && user_is_empty(db, &is_empty, e) && (is_empty || actor_require(cli, db, action, kab, out, e));
}

static bool actor_find(Cli *cli, Db *db, Action action, int64_t kab, int64_t *actor_id, Err *e) {
    Viewer viewer;
    if (!viewer_find(cli, db, action, kab, &viewer, e)) return false;
    *actor_id = viewer.user_id;
    return true;
}

// ---- area --------------------------------------------------------------------------------------------------------------
// The files of the npm package idn-area-data, wherever in it the directory points.
static bool area_directory_files(Cli *cli, const char *directory, const char **paths, size_t *n, Err *e) {
    static const char *const NAMES[] = { "provinces.csv", "regencies.csv", "districts.csv", "villages.csv" };
    static const char *const INSIDE[] = { "", "data/", "package/data/" };
    for (size_t k = 0; k < sizeof INSIDE / sizeof *INSIDE; k++) {
        struct stat info;
        size_t found = 0;
        for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
            paths[i] = arena_fmt(cli->arena, "%s/%s%s", directory, INSIDE[k], NAMES[i]).p;
            found += stat(paths[i], &info) == 0;
        }
        if (found == sizeof NAMES / sizeof *NAMES) { *n = found; return true; }
    }
    return fail(e, NOT_FOUND,
                "%s does not hold provinces.csv, regencies.csv, districts.csv and villages.csv of the package idn-area-data.", directory);
}

static void area_answer(const Cli *cli, const AreaImport *r) {
    if (cli->is_json) {
        printf("{\"read\":%lld,\"new\":%lld,\"renamed\":%lld,\"same\":%lld}\n", (long long)r->read_n, (long long)r->new_n,
               (long long)r->renamed_n, (long long)r->same_n);
        return;
    }
    printf(_("%s areas read: %s new, %s renamed, %s as before.\n"), arena_count(cli->arena, r->read_n).p, arena_count(cli->arena, r->new_n).p,
           arena_count(cli->arena, r->renamed_n).p,
           arena_count(cli->arena, r->same_n).p);
    if (r->new_n + r->renamed_n == 0) puts(_("Nothing was changed: the database holds these areas already."));
}

bool verb_area(Cli *cli, Err *e) {
    Str what;
    if (!cli_arg(cli, 0, N_("What to do (import)"), &what, e)) return false;
    if (!str_eq(what, STR("import"))) return fail(e, BAD_INPUT, "harapan area knows import, not \"%.*s\".", STR_ARG(what));
    if (cli->arg_n < 2) return fail(e, BAD_INPUT, "Which directory or files? harapan area --help shows how.");
    struct stat info;
    const char *const *paths = cli->args + 1;
    size_t path_n = cli->arg_n - 1;
    const char *inside[4];
    if (path_n == 1 && stat(paths[0], &info) == 0 && S_ISDIR(info.st_mode)) {
        if (!area_directory_files(cli, paths[0], inside, &path_n, e)) return false;
        paths = inside;
    }
    Db *db;
    AreaImport report;
    if (!cli_db(cli, (DbOptions){ 0 }, &db, e)) return false;
    AreaFiles files = { .paths = paths, .path_n = path_n, .at = instant_now() };
    bool is_good = actor_find(cli, db, ACTION_REFERENCE, KAB_NONE, &files.actor_id, e) &&
        area_import(db, &files, cli->progress, &report, e);
    db_close(db);
    if (is_good) area_answer(cli, &report);
    return is_good;
}

// ---- search --build ---------------------------------------------------------------------------------------------------------
static bool search_build_write(Db *db, const Viewer *viewer, Progress *progress, Err *e) {
    AuditEntry entry = { .actor_id = viewer->user_id, .action = "registry.search_build", .subject = STR("search index"), .at = instant_now() };
    bool is_good = db_begin(db, e) && search_build(db, progress, e) && audit_write(db, &entry, e) && db_commit(db, e);
    if (!is_good) db_rollback(db);
    return is_good;
}

bool verb_search_build(Cli *cli, Err *e) {
    Db *db;
    Viewer viewer = { 0 };
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_find(cli, db, ACTION_REFERENCE, KAB_NONE, &viewer.user_id, e) && search_build_write(db, &viewer, cli->progress, e);
    db_close(db);
    if (is_good) puts(cli->is_json ? "{\"built\":true}" : _("The search index is new and whole."));
    return is_good;
}

// ---- synth -------------------------------------------------------------------------------------------------------------
static void synth_answer(const Cli *cli, const SynthOptions *o, const SynthReport *r) {
    if (cli->is_json) {
        printf("{\"synthetic\":true,\"was_there\":%s,\"seed\":%llu,\"districts\":%lld,\"villages\":%lld,\"families\":%lld,\"bri\":%lld,\"pos\":%lld,\"persons\":%lld,"
               "\"schools\":%lld,\"health_posts\":%lld,\"companions\":%lld,\"coordinators\":%lld}\n",
               r->was_there ? "true" : "false", (unsigned long long)o->seed, (long long)r->district_n, (long long)r->village_n,
               (long long)r->family_n, (long long)r->channel_n[SYNTH_BRI], (long long)r->channel_n[SYNTH_POS], (long long)r->person_n,
               (long long)r->school_n, (long long)r->post_n, (long long)r->companion_n, (long long)r->coordinator_n);
        return;
    }
    puts(r->was_there ? _("These invented families are there already; nothing was changed.") : _("Invented, nobody of them exists:"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->family_n).p, _("families"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->channel_n[SYNTH_BRI]).p, _("paid through BRI"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->channel_n[SYNTH_POS]).p, _("paid through the post"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->person_n).p, _("persons"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->district_n).p, _("districts"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->village_n).p, _("villages"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->school_n).p, _("schools"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->post_n).p, _("health posts"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->companion_n).p, _("companions"));
    printf("  %12s  %s\n", arena_count(cli->arena, r->coordinator_n).p, _("coordinators"));
}

static bool synth_options(Cli *cli, SynthOptions *out, Err *e) {
    Str what;
    int64_t seed;
    SynthOptions o = { .kab = KAB_PADANG, .at = { 1711929600000 } };       // 1 April 2024: the same bytes every time
    if (!cli_arg(cli, 0, N_("What to invent (padang or nation)"), &what, e) || !cli_int(cli, "--seed", 1, &seed, e)) return false;
    if (str_eq(what, STR("nation"))) o.kab = 0;
    else if (!str_eq(what, STR("padang")))
        return fail(e, BAD_INPUT, "harapan synth knows padang and nation, not \"%.*s\".", STR_ARG(what));
    if (o.kab == 0 && !cli_has(cli, "--families")) return fail(e, BAD_INPUT, "How many families? Say --families 1000000.");
    if (!cli_int(cli, "--families", synth_composition_families(), &o.family_n, e)) return false;
    o.seed = (uint64_t)seed;
    *out = o;
    return true;
}

bool verb_synth(Cli *cli, Err *e) {
    SynthOptions options;
    SynthReport report;
    Db *db;
    if (!synth_options(cli, &options, e) || !cli_db(cli, (DbOptions){ 0 }, &db, e)) return false;
    int64_t password_n = 0;
    Str passwords = practice_password_path(cli->arena, db);
    bool is_good = synth_store(db, &options, cli->progress, &report, e) &&
                   practice_init(db, options.kab, passwords, instant_now(), &password_n, e) && db_checkpoint(db, e);
    db_close(db);
    if (is_good) synth_answer(cli, &options, &report);
    if (is_good && password_n > 0 && !cli->is_json) printf(_("The log-ins and passwords of the practice people are in %.*s.\n"), STR_ARG(passwords));
    return is_good;
}

// ---- import ------------------------------------------------------------------------------------------------------------
#define FINDINGS_SHOWN 20
typedef struct {
    ImportFile file;
    bool is_apply, accepts_alarms;
    Str channel;
    const char *rejects_path;
    int64_t shown_n;
    // what came of it
    ImportBatch batch;
    ImportCounts counts;
    bool was_applied_now;
    ImportFinding *findings;
    size_t finding_n;
    int64_t reject_n;
    ImportReading reading;
    bool has_reading;
} ImportWork;

// What a person says about the file: which sheet, which column is which.
static bool import_choices(Cli *cli, ImportChoices *out, Err *e) {
    HeaderChoice *map = NEW(cli->arena, HeaderChoice, IMPORT_MAP_MAX);
    const char *sheet = cli_option(cli, "--sheet"), *separator = cli_option(cli, "--separator"), *encoding = cli_option(cli, "--encoding"),
               *fills = cli_option(cli, "--fill-down");
    ImportChoices c = { .map = { map, 0 }, .is_mending = cli_has(cli, "--mend"), .sheet = str_c(sheet), .fills = str_c(fills) };
    for (size_t i = 0; i < 2 * cli->option_n; i += 2)
        if (strcmp(cli->options[i], "--map") == 0 && !import_map_add(cli->arena, str_c(cli->options[i + 1]), map, &c.map.n, IMPORT_MAP_MAX, e)) return false;
    if (separator && !table_separator_find(str_c(separator), &c.separator))
        return fail(e, BAD_INPUT, "--separator takes ; or , or | or tab, not \"%s\".", separator);
    if (encoding && !table_encoding_find(str_c(encoding), &c.encoding))
        return fail(e, BAD_INPUT, "--encoding takes utf-8, windows-1252, utf-16le or utf-16be, not \"%s\".", encoding);
    *out = c;
    return true;
}

static bool import_options(Cli *cli, ImportWork *w, Err *e) {
    Str path;
    if (!cli_arg(cli, 0, N_("The file to import"), &path, e) || !cli_int(cli, "--kab", KAB_PADANG, &w->file.kab, e) ||
        !cli_int(cli, "--findings", FINDINGS_SHOWN, &w->shown_n, e)) return false;
    if (w->shown_n < 0 || w->shown_n > FINDINGS_MAX) return fail(e, BAD_INPUT, "--findings takes a number from 0 to %d.", FINDINGS_MAX);
    if (cli_has(cli, "--apply") && cli_has(cli, "--dry-run")) return fail(e, BAD_INPUT, "--apply and --dry-run exclude each other.");
    const char *source = cli_option(cli, "--source"), *channel = cli_option(cli, "--channel");
    w->file.path = cli->args[0];
    w->file.source = str_c(source ? source : "DTKS");
    w->file.at = instant_now();
    w->channel = str_c(channel ? channel : "POS");
    w->is_apply = cli_has(cli, "--apply");
    w->accepts_alarms = cli_has(cli, "--accept-alarms");
    w->rejects_path = cli_option(cli, "--rejects");
    return import_choices(cli, &w->file.choices, e);
}

static bool import_do(Cli *cli, Db *db, ImportWork *w, Err *e) {
    int64_t kab = w->file.kab;
    if (!import_stage(db, &w->file, cli->progress, &w->batch, e)) return false;
    if (w->is_apply && !w->batch.is_applied) {
        ImportApply what = { .kab = kab, .batch_id = w->batch.id, .actor_id = w->file.actor_id, .channel = w->channel,
                             .accepts_alarms = w->accepts_alarms, .at = w->file.at };
        if (!import_apply(db, &what, cli->progress, &w->counts, e)) return false;
        w->was_applied_now = true;
    } else if (w->batch.has_counts) w->counts = w->batch.counts;
    else if (!w->batch.is_applied && !import_preview(db, kab, w->batch.id, cli->progress, &w->counts, e)) return false;
    if (w->rejects_path && !import_write_rejects(db, kab, w->batch.id, w->file.path, w->rejects_path, &w->reject_n, e)) return false;
    return import_list_findings(db, cli->arena, kab, w->batch.id, w->shown_n, &w->findings, &w->finding_n, e) &&
           import_reading_read(db, cli->arena, kab, w->batch.id, &w->reading, &w->has_reading, e);
}

static void import_answer_json(const ImportWork *w) {
    const ImportBatch *b = &w->batch;
    const ImportCounts *c = &w->counts;
    printf("{\"batch\":%lld,\"rows\":%lld,\"errors\":%lld,\"warnings\":%lld,\"applied\":%s,\"was_applied_before\":%s,\"resumed\":%s,\"alarm\":%s,"
           "\"families\":{\"new\":%lld,\"changed\":%lld,\"same\":%lld},\"persons\":{\"new\":%lld,\"changed\":%lld,\"same\":%lld},\"rejected\":%lld,\"findings\":[",
           (long long)b->id, (long long)b->row_n, (long long)b->error_n, (long long)b->warning_n,
           w->was_applied_now || b->is_applied ? "true" : "false", b->is_applied ? "true" : "false", b->was_resumed ? "true" : "false",
           b->has_alarm ? "true" : "false", (long long)c->family_new_n, (long long)c->family_changed_n, (long long)c->family_same_n,
           (long long)c->person_new_n, (long long)c->person_changed_n, (long long)c->person_same_n, (long long)c->row_rejected_n);
    for (size_t i = 0; i < w->finding_n; i++) {
        const ImportFinding *f = &w->findings[i];
        printf("%s{\"row\":%lld,\"field\":", i ? "," : "", (long long)f->row_n);
        cli_put_json(f->field);
        printf(",\"code\":");
        cli_put_json(f->code);
        printf(",\"level\":");
        cli_put_json(f->level);
        printf(",\"text\":");
        cli_put_json(f->text);
        putchar('}');
    }
    puts("]}");
}

static void import_answer_findings(const Cli *cli, const ImportWork *w) {
    const ImportBatch *b = &w->batch;
    if (b->unwrapped_n + b->separated_n)
        printf(_("Taken off: %s apostrophes and formulas around cells, %s times points or blanks between digits.\n"),
               arena_count(cli->arena, b->unwrapped_n).p, arena_count(cli->arena, b->separated_n).p);
    for (size_t i = 0; i < w->finding_n; i++) {
        const ImportFinding *f = &w->findings[i];
        const char *level = str_eq(f->level, STR("error")) ? _("error") : _("warning");
        if (f->row_n == 0) printf("  %s: %.*s\n", level, STR_ARG(f->text));
        else printf(_("  row %lld, %.*s, %s: %.*s\n"), (long long)f->row_n, STR_ARG(f->field), level, STR_ARG(f->text));
    }
    int64_t more_n = b->error_n + b->warning_n - (int64_t)w->finding_n;
    if (more_n > 0)
        printf(_("  … and %s more (--findings N shows more, --rejects FILE writes the refused rows)\n"), arena_count(cli->arena, more_n).p);
}

// How the file was understood: what was found out can be wrong, so it is said.
static void import_answer_reading(const ImportWork *w) {
    const ImportReading *r = &w->reading;
    if (!w->has_reading) return;
    if (r->sheet.n) printf(_("Read as a workbook, sheet \"%.*s\".\n"), STR_ARG(r->sheet));
    else printf(_("Read as text, separated by %s, encoding %.*s.\n"), str_eq(r->separator, STR("\t")) ? _("tabs") : r->separator.p, STR_ARG(r->encoding));
    Str rest = r->header;
    while (rest.n) {                                       // only columns whose title says something else
        Str title = str_cut(&rest, '\n'), field = str_cut(&title, '=');
        if (!str_eq_nocase(field, title)) printf("  %.*s = %.*s\n", STR_ARG(field), STR_ARG(title));
    }
}

static void import_answer(const Cli *cli, const ImportWork *w) {
    const ImportBatch *b = &w->batch;
    const ImportCounts *c = &w->counts;
    printf(_("%s rows, %s errors, %s warnings.\n"), arena_count(cli->arena, b->row_n).p, arena_count(cli->arena, b->error_n).p,
           arena_count(cli->arena, b->warning_n).p);
    import_answer_reading(w);
    import_answer_findings(cli, w);
    if (b->is_applied) {
        char memory[32];
        Buf at = { .p = memory, .cap = sizeof memory, .max = sizeof memory };
        instant_put_iso(&at, b->applied_at);
        printf(_("This very file was applied before, at %.*s. Nothing was changed.\n"), STR_ARG(buf_view(&at)));
    } else {
        puts(w->was_applied_now ? _("Applied:") : _("Applying would give:"));
        printf(_("  families: %s new, %s changed, %s as before\n"), arena_count(cli->arena, c->family_new_n).p,
               arena_count(cli->arena, c->family_changed_n).p, arena_count(cli->arena, c->family_same_n).p);
        printf(_("  persons: %s new, %s changed, %s as before\n"), arena_count(cli->arena, c->person_new_n).p, arena_count(cli->arena, c->person_changed_n).p,
               arena_count(cli->arena, c->person_same_n).p);
        printf(_("  rows refused: %s\n"), arena_count(cli->arena, c->row_rejected_n).p);
        if (!w->was_applied_now) puts(_("Nothing is changed yet. The same with --apply does it."));
    }
    if (w->rejects_path)
        printf(_("%s refused rows with their reasons are in %s; mend them there and import that file.\n"), arena_count(cli->arena, w->reject_n).p,
               w->rejects_path);
}

bool verb_import(Cli *cli, Err *e) {
    ImportWork w = { .reject_n = 0 };
    Db *db;
    if (!import_options(cli, &w, e) || !cli_db(cli, (DbOptions){ 0 }, &db, e)) return false;
    bool is_good = actor_find(cli, db, ACTION_IMPORT, w.file.kab, &w.file.actor_id, e) && import_do(cli, db, &w, e);
    db_close(db);
    if (!is_good) return false;
    if (cli->is_json) import_answer_json(&w); else import_answer(cli, &w);
    return true;
}

// Everybody in the file is looked at: written down before the first row is.
static bool export_record(Cli *cli, Db *db, int64_t kab, int64_t reader_id, Err *e) {
    ReadFamiliesOfRows rows = { 0 };
    ReadFamiliesOfRow row;
    int64_t *ids = NULL;
    size_t n = 0, cap = 0;
    bool has_row = false, is_good = read_families_of(db, (ReadFamiliesOfArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = read_families_of_next(&rows, &row, &has_row, e)) && has_row) {
        if (n == cap) {
            int64_t *more = NEW(cli->arena, int64_t, cap * 2 + 1024);
            if (n) memcpy(more, ids, n * sizeof *ids);
            ids = more;
            cap = cap * 2 + 1024;
        }
        ids[n++] = row.id;
    }
    read_families_of_end(&rows);
    ReadPage page = { .kab = kab, .actor_id = reader_id, .route = "shell export", .purpose = "export", .at = instant_now(), .family_ids = ids, .family_n = n };
    return is_good && (n == 0 || reads_write_once(cli->db_url, &page, e));
}

bool verb_export(Cli *cli, Err *e) {
    Str path;
    int64_t kab, row_n;
    Db *db;
    if (!cli_arg(cli, 0, N_("The file to write"), &path, e) || !cli_int(cli, "--kab", KAB_PADANG, &kab, e) ||
        !cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    Viewer reader;
    bool is_good = viewer_find(cli, db, ACTION_READ_IDENTITY, kab, &reader, e) && export_record(cli, db, kab, reader.user_id, e) &&
                   import_write_export(db, kab, actor_sight(&reader), cli->args[0], &row_n, e);
    db_close(db);
    if (!is_good) return false;
    if (cli->is_json) printf("{\"rows\":%lld}\n", (long long)row_n);
    else printf(_("%s persons written to %s.\n"), arena_count(cli->arena, row_n).p, cli->args[0]);
    return true;
}
