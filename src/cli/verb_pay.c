// verb_pay.c: approve, pay, books: from a run to the channel's files.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/user.h"
#include "payment/approve.h"
#include "payment/books.h"
#include "payment/pay.h"
#include "stage/closing.h"
#include "stage/run.h"
#include <stdio.h>

const CliOption APPROVE_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("one district only; your own area otherwise") },
    OPTION_PASSWORD_STDIN,
    { 0 },
};
const CliOption PAY_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("one district only; your own area otherwise") },
    { "--channel", N_("BRI|POS"), N_("one channel only; all otherwise") },
    { "--out", N_("FOLDER"), N_("where the files go (./keluar/STAGE)") },
    { "--account", N_("NUMBER"), N_("the programme's account at the bank, from which is paid") },
    { "--rows", N_("N"), N_("families in one file (20000)") },
    OPTION_PASSWORD_STDIN,
    { 0 },
};
const CliOption BOOKS_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("one district only; your own area otherwise") },
    { 0 },
};

// ---- which districts ---------------------------------------------------------------------------------------------

typedef struct { int64_t *at; size_t n; } Districts;

// --kab, else every district of the area of who is logged in that closed the stage.
static bool districts_find(Cli *cli, Db *db, Action action, Str stage, Districts *out, Err *e) {
    Viewer viewer;
    Closing *closings;
    size_t n;
    int64_t kab, low, high;
    if (!actor_require(cli, db, action, KAB_NONE, &viewer, e) || !cli_int(cli, "--kab", 0, &kab, e) || !closing_list(db, cli->arena, stage, &closings, &n, e)) return false;
    if (kab && !authority_require(&viewer, action, kab, e)) return false;
    authority_area(&viewer, &low, &high);
    Districts list = { NEW(cli->arena, int64_t, n + 1), 0 };
    for (size_t i = 0; i < n; i++)
        if (kab ? closings[i].kab == kab : closings[i].kab >= low && closings[i].kab <= high) list.at[list.n++] = closings[i].kab;
    if (list.n == 0) return fail(e, NOT_FOUND, "Stage %.*s is not closed here yet. Type: harapan close %.*s", STR_ARG(stage), STR_ARG(stage));
    *out = list;
    return true;
}

static void hash_line(FILE *to, const Hash *h) {
    Buf b = { .max = 2 * sizeof *h };
    hash_put_hex(&b, h);
    fprintf(to, "%.*s\n", STR_ARG(buf_view(&b)));
    buf_free(&b);
}

// ---- approve -----------------------------------------------------------------------------------------------------

static void approve_preview(Cli *cli, Str stage, const Run *run, const ApproveState *state) {
    if (cli->is_json) return;
    fprintf(stderr, _("Stage %.*s, district %lld: %s families are paid, together %s. Signature %d of %d.\n"), STR_ARG(stage), (long long)run->kab,
            arena_count(cli->arena, run->payable_n).p, arena_rupiah(cli->arena, run->total).p, state->signed_n + 1, state->needed_n);
    fputs(_("Hash: "), stderr);
    hash_line(stderr, &run->run_hash);
}

static void approve_answer_json(const Run *run, const ApproveResult *r) {
    Buf hex = { .max = 64 };
    hash_put_hex(&hex, &run->run_hash);
    printf("{\"kab\":%lld,\"signatures\":%d,\"new\":%s,\"approved\":%s,\"payable\":%lld,\"total\":%lld,\"held\":%lld,\"held_total\":%lld,\"hash\":\"%.*s\"}\n",
           (long long)run->kab, r->state.signed_n, r->is_new ? "true" : "false", approve_is_signed(&r->state) ? "true" : "false", (long long)r->payable_n,
           (long long)r->total.rp, (long long)r->hold_n, (long long)r->hold.rp, STR_ARG(buf_view(&hex)));
    buf_free(&hex);
}

static bool signer_name(Cli *cli, Db *db, int64_t user_id, const char **out, Err *e) {
    User user;
    if (!user_read(db, cli->arena, user_id, &user, e)) return false;
    *out = arena_c(cli->arena, user.login);
    return true;
}

// The approvers' log-ins, parted by commas; whose place one took stands behind his.
static bool approvers_name(Cli *cli, Db *db, const ApproveState *state, const char **out, Err *e) {
    const char *name, *place;
    *out = "";
    for (int i = 1; i < state->signed_n; i++) {
        Signature s = approve_signature(state, i);
        if (!signer_name(cli, db, s.user_id, &name, e) || !signer_name(cli, db, s.for_id, &place, e)) return false;
        if (s.for_id != s.user_id) name = arena_fmt(cli->arena, _("%s (in place of %s)"), name, place).p;
        *out = i == 1 ? name : arena_fmt(cli->arena, "%s, %s", *out, name).p;
    }
    return true;
}

