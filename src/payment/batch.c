// batch.c: see batch.h.
#include "payment/batch.h"
#include "office/approval.h"
#include "office/audit.h"
#include "office/change.h"
#include "payment/approve.h"
#include "payment/books.h"
#include "payment/payables.h"
#include "payment_pay.sql.h"
#include "payment_reissue.sql.h"

bool batch_load(Db *db, Arena *a, int64_t kab, Str stage, Batches *out, Err *e) {
    BatchListRows rows;
    BatchListRow row;
    Batches list = { 0 };
    size_t max = 0;
    bool has_row = false, is_good = batch_list(db, (BatchListArgs){ .kab = kab, .stage = stage }, &rows, e);
    while (is_good && (is_good = batch_list_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == max) {
            Batch *grown = NEW(a, Batch, max = max ? 2 * max : 16);
            if (list.n) memcpy(grown, list.at, list.n * sizeof *grown);
            list.at = grown;
        }
        list.at[list.n++] = (Batch){ .kab = kab, .id = row.id, .part_n = row.part_n, .first_id = row.first_id, .last_id = row.last_id,
            .family_n = row.family_n, .stage = arena_str(a, row.stage), .channel = arena_str(a, row.channel), .payer_name = arena_str(a, row.payer_name),
            .payer_account = arena_str(a, row.payer_account), .amount = row.amount_rp, .run_hash = row.run_hash,
            .is_released = str_eq(row.state, STR("released")), .is_follow_up = row.follow_up_n > 0, .reserved_at = row.reserved_at };
    }
    batch_list_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

bool batch_files_load(Db *db, Arena *a, int64_t kab, int64_t batch_id, BatchFiles *out, Err *e) {
    BatchFileListRows rows;
    BatchFileListRow row;
    BatchFiles list = { 0 };
    size_t max = 0;
    bool has_row = false, is_good = batch_file_list(db, (BatchFileListArgs){ .kab = kab, .batch_id = batch_id }, &rows, e);
    while (is_good && (is_good = batch_file_list_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == max) {
            BatchFile *grown = NEW(a, BatchFile, max = max ? 2 * max : 8);
            if (list.n) memcpy(grown, list.at, list.n * sizeof *grown);
            list.at = grown;
        }
        list.at[list.n++] = (BatchFile){ row.n, row.bytes_n, row.family_n, arena_str(a, row.kind), arena_str(a, row.file_name), row.sha256_hash, row.amount_rp, row.written_at };
    }
    batch_file_list_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

// ---- reserve -----------------------------------------------------------------------------------------------------

typedef struct { const Viewer *viewer; const Reserve *what; Instant now; Date business_on; Run run; int64_t new_n; } Reserving;

static bool payer_accept(Db *db, const Reserving *r, Err *e) {
    Arena a = { 0 };
    ApproveState state;
    bool is_good = authority_require(r->viewer, ACTION_PAY, r->what->kab, e) && approve_state(db, &a, r->what->kab, r->what->stage, r->now, &state, e);
    arena_free(&a);
    if (!is_good) return false;
    if (!approve_is_signed(&state))
        return fail(e, CONFLICT, "Stage %.*s of district %lld has %d of %d signatures. Nothing is paid before all of them.", STR_ARG(r->what->stage), (long long)r->what->kab,
                    state.signed_n, state.needed_n);
    for (int i = 1; i < state.signed_n; i++) {
        Signature s = approve_signature(&state, i);
        if (s.user_id == r->viewer->user_id || s.for_id == r->viewer->user_id) return fail(e, FORBIDDEN, "You have approved this stage; another person must write the payment files.");
    }
    return true;
}

static bool batch_write(Db *db, Reserving *r, Str channel, int64_t part_n, const Payable *first, size_t n, Err *e) {
    BatchLastRow last;
    bool has_last = false;
    int64_t transfer_id;
    Rupiah amount = { 0 };
    for (size_t i = 0; i < n; i++) if (!rupiah_add(amount, first[i].amount, &amount, e)) return false;
    if (!batch_last(db, (BatchLastArgs){ .kab = r->what->kab }, &last, &has_last, e)) return false;
    BatchInsertArgs row = { .kab = r->what->kab, .id = last.last_id + 1, .stage = r->what->stage, .channel = channel, .part_n = part_n,
        .first_id = first[0].family_id, .last_id = first[n - 1].family_id, .family_n = (int64_t)n, .amount_rp = amount, .run_hash = r->run.run_hash,
        .payer_name = r->what->payer_name, .payer_account = r->what->payer_account, .reserved_at = r->now };
    Transfer t = { .kab = r->what->kab, .stage = r->what->stage, .kind = TRANSFER_PENDING, .debit = { ACCOUNT_PAYABLE, channel, 0 },
        .credit = { ACCOUNT_IN_TRANSIT, channel, row.id }, .amount = amount, .batch_id = row.id, .reason = STR("reserve"),
        .approval_hash = &r->run.run_hash, .actor_id = r->viewer->user_id, .business_on = r->business_on, .at = r->now };
    AuditEntry entry = { .kab = r->what->kab, .actor_id = r->viewer->user_id, .action = "payment.reserve", .subject = r->what->stage, .at = r->now,
        .fields = { AUDIT_COUNT("batch_id", row.id), AUDIT_TEXT("channel", channel), AUDIT_COUNT("part_n", part_n), AUDIT_COUNT("family_n", row.family_n),
                    AUDIT_COUNT("amount_rp", amount.rp), AUDIT_HASH("run_hash", &r->run.run_hash) } };
    return batch_insert(db, row, NULL, e) && books_transfer(db, &t, &transfer_id, e) && audit_write(db, &entry, e) && (r->new_n++, true);
}

static bool channel_reserve(Db *db, Arena *a, Reserving *r, Str channel, Err *e) {
    Payables list;
    size_t rows_max = (size_t)(r->what->rows_max > 0 ? r->what->rows_max : BATCH_ROWS);
    if (!payables_load(db, a, r->what->kab, r->what->stage, channel, 1, FAMILY_LAST, false, &list, e)) return false;
    for (size_t at = 0, part_n = 1; at < list.n; at += rows_max, part_n++)
        if (!batch_write(db, r, channel, (int64_t)part_n, &list.at[at], list.n - at < rows_max ? list.n - at : rows_max, e)) return false;
    return true;
}

static bool channel_has_batch(const Batches *batches, Str channel) {
    for (size_t i = 0; i < batches->n; i++) if (str_eq(batches->at[i].channel, channel)) return true;
    return false;
}

static bool reserve_work(Db *db, void *with, Err *e) {
    Reserving *r = with;
    Arena a = { 0 };
    Batches batches;
    r->new_n = 0;
    bool is_good = payer_accept(db, r, e) && run_read(db, r->what->kab, r->what->stage, &r->run, e) && batch_load(db, &a, r->what->kab, r->what->stage, &batches, e);
    for (size_t i = 0; is_good && PACK_CHANNELS[i]; i++) {
        Str channel = str_c(PACK_CHANNELS[i]);
        if ((r->what->channel.n && !str_eq(r->what->channel, channel)) || channel_has_batch(&batches, channel)) continue;
        is_good = channel_reserve(db, &a, r, channel, e);
    }
    arena_free(&a);
    return is_good;
}

bool batch_reserve(Db *db, const Viewer *viewer, const Reserve *what, Instant now, int64_t *new_n, Err *e) {
    Reserving r = { .viewer = viewer, .what = what, .now = now, .business_on = district_day(what->kab, now) };
    if (!change_do(db, reserve_work, &r, e)) return false;
    *new_n = r.new_n;
    return true;
}

// ---- release -----------------------------------------------------------------------------------------------------

typedef struct { const Viewer *viewer; const Batch *batch; const BatchFiles *files; Instant now; } Releasing;

static bool release_work(Db *db, void *with, Err *e) {
    const Releasing *r = with;
    int64_t changed_n = 0;
    if (!batch_release_row(db, (BatchReleaseRowArgs){ .kab = r->batch->kab, .id = r->batch->id }, &changed_n, e)) return false;
    if (changed_n == 0) return true;                       // another run of the same program was quicker
    if (r->batch->is_follow_up && !follow_up_release(db, (FollowUpReleaseArgs){ .kab = r->batch->kab, .batch_id = r->batch->id }, NULL, e)) return false;
    for (size_t i = 0; i < r->files->n; i++) {
        const BatchFile *f = &r->files->at[i];
        BatchFileInsertArgs row = { .kab = r->batch->kab, .batch_id = r->batch->id, .n = (int64_t)i + 1, .kind = f->kind, .file_name = f->name, .bytes_n = f->bytes_n,
            .sha256_hash = f->sha256, .family_n = f->family_n, .amount_rp = f->amount, .written_at = r->now };
        AuditEntry entry = { .kab = r->batch->kab, .actor_id = r->viewer->user_id, .action = "payment.release", .subject = r->batch->stage, .at = r->now,
            .fields = { AUDIT_COUNT("batch_id", r->batch->id), AUDIT_TEXT("file", f->name), AUDIT_COUNT("bytes_n", f->bytes_n), AUDIT_HASH("sha256", &f->sha256),
                        AUDIT_COUNT("family_n", f->family_n), AUDIT_COUNT("amount_rp", f->amount.rp), AUDIT_CHANGE("state", STR("reserved"), STR("released")) } };
        if (!batch_file_insert(db, row, NULL, e) || !audit_write(db, &entry, e)) return false;
    }
    return true;
}

bool batch_release(Db *db, const Viewer *viewer, const Batch *batch, const BatchFiles *files, Instant now, Err *e) {
    return change_do(db, release_work, &(Releasing){ viewer, batch, files, now }, e);
}
