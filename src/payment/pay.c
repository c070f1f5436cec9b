// pay.c: see pay.h. A file is written under a hidden name, counted again, compared with what may stand under its own name, and
// renamed: nobody can open a file that was not counted.
#include "payment/pay.h"
#include "base/lang.h"
#include "office/practice.h"
#include "payment/channel.h"
#include "payment/reissue.h"
#include "registry/area.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PRACTICE_ACCOUNT STR(PRACTICE_MARK "0000001")
#define PROGRAMME STR("PKH")           // in the names of messages

typedef struct {
    Db *db;
    const Viewer *viewer;
    const PayWhat *what;
    Instant now;
    bool is_practice;
    Areas villages, kecamatan;         // of the district, by code
    Str district;                      // "Kota Padang"; its code when there is no name
    const Scheme *scheme;              // of the closing: how the stage is called
    Arena arena;
    PayResult result;
} Paying;

// ---- folders and names -------------------------------------------------------------------------------------------

static bool folder_make(Arena *a, Str folder, Err *e) {
    char *path = arena_c(a, folder);
    for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash) *slash = 0;
        bool is_there = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (!is_there) return fail(e, IO_FAILED, "The folder %s cannot be made: %s.", path, strerror(errno));
        if (!slash) return true;
        *slash = '/';
    }
}

static bool folder_sync(const char *folder, Err *e) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_safe = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return is_safe || fail(e, IO_FAILED, "The folder %s cannot be made safe on the disk: %s.", folder, strerror(errno));
}

// What stands under the name already; *is_there false when nothing does.
static bool file_there(const char *path, FileProof *proof, bool *is_there, Err *e) {
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    *is_there = fd >= 0;
    if (fd < 0) return errno == ENOENT || fail(e, IO_FAILED, "The file %s cannot be read: %s.", path, strerror(errno));
    bool is_good = file_prove(fd, proof, e);
    close(fd);
    return is_good;
}

// ---- one file ----------------------------------------------------------------------------------------------------

// Writes, counts, compares, and gives the name. `before`: what was recorded of this file when the batch was released; NULL earlier.
static bool file_settle(Paying *p, const BatchWork *w, const ChannelFile *f, const BatchFile *before, BatchFile *out, Err *e) {
    const char *folder = arena_c(w->arena, p->what->folder), *path = arena_fmt(w->arena, "%s/%.*s", folder, STR_ARG(f->name)).p;
    const char *hidden = arena_fmt(w->arena, "%s/.%.*s.counted", folder, STR_ARG(f->name)).p;
    FileProof standing, written;
    TemplateTotals totals;
    bool is_there = false;
    if (!file_there(path, &standing, &is_there, e)) return false;
    if (is_there && before && hash_eq(&standing.sha256, &before->sha256)) return *out = *before, p->result.file_n++, true;
    if (!f->write(w, f, hidden, e) || !f->recount(w, f, hidden, &totals, &written, e)) return false;
    if (totals.count != f->expected.count || totals.sum.rp != f->expected.sum.rp)
        return fail(e, CONFLICT, "%.*s holds %lld payments and Rp %lld, the books %lld and Rp %lld. It is not released.", STR_ARG(f->name), (long long)totals.count,
                    (long long)totals.sum.rp, (long long)f->expected.count, (long long)f->expected.sum.rp);
    if (before && !hash_eq(&written.sha256, &before->sha256)) {
        (void)unlink(hidden);
        return fail(e, CONFLICT, "%.*s would not be the file that was released. It is not written again.", STR_ARG(f->name));
    }
    if (is_there && !hash_eq(&written.sha256, &standing.sha256)) {
        (void)unlink(hidden);
        return fail(e, CONFLICT, "There is a file %s with other contents. Move it away or choose another folder.", path);
    }
    if (rename(hidden, path)) return fail(e, IO_FAILED, "The file %s cannot get its name: %s.", path, strerror(errno));
    p->result.file_n++;
    p->result.file_new_n += !is_there;
    *out = (BatchFile){ .kind = str_c(f->kind), .name = f->name, .bytes_n = written.bytes, .sha256 = written.sha256, .family_n = totals.count, .amount = totals.sum };
    return folder_sync(folder, e);
}

// ---- one batch ---------------------------------------------------------------------------------------------------

static Str area_name(const Areas *areas, int64_t id) {     // ascending by code
    size_t low = 0, high = areas->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (areas->at[middle].id < id) low = middle + 1; else high = middle;
    }
    return low < areas->n && areas->at[low].id == id ? areas->at[low].name : STR("");
}

static Str stage_label(const Paying *p, Str channel) {
    const SchemeChannel *channels;
    scheme_channels(p->scheme, &channels);
    int i = scheme_channel_find(p->scheme, channel);
    return i >= 0 && channels[i].stage_label_id.n ? channels[i].stage_label_id : p->what->stage;
}

