// verb_life.c: a family's life from the shell: what happened is told with one word each; `due` says what the calendar will bring.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/rules_file.h"
#include "cli/verbs.h"
#include "office/district.h"
#include "office/read_log.h"
#include "registry/life.h"
#include "stage/ageing.h"
#include <stdio.h>
#include <unistd.h>

const CliOption LIFE_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district of the family (1371); your own otherwise") },
    { "--on", N_("DATE"), N_("the day it happened (today)") },
    { "--note", N_("TEXT"), N_("a remark that stays with the fact") },
    { "--name", N_("TEXT"), N_("birth: the child's name") },
    { "--sex", N_("L|P"), N_("birth: boy or girl") },
    { "--mother", N_("PERSON"), N_("birth: the mother, when she is a member") },
    { "--school", N_("NPSN"), N_("school: the school's number") },
    { "--due", N_("DATE"), N_("pregnancy: when the birth is expected") },
    { "--number", N_("N"), N_("pregnancy: which of hers it is (the one after those known)") },
    { "--address", N_("TEXT"), N_("move, arrive, split: street and house") },
    { "--hamlet", N_("TEXT"), N_("move, arrive, split: the hamlet") },
    { "--rt", N_("N"), N_("move, arrive, split: RT") },
    { "--rw", N_("N"), N_("move, arrive, split: RW") },
    { "--village", N_("CODE"), N_("split: where the new family lives (the same place otherwise)") },
    { "--payee", N_("PERSON"), N_("split: who receives for the new family") },
    { "--channel", N_("CODE"), N_("payee: how the family is paid from then on (as now)") },
    { "--same-account", NULL, N_("payee: the account goes on, with another holder") },
    { "--number-stdin", NULL, N_("read a number from the first line of the input: NIK (birth), KK (split) or the new account (payee)") },
    { "--rules", N_("FILE"), N_("due: rule book; the one of the latest closing otherwise") },
    { "--limit", N_("N"), N_("due: how many persons to show (50)") },
    { 0 },
};

typedef struct { Cli *cli; Db *db; LifeAct act; LifeResult result; bool has_result; } Telling;

// ---- what was typed --------------------------------------------------------------------------------------------------------------
static bool id_arg(Telling *t, size_t i, const char *what, int64_t *out, Err *e) {
    Str text;
    if (!cli_arg(t->cli, i, what, &text, e)) return false;
    return (str_int64(text, out) && *out > 0) || fail(e, BAD_INPUT, "\"%.*s\" is no number of a family, person or place.", STR_ARG(text));
}

static Str text_option(const Cli *cli, const char *name) {
    const char *text = cli_option(cli, name);
    return text ? str_c(text) : (Str){ 0 };
}

static bool day_option(const Cli *cli, const char *name, Date otherwise, Date *out, Err *e) {
    const char *text = cli_option(cli, name);
    *out = otherwise;
    return !text || date_parse_local(str_c(text), out) || fail(e, BAD_INPUT, "\"%s\" is no day: write 2024-06-15 or 15 Juni 2024.", text);
}

// A number never stands in the command line, where others see it.
static bool number_read(Cli *cli, Str *out, Err *e) {
    char text[64];
    size_t n = 0;
    char c;
    *out = (Str){ 0 };
    if (!cli_has(cli, "--number-stdin")) return true;
    while (n < sizeof text && read(STDIN_FILENO, &c, 1) == 1 && c != '\n') text[n++] = c;
    *out = str_trim(arena_str(cli->arena, (Str){ text, n }));
    return out->n > 0 || fail(e, BAD_INPUT, "The first line of the input holds no number.");
}

static LifePlace place_options(const Cli *cli, int64_t village_id) {
    return (LifePlace){ village_id, text_option(cli, "--address"), text_option(cli, "--hamlet"), text_option(cli, "--rt"), text_option(cli, "--rw") };
}

static const char *const FAMILY_ARG = N_("The number of the family");
static const char *const PERSON_ARG = N_("The number of the person");
static const char *const VILLAGE_ARG = N_("The code of the village (for example 1371011001)");

