// verb_commitment.c: what families are told to have done, from the shell: one fact after the other, what follows from them, and why.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/rules_file.h"
#include "cli/verbs.h"
#include "commitment/excuse.h"
#include "commitment/fact.h"
#include "commitment/outcome_list.h"
#include "commitment/sanctions.h"
#include "stage/late.h"
#include "office/district.h"
#include "office/read_log.h"
#include <stdio.h>
#include <unistd.h>

const CliOption COMMITMENT_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district of the family (1371); your own otherwise") },
    { "--on", N_("DATE"), N_("record: the day it was done") },
    { "--month", N_("MONTH"), N_("record: the whole month it is said of (2024-05); explain, count, propose, excuse: the first month") },
    { "--months", N_("N"), N_("explain, count, propose: how many months (3); excuse: 1") },
    { "--times", N_("N"), N_("record: how often it was done (1); 0 of a month: it was not done") },
    { "--days", N_("N"), N_("record: the school days of the month") },
    { "--absent", N_("N"), N_("record: school days missed without leave (alpa)") },
    { "--permitted", N_("N"), N_("record: school days missed with leave (izin)") },
    { "--sick", N_("N"), N_("record: school days missed sick (sakit)") },
    { "--source", N_("TEXT"), N_("record, withdraw: who says so: a school, a health post, a companion") },
    { "--duty", N_("WORD"), N_("excuse: one duty of the rule book (all of them)") },
    { "--note", N_("TEXT"), N_("excuse: a remark for whoever signs it") },
    { "--evidence", N_("TEXT"), N_("record, withdraw: the form, list or letter it stands in") },
    { "--replaces", N_("N"), N_("record: the fact that it corrects") },
    { "--observation-stdin", NULL, N_("record: read what was measured from the first line of the input; it is sealed") },
    { "--as-of", N_("DATE"), N_("explain, count, propose: as it was known at the end of that day") },
    { "--rules", N_("FILE"), N_("rule book; the one of the program otherwise") },
    { 0 },
};

typedef struct { Cli *cli; Db *db; FactAct act; DutyPeriod period; Buf out; } Telling;

// ---- what was typed --------------------------------------------------------------------------------------------------------
static bool id_arg(Telling *t, size_t i, const char *what, bool may_be_zero, int64_t *out, Err *e) {
    Str text;
    if (!cli_arg(t->cli, i, what, &text, e)) return false;
    return (str_int64(text, out) && *out >= (may_be_zero ? 0 : 1)) || fail(e, BAD_INPUT, "\"%.*s\" is no number of a family, person or place.", STR_ARG(text));
}
static const char *const FAMILY_ARG = N_("The number of the family");
static const char *const PERSON_ARG = N_("The number of the person (0: the family as a whole)");

static Str text_option(const Cli *cli, const char *name) {
    const char *text = cli_option(cli, name);
    return text ? str_c(text) : (Str){ 0 };
}

static bool day_read(const Cli *cli, const char *name, Date *out, Err *e) {
    const char *text = cli_option(cli, name);
    return !text || date_parse_local(str_c(text), out) || fail(e, BAD_INPUT, "\"%s\" is no day: write 2024-06-15 or 15 Juni 2024.", text);
}

static bool month_read(const Cli *cli, Date *first, Err *e) {
    const char *text = cli_option(cli, "--month");
    if (!text) return true;
    Str iso = arena_fmt(cli->arena, "%s-01", text);
    return date_parse_iso(iso, first) || fail(e, BAD_INPUT, "\"%s\" is no month: write 2024-05.", text);
}

static bool observation_read(const Cli *cli, Str *out, Err *e) {
    char text[FACT_OBSERVATION_MAX + 2];
    size_t n = 0;
    char c;
    if (!cli_has(cli, "--observation-stdin")) return true;
    while (n < sizeof text && read(STDIN_FILENO, &c, 1) == 1 && c != '\n') text[n++] = c;
    *out = str_trim(arena_str(cli->arena, (Str){ text, n }));
    return out->n > 0 || fail(e, BAD_INPUT, "The first line of the input holds no observation.");
}

