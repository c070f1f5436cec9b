// verb_stage.c: prepare, close, run, explain: the stage from the shell.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/rules_file.h"
#include "cli/verbs.h"
#include "payment/approve.h"
#include "registry/draft.h"
#include "office/read_log.h"
#include "stage/closing.h"
#include "stage/explain.h"
#include "stage/run.h"
#include <stdio.h>

const CliOption CLOSE_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("one district only; your own area otherwise") },
    { "--rules", N_("FILE"), N_("rule book; the one inside the program (PKH) otherwise") },
    { "--threads", N_("N"), N_("worker threads; as many as processors otherwise") },
    { "--run", NULL, N_("compute it in the same step, as harapan run would") },
    { "--again", NULL, N_("close anew what is closed and not approved yet (a wrong rule book, families that came late)") },
    { 0 },
};
const CliOption PREPARE_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("one district only; your own area otherwise") },
    { "--rules", N_("FILE"), N_("rule book; the one inside the program (PKH) otherwise") },
    { 0 },
};
const CliOption RUN_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("one district only; your own area otherwise") },
    { "--threads", N_("N"), N_("worker threads; as many as processors otherwise") },
    { 0 },
};
const CliOption EXPLAIN_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district of the family (1371); your own otherwise") },
    { 0 },
};

static void put_hash(Buf *b, const Hash *h) { hash_put_hex(b, h); }

static void print_buf(Buf *b) {
    fwrite(b->p, 1, b->n, stdout);
    buf_free(b);
}

static bool is_not_approved(Db *db, int64_t kab, Str stage, Err *e) {
    bool is_done;
    if (!approve_is_done(db, kab, stage, &is_done, e)) return false;
    if (is_done) return fail(e, CONFLICT, "Stage %.*s is approved in district %lld: it cannot be closed again, only corrected in a later stage.", STR_ARG(stage), (long long)kab);
    return true;
}

static void summary_put(Buf *b, Str stage, const RunSummary *sum) {
    if (sum->district_n == 0) buf_fmt(b, _("Stage %.*s was computed before; the figures are the same.\n"), STR_ARG(stage));
    count_put(b, sum->payable_n);
    buf_c(b, _(" families are paid, together "));
    rupiah_put(b, sum->total);
    buf_c(b, ".\n");
    if (sum->suspended_n) { count_put(b, sum->suspended_n); buf_c(b, _(" families are suspended and get nothing now.\n")); }
    if (sum->family_n > sum->payable_n + sum->suspended_n) {
        count_put(b, sum->family_n - sum->payable_n - sum->suspended_n);
        buf_c(b, _(" families have no component that is paid.\n"));
    }
    buf_c(b, _("Hash: "));
    put_hash(b, &sum->hash);
    buf_char(b, '\n');
}

static void run_json(Buf *b, Str stage, const RunSummary *sum) {
    buf_fmt(b, "{\"stage\":\"%.*s\",\"districts\":%lld,\"districts_before\":%lld,\"families\":%lld,\"payable\":%lld,\"suspended\":%lld,\"total\":%lld,\"hash\":\"",
            STR_ARG(stage), (long long)sum->district_n, (long long)sum->already_n, (long long)sum->family_n, (long long)sum->payable_n,
            (long long)sum->suspended_n, (long long)sum->total.rp);
    put_hash(b, &sum->hash);
    buf_c(b, "\"}\n");
}

bool verb_close(Cli *cli, Err *e) {
    Db *db;
    Viewer viewer;
    bool is_practice;
    int64_t threads;
    ClosingOptions o = { .progress = cli->progress, .at = instant_now() };
    ClosingSummary sum;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &o.stage, e) ||
        !cli_int(cli, "--threads", 0, &threads, e) || !rules_file_read(cli, &o.book_file, &o.book_text, e)) return false;
    o.thread_n = (int)threads;
    if (cli_has(cli, "--again")) o.may_close_again = is_not_approved;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_require_here(cli, db, ACTION_CLOSE, true, &o.kab, &viewer, e);
    o.actor_id = is_good ? viewer.user_id : 0;
    bool is_run = cli_has(cli, "--run");
    RunOptions run = { .stage = o.stage, .kab = o.kab, .actor_id = o.actor_id, .at = o.at, .thread_n = o.thread_n, .progress = o.progress };
    RunSummary ran;
    is_good = is_good && (!is_run || authority_require(&viewer, ACTION_RUN, o.kab, e)) &&
              (is_run ? run_with_closing(db, &o, &run, &sum, &ran, e) : closing_make(db, &o, &sum, e)) && db_checkpoint(db, e);
    db_close(db);
    if (!is_good) return false;
    Buf b = { 0 };
    if (cli->is_json) {
        buf_fmt(&b, "{\"stage\":\"%.*s\",\"districts\":%lld,\"districts_before\":%lld,\"families\":%lld,\"cases\":%lld,\"hash\":\"", STR_ARG(o.stage),
                (long long)sum.district_n, (long long)sum.already_n, (long long)sum.family_n, (long long)sum.case_n);
        put_hash(&b, &sum.hash);
        buf_c(&b, "\"}\n");
    } else {
        if (sum.district_n == 0) buf_fmt(&b, _("Stage %.*s was closed before; nothing was changed.\n"), STR_ARG(o.stage));
        else {
            buf_fmt(&b, _("Stage %.*s is closed: "), STR_ARG(o.stage));
            count_put(&b, sum.family_n);
            buf_fmt(&b, _(" families of %lld districts, "), (long long)sum.district_n);
            count_put(&b, sum.case_n);
            buf_c(&b, _(" distinct cases.\n"));
        }
        buf_c(&b, _("Hash: "));
        put_hash(&b, &sum.hash);
        buf_char(&b, '\n');
    }
    if (is_run && cli->is_json) run_json(&b, o.stage, &ran);
    else if (is_run) summary_put(&b, o.stage, &ran);
    print_buf(&b);
    return true;
}

