// verb_caseload.c: who answers for which families (list), hand-over, which log-in is whose (join), and the note on paper.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "files/outfile.h"
#include "office/caseload.h"
#include "office/district.h"
#include "office/hand_over.h"
#include "office/read_log.h"
#include "registry/area.h"
#include <stdio.h>

const CliOption CASELOAD_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district (1371); your own otherwise") },
    { "--on", N_("DATE"), N_("list: on which day; hand-over: from which day on (today)") },
    { "--from", N_("N"), N_("hand-over: whose families; 0 for nobody's (whoever has them)") },
    { "--to", N_("N"), N_("hand-over: the companion who takes them; 0 for nobody") },
    { "--village", N_("CODE"), N_("hand-over: only those of a kelurahan") },
    { "--families", N_("LIST"), N_("hand-over: only these, as 12,40-45") },
    { "--dry-run", NULL, N_("hand-over: shows who would change hands and asks for nothing") },
    { 0 },
};

typedef struct { Cli *cli; Db *db; Viewer actor; int64_t kab; Date on; Instant now; } Caring;

static bool list_word(Caring *x, Err *e) {
    Caseload c;
    if (!caseload_read(x->db, x->cli->arena, authority_sight(&x->actor, x->on), x->kab, &c, e)) return false;
    for (size_t i = 0; i < c.companions.n; i++) {
        const Companion *k = &c.companions.at[i];
        if (x->cli->is_json) {
            printf("{\"companion\":%lld,\"name\":", (long long)k->id);
            cli_put_json(k->name);
            printf(",\"login\":");
            cli_put_json(k->login.p ? k->login : STR(""));
            printf(",\"families\":%lld,\"villages\":%lld}\n", (long long)k->family_n, (long long)k->village_n);
        } else printf("%4lld  %5lld  %3lld  %.*s  %.*s\n", (long long)k->id, (long long)k->family_n, (long long)k->village_n, STR_ARG(k->name), STR_ARG(k->login));
    }
    if (x->cli->is_json) printf("{\"companion\":0,\"name\":\"\",\"login\":\"\",\"families\":%lld}\n", (long long)c.nobody_n);
    else printf(_("%lld families, %lld of them without a companion.\n"), (long long)c.family_n, (long long)c.nobody_n);
    return true;
}

static bool hand_over_word(Caring *x, Err *e) {
    const char *families = cli_option(x->cli, "--families");
    HandOverWish wish = { .kab = x->kab, .from_on = x->on, .families = families ? str_c(families) : (Str){ 0 } };
    HandOver h;
    if (!cli_has(x->cli, "--to")) return fail(e, BAD_INPUT, "Say with --to who takes the families; 0 for nobody.");
    if (!cli_int(x->cli, "--from", HAND_OVER_ANYBODY, &wish.from_id, e) || !cli_int(x->cli, "--to", 0, &wish.to_id, e) || !cli_int(x->cli, "--village", 0, &wish.village_id, e) ||
        !hand_over_look(x->db, x->cli->arena, &x->actor, &wish, x->now, &h, e)) return false;
    if (!x->cli->is_json)
        for (size_t i = 0; i < h.part_n; i++)
            printf("%5lld  %.*s → %.*s\n", (long long)h.parts[i].family_n, STR_ARG(h.parts[i].name.n ? h.parts[i].name : STR("–")), STR_ARG(h.to_name.n ? h.to_name : STR("–")));
    bool is_dry = cli_has(x->cli, "--dry-run");
    if (!is_dry && !hand_over_ask(x->db, x->cli->arena, &x->actor, &wish, &h.hash, x->now, &h, e)) return false;
    if (x->cli->is_json) printf("{\"hand_over\":%lld,\"families\":%zu,\"request\":%lld}\n", (long long)h.id, h.n, (long long)h.request.id);
    else if (!is_dry) printf(_("Asked as hand-over %lld, request %lld: somebody else must sign it (harapan worklist) before it holds.\n"), (long long)h.id, (long long)h.request.id);
    return true;
}