// ---- one word each -----------------------------------------------------------------------------------------------------------------
static bool word_birth(Telling *t, Err *e) {
    Str sex = text_option(t->cli, "--sex");
    LifeBirth b = { .name = text_option(t->cli, "--name"), .sex = str_eq(sex, STR("P")) ? SEX_FEMALE : str_eq(sex, STR("L")) ? SEX_MALE : SEX_UNKNOWN };
    return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && cli_int(t->cli, "--mother", 0, &b.mother_id, e) && number_read(t->cli, &b.nik, e) &&
           life_birth(t->db, &t->act, &b, &t->result, e);
}

static bool word_death(Telling *t, Err *e) {
    int64_t person_id;
    return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && id_arg(t, 2, PERSON_ARG, &person_id, e) && life_death(t->db, &t->act, person_id, &t->result, e);
}

static bool word_school(Telling *t, Err *e) {
    static const struct { const char *word; SchoolLevel level; } LEVELS[] = { { "SD", SCHOOL_SD }, { "SMP", SCHOOL_SMP }, { "SMA", SCHOOL_SMA }, { "none", SCHOOL_NONE } };
    int64_t person_id;
    Str word;
    if (!id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) || !id_arg(t, 2, PERSON_ARG, &person_id, e) ||
        !cli_arg(t->cli, 3, N_("The level (SD, SMP, SMA or none)"), &word, e)) return false;
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
        if (str_eq_nocase(word, str_c(LEVELS[i].word))) return life_school(t->db, &t->act, person_id, LEVELS[i].level, text_option(t->cli, "--school"), &t->result, e);
    return fail(e, BAD_INPUT, "\"%.*s\" is no level: SD, SMP, SMA or none.", STR_ARG(word));
}

static bool word_pregnancy(Telling *t, Err *e) {
    int64_t person_id, number;
    Date due;
    return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && id_arg(t, 2, PERSON_ARG, &person_id, e) && day_option(t->cli, "--due", DATE_NONE, &due, e) &&
           cli_int(t->cli, "--number", 0, &number, e) && life_pregnancy(t->db, &t->act, person_id, (int)number, due, &t->result, e);
}

static bool word_loss(Telling *t, Err *e) {
    int64_t person_id;
    return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && id_arg(t, 2, PERSON_ARG, &person_id, e) && life_pregnancy_end(t->db, &t->act, person_id, &t->result, e);
}

static bool word_move(Telling *t, Err *e) {
    int64_t village_id;
    if (!id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) || !id_arg(t, 2, VILLAGE_ARG, &village_id, e)) return false;
    LifePlace place = place_options(t->cli, village_id);
    return life_move(t->db, &t->act, &place, &t->result, e);
}

static bool word_move_out(Telling *t, Err *e) {
    int64_t kab;
    return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && id_arg(t, 2, N_("The code of the district it moves to (for example 1372)"), &kab, e) &&
           life_move_out(t->db, &t->act, kab, &t->result, e);
}

static bool word_arrive(Telling *t, Err *e) {
    int64_t transfer_id, village_id;
    if (!id_arg(t, 1, N_("The number of the family on its way (see harapan life arriving)"), &transfer_id, e) || !id_arg(t, 2, VILLAGE_ARG, &village_id, e)) return false;
    LifePlace place = place_options(t->cli, village_id);
    return life_arrive(t->db, &t->act, transfer_id, &place, &t->result, e);
}

static bool word_split(Telling *t, Err *e) {
    int64_t *ids = NEW(t->cli->arena, int64_t, t->cli->arg_n + 1), village_id;
    LifeSplit split = { .person_ids = ids };
    if (!id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) || !id_arg(t, 2, PERSON_ARG, &ids[0], e)) return false;
    for (size_t i = 2; i < t->cli->arg_n; i++) if (!id_arg(t, i, PERSON_ARG, &ids[split.person_n++], e)) return false;
    if (!cli_int(t->cli, "--village", 0, &village_id, e) || !cli_int(t->cli, "--payee", 0, &split.payee_id, e) || !number_read(t->cli, &split.kk, e)) return false;
    if (village_id) split.place = place_options(t->cli, village_id);
    return life_split(t->db, &t->act, &split, &t->result, e);
}

static const char *const REASON_ARG = N_("The reason (for example graduated)");
static bool word_leave(Telling *t, Err *e) {
    Str reason;
    return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && cli_arg(t->cli, 2, REASON_ARG, &reason, e) && life_leave(t->db, &t->act, reason, &t->result, e);
}
static bool word_suspend(Telling *t, Err *e) {
    Str reason;
    return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && cli_arg(t->cli, 2, REASON_ARG, &reason, e) && life_suspend(t->db, &t->act, reason, &t->result, e);
}
static bool word_return(Telling *t, Err *e) { return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && life_return(t->db, &t->act, &t->result, e); }