static bool book_read(Telling *t, Err *e) {
    Str file, text;
    return rules_file_read(t->cli, &file, &text, e) && rulebook_open(t->cli->arena, file, text, &t->act.book, e);
}

static bool period_read(Telling *t, Err *e) {
    Date today = district_day(t->act.kab, t->act.at), as_of = today, first = date_add_months(today, -3);
    int64_t months;
    int y, m, d;
    if (!month_read(t->cli, &first, e) || !day_read(t->cli, "--as-of", &as_of, e) || !cli_int(t->cli, "--months", 3, &months, e)) return false;
    if (months < 1 || months > DUTY_MONTHS_MAX) return fail(e, BAD_INPUT, "--months takes a number from 1 to %d.", DUTY_MONTHS_MAX);
    date_split(first, &y, &m, &d);
    bool is_past = as_of.days < today.days;
    int64_t end_of_day = ((int64_t)as_of.days + 1) * 86400000 - INT64_C(7) * 3600000;        // midnight in Padang
    t->period = (DutyPeriod){ date_make(y, m, 1), (int)months, is_past ? (Instant){ end_of_day } : t->act.at, as_of };
    return true;
}

// ---- words -------------------------------------------------------------------------------------------------------------------
static bool result_print(Telling *t, const Fact *f, const FactResult *r) {
    static const char *const STATES[] = { [FACT_RECORDED] = "recorded", [FACT_WAS_THERE] = "was_there", [FACT_CORRECTED] = "corrected" };
    if (t->cli->is_json) printf("{\"family\":%lld,\"fact\":%lld,\"state\":\"%s\",\"replaced\":%lld}\n", (long long)f->family_id, (long long)r->n, STATES[r->state], (long long)r->replaced_n);
    else if (r->state == FACT_WAS_THERE) printf(_("Family %lld: this was told before, as fact %lld. Nothing was changed.\n"), (long long)f->family_id, (long long)r->n);
    else if (r->state == FACT_CORRECTED) printf(_("Family %lld: fact %lld, in place of fact %lld.\n"), (long long)f->family_id, (long long)r->n, (long long)r->replaced_n);
    else printf(_("Family %lld: fact %lld.\n"), (long long)f->family_id, (long long)r->n);
    return true;
}

static bool word_record(Telling *t, Err *e) {
    Fact f = { .first_on = DATE_NONE, .source = text_option(t->cli, "--source"), .evidence = text_option(t->cli, "--evidence") };
    FactResult r;
    if (!id_arg(t, 1, FAMILY_ARG, false, &f.family_id, e) || !id_arg(t, 2, PERSON_ARG, true, &f.person_id, e) ||
        !cli_arg(t->cli, 3, N_("The kind of fact (see harapan help commitment)"), &f.kind, e)) return false;
    if ((cli_option(t->cli, "--on") != NULL) == (cli_option(t->cli, "--month") != NULL)) return fail(e, BAD_INPUT, "Say --on with a day or --month with a month.");
    if (!day_read(t->cli, "--on", &f.first_on, e) || !month_read(t->cli, &f.first_on, e) || !cli_int(t->cli, "--times", 1, &f.times, e) ||
        !cli_int(t->cli, "--days", 0, &f.days, e) || !cli_int(t->cli, "--absent", 0, &f.absent, e) || !cli_int(t->cli, "--permitted", 0, &f.permitted, e) ||
        !cli_int(t->cli, "--sick", 0, &f.sick, e) || !cli_int(t->cli, "--replaces", 0, &f.replaces_n, e) || !observation_read(t->cli, &f.observation, e)) return false;
    f.last_on = cli_option(t->cli, "--month") ? (Date){ date_add_months(f.first_on, 1).days - 1 } : f.first_on;
    int kind = fact_kind_find(t->act.book, f.kind);
    if (kind >= 0 && fact_kind_shape(t->act.book, kind) == SHAPE_DAYS && !cli_option(t->cli, "--days")) return fail(e, BAD_INPUT, "Say with --days how many school days the month had.");
    return fact_record_one(t->db, t->cli->arena, &t->act, &f, &r, e) && result_print(t, &f, &r);
}