static bool approve_answer(Cli *cli, Db *db, const Run *run, const ApproveResult *r, Err *e) {
    const char *first, *second = "";
    if (cli->is_json) return approve_answer_json(run, r), true;
    if (!signer_name(cli, db, approve_signature(&r->state, 0).user_id, &first, e) || !approvers_name(cli, db, &r->state, &second, e)) return false;
    if (r->state.signed_n == 1) {
        printf(_("District %lld: signed by %s as the maker. Another person must sign as the approver.\n"), (long long)run->kab, first);
        return true;
    }
    if (!approve_is_signed(&r->state)) {
        printf(_("District %lld: signed by %s and %s. %d more must sign.\n"), (long long)run->kab, first, second, r->state.needed_n - r->state.signed_n);
        return true;
    }
    if (r->is_new) printf(_("District %lld: approved by %s and %s.\n"), (long long)run->kab, first, second);
    else printf(_("District %lld: it was already approved by %s and %s; nothing was changed.\n"), (long long)run->kab, first, second);
    if (r->hold_n == 0) return true;
    printf(_("Held until a person decides: %s families, %s.\n"), arena_count(cli->arena, r->hold_n).p, arena_rupiah(cli->arena, r->hold).p);
    for (int kind = 0; kind < CLASH_N; kind++)
        if (r->hold_by_reason[kind]) printf("  %8s  %s\n", arena_count(cli->arena, r->hold_by_reason[kind]).p, clash_title((ClashKind)kind));
    return true;
}

// Shows what is to be signed and whether anything is left to sign.
static bool approve_look(Cli *cli, Db *db, Str stage, const Districts *districts, Run *runs, bool *is_open, Err *e) {
    *is_open = false;
    for (size_t i = 0; i < districts->n; i++) {
        ApproveState state;
        if (!run_read(db, districts->at[i], stage, &runs[i], e) || !approve_state(db, cli->arena, districts->at[i], stage, instant_now(), &state, e)) return false;
        if (approve_is_signed(&state)) continue;
        *is_open = true;
        approve_preview(cli, stage, &runs[i], &state);
    }
    return true;
}

static bool approve_do(Cli *cli, Db *db, Err *e) {
    Str stage;
    Districts districts;
    Viewer viewer;
    bool is_practice, is_open;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &stage, e) || !actor_band(cli, db, &is_practice, e) ||
        !districts_find(cli, db, ACTION_READ, stage, &districts, e)) return false;
    Run *runs = NEW(cli->arena, Run, districts.n);
    if (!approve_look(cli, db, stage, &districts, runs, &is_open, e) ||
        !(is_open ? actor_confirm(cli, db, ACTION_READ, KAB_NONE, &viewer, e) : actor_require(cli, db, ACTION_READ, KAB_NONE, &viewer, e))) return false;
    for (size_t i = 0; i < districts.n; i++) {
        ApproveResult result;
        progress_report(cli->progress, _("Signing"), (int64_t)i, (int64_t)districts.n);
        if (!approve_run(db, cli->arena, &viewer, &(ApproveWhat){ districts.at[i], stage, runs[i].run_hash }, instant_now(), &result, e) ||
            !approve_answer(cli, db, &runs[i], &result, e)) return false;
    }
    return true;
}

bool verb_approve(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = approve_do(cli, db, e);
    db_close(db);
    return is_good;
}

// ---- pay ---------------------------------------------------------------------------------------------------------

static void pay_answer(Cli *cli, int64_t kab, Str folder, const PayResult *r) {
    if (cli->is_json) {
        printf("{\"kab\":%lld,\"batches\":%lld,\"batches_new\":%lld,\"released\":%lld,\"files\":%lld,\"files_new\":%lld,\"families\":%lld,\"total\":%lld}\n", (long long)kab,
               (long long)r->batch_n, (long long)r->batch_new_n, (long long)r->released_n, (long long)r->file_n, (long long)r->file_new_n, (long long)r->family_n, (long long)r->amount.rp);
        return;
    }
    printf(_("District %lld: %s families, %s, in %lld batches and %lld files in %.*s.\n"), (long long)kab, arena_count(cli->arena, r->family_n).p, arena_rupiah(cli->arena, r->amount).p,
           (long long)r->batch_n, (long long)r->file_n, STR_ARG(folder));
    if (r->batch_new_n == 0 && r->released_n == 0 && r->file_new_n == 0) puts(_("All of it was there already; nothing was changed."));
}

