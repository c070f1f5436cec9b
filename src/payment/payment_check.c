// payment_check.c: one law a function. What is owed is the run's total; both signatures are there and are two people's; the
// batches hold each payable family once; the books reserve what the batches hold; the files hold what the batches hold.
#include "payment/payment_check.h"
#include "files/outfile.h"
#include "payment/approve.h"
#include "payment/batch.h"
#include "payment/books.h"
#include "payment/payables.h"
#include "payment/reissue.h"
#include "payment/settle_check.h"
#include "payment_pay.sql.h"
#include <fcntl.h>
#include <unistd.h>

typedef struct { Db *db; Arena *arena; int64_t kab; Str stage, folder; Run run; Batches batches; Violations *v; } Checking;

static long long number(int64_t n) { return (long long)n; }

// ---- owed and signed ---------------------------------------------------------------------------------------------

static bool signed_by_all(Checking *c, Err *e) {
    ApproveState state;
    Err found = { 0 };
    if (!approve_state(c->db, c->arena, c->kab, c->stage, instant_now(), &state, &found)) {
        if (found.code != CONFLICT) return *e = found, false;
        return violation(c->v, "%s", found.text), true;
    }
    if (!approve_is_signed(&state))
        violation(c->v, "District %lld, stage %.*s: money is owed, but the present run has %d of %d signatures.", number(c->kab), STR_ARG(c->stage), state.signed_n, state.needed_n);
    for (int i = 1; i < state.signed_n; i++)
        for (int k = 0; k < i; k++)
            if (approve_signature(&state, i).user_id == approve_signature(&state, k).user_id)
                violation(c->v, "District %lld, stage %.*s: one person has signed twice.", number(c->kab), STR_ARG(c->stage));
    return true;
}

static bool owed_is_the_run(Checking *c, Err *e) {
    AccountSums cost;
    if (!books_sums(c->db, c->kab, c->stage, (AccountName){ ACCOUNT_PROGRAMME_COST, STR(""), 0 }, &cost, e)) return false;
    if (cost.debit_posted.rp != c->run.total.rp)
        violation(c->v, "District %lld, stage %.*s: the books owe Rp %lld, the run says Rp %lld.", number(c->kab), STR_ARG(c->stage), number(cost.debit_posted.rp), number(c->run.total.rp));
    return true;
}

// ---- batches -----------------------------------------------------------------------------------------------------

static bool batch_is_the_run(Checking *c, const Batch *b, Err *e) {
    Arena a = { 0 };
    Payables list;
    bool is_good = b->is_follow_up ? reissue_payables(c->db, &a, b, false, &list, e)
                                   : payables_load(c->db, &a, c->kab, c->stage, b->channel, b->first_id, b->last_id, false, &list, e);
    if (is_good && ((int64_t)list.n != b->family_n || list.sum.rp != b->amount.rp))
        violation(c->v, "District %lld, batch %lld: %lld families and Rp %lld, but the run has %lld and Rp %lld there.", number(c->kab), number(b->id), number(b->family_n),
                  number(b->amount.rp), number((int64_t)list.n), number(list.sum.rp));
    arena_free(&a);
    if (is_good && !hash_eq(&b->run_hash, &c->run.run_hash))
        violation(c->v, "District %lld, batch %lld: it was made from another run than the present one.", number(c->kab), number(b->id));
    return is_good;
}

static bool batch_is_reserved(Checking *c, const Batch *b, Err *e) {
    BatchReservedRow reserved;
    bool is_found = false;
    if (!batch_reserved(c->db, (BatchReservedArgs){ .kab = c->kab, .batch_id = b->id }, &reserved, &is_found, e)) return false;
    if (!is_found || reserved.amount_rp.rp != b->amount.rp)
        violation(c->v, "District %lld, batch %lld: Rp %lld, but the books set aside Rp %lld for it.", number(c->kab), number(b->id), number(b->amount.rp),
                  number(is_found ? reserved.amount_rp.rp : 0));
    return true;
}

