// verb_status.c: the one status of a family, in the shell.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/read_log.h"
#include "status/family_status.h"
#include <stdio.h>

const CliOption STATUS_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district of the family (1371); your own otherwise") },
    { 0 },
};

static void money_json(const char *name, const StatusMoney *m) {
    printf(",\"%s\":{\"known\":\"%s\"", name, money_known_name(m->known));
    if (m->known == MONEY_KNOWN || m->known == MONEY_DRAFT) printf(",\"amount\":%lld", (long long)m->amount.rp);
    printf("}");
}

static void status_json(Arena *a, const FamilyStatus *s) {
    Buf due = { .max = 20 };
    date_put_iso(&due, s->due_on);
    printf("{\"kab\":%lld,\"family\":%lld,\"status\":\"%s\",\"membership\":\"%.*s\",\"reason\":", (long long)s->kab, (long long)s->family_id, status_name(s->kind), STR_ARG(s->membership));
    cli_put_json(s->reason);
    money_json("expected", &s->expected);
    money_json("ordered", &s->ordered);
    money_json("paid", &s->paid);
    money_json("withdrawn", &s->withdrawn);
    Str missing = missing_names(a, s->missing);
    printf(",\"missing\":\"%.*s\",\"next\":\"%s\",\"who\":\"%s\",\"due\":\"%.*s\"}\n", STR_ARG(missing), next_name(s->next), who_name(s->who), (int)due.n, due.n ? due.p : "");
    buf_free(&due);
}

static void line_put(const char *label, Str text) { printf("%s: %.*s\n", label, STR_ARG(text)); }

static void status_put(Arena *a, const FamilyStatus *s) {
    line_put(_("Status"), str_c(status_title_of(s->kind)));
    line_put(_("Membership"), status_membership_text(a, s));
    line_put(_("Expected"), status_money_text(a, &s->expected));
    line_put(_("Handed to the channel"), status_money_text(a, &s->ordered));
    line_put(_("Paid"), status_money_text(a, &s->paid));
    line_put(_("Withdrawn"), status_money_text(a, &s->withdrawn));
    if (s->missing) line_put(_("Missing"), status_missing_text(a, s));
    line_put(_("What happens next"), status_next_text(a, s));
    line_put(_("Who"), status_who_text(a, s));
}

bool verb_status(Cli *cli, Err *e) {
    Db *db;
    Viewer viewer;
    Sight sight;
    bool is_practice;
    Str stage, family;
    int64_t kab, family_id;
    FamilyStatus s;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &stage, e) || !cli_arg(cli, 1, N_("The number of the family"), &family, e)) return false;
    if (!str_int64(family, &family_id)) return fail(e, BAD_INPUT, "The number of a family is a whole number, not \"%.*s\".", STR_ARG(family));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_reader(cli, db, &kab, &viewer, &sight, e) &&
                   family_status(db, cli->arena, sight, kab, stage, family_id, instant_now(), &s, e) &&
                   reads_write_once(cli->db_url, &(ReadPage){ .kab = kab, .actor_id = viewer.user_id, .route = "shell status", .purpose = "status", .at = instant_now(),
                                                              .family_ids = &family_id, .family_n = 1 }, e);
    db_close(db);
    if (!is_good) return false;
    if (cli->is_json) status_json(cli->arena, &s);
    else status_put(cli->arena, &s);
    return true;
}