static bool word_correct(Telling *t, Err *e) {
    int64_t n;
    return id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) && id_arg(t, 2, N_("The number of the fact (see harapan life list)"), &n, e) &&
           life_correct(t->db, &t->act, n, &t->result, e);
}

static bool word_payee(Telling *t, Err *e) {
    LifePayee p = { .channel = text_option(t->cli, "--channel"), .is_same_account = cli_has(t->cli, "--same-account") };
    ApprovalRequest request;
    bool is_new;
    if (!id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) || !id_arg(t, 2, PERSON_ARG, &p.payee_id, e) || !number_read(t->cli, &p.account, e)) return false;
    if (!p.channel.n) p.channel = p.is_same_account || p.account.n ? STR("BRI") : STR("POS");
    if (!life_payee_ask(t->db, t->cli->arena, &t->act, &p, &request, &is_new, e)) return false;
    t->has_result = false;
    if (t->cli->is_json) printf("{\"request\":%lld,\"new\":%s}\n", (long long)request.id, is_new ? "true" : "false");
    else printf(is_new ? _("Asked as request %lld: somebody else must sign it before it holds.\n") : _("It was asked before, as request %lld, and waits for a signature.\n"),
                (long long)request.id);
    return true;
}

// ---- looking -------------------------------------------------------------------------------------------------------------------------
static void event_print(const LifeEvent *ev) {
    Buf b = { .max = 2000 };
    date_put_iso(&b, ev->on);
    buf_fmt(&b, "  %3lld  %s", (long long)ev->n, life_kind_title(ev->kind));
    buf_c(&b, ": ");
    life_event_put(&b, ev);
    if (ev->note.n) buf_fmt(&b, " (%.*s)", STR_ARG(ev->note));
    if (ev->is_corrected) buf_fmt(&b, "  [%s]", _("taken back"));
    printf("%.*s\n", (int)b.n, b.p);
    buf_free(&b);
}

static void event_json(const LifeEvent *ev) {
    Buf on = { .max = 20 }, at = { .max = 30 };
    date_put_iso(&on, ev->on);
    instant_put_iso(&at, ev->recorded_at);
    printf("{\"n\":%lld,\"kind\":\"%s\",\"on\":\"%.*s\",\"person\":%lld,\"from\":", (long long)ev->n, life_kind_name(ev->kind), (int)on.n, on.p, (long long)ev->person_id);
    cli_put_json(ev->old_value);
    printf(",\"to\":");
    cli_put_json(ev->new_value);
    printf(",\"other_district\":%lld,\"other_family\":%lld,\"corrects\":%lld,\"corrected\":%s,\"recorded_at\":\"%.*s\"}\n", (long long)ev->other_kab,
           (long long)ev->other_family_id, (long long)ev->corrects_n, ev->is_corrected ? "true" : "false", (int)at.n, at.p);
    buf_free(&on);
    buf_free(&at);
}

static bool word_list(Telling *t, Err *e) {
    LifeEvents events;
    Sight sight = authority_sight(&t->act.actor, district_day(t->act.kab, t->act.at));
    if (!id_arg(t, 1, FAMILY_ARG, &t->act.family_id, e) || !life_list(t->db, t->cli->arena, sight, t->act.kab, t->act.family_id, &events, e)) return false;
    ReadPage page = { .kab = t->act.kab, .actor_id = t->act.actor.user_id, .route = "shell life", .purpose = "family", .at = t->act.at, .family_ids = &t->act.family_id, .family_n = 1 };
    if (!reads_write_once(t->cli->db_url, &page, e)) return false;
    for (size_t i = 0; i < events.n; i++) if (t->cli->is_json) event_json(&events.at[i]); else event_print(&events.at[i]);
    if (!events.n && !t->cli->is_json) puts(_("Nothing has been told of this family yet."));
    t->has_result = false;
    return true;
}