static bool word_withdraw(Telling *t, Err *e) {
    Fact f = { .is_void = true, .source = text_option(t->cli, "--source"), .evidence = text_option(t->cli, "--evidence") };
    FactResult r;
    return id_arg(t, 1, FAMILY_ARG, false, &f.family_id, e) && id_arg(t, 2, N_("The number of the fact"), false, &f.replaces_n, e) &&
           fact_record_one(t->db, t->cli->arena, &t->act, &f, &r, e) && result_print(t, &f, &r);
}

static bool word_excuse(Telling *t, Err *e) {
    Excuse x = { .first_month = DATE_NONE, .duty = text_option(t->cli, "--duty"), .note = text_option(t->cli, "--note"), .evidence = text_option(t->cli, "--evidence") };
    ApprovalRequest request;
    int64_t months;
    bool is_new;
    if (!id_arg(t, 1, FAMILY_ARG, false, &x.family_id, e) || !id_arg(t, 2, PERSON_ARG, true, &x.person_id, e) ||
        !cli_arg(t->cli, 3, N_("The reason (no_school, disaster, post_closed, unreachable, illness or other)"), &x.reason, e) || !month_read(t->cli, &x.first_month, e) ||
        !cli_int(t->cli, "--months", 1, &months, e)) return false;
    if (months < 1 || months > EXCUSE_MONTHS_MAX) return fail(e, BAD_INPUT, "An excuse is of 1 to %d months.", EXCUSE_MONTHS_MAX);
    x.last_month = date_is_known(x.first_month) ? date_add_months(x.first_month, (int)months - 1) : DATE_NONE;
    if (!excuse_ask(t->db, t->cli->arena, &t->act, &x, &request, &is_new, e)) return false;
    if (t->cli->is_json) printf("{\"family\":%lld,\"request\":%lld,\"new\":%s}\n", (long long)x.family_id, (long long)request.id, is_new ? "true" : "false");
    else printf(is_new ? _("Asked as request %lld. It counts once somebody else has signed it (harapan worklist).\n")
                       : _("It was asked before, as request %lld, and waits for a signature.\n"), (long long)request.id);
    return true;
}

static bool seen_write(Telling *t, int64_t family_id, Err *e) {
    ReadPage page = { .kab = t->act.kab, .actor_id = t->act.actor.user_id, .route = "shell commitment", .purpose = "family", .at = t->act.at, .family_ids = &family_id, .family_n = 1 };
    return reads_write_once(t->cli->db_url, &page, e);
}

static void told_put(Buf *b, const RuleBook *book, const ToldFact *x) {
    const Fact *f = &x->fact;
    int kind = fact_kind_find(book, f->kind);
    buf_fmt(b, "%lld\t", (long long)x->n);
    date_put_iso(b, f->first_on);
    if (f->last_on.days != f->first_on.days) buf_c(b, " – "), date_put_iso(b, f->last_on);
    buf_fmt(b, "\t%.*s\t%.*s\t", STR_ARG(f->person_id ? x->person_name : str_c(_("the family"))), STR_ARG(kind >= 0 ? fact_kind_title(book, kind) : f->kind));
    if (f->is_void) buf_c(b, _("taken back"));
    else if (kind >= 0 && fact_kind_shape(book, kind) == SHAPE_DAYS)
        buf_fmt(b, _("%lld school days, missed: %lld without leave, %lld with leave, %lld sick"), (long long)f->days, (long long)f->absent, (long long)f->permitted, (long long)f->sick);
    else buf_fmt(b, "%lld×", (long long)f->times);
    buf_fmt(b, "\t%.*s", STR_ARG(f->source));
    if (f->evidence.n) buf_fmt(b, ", %.*s", STR_ARG(f->evidence));
    if (x->corrected_by_n) buf_c(b, "\t"), buf_fmt(b, _("corrected by fact %lld"), (long long)x->corrected_by_n);
    buf_char(b, '\n');
}