// The batches of a channel follow one another, and leave nobody out but those who are held.
static bool channel_is_covered(Checking *c, Str channel, Err *e) {
    Arena a = { 0 };
    Payables list;
    int64_t family_n = 0, last_id = 0;
    Rupiah sum = { 0 };
    bool is_good = payables_load(c->db, &a, c->kab, c->stage, channel, 1, FAMILY_LAST, false, &list, e);
    for (size_t i = 0; is_good && i < c->batches.n; i++) {
        const Batch *b = &c->batches.at[i];
        if (!str_eq(b->channel, channel) || b->is_follow_up) continue;
        if (b->first_id <= last_id) violation(c->v, "District %lld: batch %lld and the one before it hold the same families.", number(c->kab), number(b->id));
        last_id = b->last_id;
        family_n += b->family_n;
        is_good = rupiah_add(sum, b->amount, &sum, e);
    }
    if (is_good && (family_n != (int64_t)list.n || sum.rp != list.sum.rp))
        violation(c->v, "District %lld, stage %.*s, %.*s: the batches hold %lld families, the run pays %lld.", number(c->kab), STR_ARG(c->stage), STR_ARG(channel),
                  number(family_n), number((int64_t)list.n));
    arena_free(&a);
    return is_good;
}

// What is left in the payable account after reserving is exactly what the held families and those whose payment failed are owed.
static bool rest_is_held(Checking *c, Err *e) {
    Rupiah rest = { 0 }, held = { 0 };
    Holds holds;
    bool has_all = true;
    Accounts accounts;
    if (!books_list(c->db, c->arena, c->kab, c->stage, &accounts, e) || !holds_load(c->db, c->arena, c->kab, c->stage, 1, FAMILY_LAST, &holds, e)) return false;
    for (size_t i = 0; i < accounts.n; i++) {
        Rupiah available;
        bool has_batch = false;
        if (accounts.at[i].kind != ACCOUNT_PAYABLE) continue;
        for (size_t k = 0; k < c->batches.n; k++) has_batch |= str_eq(c->batches.at[k].channel, accounts.at[i].channel);
        has_all &= has_batch;
        if (!sums_available(&accounts.at[i].sums, &available, e) || !rupiah_add(rest, available, &rest, e)) return false;
    }
    AttemptOwedRow owed;
    bool has_row;
    if (!attempt_owed(c->db, (AttemptOwedArgs){ .kab = c->kab, .stage = c->stage }, &owed, &has_row, e) || !rupiah_add(holds.sum, owed.owed_rp, &held, e)) return false;
    if (has_all ? rest.rp != held.rp : rest.rp < held.rp)
        violation(c->v, "District %lld, stage %.*s: Rp %lld is owed and in no batch, but Rp %lld is held or failed.", number(c->kab), STR_ARG(c->stage), number(rest.rp), number(held.rp));
    return true;
}

// ---- files -------------------------------------------------------------------------------------------------------

static bool file_is_there(Checking *c, const BatchFile *f, Err *e) {
    const char *path = arena_fmt(c->arena, "%.*s/%.*s/%.*s", STR_ARG(c->folder), STR_ARG(c->stage), STR_ARG(f->name)).p;
    if (access(path, F_OK)) path = arena_fmt(c->arena, "%.*s/%.*s", STR_ARG(c->folder), STR_ARG(f->name)).p;
    FileProof proof;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) { violation(c->v, "The released file %s is not there.", path); return true; }
    bool is_good = file_prove(fd, &proof, e);
    close(fd);
    if (is_good && !hash_eq(&proof.sha256, &f->sha256)) violation(c->v, "The file %s is not the one that was released.", path);
    return is_good;
}