static bool word_arriving(Telling *t, Err *e) {
    LifeTransfers list;
    if (!life_transfers(t->db, t->cli->arena, &t->act.actor, t->act.kab, &list, e)) return false;
    for (size_t i = 0; i < list.n; i++) {
        const LifeTransfer *x = &list.at[i];
        Buf on = { .max = 20 };
        date_put_iso(&on, x->left_on);
        if (t->cli->is_json) printf("{\"number\":%lld,\"from_district\":%lld,\"from_family\":%lld,\"members\":%lld,\"left_on\":\"%.*s\"}\n", (long long)x->id,
                                    (long long)x->from_kab, (long long)x->from_family_id, (long long)x->member_n, (int)on.n, on.p);
        else printf(_("%lld  from district %lld, family %lld there, %lld members, left on %.*s\n"), (long long)x->id, (long long)x->from_kab, (long long)x->from_family_id,
                    (long long)x->member_n, (int)on.n, on.p);
        buf_free(&on);
    }
    if (!list.n && !t->cli->is_json) puts(_("No family is on its way here."));
    t->has_result = false;
    return true;
}

// ---- what the calendar brings -----------------------------------------------------------------------------------------------------------
static void change_put(Buf *b, Rupiah delta) {
    if (delta.rp > 0) buf_char(b, '+');
    rupiah_put(b, delta);
}