static bool word_facts(Telling *t, Err *e) {
    ToldFacts list;
    int64_t family_id;
    Sight sight = authority_sight(&t->act.actor, district_day(t->act.kab, t->act.at));
    if (!id_arg(t, 1, FAMILY_ARG, false, &family_id, e) || !fact_list(t->db, t->cli->arena, sight, t->act.kab, family_id, &list, e) || !seen_write(t, family_id, e)) return false;
    for (size_t i = 0; i < list.n; i++) told_put(&t->out, t->act.book, &list.at[i]);
    if (!list.n) puts(_("Nothing has been told of this family yet."));
    return true;
}

static const char *outcome_words(Outcome outcome) {
    static const char *const TITLES[] = { [OUTCOME_UNKNOWN] = N_("not yet judged"), [OUTCOME_MET] = N_("met"), [OUTCOME_NOT_MET] = N_("not met"), [OUTCOME_EXCUSED] = N_("excused") };
    return tr(TITLES[outcome]);
}

static void month_put(Buf *b, Date first) {
    int y, m, d;
    date_split(first, &y, &m, &d);
    buf_fmt(b, "%04d-%02d", y, m);
}

static void due_put(Telling *t, const DutyDue *due) {
    Buf *b = &t->out;
    const RuleBook *book = t->act.book;
    buf_c(b, "    ");
    duty_put(b, book, due);
    if (due->is_late) buf_c(b, _(" (late)"));
    if (due->is_only_shown) buf_c(b, _(" (only recorded)"));
    for (size_t i = 0; i < due->fact_n && i < 12; i++) buf_fmt(b, i ? ", %lld" : _("; facts %lld"), (long long)due->fact_ns[i]);
    buf_c(b, "\n      ");
    buf_fmt(b, _("Rule: %.*s Source: %.*s (%s)."), STR_ARG(duty_text(book, due->duty, due->ask)), STR_ARG(duty_source(book, due->duty, due->ask)),
            duty_confidence(book, due->duty, due->ask));
    buf_char(b, '\n');
}

static void person_put(Telling *t, const PersonOutcome *p) {
    Buf *b = &t->out;
    if (p->report.due_n == 0) return;
    if (p->person_id) buf_fmt(b, "%lld  %.*s\n", (long long)p->person_id, STR_ARG(p->name));
    else buf_fmt(b, "%s\n", _("The family"));
    for (int m = 0; m < p->report.month_n; m++) {
        buf_c(b, "  ");
        month_put(b, p->report.months[m].month);
        buf_fmt(b, "  %s\n", p->report.months[m].due < 0 ? _("nothing fell due") : outcome_words(p->report.months[m].outcome));
    }
    for (size_t i = 0; i < p->report.due_n; i++) due_put(t, &p->report.due[i]);
}

static void person_json(Telling *t, int64_t family_id, const PersonOutcome *p) {
    Buf *b = &t->out;
    buf_fmt(b, "{\"family\":%lld,\"person\":%lld,\"outcome\":\"%s\",\"missed_months\":%d,\"months\":{", (long long)family_id, (long long)p->person_id, outcome_name(p->sum.outcome), p->sum.missed_n);
    for (int m = 0; m < p->report.month_n; m++) {
        buf_c(b, m ? ",\"" : "\"");
        month_put(b, p->report.months[m].month);
        buf_fmt(b, "\":\"%s\"", outcome_name(p->report.months[m].outcome));
    }
    buf_c(b, "},\"dues\":[");
    for (size_t i = 0; i < p->report.due_n; i++) {
        const DutyDue *due = &p->report.due[i];
        buf_fmt(b, "%s{\"duty\":\"%.*s\",\"fact\":\"%.*s\",\"from\":\"", i ? "," : "", STR_ARG(duty_code(t->act.book, due->duty)), STR_ARG(fact_kind_code(t->act.book, due->kind)));
        date_put_iso(b, due->first_on);
        buf_c(b, "\",\"until\":\"");
        date_put_iso(b, due->last_on);
        buf_fmt(b, "\",\"reason\":\"%s\",\"needed\":%lld,\"done\":%lld,\"late\":%s,\"facts\":[", duty_reason_name(due->reason), (long long)due->needed, (long long)due->done,
                due->is_late ? "true" : "false");
        for (size_t k = 0; k < due->fact_n; k++) buf_fmt(b, "%s%lld", k ? "," : "", (long long)due->fact_ns[k]);
        buf_c(b, "]}");
    }
    buf_c(b, "]}\n");
}