// Files of a kind that the whole batch is written to: each holds all of it. Lists by village hold it together.
static bool files_hold_the_batch(Checking *c, const Batch *b, Err *e) {
    BatchFiles files;
    if (!batch_files_load(c->db, c->arena, c->kab, b->id, &files, e)) return false;
    if (b->is_released != (files.n > 0)) violation(c->v, "District %lld, batch %lld: released without files, or files without a release.", number(c->kab), number(b->id));
    for (size_t i = 0, next; i < files.n; i = next) {
        int64_t family_n = 0, amount_rp = 0;
        for (next = i; next < files.n && str_eq(files.at[next].kind, files.at[i].kind); next++) {
            family_n += files.at[next].family_n;
            amount_rp += files.at[next].amount.rp;
            if (c->folder.n && !file_is_there(c, &files.at[next], e)) return false;
        }
        if (family_n != b->family_n || amount_rp != b->amount.rp)
            violation(c->v, "District %lld, batch %lld: its files of kind %.*s hold %lld families and Rp %lld, the books %lld and Rp %lld.", number(c->kab), number(b->id),
                      STR_ARG(files.at[i].kind), number(family_n), number(amount_rp), number(b->family_n), number(b->amount.rp));
    }
    return true;
}

// ---- all of it ---------------------------------------------------------------------------------------------------

static bool channels_are_covered(Checking *c, Err *e) {
    for (size_t i = 0; i < c->batches.n; i++)
        if ((i == 0 || !str_eq(c->batches.at[i - 1].channel, c->batches.at[i].channel)) && !channel_is_covered(c, c->batches.at[i].channel, e)) return false;
    return true;
}

static bool stage_check_one(Checking *c, Err *e) {
    if (!run_read(c->db, c->kab, c->stage, &c->run, e) || !batch_load(c->db, c->arena, c->kab, c->stage, &c->batches, e) ||
        !signed_by_all(c, e) || !owed_is_the_run(c, e) || !channels_are_covered(c, e) || !rest_is_held(c, e)) return false;
    for (size_t i = 0; i < c->batches.n; i++)
        if (!batch_is_the_run(c, &c->batches.at[i], e) || !batch_is_reserved(c, &c->batches.at[i], e) || !files_hold_the_batch(c, &c->batches.at[i], e)) return false;
    return settle_check(c->db, c->arena, c->kab, c->stage, c->v, e);
}

static bool attempts_check(Db *db, int64_t kab, Violations *v, Err *e) {
    AttemptLiveTwiceRows rows;
    AttemptLiveTwiceRow row;
    bool has_row = false, is_good = attempt_live_twice(db, (AttemptLiveTwiceArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = attempt_live_twice_next(&rows, &row, &has_row, e)) && has_row)
        violation(v, "District %lld, stage %.*s: family %lld has %lld live attempts.", number(kab), STR_ARG(row.stage), number(row.family_id), number(row.live_n));
    attempt_live_twice_end(&rows);
    return is_good;
}

typedef struct { Str *at; size_t n; } Stages;
static bool stages_load(Db *db, Arena *a, int64_t kab, Stages *out, Err *e) {
    StageListRows rows;
    StageListRow row;
    Stages list = { 0 };
    size_t max = 0;
    bool has_row = false, is_good = stage_list(db, (StageListArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = stage_list_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == max) {
            Str *grown = NEW(a, Str, max = max ? 2 * max : 16);
            if (list.n) memcpy(grown, list.at, list.n * sizeof *grown);
            list.at = grown;
        }
        list.at[list.n++] = arena_str(a, row.stage);
    }
    stage_list_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

bool payment_check(Db *db, int64_t kab, Str folder, Violations *v, Err *e) {
    Arena a = { 0 };
    Stages stages = { 0 };
    bool is_good = attempts_check(db, kab, v, e) && stages_load(db, &a, kab, &stages, e);
    for (size_t i = 0; is_good && i < stages.n; i++) {
        Checking c = { .db = db, .arena = &a, .kab = kab, .stage = stages.at[i], .folder = folder, .v = v };
        is_good = stage_check_one(&c, e);
    }
    arena_free(&a);
    return is_good;
}