static bool batches_print(Cli *cli, Db *db, int64_t kab, Str stage, Err *e) {
    Batches batches;
    if (cli->is_json) return true;
    if (!batch_load(db, cli->arena, kab, stage, &batches, e)) return false;
    for (size_t i = 0; i < batches.n; i++) {
        BatchFiles files;
        if (!batch_files_load(db, cli->arena, kab, batches.at[i].id, &files, e)) return false;
        int64_t list_n = 0;
        for (size_t k = 0; k < files.n; k++) {
            if (str_eq(files.at[k].kind, STR("list"))) { list_n++; continue; }
            printf(_("  %.*s: %s payments, %s, %s bytes, SHA-256 "), STR_ARG(files.at[k].name), arena_count(cli->arena, files.at[k].family_n).p,
                   arena_rupiah(cli->arena, files.at[k].amount).p, arena_count(cli->arena, files.at[k].bytes_n).p);
            hash_line(stdout, &files.at[k].sha256);
        }
        if (list_n) printf(_("  and %lld printed lists, one a kelurahan.\n"), (long long)list_n);
    }
    return true;
}

static bool pay_do(Cli *cli, Db *db, Err *e) {
    PayWhat what = { .progress = cli->progress };
    Districts districts;
    Viewer viewer;
    bool is_practice;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &what.stage, e) || !cli_int(cli, "--rows", 0, &what.rows_max, e) ||
        !actor_band(cli, db, &is_practice, e) || !districts_find(cli, db, ACTION_PAY, what.stage, &districts, e) ||
        !actor_confirm(cli, db, ACTION_PAY, KAB_NONE, &viewer, e)) return false;
    const char *out = cli_option(cli, "--out");
    what.folder = out ? str_c(out) : arena_fmt(cli->arena, "./keluar/%.*s", STR_ARG(what.stage));
    what.channel = str_c(cli_option(cli, "--channel"));
    what.payer_account = str_c(cli_option(cli, "--account"));
    for (size_t i = 0; i < districts.n; i++) {
        PayResult result;
        what.kab = districts.at[i];
        if (!pay_stage(db, &viewer, &what, instant_now(), &result, e)) return false;
        pay_answer(cli, what.kab, what.folder, &result);
        if (!batches_print(cli, db, what.kab, what.stage, e)) return false;
    }
    return true;
}

bool verb_pay(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = pay_do(cli, db, e);
    db_close(db);
    return is_good;
}

// ---- books -------------------------------------------------------------------------------------------------------

static void account_print(Cli *cli, int64_t kab, const Account *a, bool is_first) {
    if (cli->is_json) {
        printf("%s{\"kab\":%lld,\"account\":\"%s\",\"channel\":\"%.*s\",\"batch\":%lld,\"debit_pending\":%lld,\"debit_posted\":%lld,\"credit_pending\":%lld,\"credit_posted\":%lld}",
               is_first ? "" : ",", (long long)kab, account_kind_name(a->kind), STR_ARG(a->channel), (long long)a->batch_id, (long long)a->sums.debit_pending.rp,
               (long long)a->sums.debit_posted.rp, (long long)a->sums.credit_pending.rp, (long long)a->sums.credit_posted.rp);
        return;
    }
    Buf name = { .max = 256 };
    buf_c(&name, account_kind_title(a->kind));
    if (a->channel.n) buf_fmt(&name, " %.*s", STR_ARG(a->channel));
    if (a->batch_id) buf_fmt(&name, _(", batch %lld"), (long long)a->batch_id);
    printf("%-32.*s %22s %22s %22s %22s\n", STR_ARG(buf_view(&name)), arena_rupiah(cli->arena, a->sums.debit_posted).p, arena_rupiah(cli->arena, a->sums.credit_posted).p,
           arena_rupiah(cli->arena, a->sums.debit_pending).p, arena_rupiah(cli->arena, a->sums.credit_pending).p);
    buf_free(&name);
}

static bool books_do(Cli *cli, Db *db, Err *e) {
    Str stage;
    Districts districts;
    bool is_practice;
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &stage, e) || !actor_band(cli, db, &is_practice, e) ||
        !districts_find(cli, db, ACTION_READ, stage, &districts, e)) return false;
    if (cli->is_json) putchar('[');
    bool is_first = true;
    for (size_t i = 0; i < districts.n; i++) {
        Accounts accounts;
        if (!books_list(db, cli->arena, districts.at[i], stage, &accounts, e)) return false;
        if (!cli->is_json) {
            printf(_("District %lld, stage %.*s\n"), (long long)districts.at[i], STR_ARG(stage));
            printf("%-32s %22s %22s %22s %22s\n", _("Account in the books"), _("debit"), _("credit"), _("debit pending"), _("credit pending"));
        }
        for (size_t k = 0; k < accounts.n; k++, is_first = false) account_print(cli, districts.at[i], &accounts.at[k], is_first);
        if (accounts.n == 0 && !cli->is_json) puts(_("Nothing is booked yet; the second signature begins the books."));
    }
    if (cli->is_json) puts("]");
    return true;
}

bool verb_books(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = books_do(cli, db, e);
    db_close(db);
    return is_good;
}
