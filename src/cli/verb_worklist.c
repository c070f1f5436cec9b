// verb_worklist.c: worklist (what waits, sign, refuse, withdraw) and approval (places given, who may ask and sign).
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/change.h"
#include "office/district.h"
#include "office/user.h"
#include "registry/import_approval.h"
#include "status/worklist.h"
#include <stdio.h>

const CliOption WORKLIST_OPTIONS[] = {
    { "--reason", N_("TEXT"), N_("refuse: why, for the one who asked to read") },
    { "--kab", N_("CODE"), N_("ask-import: the district (1371)") },
    OPTION_PASSWORD_STDIN,
    { 0 },
};
const CliOption APPROVAL_OPTIONS[] = {
    { "--from", N_("DATE"), N_("first day (give: today; policy: must lie ahead)") },
    { "--until", N_("DATE"), N_("give: the last day, included") },
    { "--kab", N_("CODE"), N_("policy: one district; 0 for all that have none of their own (your area)") },
    { 0 },
};

// ---- the list ----------------------------------------------------------------------------------------------------

static const char *date_text(Arena *a, Date d, bool is_iso) {
    Buf b = { .max = 64 };
    if (is_iso) date_put_iso(&b, d);
    else date_put_local(&b, d);
    const char *text = arena_c(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static const char *hash_text(Arena *a, const Hash *h) {
    Buf b = { .max = 2 * sizeof *h };
    hash_put_hex(&b, h);
    const char *text = arena_c(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static void item_json(Arena *a, const char *list, const WorklistItem *i) {
    const ApprovalRequest *r = &i->request;
    printf("{\"list\":\"%s\",\"kab\":%lld,\"id\":%lld,\"kind\":", list, (long long)r->kab, (long long)r->id);
    cli_put_json(r->kind);
    printf(",\"subject\":");
    cli_put_json(r->subject);
    printf(",\"state\":\"%s\",\"amount\":%lld,\"signed\":%d,\"needed\":%d,\"due\":\"%s\",\"late\":%s,\"changed\":%s,\"hash\":\"%s\",\"reason\":", request_state_name(r->state), (long long)r->amount.rp,
           r->signed_n, r->step_n, date_text(a, r->due_on, true), i->is_late ? "true" : "false", i->is_changed ? "true" : "false", hash_text(a, &r->seen_hash));
    cli_put_json(r->reason);
    printf("}\n");
}

static void item_line(Arena *a, const WorklistItem *i) {
    const ApprovalRequest *r = &i->request;
    printf("%lld %-4lld %s %.*s, %s, ", (long long)r->kab, (long long)r->id, i->kind ? tr(i->kind->title) : r->kind.p, STR_ARG(r->subject), arena_rupiah(a, r->amount).p);
    if (r->state == REQUEST_OPEN) printf(_("asked by %.*s, %d of %d signatures, due %s"), STR_ARG(i->maker), r->signed_n, r->step_n, date_text(a, r->due_on, false));
    else printf("%s: %.*s", request_state_title(r->state), STR_ARG(i->ended_by));
    if (r->reason.n) printf(" (%.*s)", STR_ARG(r->reason));
    printf("%s%s\n", i->is_late ? _(" – late") : "", i->is_changed ? _(" – has changed since") : "");
    if (i->may_sign) printf("          %s\n", hash_text(a, &r->seen_hash));
}

static void items_put(Cli *cli, const char *list, const char *title, const WorklistItems *items) {
    if (!cli->is_json && items->n) printf("%s\n", title);
    for (size_t i = 0; i < items->n; i++) {
        if (cli->is_json) item_json(cli->arena, list, &items->at[i]);
        else item_line(cli->arena, &items->at[i]);
    }
    if (!cli->is_json && items->is_more) puts(_("There are more; these are the first."));
}

// By number and kind; who asks is shown by harapan desk.
static void desk_put(Cli *cli, const DeskList *desk, Instant now) {
    if (!cli->is_json && desk->n) puts(_("Families wait for an answer"));
    for (size_t i = 0; i < desk->n; i++) {
        const DeskRequest *q = &desk->at[i];
        Buf due = { .max = 40 };
        instant_put_iso(&due, q->due_at);
        if (cli->is_json)
            printf("{\"list\":\"desk\",\"kab\":%lld,\"id\":%lld,\"kind\":\"%s\",\"due_at\":\"%.*s\",\"late\":%s}\n", (long long)q->kab, (long long)q->id, desk_kind_name(q->kind), STR_ARG(buf_view(&due)),
                   q->is_late ? "true" : "false");
        else printf("%8lld  %s, %.*s\n", (long long)q->id, desk_kind_title(q->kind), STR_ARG(desk_clock_text(cli->arena, q, now)));
        buf_free(&due);
    }
}

static bool worklist_show(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    Worklist w;
    if (!actor_require(cli, db, ACTION_READ, KAB_NONE, &viewer, e) || !db_begin_read(db, e) || !worklist_read(db, cli->arena, &viewer, instant_now(), &w, e)) return false;
    if (!w.waiting.n && !cli->is_json) puts(_("Nothing waits for you."));
    items_put(cli, "waiting", _("Waits for me"), &w.waiting);
    desk_put(cli, &w.desk, instant_now());
    items_put(cli, "made", _("Asked by me"), &w.made);
    items_put(cli, "late", _("Late"), &w.late);
    items_put(cli, "decided", _("Decided"), &w.decided);
    return true;
}

// ---- pressing ----------------------------------------------------------------------------------------------------

static bool number_arg(Cli *cli, size_t i, const char *what, int64_t *out, Err *e) {
    Str text;
    return cli_arg(cli, i, what, &text, e) && (str_int64(text, out) || fail(e, BAD_INPUT, "\"%.*s\" is no whole number.", STR_ARG(text)));
}

static bool press_show(Cli *cli, Db *db, const Viewer *viewer, const Press *press, WorklistItem *item, Err *e) {
    WorklistFact facts[WORKLIST_FACTS_MAX];
    size_t n;
    if (!worklist_find(db, cli->arena, viewer, press->kab, press->id, instant_now(), item, e) || !worklist_facts(db, cli->arena, item, facts, &n, e)) return false;
    if (cli->is_json) return true;
    fprintf(stderr, "%s %.*s, %s\n", item->kind ? tr(item->kind->title) : item->request.kind.p, STR_ARG(item->request.subject), arena_rupiah(cli->arena, item->request.amount).p);
    for (size_t i = 0; i < n; i++) fprintf(stderr, "%.*s: %.*s\n", STR_ARG(facts[i].label), STR_ARG(facts[i].text));
    fprintf(stderr, "%s\n", hash_text(cli->arena, &item->request.seen_hash));
    return true;
}

static bool press_do(Cli *cli, Db *db, PressKind what, Err *e) {
    Viewer viewer;
    Press press = { .what = what, .reason = str_c(cli_option(cli, "--reason")) };
    WorklistItem item;
    ApprovalRequest done;
    bool is_new = false;
    if (!number_arg(cli, 1, N_("The district of the request"), &press.kab, e) || !number_arg(cli, 2, N_("The number of the request"), &press.id, e) ||
        !actor_require(cli, db, ACTION_READ, KAB_NONE, &viewer, e) || !press_show(cli, db, &viewer, &press, &item, e)) return false;
    if (what == PRESS_SIGN && !actor_confirm(cli, db, ACTION_READ, KAB_NONE, &viewer, e)) return false;
    press.seen_hash = item.request.seen_hash;
    if (!worklist_press(db, cli->arena, &viewer, &press, instant_now(), &done, &is_new, e)) return false;
    if (cli->is_json) printf("{\"kab\":%lld,\"id\":%lld,\"state\":\"%s\",\"signed\":%d,\"needed\":%d,\"new\":%s}\n", (long long)done.kab, (long long)done.id, request_state_name(done.state),
                             done.signed_n, done.step_n, is_new ? "true" : "false");
    else printf(is_new ? _("Done: %s, %d of %d signatures.\n") : _("It was done before: %s, %d of %d signatures. Nothing was changed.\n"), request_state_title(done.state), done.signed_n, done.step_n);
    return true;
}
static bool sign_do(Cli *cli, Db *db, Err *e) { return press_do(cli, db, PRESS_SIGN, e); }
static bool refuse_do(Cli *cli, Db *db, Err *e) { return press_do(cli, db, PRESS_REFUSE, e); }
static bool withdraw_do(Cli *cli, Db *db, Err *e) { return press_do(cli, db, PRESS_WITHDRAW, e); }

typedef struct { Arena *arena; const Viewer *viewer; int64_t kab, batch_id; Instant now; ApprovalRequest request; bool is_new; } ImportAsk;
static bool ask_work(Db *db, void *with, Err *e) {
    ImportAsk *p = with;
    return import_leave_ask(db, p->arena, p->viewer, p->kab, p->batch_id, p->now, &p->request, &p->is_new, e);
}

static bool ask_import_do(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    ImportAsk ask = { .arena = cli->arena, .viewer = &viewer, .now = instant_now() };
    if (!number_arg(cli, 1, N_("The number of the import"), &ask.batch_id, e) || !actor_require_here(cli, db, ACTION_IMPORT, false, &ask.kab, &viewer, e) || !change_do(db, ask_work, &ask, e)) return false;
    if (cli->is_json) printf("{\"kab\":%lld,\"id\":%lld,\"new\":%s}\n", (long long)ask.kab, (long long)ask.request.id, ask.is_new ? "true" : "false");
    else printf(_("Request %lld in district %lld waits for a signature until %s.\n"), (long long)ask.request.id, (long long)ask.kab, date_text(cli->arena, ask.request.due_on, false));
    return true;
}

typedef struct { const char *word; bool (*run)(Cli *, Db *, Err *); } Word;

static bool word_run(Cli *cli, const Word *words, size_t n, Err *e) {
    Db *db;
    bool is_practice;
    size_t i = 0;
    Str word = cli->arg_n ? str_c(cli->args[0]) : STR("");
    while (i < n && !str_eq(word, str_c(words[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is not known here. Type: harapan %s --help", STR_ARG(word), cli->verb->name);
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && words[i].run(cli, db, e);
    db_close(db);
    return is_good;
}

bool verb_worklist(Cli *cli, Err *e) {
    static const Word WORDS[] = { { "", worklist_show }, { "sign", sign_do }, { "refuse", refuse_do }, { "withdraw", withdraw_do }, { "ask-import", ask_import_do } };
    return word_run(cli, WORDS, sizeof WORDS / sizeof *WORDS, e);
}

// ---- places ------------------------------------------------------------------------------------------------------

static bool date_option(Cli *cli, const char *name, Date otherwise, Date *out, Err *e) {
    const char *text = cli_option(cli, name);
    *out = otherwise;
    if (!text && date_is_known(otherwise)) return true;
    return (text && date_parse_local(str_c(text), out)) || fail(e, BAD_INPUT, "%s needs a day, such as 8/12/2026.", name);
}

typedef struct { const Viewer *viewer; int64_t taker_id, n; Date from_on, until_on; Instant now; } PlaceChange;
static bool give_work(Db *db, void *with, Err *e) {
    PlaceChange *c = with;
    return approval_delegate(db, c->viewer, c->taker_id, c->from_on, c->until_on, c->now, &c->n, e);
}
static bool take_work(Db *db, void *with, Err *e) { PlaceChange *c = with; return approval_undelegate(db, c->viewer, c->n, c->now, e); }

static bool taker_find(Cli *cli, Db *db, const Viewer *viewer, Str login, int64_t *out, Err *e) {
    Users users;
    if (!user_list(db, cli->arena, viewer, &users, e)) return false;
    for (size_t i = 0; i < users.n; i++) if (str_eq(users.at[i].login, login)) return *out = users.at[i].id, true;
    return fail(e, NOT_FOUND, "Nobody in your area has the log-in %.*s.", STR_ARG(login));
}

static bool give_do(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    Str login;
    PlaceChange c = { .viewer = &viewer, .now = instant_now() };
    if (!cli_arg(cli, 1, N_("Who signs in your place"), &login, e) || !actor_require(cli, db, ACTION_SIGN_SECOND, KAB_NONE, &viewer, e) ||
        !date_option(cli, "--from", district_day(viewer.kab, c.now), &c.from_on, e) || !date_option(cli, "--until", DATE_NONE, &c.until_on, e) ||
        !taker_find(cli, db, &viewer, login, &c.taker_id, e) || !change_do(db, give_work, &c, e)) return false;
    if (cli->is_json) printf("{\"n\":%lld}\n", (long long)c.n);
    else printf(_("%.*s signs in your place until %s (place %lld).\n"), STR_ARG(login), date_text(cli->arena, c.until_on, false), (long long)c.n);
    return true;
}

static bool take_do(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    PlaceChange c = { .viewer = &viewer, .now = instant_now() };
    if (!number_arg(cli, 1, N_("The number of the place"), &c.n, e) || !actor_require(cli, db, ACTION_SIGN_SECOND, KAB_NONE, &viewer, e) || !change_do(db, take_work, &c, e)) return false;
    if (cli->is_json) puts("{}");
    else puts(_("Taken back."));
    return true;
}

static bool places_do(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    Delegations all;
    User giver, taker;
    if (!actor_require(cli, db, ACTION_READ, KAB_NONE, &viewer, e) || !approval_delegations(db, cli->arena, viewer.user_id, district_day(viewer.kab, instant_now()), &all, e)) return false;
    for (size_t i = 0; i < all.n; i++) {
        const Delegation *d = &all.at[i];
        if (!user_read(db, cli->arena, d->giver_id, &giver, e) || !user_read(db, cli->arena, d->taker_id, &taker, e)) return false;
        const char *from = date_text(cli->arena, d->from_on, true), *until = date_text(cli->arena, d->until_on, true);
        if (cli->is_json) printf("{\"n\":%lld,\"giver\":\"%.*s\",\"taker\":\"%.*s\",\"from\":\"%s\",\"until\":\"%s\",\"ended\":%s}\n", (long long)d->n, STR_ARG(giver.login), STR_ARG(taker.login), from, until,
                                 d->is_ended ? "true" : "false");
        else printf("%lld %.*s -> %.*s, %s – %s%s\n", (long long)d->n, STR_ARG(giver.login), STR_ARG(taker.login), from, until, d->is_ended ? _(" (taken back)") : "");
    }
    return true;
}

// ---- policies ----------------------------------------------------------------------------------------------------

static void policy_put(Cli *cli, const ApprovalKind *kind, const Policy *p) {
    for (size_t i = 0; i < p->n; i++) {
        const PolicyRow *row = &p->at[i];
        if (cli->is_json) printf("{\"kind\":\"%s\",\"kab\":%lld,\"from\":\"%s\",\"step\":%lld,\"amount_from\":%lld,\"role\":\"%s\"}\n", kind->name, (long long)p->kab, date_text(cli->arena, p->from_on, true),
                                 (long long)row->step_n, (long long)row->amount_from.rp, role_name(row->role));
        else printf("%-8s %lld:%lld:%s\n", kind->name, (long long)row->step_n, (long long)row->amount_from.rp, role_name(row->role));
    }
}

// "1:0:head_dinsos"
static bool line_parse(Str text, PolicyRow *out, Err *e) {
    Str rest = text, step = str_cut(&rest, ':'), amount = str_cut(&rest, ':');
    if (str_int64(step, &out->step_n) && rupiah_parse(amount, &out->amount_from) && role_find(rest, &out->role)) return true;
    return fail(e, BAD_INPUT, "\"%.*s\" is no rule. A rule is STEP:AMOUNT:ROLE, such as 1:0:head_dinsos.", STR_ARG(text));
}

typedef struct { const Viewer *viewer; Str kind; const Policy *policy; Instant now; } PolicyChange;
static bool policy_work(Db *db, void *with, Err *e) { PolicyChange *c = with; return approval_policy_set(db, c->viewer, c->kind, c->policy, c->now, e); }

static bool policy_set_do(Cli *cli, Db *db, const Viewer *viewer, const ApprovalKind *kind, int64_t kab, Err *e) {
    Policy p = { .kab = kab, .at = NEW(cli->arena, PolicyRow, cli->arg_n) };
    for (size_t i = 2; i < cli->arg_n; i++) if (!line_parse(str_c(cli->args[i]), &p.at[p.n++], e)) return false;
    PolicyChange change = { viewer, str_c(kind->name), &p, instant_now() };
    if (!date_option(cli, "--from", DATE_NONE, &p.from_on, e) || !change_do(db, policy_work, &change, e)) return false;
    if (!cli->is_json) printf(_("These rules hold from %s on.\n"), date_text(cli->arena, p.from_on, false));
    policy_put(cli, kind, &p);
    return true;
}

static bool policy_do(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    int64_t kab;
    bool is_setting = cli->arg_n > 2;
    Str word = cli->arg_n > 1 ? str_c(cli->args[1]) : STR("");
    if (!actor_require(cli, db, is_setting ? ACTION_USERS : ACTION_READ, KAB_NONE, &viewer, e) || !cli_int(cli, "--kab", viewer.kab, &kab, e)) return false;
    if (word.n && !approval_kind_find(word)) return fail(e, BAD_INPUT, "Nothing of that name is signed here: %.*s.", STR_ARG(word));
    if (is_setting) return policy_set_do(cli, db, &viewer, approval_kind_find(word), kab, e);
    for (size_t i = 0; APPROVAL_KINDS[i]; i++) {
        Policy p;
        if (word.n && !str_eq(word, str_c(APPROVAL_KINDS[i]->name))) continue;
        if (!approval_policy_read(db, cli->arena, kab, str_c(APPROVAL_KINDS[i]->name), district_day(kab, instant_now()), &p, e)) return false;
        policy_put(cli, APPROVAL_KINDS[i], &p);
    }
    return true;
}

bool verb_approval(Cli *cli, Err *e) {
    static const Word WORDS[] = { { "give", give_do }, { "take", take_do }, { "places", places_do }, { "policy", policy_do } };
    return word_run(cli, WORDS, sizeof WORDS / sizeof *WORDS, e);
}
