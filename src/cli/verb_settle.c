// verb_settle.c: settle, reconcile: from the channels' answers to where each rupiah of a stage is.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "payment/practice_answer.h"
#include "payment/reconcile.h"
#include "payment/reissue.h"
#include "payment/settle_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

const CliOption SETTLE_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("district of the file (1371)") },
    { "--stage", N_("STAGE"), N_("of what cannot be matched; the newest stage otherwise") },
    { "--layout", N_("NAME"), N_("of a result table: the template of its channel (docs/channels.md)") },
    { "--sheet", N_("NAME"), N_("which sheet of a workbook") },
    { "--apply", NULL, N_("change payments and books, in one transaction") },
    OPTION_PASSWORD_STDIN,
    { 0 },
};
const CliOption RECONCILE_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("district (1371)") },
    { "--sp2d", N_("NUMBER"), N_("record a disbursement order that was received, with --amount, --channel and --on") },
    { "--remit", N_("NUMBER"), N_("record a receipt of the treasury for money given back, with --amount, --channel and --on") },
    { "--amount", N_("RUPIAH"), N_("its whole amount") },
    { "--channel", N_("BRI|POS"), N_("whose money it is") },
    { "--on", N_("DATE"), N_("its date, YYYY-MM-DD") },
    OPTION_PASSWORD_STDIN,
    { 0 },
};

const CliOption TRAY_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("district (1371)") },
    { 0 },
};
const CliOption REISSUE_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("district (1371)") },
    { "--through", N_("POS"), N_("pay all of them through the post; each by its own channel otherwise") },
    { "--treasury", NULL, N_("what came back goes to the treasury instead") },
    { "--apply", NULL, N_("ask for it; another person signs it in the worklist") },
    OPTION_PASSWORD_STDIN,
    { 0 },
};
const CliOption PRACTICE_ANSWER_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("district (1371)") },
    { "--out", N_("FOLDER"), N_("where the files go (./jawaban)") },
    { 0 },
};

// ---- settle ---------------------------------------------------------------------------------------------------------------

typedef struct { const char *name, *title; SettleSum sum; } Row;

static void settle_answer(Cli *cli, const SettleFileResult *r, bool is_apply) {
    const SettleResult *s = &r->settle;
    const Row rows[] = { { "credited", N_("credited"), s->credited }, { "withdrawn", N_("withdrawn"), s->withdrawn }, { "failed", N_("failed"), s->failed },
        { "returned", N_("returned"), s->returned }, { "pending", N_("no news: pending"), s->pending }, { "repeated", N_("known already"), s->repeated }, { "tray", N_("to the tray"), s->tray } };
    size_t row_n = sizeof rows / sizeof *rows;
    if (cli->is_json) {
        printf("{\"format\":\"%s\",\"applied\":%s,\"file\":%lld,\"taken_before\":%lld,\"lines\":%lld,\"unconfirmed\":%s,\"unbalanced\":%lld", answer_format_name(r->format),
               is_apply && !s->taken_before_id ? "true" : "false", (long long)s->file_id, (long long)s->taken_before_id, (long long)s->line_n, r->is_unconfirmed ? "true" : "false",
               (long long)r->unbalanced_n);
        for (size_t i = 0; i < row_n; i++) printf(",\"%s\":%lld,\"%s_rp\":%lld", rows[i].name, (long long)rows[i].sum.n, rows[i].name, (long long)rows[i].sum.amount.rp);
        puts("}");
        return;
    }
    if (s->taken_before_id) {
        printf(_("This file was taken in before, as file %lld. Nothing is changed.\n"), (long long)s->taken_before_id);
        return;
    }
    printf(_("%s, %lld lines:\n"), answer_format_name(r->format), (long long)s->line_n);
    for (size_t i = 0; i < row_n; i++)
        if (rows[i].sum.n) printf("  %-20s %10s  %22s\n", tr(rows[i].title), arena_count(cli->arena, rows[i].sum.n).p, arena_rupiah(cli->arena, rows[i].sum.amount).p);
    if (r->unbalanced_n) printf(_("%lld statements do not agree with their own balances or counts. Ask the sender.\n"), (long long)r->unbalanced_n);
    if (r->is_unconfirmed) puts(_("The channel has not confirmed the layout of this table."));
    if (is_apply) printf(_("Taken in as file %lld.\n"), (long long)s->file_id);
    else puts(_("Nothing is changed yet. To take it in, add --apply."));
}