bool verb_prepare(Cli *cli, Err *e) {
    Db *db;
    Viewer viewer;
    bool is_practice;
    PrepareOptions o = { .progress = cli->progress, .at = instant_now() };
    PrepareSummary sum;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &o.stage, e) ||
        !rules_file_read(cli, &o.book_file, &o.book_text, e) || !cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_require_here(cli, db, ACTION_CLOSE, true, &o.kab, &viewer, e);
    o.actor_id = is_good ? viewer.user_id : 0;
    is_good = is_good && draft_prepare(db, &o, &sum, e) && db_checkpoint(db, e);
    db_close(db);
    if (!is_good) return false;
    if (cli->is_json)
        printf("{\"stage\":\"%.*s\",\"districts\":%lld,\"packs\":%lld,\"made\":%lld}\n", STR_ARG(o.stage), (long long)sum.district_n, (long long)sum.pack_n, (long long)sum.made_n);
    else if (sum.made_n == 0) printf(_("Stage %.*s was prepared before; nothing was changed.\n"), STR_ARG(o.stage));
    else printf(_("Stage %.*s is prepared in %lld districts: %lld drafts made, %lld there are.\n"), STR_ARG(o.stage), (long long)sum.district_n, (long long)sum.made_n, (long long)sum.pack_n);
    return true;
}

bool verb_run(Cli *cli, Err *e) {
    Db *db;
    Viewer viewer;
    bool is_practice;
    int64_t threads;
    RunOptions o = { .progress = cli->progress, .at = instant_now() };
    RunSummary sum;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &o.stage, e) || !cli_int(cli, "--threads", 0, &threads, e)) return false;
    o.thread_n = (int)threads;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_require_here(cli, db, ACTION_RUN, true, &o.kab, &viewer, e);
    o.actor_id = is_good ? viewer.user_id : 0;
    is_good = is_good && run_make(db, &o, &sum, e) && db_checkpoint(db, e);
    db_close(db);
    if (!is_good) return false;
    Buf b = { 0 };
    if (cli->is_json) run_json(&b, o.stage, &sum);
    else summary_put(&b, o.stage, &sum);
    print_buf(&b);
    return true;
}

// ---- explain: to be read aloud -------------------------------------------------------------------------------------------------
static const char *outcome_title(Outcome o) {
    static const char *const TITLES[] = { N_("duty: not known yet"), N_("duty: met"), N_("duty: not met"), N_("duty: excused") };
    return tr(TITLES[o]);
}

static void line_put(Buf *b, const ExplainedLine *l) {
    buf_c(b, "  ");
    if (l->person_id) {
        if (l->name.p) buf_str(b, l->name);
        else buf_fmt(b, _("person %lld"), (long long)l->person_id);
        if (l->age_years >= 0) buf_fmt(b, _(", %d years"), l->age_years);
    } else buf_c(b, _("the family"));
    buf_c(b, ": ");
    if (l->component < 0) {
        buf_c(b, _("no component.\n"));
        return;
    }
    buf_str(b, l->title);
    if (l->kind == LINE_OVER_CAP) {
        buf_c(b, _(", not counted: "));
        buf_str(b, l->cap);
    } else {
        buf_c(b, ". ");
        rupiah_put(b, l->rate);
        if (l->rate_months == 12) buf_c(b, _(" a year"));
        else if (l->rate_months) buf_fmt(b, _(" for %d months"), l->rate_months);
        if (l->rate_months) buf_fmt(b, _(", paid for %d months: "), l->paid_months);
        else buf_c(b, ": ");
        rupiah_put(b, l->full);
        if (l->amount.rp != l->full.rp) { buf_c(b, _(", of which is paid: ")); rupiah_put(b, l->amount); }
    }
    if (l->person_id) { buf_c(b, "; "); buf_c(b, outcome_title(l->facts.outcome)); }
    buf_c(b, ".\n");
    if (l->source.n) { buf_c(b, _("      Source: ")); buf_str(b, l->source); buf_char(b, '\n'); }
}

