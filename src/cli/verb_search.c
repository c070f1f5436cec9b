// verb_search.c: search: who is called so, as the search box of the pages finds them (registry/search.h).
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/read_log.h"
#include "registry/area.h"
#include "registry/search.h"
#include <stdio.h>

const CliOption SEARCH_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("one district, a province (two digits), or 0 for all of your area (0)") },
    { "--limit", N_("N"), N_("at most so many (10)") },
    { "--build", NULL, N_("make the index of names anew instead, in one transaction") },
    { 0 },
};

// A number would stay in the shell's history and be seen by everybody on the machine who lists what runs.
static bool search_text(Cli *cli, Str *out, Err *e) {
    Buf b = { .max = 1000 };
    char line[1000];
    if (!cli->arg_n) return fail(e, BAD_INPUT, "Say whom to look for: harapan search NAME. A number is read from the input: harapan search - .");
    if (!strcmp(cli->args[0], "-")) {
        if (!fgets(line, sizeof line, stdin)) return fail(e, BAD_INPUT, "There is nothing on the input.");
        *out = arena_str(cli->arena, str_trim(str_c(line)));
        return true;
    }
    for (size_t i = 0; i < cli->arg_n; i++) buf_fmt(&b, "%s%s", i ? " " : "", cli->args[i]);
    *out = arena_str(cli->arena, buf_view(&b));
    buf_free(&b);
    return !search_has_number(*out) ||
           fail(e, BAD_INPUT, "A number does not belong into a command, where others see it: give it on the input of harapan search - .");
}

// Who looks is written down for each district before anybody is shown.
static bool search_looks_write(const Cli *cli, const Viewer *viewer, const SearchFound *found, Err *e) {
    for (size_t i = 0; i < found->n; i++) {
        int64_t ids[SEARCH_LIMIT_MAX], kab = found->at[i].kab;
        size_t n = 0;
        for (size_t k = 0; k < found->n; k++) {
            if (found->at[k].kab != kab) continue;
            if (k < i) break;                              // written with the first of the district
            ids[n++] = found->at[k].family_id;
        }
        if (n && !reads_write_once(cli->db_url, &(ReadPage){ .kab = kab, .actor_id = viewer->user_id, .route = "shell search", .purpose = "search",
                                                             .at = instant_now(), .family_ids = ids, .family_n = n }, e)) return false;
    }
    return true;
}

static bool search_hit_put(const Cli *cli, Db *db, const SearchHit *hit, Err *e) {
    static const char *const HOW[] = { [FOUND_EXACT] = "exact", [FOUND_BEGINNING] = "beginning", [FOUND_SIMILAR] = "similar" };
    Arena arena = { 0 };
    Area village;
    bool found, is_good = area_read(db, &arena, hit->village_id, &village, &found, e);
    Buf born = { .max = 40 };
    date_put_iso(&born, hit->born_on);
    if (is_good && cli->is_json) {
        printf("{\"kab\":%lld,\"family\":%lld,\"person\":", (long long)hit->kab, (long long)hit->family_id);
        if (hit->person_id) printf("%lld", (long long)hit->person_id);
        else fputs("null", stdout);
        fputs(",\"name\":", stdout);
        cli_put_json(hit->name);
        fputs(",\"village\":", stdout);
        cli_put_json(found ? village.name : (Str){ 0 });
        printf(",\"born_on\":%s%.*s%s,\"status\":\"%.*s\",\"gone\":%s,\"how\":\"%s\"}\n", born.n ? "\"" : "null", STR_ARG(buf_view(&born)), born.n ? "\"" : "",
               STR_ARG(hit->status), hit->is_gone ? "true" : "false", HOW[hit->how]);
    } else if (is_good) {
        printf("%lld.%lld\t%.*s\t%.*s\t%.*s\n", (long long)hit->kab, (long long)hit->family_id, STR_ARG(hit->name), STR_ARG(found ? village.name : STR("-")), STR_ARG(buf_view(&born)));
    }
    buf_free(&born);
    arena_free(&arena);
    return is_good;
}

static bool search_run(Cli *cli, Db *db, Str text, SearchFound *found, Err *e) {
    Viewer viewer;
    bool is_practice;
    Str digits;
    int64_t limit, kab, low, high;
    SearchAsk ask = { .text = text };
    if (!cli_int(cli, "--limit", 10, &limit, e) || !cli_int(cli, "--kab", 0, &kab, e)) return false;
    if (limit < 1 || limit > SEARCH_LIMIT_MAX) return fail(e, BAD_INPUT, "--limit must be between 1 and %d.", SEARCH_LIMIT_MAX);
    ask.limit_n = (size_t)limit;
    if (!actor_band(cli, db, &is_practice, e) || !actor_viewer(cli, db, &viewer, e)) return false;
    Viewer here = viewer;
    if (kab) here.kab = kab;
    authority_area(&here, &low, &high);
    if (!search_reach(db, cli->arena, actor_sight(&viewer), &ask, e)) return false;
    if (kab && (low < ask.low_kab || high > ask.high_kab)) return fail(e, FORBIDDEN, "%s works for area %lld, not for %lld.", viewer.login, (long long)viewer.kab, (long long)kab);
    if (kab) {
        ask.low_kab = low;
        ask.high_kab = high;
    }
    bool is_good = search_is_number(cli->arena, text, &digits) ? search_number(db, cli->arena, &ask, digits, found, e) : search_names(db, cli->arena, &ask, found, e);
    return is_good && search_looks_write(cli, &viewer, found, e);
}

bool verb_search(Cli *cli, Err *e) {
    Db *db;
    Str text;
    SearchFound found;
    if (cli_has(cli, "--build")) return verb_search_build(cli, e);
    if (!search_text(cli, &text, e) || !cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = search_run(cli, db, text, &found, e);
    for (size_t i = 0; is_good && i < found.n; i++) is_good = search_hit_put(cli, db, &found.at[i], e);
    if (is_good && !cli->is_json) {
        if (!found.n) fprintf(stderr, "%s\n", _("Nobody found. Try fewer words, or only the rarest one; a kelurahan may stand behind the name."));
        if (found.is_more) fprintf(stderr, "%s\n", _("There are more: add a word of the name, or the kelurahan."));
    }
    db_close(db);
    return is_good;
}