static bool batch_work(Paying *p, const Batch *batch, Arena *a, Payables *payments, BatchWork *out, Err *e) {
    if (!(batch->is_follow_up ? reissue_payables(p->db, a, batch, true, payments, e)
                              : payables_load(p->db, a, batch->kab, batch->stage, batch->channel, batch->first_id, batch->last_id, true, payments, e))) return false;
    if ((int64_t)payments->n != batch->family_n || payments->sum.rp != batch->amount.rp)
        return fail(e, CONFLICT, "Batch %lld has %lld families and Rp %lld in the books, but %lld and Rp %lld in the run.", (long long)batch->id, (long long)batch->family_n,
                    (long long)batch->amount.rp, (long long)payments->n, (long long)payments->sum.rp);
    Str *village = NEW(a, Str, payments->n), *kecamatan = NEW(a, Str, payments->n);
    for (size_t i = 0; i < payments->n; i++) {
        village[i] = area_name(&p->villages, payments->at[i].village_id);
        kecamatan[i] = area_name(&p->kecamatan, area_parent_of(payments->at[i].village_id));
    }
    *out = (BatchWork){ .batch = batch, .payments = payments, .village = village, .kecamatan = kecamatan, .programme = PROGRAMME,
                        .requested_on = district_day(batch->kab, batch->reserved_at), .is_practice = p->is_practice, .arena = a,
                        .stage_label = stage_label(p, batch->channel), .district = p->district };
    return payment_id_message(PROGRAMME, batch->kab, batch->stage, batch->channel, batch->part_n, 1, &out->message, e);
}

static bool batch_settle(Paying *p, const Batch *batch, Err *e) {
    Arena a = { 0 };
    Payables payments;
    BatchWork w = { 0 };
    BatchFiles before = { 0 };
    ChannelFiles files = { 0 };
    bool is_good = batch_work(p, batch, &a, &payments, &w, e) && channel_files(&w, &files, e) &&
                   (!batch->is_released || batch_files_load(p->db, &a, batch->kab, batch->id, &before, e));
    if (is_good && batch->is_released && before.n != files.n) is_good = fail(e, CONFLICT, "Batch %lld was released with %zu files, not %zu.", (long long)batch->id, before.n, files.n);
    BatchFile *written = NEW(&a, BatchFile, files.n + 1);
    for (size_t i = 0; is_good && i < files.n; i++) is_good = file_settle(p, &w, &files.at[i], batch->is_released ? &before.at[i] : NULL, &written[i], e);
    if (is_good && !batch->is_released) {
        is_good = batch_release(p->db, p->viewer, batch, &(BatchFiles){ written, files.n }, p->now, e);
        p->result.released_n += is_good;
    }
    arena_free(&a);
    p->result.batch_n++;
    p->result.family_n += batch->family_n;
    return is_good && rupiah_add(p->result.amount, batch->amount, &p->result.amount, e);
}

// ---- the stage ---------------------------------------------------------------------------------------------------

static bool reserve(Paying *p, Err *e) {
    Str account = p->what->payer_account;
    if (!account.n && !p->is_practice) return fail(e, BAD_INPUT, "From which account is paid? Give --account NUMBER, the programme's account at the bank.");
    Reserve what = { .kab = p->what->kab, .stage = p->what->stage, .channel = p->what->channel, .rows_max = p->what->rows_max,
        .payer_name = arena_fmt(&p->arena, "Dinas Sosial %.*s", STR_ARG(p->district)), .payer_account = account.n ? account : PRACTICE_ACCOUNT };
    return batch_reserve(p->db, p->viewer, &what, p->now, &p->result.batch_new_n, e);
}

// What the files say besides the batch's own row.
static bool names_load(Paying *p, Err *e) {
    Area district;
    Closing closing;
    bool is_known = false;
    if (!area_read(p->db, &p->arena, p->what->kab, &district, &is_known, e) || !closing_read(p->db, p->what->kab, p->what->stage, &closing, e) ||
        !closing_scheme(p->db, &p->arena, &closing.book_hash, p->what->stage, &p->scheme, e)) return false;
    p->district = is_known ? district.name : arena_fmt(&p->arena, "%lld", (long long)p->what->kab);
    return area_list_level(p->db, &p->arena, p->what->kab, AREA_VILLAGE, &p->villages, e) && area_list_level(p->db, &p->arena, p->what->kab, AREA_KECAMATAN, &p->kecamatan, e);
}

static bool stage_settle(Paying *p, Err *e) {
    const PayWhat *what = p->what;
    Batches batches = { 0 };
    bool is_good = practice_is(p->db, &p->is_practice, e) && names_load(p, e) && reserve(p, e) && folder_make(&p->arena, what->folder, e) &&
                   batch_load(p->db, &p->arena, what->kab, what->stage, &batches, e);
    for (size_t i = 0; is_good && i < batches.n; i++) {
        progress_report(what->progress, _("Writing payment files"), (int64_t)i, (int64_t)batches.n);
        if (!what->channel.n || str_eq(what->channel, batches.at[i].channel)) is_good = batch_settle(p, &batches.at[i], e);
    }
    if (is_good) progress_report(what->progress, _("Writing payment files"), (int64_t)batches.n, (int64_t)batches.n);
    return is_good;
}

bool pay_stage(Db *db, const Viewer *viewer, const PayWhat *what, Instant now, PayResult *out, Err *e) {
    Paying p = { .db = db, .viewer = viewer, .what = what, .now = now };
    bool is_good = stage_settle(&p, e);
    arena_free(&p.arena);
    if (is_good) *out = p.result;
    return is_good;
}