static bool join_word(Caring *x, Err *e) {
    Str login, number = STR("0");
    CompanionUsers users;
    int64_t companion_id, id;
    if (!cli_arg(x->cli, 1, N_("The log-in name of the companion"), &login, e)) return false;
    if (x->cli->arg_n > 2) number = str_c(x->cli->args[2]);
    if (!str_int64(number, &companion_id)) return fail(e, BAD_INPUT, "\"%.*s\" is no whole number.", STR_ARG(number));
    if (!caseload_users(x->db, x->cli->arena, authority_sight(&x->actor, x->on), x->kab, &users, e)) return false;
    for (size_t i = 0; i < users.n; i++) {
        if (!str_eq(users.at[i].login, login)) continue;
        if (!caseload_join(x->db, &x->actor, x->kab, users.at[i].id, companion_id, x->now, &id, e)) return false;
        printf(x->cli->is_json ? "{\"companion\":%lld}\n" : _("This is companion number %lld now.\n"), (long long)id);
        return true;
    }
    return fail(e, BAD_INPUT, "There is no such log-in of a companion in district %lld.", (long long)x->kab);
}

static bool note_write(Caring *x, const HandOver *h, const char *path, Err *e) {
    Area area;
    OutFile *file;
    bool found;
    int64_t *ids = NEW(x->cli->arena, int64_t, h->n + 1);
    for (size_t i = 0; i < h->n; i++) ids[i] = h->items[i].family_id;
    ReadPage look = { .kab = h->kab, .actor_id = x->actor.user_id, .route = "shell caseload note", .purpose = "list", .at = x->now, .family_ids = ids, .family_n = h->n };
    if (!area_read(x->db, x->cli->arena, h->kab, &area, &found, e) || !reads_write_once(x->cli->db_url, &look, e) ||
        !outfile_open(path, &file, e)) return false;
    Str band = x->actor.is_practice ? str_c(_("PRACTICE DATABASE – synthetic data")) : STR("");
    if (hand_over_note(x->cli->arena, h, found ? area.name : STR(""), band, x->now, outfile_sink(file), e)) return outfile_finish(file, NULL, e);
    outfile_abort(file);
    return false;
}

static bool note_word(Caring *x, Err *e) {
    Str number, path;
    HandOver h;
    int64_t id;
    if (!cli_arg(x->cli, 1, N_("The number of the hand-over"), &number, e) || !cli_arg(x->cli, 2, N_("The file to write (note.pdf)"), &path, e)) return false;
    if (!str_int64(number, &id)) return fail(e, BAD_INPUT, "\"%.*s\" is no whole number.", STR_ARG(number));
    return hand_over_read(x->db, x->cli->arena, authority_sight(&x->actor, x->on), x->kab, id, &h, e) && note_write(x, &h, x->cli->args[2], e);
}

static const struct { const char *word; bool (*run)(Caring *, Err *); Action action; } WORDS[] = {
    { "list", list_word, ACTION_READ }, { "hand-over", hand_over_word, ACTION_CASELOAD }, { "join", join_word, ACTION_CASELOAD }, { "note", note_word, ACTION_READ },
};

bool verb_caseload(Cli *cli, Err *e) {
    Str word = STR("list");
    const char *on = cli_option(cli, "--on");
    Caring x = { .cli = cli, .now = instant_now() };
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    bool is_practice;
    if (cli->arg_n) word = str_c(cli->args[0]);
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is none of list, hand-over, join and note.", STR_ARG(word));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &x.db, e)) return false;
    bool is_good = actor_band(cli, x.db, &is_practice, e) && actor_require_here(cli, x.db, WORDS[i].action, false, &x.kab, &x.actor, e);
    x.on = district_day(x.kab, x.now);
    is_good = is_good && (!on || date_parse_local(str_c(on), &x.on) || fail(e, BAD_INPUT, "\"%s\" is no day: write 2024-06-15 or 15 Juni 2024.", on)) && WORDS[i].run(&x, e);
    db_close(x.db);
    return is_good;
}