static bool word_explain(Telling *t, Err *e) {
    FamilyOutcome family;
    int64_t family_id;
    Sight sight = authority_sight(&t->act.actor, district_day(t->act.kab, t->act.at));
    if (!id_arg(t, 1, FAMILY_ARG, false, &family_id, e) || !period_read(t, e) ||
        !outcome_family(t->db, t->cli->arena, t->act.book, sight, t->act.kab, family_id, &t->period, &family, e) || !seen_write(t, family_id, e)) return false;
    for (size_t i = 0; i < family.n; i++) if (t->cli->is_json) person_json(t, family_id, &family.at[i]); else person_put(t, &family.at[i]);
    return true;
}

static bool word_count(Telling *t, Err *e) {
    OutcomeCounts *c = NEW(t->cli->arena, OutcomeCounts, 1);
    Sight sight = authority_sight(&t->act.actor, district_day(t->act.kab, t->act.at));
    if (!period_read(t, e) || !outcome_count(t->db, t->act.book, sight, t->act.kab, &t->period, t->cli->progress, c, e)) return false;
    for (int m = 0; m < t->period.month_n; m++) {
        month_put(&t->out, date_add_months(t->period.first_month, m));
        for (int o = 0; o < 4; o++) buf_fmt(&t->out, "\t%s %lld", t->cli->is_json ? outcome_name((Outcome)o) : outcome_words((Outcome)o), (long long)c->month_n[m][o]);
        buf_char(&t->out, '\n');
    }
    return true;
}

static bool word_propose(Telling *t, Err *e) {
    OutcomeList list;
    ApprovalRequest request;
    Str stage;
    bool is_new;
    if (!cli_arg(t->cli, 1, N_("The stage (for example 2024-3)"), &stage, e)) return false;
    if (!cli_option(t->cli, "--month")) return fail(e, BAD_INPUT, "Say with --month which month is the first of those that were verified.");
    if (!period_read(t, e) || !outcome_list_ask(t->db, t->cli->arena, &t->act.actor, t->act.kab, stage, &t->period, t->act.at, t->cli->progress, &list, &request, &is_new, e)) return false;
    for (int o = 0; o < 4; o++)
        printf("%s\t%lld\n", t->cli->is_json ? outcome_name((Outcome)o) : outcome_words((Outcome)o), (long long)list.count[o]);
    if (!t->cli->is_json) printf(is_new ? _("Asked as request %lld. It counts once somebody else has signed it (harapan worklist).\n")
                                        : _("It was asked before, as request %lld, and waits for a signature.\n"), (long long)request.id);
    return true;
}

// ---- sanctions and corrections ---------------------------------------------------------------------------------------
static const char *const N_ARG = N_("The number of the proposal (harapan commitment proposals FAMILY)");

static bool asked_print(const Telling *t, const ApprovalRequest *request, bool is_new) {
    if (t->cli->is_json) printf("{\"request\":%lld,\"new\":%s}\n", (long long)request->id, is_new ? "true" : "false");
    else printf(is_new ? _("Asked as request %lld. It counts once somebody else has signed it (harapan worklist).\n")
                       : _("It was asked before, as request %lld, and waits for a signature.\n"), (long long)request->id);
    return true;
}