static void due_print(const Cli *cli, const Ageing *x, const LifeDues *births, int64_t limit_n) {
    Buf b = { 0 };
    buf_fmt(&b, _("From stage %.*s to %.*s, ages on "), STR_ARG(x->stage_before), STR_ARG(x->stage));
    date_put_local(&b, x->day);
    buf_c(&b, ":\n");
    for (size_t i = 0; i < x->kind_n; i++) {
        const AgeingKind *k = &x->kinds[i];
        buf_c(&b, "  ");
        count_put(&b, k->n);
        buf_fmt(&b, "  %.*s → %.*s  ", STR_ARG(ageing_title(x, k->from)), STR_ARG(ageing_title(x, k->to)));
        change_put(&b, k->delta);
        buf_char(&b, '\n');
    }
    buf_fmt(&b, _("%lld families change: "), (long long)x->family_n);
    change_put(&b, x->more);
    buf_c(&b, ", ");
    change_put(&b, (Rupiah){ -x->less.rp });
    buf_fmt(&b, _("; births expected until then: %lld\n"), (long long)births->n);
    for (size_t i = 0; i < x->row_n && (int64_t)i < limit_n; i++) {
        const AgeingRow *r = &x->rows[i];
        buf_fmt(&b, _("family %lld, person %lld: %.*s → %.*s  "), (long long)r->family_id, (long long)r->person_id, STR_ARG(ageing_title(x, r->from)), STR_ARG(ageing_title(x, r->to)));
        change_put(&b, (Rupiah){ r->after.rp - r->before.rp });
        if (r->asks_school) buf_fmt(&b, "  %s", _("(at school? then tell it)"));
        buf_char(&b, '\n');
    }
    (void)cli;
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static void due_json(const Ageing *x, const LifeDues *births, int64_t limit_n) {
    const SchemeComponent *components;
    scheme_components(x->scheme, &components);
    printf("{\"before\":\"%.*s\",\"stage\":\"%.*s\",\"families\":%lld,\"persons\":%zu,\"more\":%lld,\"less\":%lld,\"births_expected\":%zu,\"kinds\":[", STR_ARG(x->stage_before),
           STR_ARG(x->stage), (long long)x->family_n, x->row_n, (long long)x->more.rp, (long long)x->less.rp, births->n);
    #define CODE(i) STR_ARG((i) >= 0 ? components[i].code : STR(""))
    for (size_t i = 0; i < x->kind_n; i++)
        printf("%s{\"from\":\"%.*s\",\"to\":\"%.*s\",\"persons\":%lld,\"change\":%lld}", i ? "," : "", CODE(x->kinds[i].from), CODE(x->kinds[i].to), (long long)x->kinds[i].n,
               (long long)x->kinds[i].delta.rp);
    printf("],\"rows\":[");
    for (size_t i = 0; i < x->row_n && (int64_t)i < limit_n; i++) {
        const AgeingRow *r = &x->rows[i];
        printf("%s{\"family\":%lld,\"person\":%lld,\"from\":\"%.*s\",\"to\":\"%.*s\",\"before\":%lld,\"after\":%lld,\"asks_school\":%s}", i ? "," : "", (long long)r->family_id,
               (long long)r->person_id, CODE(r->from), CODE(r->to), (long long)r->before.rp, (long long)r->after.rp, r->asks_school ? "true" : "false");
    }
    #undef CODE
    puts("]}");
}

static bool word_due(Telling *t, Err *e) {
    AgeingAsk ask = { .kab = t->act.kab, .stage = t->cli->arg_n > 1 ? str_c(t->cli->args[1]) : (Str){ 0 }, .at = t->act.at };
    Ageing x;
    LifeDues births;
    int64_t limit_n;
    t->has_result = false;
    if (!cli_int(t->cli, "--limit", 50, &limit_n, e) || (cli_has(t->cli, "--rules") && !rules_file_read(t->cli, &ask.book_file, &ask.book_text, e)) || !ageing_read(t->db, t->cli->arena, &ask, &x, e) ||
        !life_due_births(t->db, t->cli->arena, t->act.kab, x.day, &births, e)) return false;
    if (t->cli->is_json) due_json(&x, &births, limit_n);
    else due_print(t->cli, &x, &births, limit_n);
    return true;
}

// ---- the verb ---------------------------------------------------------------------------------------------------------------------------
static void result_print(const Telling *t) {
    const LifeResult *r = &t->result;
    if (t->cli->is_json) {
        printf("{\"fact\":%lld,\"before\":%s,\"person\":%lld,\"district\":%lld,\"new_family\":%lld,\"transfer\":%lld,\"no_payee\":%s,\"empty\":%s}\n", (long long)r->n,
               r->was_there ? "true" : "false", (long long)r->person_id, (long long)r->other_kab, (long long)r->other_family_id, (long long)r->transfer_id,
               r->has_no_payee ? "true" : "false", r->is_empty ? "true" : "false");
        return;
    }
    if (r->was_there) puts(_("It was told before; nothing was changed."));
    else printf(_("Told, as fact %lld of the family.\n"), (long long)r->n);
    if (r->person_id) printf(_("The child is person %lld.\n"), (long long)r->person_id);
    if (r->other_family_id) printf(_("The new family is number %lld in district %lld.\n"), (long long)r->other_family_id, (long long)r->other_kab);
    if (r->transfer_id) printf(_("District %lld opens the family with: harapan life arrive %lld VILLAGE\n"), (long long)r->other_kab, (long long)r->transfer_id);
    if (r->nik_doubts) puts(_("The NIK does not agree with the birth date or sex: look at the card."));
    if (r->has_no_payee) puts(_("The family has no payee now: name one before the next closing (harapan life payee)."));
    if (r->is_empty) puts(_("Nobody is left in the family: tell that it leaves (harapan life leave FAMILY all_died)."));
}

static const struct { const char *word; bool (*run)(Telling *, Err *); Action action; } WORDS[] = {
    { "list", word_list, ACTION_READ }, { "birth", word_birth, ACTION_EDIT }, { "death", word_death, ACTION_EDIT }, { "school", word_school, ACTION_EDIT },
    { "pregnancy", word_pregnancy, ACTION_EDIT }, { "loss", word_loss, ACTION_EDIT }, { "move", word_move, ACTION_EDIT }, { "move-out", word_move_out, ACTION_EDIT },
    { "arriving", word_arriving, ACTION_READ }, { "arrive", word_arrive, ACTION_EDIT }, { "split", word_split, ACTION_EDIT }, { "payee", word_payee, ACTION_EDIT },
    { "leave", word_leave, ACTION_EDIT }, { "suspend", word_suspend, ACTION_EDIT }, { "return", word_return, ACTION_EDIT }, { "correct", word_correct, ACTION_EDIT },
    { "due", word_due, ACTION_READ },
};

bool verb_life(Cli *cli, Err *e) {
    Str word;
    bool is_practice;
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    Telling t = { .cli = cli, .act = { .at = instant_now(), .note = text_option(cli, "--note") }, .has_result = true };
    if (!cli_arg(cli, 0, N_("What to tell (birth, death, …; see harapan help life)"), &word, e)) return false;
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is nothing that can be told: harapan help life lists the words.", STR_ARG(word));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &t.db, e)) return false;
    bool is_good = actor_band(cli, t.db, &is_practice, e) && actor_require_here(cli, t.db, WORDS[i].action, false, &t.act.kab, &t.act.actor, e) &&
                   day_option(cli, "--on", district_day(t.act.kab, t.act.at), &t.act.on, e) && WORDS[i].run(&t, e);
    db_close(t.db);
    if (is_good && t.has_result) result_print(&t);
    return is_good;
}