static void explanation_put(Buf *b, const Explanation *x) {
    buf_fmt(b, _("Family %lld of district %lld, %.*s, through %.*s for %d months from "), (long long)x->family_id, (long long)x->kab, STR_ARG(x->stage_label), STR_ARG(x->channel), x->months);
    date_put_local(b, x->first_on);
    buf_c(b, _(".\nAges are taken on "));
    date_put_local(b, x->reference_on);
    buf_c(b, ".\n\n");
    if (x->standing == STANDING_SUSPENDED) buf_c(b, _("The family is suspended: nothing is paid now.\n"));
    if (!x->is_eligible) { buf_c(b, _("The family does not meet: ")); buf_str(b, x->refused_by); buf_c(b, ".\n"); }
    for (size_t i = 0; i < x->line_n; i++) line_put(b, &x->lines[i]);
    if (x->reduced_by.n) { buf_c(b, _("Only a share is paid: ")); buf_str(b, x->reduced_by); buf_c(b, ".\n"); }
    buf_c(b, _("\nTogether: "));
    rupiah_put(b, x->total);
    buf_c(b, _(". Each amount is cut to whole rupiah.\n"));
    if (x->is_decided) {
        buf_c(b, _("The Ministry decides this stage, and pays the family "));
        rupiah_put(b, x->decided);
        buf_c(b, ".\n");
    }
    buf_c(b, _("Closing: "));
    put_hash(b, &x->closing_hash);
    buf_char(b, '\n');
}

static void json_text(Buf *b, Str s) {
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\') buf_char(b, '\\');
        if ((unsigned char)s.p[i] < 0x20) buf_fmt(b, "\\u%04x", s.p[i]);
        else buf_char(b, s.p[i]);
    }
    buf_char(b, '"');
}

static void explanation_json(Buf *b, const Explanation *x) {
    static const char *const KINDS[] = { "paid", "cut", "reduced", "over_cap", "suspended", "not_eligible" };
    static const char *const OUTCOMES[] = { "unknown", "met", "not_met", "excused" };
    buf_fmt(b, "{\"kab\":%lld,\"family\":%lld,\"stage\":\"%.*s\",\"channel\":\"%.*s\",\"months\":%d,\"eligible\":%s,\"suspended\":%s,\"total\":%lld,\"lines\":[",
            (long long)x->kab, (long long)x->family_id, STR_ARG(x->stage), STR_ARG(x->channel), x->months, x->is_eligible ? "true" : "false",
            x->standing == STANDING_SUSPENDED ? "true" : "false", (long long)x->total.rp);
    for (size_t i = 0; i < x->line_n; i++) {
        const ExplainedLine *l = &x->lines[i];
        buf_fmt(b, "%s{\"person\":%lld,\"kind\":\"%s\",\"component\":", i ? "," : "", (long long)l->person_id, l->component < 0 ? "none" : KINDS[l->kind]);
        json_text(b, l->title);
        buf_fmt(b, ",\"outcome\":\"%s\",\"rate\":%lld,\"rate_months\":%d,\"months\":%d,\"full\":%lld,\"amount\":%lld,\"cap\":", OUTCOMES[l->facts.outcome],
                (long long)l->rate.rp, l->rate_months, l->paid_months, (long long)l->full.rp, (long long)l->amount.rp);
        json_text(b, l->cap);
        buf_c(b, ",\"source\":");
        json_text(b, l->source);
        buf_char(b, '}');
    }
    buf_c(b, "],\"closing_hash\":\"");
    put_hash(b, &x->closing_hash);
    buf_c(b, "\"}\n");
}

bool verb_explain(Cli *cli, Err *e) {
    Db *db;
    Viewer viewer;
    Sight sight;
    bool is_practice;
    Str stage, family;
    int64_t kab, family_id;
    Explanation x;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &stage, e) || !cli_arg(cli, 1, N_("The number of the family"), &family, e)) return false;
    if (!str_int64(family, &family_id)) return fail(e, BAD_INPUT, "The number of a family is a whole number, not \"%.*s\".", STR_ARG(family));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_reader(cli, db, &kab, &viewer, &sight, e) && explain_family(db, cli->arena, kab, stage, family_id, sight, &x, e) &&
        reads_write_once(cli->db_url, &(ReadPage){ .kab = kab, .actor_id = viewer.user_id, .route = "shell explain", .purpose = "explain", .at = instant_now(),
                                                   .family_ids = &family_id, .family_n = 1 }, e);
    db_close(db);
    if (!is_good) return false;
    Buf b = { 0 };
    if (cli->is_json) explanation_json(&b, &x);
    else explanation_put(&b, &x);
    print_buf(&b);
    return true;
}
