#include "stage/decided.h"
#include "paylist/paylist.h"
#include "paylist/paylist_mode.h"
#include "registry/pack.h"
#include "stage_stage.sql.h"
#include <stdlib.h>

#define DECIDED_MAGIC 0x31444b48u       // "HKD1": header of 16 bytes, then u32 family, u32 village, u8 channel, i64 amount: a column each
#define HEADER_BYTES 16
#define ROW_BYTES 17

static uint32_t u32_at(const uint8_t *p, size_t i) { uint32_t v; memcpy(&v, p + 4 * i, 4); return v; }

bool decided_open(Str bytes, Decided *out, Err *e) {
    const uint8_t *p = (const uint8_t *)bytes.p;
    Decided d = { .is_there = true };
    bool is_whole = bytes.n >= HEADER_BYTES && u32_at(p, 0) == DECIDED_MAGIC;
    if (is_whole) d.n = u32_at(p, 1);
    if (!is_whole || bytes.n != HEADER_BYTES + (size_t)d.n * ROW_BYTES) return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.");
    d.family = p + HEADER_BYTES;
    d.village = d.family + 4 * (size_t)d.n;
    d.channel = d.village + 4 * (size_t)d.n;
    d.amount = d.channel + d.n;
    *out = d;
    return true;
}

DecidedRow decided_at(const Decided *d, size_t i) {
    DecidedRow row = { .family_id = decided_family(d, i), .village = u32_at(d->village, i), .channel = d->channel[i] };
    memcpy(&row.rp, d->amount + 8 * i, 8);
    return row;
}

size_t decided_find(const Decided *d, int64_t family_id) {
    size_t low = 0, high = d->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (decided_family(d, middle) < family_id) low = middle + 1; else high = middle;
    }
    return low;
}

bool decided_of(Db *db, Arena *a, int64_t kab, Str stage, int64_t closing_n, Decided *out, Err *e) {
    ClosingDecidedOfRow row;
    bool found;
    if (!closing_decided_of(db, a, (ClosingDecidedOfArgs){ .kab = kab, .stage = stage, .closing_n = closing_n }, &row, &found, e)) return false;
    *out = (Decided){ .is_there = false };
    if (!found) return true;
    Hash hash = hash_of(row.decided_data.p, row.decided_data.n);
    if (!hash_eq(&hash, &row.decided_hash)) return fail(e, CONFLICT, "District %lld: what the Ministry decided in the closing is not what was written.", (long long)kab);
    if (!decided_open(row.decided_data, out, e)) return false;
    out->hash = hash;
    return true;
}

bool decided_bytes_of(Db *db, Arena *a, int64_t kab, Str stage, int64_t closing_n, Str *out, bool *is_there, Err *e) {
    ClosingDecidedOfRow row;
    if (!closing_decided_of(db, a, (ClosingDecidedOfArgs){ .kab = kab, .stage = stage, .closing_n = closing_n }, &row, is_there, e)) return false;
    if (*is_there) *out = row.decided_data;
    return true;
}

// ---- making --------------------------------------------------------------------------------------------------------------
typedef struct { int64_t kab; DecidedNew *out; DecidedRow *rows; size_t n, max; } Collecting;

static bool decided_take(void *with, const PaylistDecided *d, Err *e) {
    Collecting *c = with;
    int channel = pack_channel_find(d->channel);
    if (channel < 0) return fail(e, CONFLICT, "The channel %.*s is not known.", STR_ARG(d->channel));
    if (c->n == c->max) {
        size_t max = c->max ? 2 * c->max : 4096;
        DecidedRow *more = realloc(c->rows, max * sizeof *more);
        if (!more) return fail_memory(e);
        c->rows = more;
        c->max = max;
    }
    c->rows[c->n++] = (DecidedRow){ d->family_id, d->amount.rp, (uint32_t)(d->village_id - c->kab * 1000000), (uint8_t)channel };
    return rupiah_add(c->out->total, d->amount, &c->out->total, e);
}

static bool bytes_put(const Collecting *c, Buf *b, Err *e) {
    const uint32_t header[4] = { DECIDED_MAGIC, (uint32_t)c->n, 0, 0 };
    buf_bytes(b, header, sizeof header);
    for (size_t i = 0; i < c->n; i++) { uint32_t v = (uint32_t)c->rows[i].family_id; buf_bytes(b, &v, 4); }
    for (size_t i = 0; i < c->n; i++) buf_bytes(b, &c->rows[i].village, 4);
    for (size_t i = 0; i < c->n; i++) buf_bytes(b, &c->rows[i].channel, 1);
    for (size_t i = 0; i < c->n; i++) buf_bytes(b, &c->rows[i].rp, 8);
    return !b->is_full || fail_memory(e);
}

bool decided_make(Db *db, int64_t kab, Str stage, DecidedNew *out, Err *e) {
    StageModeRow mode;
    *out = (DecidedNew){ .is_there = false };
    if (!paylist_mode_read(db, kab, stage, &mode, e)) return false;
    if (mode.mode == MODE_OURS) return true;
    Collecting c = { .kab = kab, .out = out };
    bool is_good = paylist_accept(db, kab, stage, &out->list_hash, e) && paylist_decided_each(db, kab, stage, decided_take, &c, e) && bytes_put(&c, &out->bytes, e);
    int64_t last_id = c.n ? c.rows[c.n - 1].family_id : 0;
    free(c.rows);
    if (!is_good) { decided_free(out); return false; }
    out->is_there = true;
    out->family_n = (int64_t)c.n;
    out->last_id = last_id;
    out->hash = hash_of(out->bytes.p, out->bytes.n);
    return true;
}

bool decided_store(Db *db, int64_t kab, Str stage, int64_t closing_n, const DecidedNew *d, Err *e) {
    ClosingDecidedPutArgs row = { .kab = kab, .stage = stage, .closing_n = closing_n, .family_n = d->family_n, .last_id = d->last_id, .total_rp = d->total, .list_hash = d->list_hash,
                                  .decided_hash = d->hash, .decided_data = buf_view(&d->bytes) };
    return !d->is_there || closing_decided_put(db, row, NULL, e);
}

void decided_free(DecidedNew *d) {
    buf_free(&d->bytes);
    *d = (DecidedNew){ .is_there = false };
}