static bool settle_one(Cli *cli, Db *db, const Viewer *viewer, SettleFileWhat *what, const char *path, Err *e) {
    SettleFileResult result;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, NOT_FOUND, "The file %s cannot be read: %s.", path, strerror(errno));
    bool is_good = settle_file(db, cli->arena, viewer, fd, what, instant_now(), &result, e);
    close(fd);
    if (is_good) settle_answer(cli, &result, what->is_apply);
    return is_good;
}

bool verb_settle(Cli *cli, Err *e) {
    Db *db;
    Str first;
    Viewer viewer;
    SettleFileWhat what = { .stage = str_c(cli_option(cli, "--stage")), .layout = str_c(cli_option(cli, "--layout")), .sheet = str_c(cli_option(cli, "--sheet")), .is_apply = cli_has(cli, "--apply") };
    bool is_practice;
    if (!cli_arg(cli, 0, N_("The file"), &first, e) || !cli_int(cli, "--kab", 1371, &what.kab, e) || !cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) &&
                   (what.is_apply ? actor_confirm(cli, db, ACTION_PAY, what.kab, &viewer, e) : actor_require(cli, db, ACTION_PAY, what.kab, &viewer, e));
    for (size_t i = 0; is_good && i < cli->arg_n; i++) is_good = settle_one(cli, db, &viewer, &what, cli->args[i], e);
    db_close(db);
    return is_good;
}

// ---- reconcile --------------------------------------------------------------------------------------------------------------

static void sums_json(const ReconcileRow *row) {
    for (int i = 0; i < PLACE_N; i++)
        printf("\"%s\":%lld,\"%s_rp\":%lld,", reconcile_place_name((ReconcilePlace)i), (long long)row->at[i].n, reconcile_place_name((ReconcilePlace)i), (long long)row->at[i].amount.rp);
    printf("\"families\":%lld,\"total_rp\":%lld", (long long)row->all.n, (long long)row->all.amount.rp);
}

static void rows_json(const char *name, const ReconcileRow *rows, size_t n) {
    printf("\"%s\":[", name);
    for (size_t i = 0; i < n; i++) {
        printf("%s{\"name\":", i ? "," : "");
        cli_put_json(rows[i].name);
        putchar(',');
        sums_json(&rows[i]);
        putchar('}');
    }
    printf("],");
}

static void row_print(Cli *cli, const ReconcileRow *row, const char *name) {
    printf("%s  %s, %s\n", name, arena_count(cli->arena, row->all.n).p, arena_rupiah(cli->arena, row->all.amount).p);
    for (int i = 0; i < PLACE_N; i++)
        if (row->at[i].n) printf("    %-22s %10s  %22s\n", reconcile_place_title((ReconcilePlace)i), arena_count(cli->arena, row->at[i].n).p, arena_rupiah(cli->arena, row->at[i].amount).p);
}

// What the treasury gave beside what is owed, in words.
static void money_print(Cli *cli, const ReconcileMoney *m) {
    int64_t gap = m->received.rp - m->owed.rp;
    Str received = arena_rupiah(cli->arena, m->received), left = arena_rupiah(cli->arena, (Rupiah){ gap < 0 ? -gap : gap });
    if (!m->received.rp) printf(_("    No SP2D is recorded yet.\n"));
    else if (gap == 0) printf(_("    SP2D %s: exactly what is owed.\n"), received.p);
    else if (gap > 0) printf(_("    SP2D %s: %s more than is owed, to be given back.\n"), received.p, left.p);
    else printf(_("    SP2D %s: %s less than is owed, still to come.\n"), received.p, left.p);
    if (m->remitted.rp || m->due.rp) printf(_("    Given back to the treasury %s; still due to it %s.\n"), arena_rupiah(cli->arena, m->remitted).p, arena_rupiah(cli->arena, m->due).p);
}