static bool word_sanctions(Telling *t, Err *e) {
    SanctionsSummary sum;
    ApprovalRequest request;
    Str stage;
    bool is_new;
    if (!cli_arg(t->cli, 1, N_("The stage (for example 2024-3)"), &stage, e)) return false;
    if (!cli_option(t->cli, "--month")) return fail(e, BAD_INPUT, "Say with --month which month is the first of those that were verified.");
    if (!period_read(t, e) || !sanctions_propose(t->db, t->cli->arena, &t->act.actor, t->act.kab, stage, t->period.first_month, t->period.month_n, t->act.at, t->cli->progress, &sum, &request, &is_new, e)) return false;
    for (AdjustKind k = 0; k < ADJUST_N; k++) if (sum.n[k]) printf("%s\t%lld\n", t->cli->is_json ? adjust_kind_name(k) : adjust_kind_title(k), (long long)sum.n[k]);
    return asked_print(t, &request, is_new);
}

static bool word_corrections(Telling *t, Err *e) {
    LateSummary sum;
    ApprovalRequest request;
    Str about, stage;
    bool is_new;
    if (!cli_arg(t->cli, 1, N_("The closed stage (for example 2024-2)"), &about, e) || !cli_arg(t->cli, 2, N_("The stage that is to be closed (for example 2024-3)"), &stage, e) ||
        !late_propose(t->db, t->cli->arena, &t->act.actor, t->act.kab, about, stage, t->act.at, &sum, &request, &is_new, e)) return false;
    Str back_pay = arena_rupiah(t->cli->arena, sum.back_pay), recovery = arena_rupiah(t->cli->arena, sum.recovery), left = arena_rupiah(t->cli->arena, sum.left);
    printf("%s\t%lld\t%.*s\n%s\t%lld\t%.*s\n", adjust_kind_title(ADJUST_BACK_PAY), (long long)sum.back_pay_n, STR_ARG(back_pay), adjust_kind_title(ADJUST_RECOVERY), (long long)sum.recovery_n, STR_ARG(recovery));
    if (sum.left_n) printf(_("Paid too much, and not taken back by the rule book: %lld families, %.*s\n"), (long long)sum.left_n, STR_ARG(left));
    return asked_print(t, &request, is_new);
}

static bool word_proposals(Telling *t, Err *e) {
    Adjustments list;
    int64_t family_id;
    Arena *a = t->cli->arena;
    if (!id_arg(t, 1, FAMILY_ARG, false, &family_id, e) || !adjustment_list(t->db, a, authority_sight(&t->act.actor, district_day(t->act.kab, t->act.at)), t->act.kab, family_id, &list, e) ||
        !seen_write(t, family_id, e)) return false;
    for (size_t i = 0; i < list.n; i++) {
        const Adjustment *x = &list.at[i];
        Str amount = t->cli->is_json ? arena_fmt(a, "%lld", (long long)x->amount.rp) : arena_rupiah(a, x->amount), rule = adjust_rule_title(x);
        buf_fmt(&t->out, "%lld\t%.*s\t%s\t%s\t%.*s\t%.*s\n", (long long)x->n, STR_ARG(x->stage), t->cli->is_json ? adjust_kind_name(x->kind) : adjust_kind_title(x->kind),
                t->cli->is_json ? adjust_state_name(x->state) : adjust_state_title(x->state), STR_ARG(amount), STR_ARG(rule));
        for (size_t k = 0; k < x->reason_n; k++) {
            buf_fmt(&t->out, "\t%lld\t", (long long)x->reasons[k].person_id);
            month_put(&t->out, x->reasons[k].month);
            buf_fmt(&t->out, "\t%.*s\t%lld\n", STR_ARG(x->reasons[k].duty), (long long)x->reasons[k].fact_n);
        }
    }
    if (!list.n) puts(_("Nothing was proposed about this family."));
    return true;
}

