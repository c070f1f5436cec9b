// verb_registry.c: area, import and synth: how areas and families come into the database.
#include "base/lang.h"
#include "cli/verbs.h"
#include "registry/area.h"
#include "registry/synth_store.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

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
    return fail(e, NOT_FOUND, "%s does not hold provinces.csv, regencies.csv, districts.csv and villages.csv of the package idn-area-data.", directory);
}

static const char *count_text(const Cli *cli, int64_t n) {
    char memory[32];
    Buf b = { .p = memory, .cap = sizeof memory, .max = sizeof memory };
    count_put(&b, n);
    return arena_c(cli->arena, buf_view(&b));
}

static void area_answer(const Cli *cli, const AreaImport *r) {
    if (cli->is_json) {
        printf("{\"read\":%lld,\"new\":%lld,\"renamed\":%lld,\"same\":%lld}\n", (long long)r->read_n, (long long)r->new_n, (long long)r->renamed_n, (long long)r->same_n);
        return;
    }
    printf(_("%s areas read: %s new, %s renamed, %s as before.\n"), count_text(cli, r->read_n), count_text(cli, r->new_n), count_text(cli, r->renamed_n),
           count_text(cli, r->same_n));
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
    bool is_good = area_import(db, paths, path_n, cli->progress, &report, e);
    db_close(db);
    if (is_good) area_answer(cli, &report);
    return is_good;
}

// ---- synth -------------------------------------------------------------------------------------------------------------
static void synth_answer(const Cli *cli, const SynthOptions *o, const SynthReport *r) {
    if (cli->is_json) {
        printf("{\"synthetic\":true,\"was_there\":%s,\"seed\":%llu,\"districts\":%lld,\"villages\":%lld,\"families\":%lld,\"bri\":%lld,\"pos\":%lld,\"persons\":%lld,"
               "\"schools\":%lld,\"health_posts\":%lld,\"companions\":%lld,\"coordinators\":%lld}\n",
               r->was_there ? "true" : "false", (unsigned long long)o->seed, (long long)r->district_n, (long long)r->village_n, (long long)r->family_n,
               (long long)r->channel_n[SYNTH_BRI], (long long)r->channel_n[SYNTH_POS], (long long)r->person_n, (long long)r->school_n, (long long)r->post_n,
               (long long)r->companion_n, (long long)r->coordinator_n);
        return;
    }
    puts(r->was_there ? _("These invented families are there already; nothing was changed.") : _("Invented, nobody of them exists:"));
    printf("  %12s  %s\n", count_text(cli, r->family_n), _("families"));
    printf("  %12s  %s\n", count_text(cli, r->channel_n[SYNTH_BRI]), _("paid through BRI"));
    printf("  %12s  %s\n", count_text(cli, r->channel_n[SYNTH_POS]), _("paid through the post"));
    printf("  %12s  %s\n", count_text(cli, r->person_n), _("persons"));
    printf("  %12s  %s\n", count_text(cli, r->district_n), _("districts"));
    printf("  %12s  %s\n", count_text(cli, r->village_n), _("villages"));
    printf("  %12s  %s\n", count_text(cli, r->school_n), _("schools"));
    printf("  %12s  %s\n", count_text(cli, r->post_n), _("health posts"));
    printf("  %12s  %s\n", count_text(cli, r->companion_n), _("companions"));
    printf("  %12s  %s\n", count_text(cli, r->coordinator_n), _("coordinators"));
}

#define KAB_PADANG 1371
static bool synth_options(Cli *cli, SynthOptions *out, Err *e) {
    Str what;
    int64_t seed;
    SynthOptions o = { .kab = KAB_PADANG, .at = { 1711929600000 } };       // 1 April 2024: the same bytes every time
    if (!cli_arg(cli, 0, N_("What to invent (padang or nation)"), &what, e) || !cli_int(cli, "--seed", 1, &seed, e)) return false;
    if (str_eq(what, STR("nation"))) o.kab = 0;
    else if (!str_eq(what, STR("padang"))) return fail(e, BAD_INPUT, "harapan synth knows padang and nation, not \"%.*s\".", STR_ARG(what));
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
    bool is_good = synth_store(db, &options, cli->progress, &report, e) && db_checkpoint(db, e);
    db_close(db);
    if (is_good) synth_answer(cli, &options, &report);
    return is_good;
}