static void reconcile_answer(Cli *cli, Str stage, const Reconcile *r) {
    if (cli->is_json) {
        putchar('{');
        rows_json("channels", r->channels, r->channel_n);
        rows_json("kecamatan", r->kecamatan, r->kecamatan_n);
        sums_json(&r->total);
        printf(",\"sp2d_rp\":%lld,\"remitted_rp\":%lld,\"unidentified_rp\":%lld,\"tray\":%lld,\"unexplained_rp\":%lld}\n", (long long)r->received.rp, (long long)r->remitted.rp,
               (long long)r->unidentified.rp, (long long)r->tray_n, (long long)r->unexplained.rp);
        return;
    }
    row_print(cli, &r->total, arena_fmt(cli->arena, _("Stage %.*s"), STR_ARG(stage)).p);
    for (size_t i = 0; i < r->channel_n; i++) {
        if (!r->channels[i].all.n && !r->money[i].received.rp) continue;
        row_print(cli, &r->channels[i], r->channels[i].name.p);
        money_print(cli, &r->money[i]);
    }
    for (size_t i = 0; i < r->kecamatan_n; i++) if (r->kecamatan[i].all.n) row_print(cli, &r->kecamatan[i], r->kecamatan[i].name.p);
    if (r->tray_n) printf(_("In the tray: %s lines that wait for a person; %s came in that nobody can explain yet.\n"), arena_count(cli->arena, r->tray_n).p, arena_rupiah(cli->arena, r->unidentified).p);
    printf(_("Unexplained: %s\n"), arena_rupiah(cli->arena, r->unexplained).p);
}

static bool paper_record(Cli *cli, Db *db, const Viewer *viewer, MoneyPaper paper, Err *e) {
    const char *on = cli_option(cli, "--on");
    bool is_new;
    if (!cli_int(cli, "--amount", 0, &paper.amount.rp, e)) return false;
    paper.on = DATE_NONE;
    if (on && !date_parse_local(str_c(on), &paper.on)) return fail(e, BAD_INPUT, "\"%s\" is no day: write 2024-06-15 or 15 Juni 2024.", on);
    paper.channel = str_c(cli_option(cli, "--channel"));
    if (!reconcile_paper(db, viewer, &paper, instant_now(), &is_new, e)) return false;
    if (!cli->is_json) puts(is_new ? _("Recorded.") : _("It was recorded already; nothing is changed."));
    return true;
}

static bool reconcile_do(Cli *cli, Db *db, Err *e) {
    Str stage;
    Viewer viewer;
    Reconcile r;
    int64_t kab;
    bool is_practice;
    const char *sp2d = cli_option(cli, "--sp2d"), *receipt = cli_option(cli, "--remit");
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &stage, e) || !cli_int(cli, "--kab", 1371, &kab, e) || !actor_band(cli, db, &is_practice, e)) return false;
    if (sp2d || receipt) {
        if (!actor_confirm(cli, db, ACTION_PAY, kab, &viewer, e) ||
            !paper_record(cli, db, &viewer, (MoneyPaper){ .kab = kab, .stage = stage, .number = str_c(receipt ? receipt : sp2d), .is_receipt = receipt != NULL }, e)) return false;
    } else if (!actor_require(cli, db, ACTION_READ, kab, &viewer, e)) return false;
    if (!reconcile_read(db, cli->arena, kab, stage, &r, e)) return false;
    reconcile_answer(cli, stage, &r);
    return true;
}

bool verb_reconcile(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = reconcile_do(cli, db, e);
    db_close(db);
    return is_good;
}

// ---- tray, reissue, practice --------------------------------------------------------------------------------------------------