static bool adjust_act(Telling *t, AdjustAct *act, Err *e) {
    *act = (AdjustAct){ .kab = t->act.kab, .actor = t->act.actor, .at = t->act.at };
    return id_arg(t, 1, FAMILY_ARG, false, &act->family_id, e) && id_arg(t, 2, N_ARG, false, &act->n, e);
}
static bool done_print(void) { puts(_("Recorded.")); return true; }

static bool word_ask(Telling *t, Err *e) {
    AdjustAct act;
    ApprovalRequest request;
    bool is_new;
    return adjust_act(t, &act, e) && adjustment_ask(t->db, t->cli->arena, &act.actor, act.kab, act.family_id, act.n, act.at, &request, &is_new, e) && asked_print(t, &request, is_new);
}
static bool word_drop(Telling *t, Err *e) {
    AdjustAct act;
    Str reason;
    return adjust_act(t, &act, e) && cli_arg(t->cli, 3, N_("The reason (hardship, doubtful or other)"), &reason, e) && adjustment_drop(t->db, t->cli->arena, &act, reason, e) && done_print();
}
static bool word_object(Telling *t, Err *e) {
    AdjustAct act;
    Str reason;
    return adjust_act(t, &act, e) && cli_arg(t->cli, 3, N_("The reason (was_done, was_excused, wrong_person, wrong_amount or other)"), &reason, e) &&
           adjustment_object(t->db, t->cli->arena, &act, reason, e) && done_print();
}
static bool word_uphold(Telling *t, Err *e) { AdjustAct act; return adjust_act(t, &act, e) && adjustment_answer(t->db, t->cli->arena, &act, true, e) && done_print(); }
static bool word_yield(Telling *t, Err *e) { AdjustAct act; return adjust_act(t, &act, e) && adjustment_answer(t->db, t->cli->arena, &act, false, e) && done_print(); }

static bool word_end(Telling *t, Err *e) {
    int64_t family_id, n;
    Date last = DATE_NONE;
    return id_arg(t, 1, FAMILY_ARG, false, &family_id, e) && id_arg(t, 2, N_("The number of the excuse"), false, &n, e) && month_read(t->cli, &last, e) &&
           excuse_end(t->db, t->cli->arena, &t->act, family_id, n, last, e) && done_print();
}

static const struct { const char *word; Action action; bool (*run)(Telling *, Err *); } WORDS[] = {
    { "end", ACTION_EDIT, word_end }, { "sanctions", ACTION_EDIT, word_sanctions }, { "corrections", ACTION_EDIT, word_corrections }, { "proposals", ACTION_READ, word_proposals },
    { "ask", ACTION_EDIT, word_ask }, { "drop", ACTION_READ, word_drop }, { "object", ACTION_TELL, word_object }, { "uphold", ACTION_SIGN_SECOND, word_uphold }, { "yield", ACTION_SIGN_SECOND, word_yield },
    { "record", ACTION_TELL, word_record }, { "withdraw", ACTION_TELL, word_withdraw }, { "excuse", ACTION_TELL, word_excuse },
    { "facts", ACTION_READ, word_facts },
    { "explain", ACTION_READ, word_explain }, { "count", ACTION_READ, word_count },
    { "propose", ACTION_EDIT, word_propose },
};

bool verb_commitment(Cli *cli, Err *e) {
    Str word;
    bool is_practice;
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    Telling t = { .cli = cli, .act = { .at = instant_now() }, .out = { .max = BUF_MAX } };
    if (!cli_arg(cli, 0, N_("What to do (see harapan help commitment)"), &word, e)) return false;
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is no word of this verb (see harapan help commitment).", STR_ARG(word));
    if (!book_read(&t, e) || !cli_db(cli, (DbOptions){ .must_exist = true }, &t.db, e)) return false;
    bool is_good = actor_band(cli, t.db, &is_practice, e) && actor_require_here(cli, t.db, WORDS[i].action, false, &t.act.kab, &t.act.actor, e) && WORDS[i].run(&t, e);
    db_close(t.db);
    if (is_good) fwrite(t.out.p, 1, t.out.n, stdout);
    buf_free(&t.out);
    return is_good;
}