#define TRAY_SHOWN_MAX 200             // lines in one answer: what a person can look through
static bool tray_do(Cli *cli, Db *db, Err *e) {
    Str stage;
    Viewer viewer;
    TrayRows rows;
    int64_t kab;
    bool is_practice;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &stage, e) || !cli_int(cli, "--kab", 1371, &kab, e) || !actor_band(cli, db, &is_practice, e) ||
        !actor_require(cli, db, ACTION_PAY, kab, &viewer, e) || !settle_tray_list(db, cli->arena, kab, stage, 0, TRAY_SHOWN_MAX, &rows, e)) return false;
    for (size_t i = 0; i < rows.n; i++) {
        const TrayRow *r = &rows.at[i];
        if (cli->is_json)
            printf("{\"id\":%lld,\"kind\":\"%.*s\",\"why\":\"%.*s\",\"family\":%lld,\"attempt\":%lld,\"amount\":%lld,\"file\":%lld,\"line\":%lld}\n", (long long)r->id, STR_ARG(r->kind), STR_ARG(r->why),
                   (long long)r->family_id, (long long)r->attempt_n, (long long)r->amount.rp, (long long)r->file_id, (long long)r->file_line_n);
        else {
            printf(_("%lld  %s, %s; file %lld, line %lld"), (long long)r->id, arena_rupiah(cli->arena, r->amount).p, settle_tray_why(r->why), (long long)r->file_id, (long long)r->file_line_n);
            if (r->family_id) printf(_("; family %lld, attempt %lld"), (long long)r->family_id, (long long)r->attempt_n);
            if (r->reference.n) printf("; %.*s", STR_ARG(r->reference));
            putchar('\n');
        }
    }
    if (!rows.n && !cli->is_json) puts(_("The tray is empty."));
    return true;
}

bool verb_tray(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = tray_do(cli, db, e);
    db_close(db);
    return is_good;
}

static void reissue_answer(Cli *cli, const ReissueList *list, int64_t request_id) {
    if (cli->is_json) {
        printf("{\"families\":%zu,\"failed\":%lld,\"returned\":%lld,\"changed\":%lld,\"total\":%lld,\"request\":%lld}\n", list->n, (long long)list->failed_n, (long long)list->returned_n,
               (long long)list->changed_n, (long long)list->amount.rp, (long long)request_id);
        return;
    }
    printf(_("%zu families, %s: %lld failed, %lld came back, %lld have another account than when the stage was closed.\n"), list->n, arena_rupiah(cli->arena, list->amount).p,
           (long long)list->failed_n, (long long)list->returned_n, (long long)list->changed_n);
    if (request_id) printf(_("Asked for as number %lld. Another person signs it: harapan worklist\n"), (long long)request_id);
    else if (list->n) puts(_("Nothing is changed yet. To ask for it, add --apply."));
}

static bool reissue_do(Cli *cli, Db *db, Err *e) {
    ReissueWhat what = { .is_treasury = cli_has(cli, "--treasury"), .channel = str_c(cli_option(cli, "--through")) };
    Viewer viewer;
    ApprovalRequest request = { .id = 0 };
    ReissueList list;
    bool is_practice, is_new, is_apply = cli_has(cli, "--apply");
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &what.stage, e) || !cli_int(cli, "--kab", 1371, &what.kab, e) || !actor_band(cli, db, &is_practice, e)) return false;
    if (!(is_apply ? actor_confirm(cli, db, ACTION_PAY, what.kab, &viewer, e) : actor_require(cli, db, ACTION_PAY, what.kab, &viewer, e))) return false;
    if (is_apply ? !reissue_ask(db, cli->arena, &viewer, &what, instant_now(), &request, &is_new, &list, e) : !reissue_list_load(db, cli->arena, &what, &list, e)) return false;
    reissue_answer(cli, &list, request.id);
    return true;
}

bool verb_reissue(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = reissue_do(cli, db, e);
    db_close(db);
    return is_good;
}

static bool practice_answer_do(Cli *cli, Db *db, Err *e) {
    Str stage;
    Viewer viewer;
    PracticeAnswers made;
    int64_t kab;
    bool is_practice;
    const char *out = cli_option(cli, "--out");
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &stage, e) || !cli_int(cli, "--kab", 1371, &kab, e) || !actor_band(cli, db, &is_practice, e) ||
        !actor_require(cli, db, ACTION_PAY, kab, &viewer, e) || !practice_answers(db, &viewer, kab, stage, str_c(out ? out : "./jawaban"), &made, e)) return false;
    if (cli->is_json) printf("{\"files\":%lld,\"batches\":%lld}\n", (long long)made.file_n, (long long)made.batch_n);
    else printf(_("%lld answer files for %lld batches, in %s.\n"), (long long)made.file_n, (long long)made.batch_n, out ? out : "./jawaban");
    return true;
}

bool verb_practice_answers(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = practice_answer_do(cli, db, e);
    db_close(db);
    return is_good;
}
