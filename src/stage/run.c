#include "stage/run.h"
#include "base/lang.h"
#include "office/audit.h"
#include "programme/entitlement.h"
#include "registry/pack.h"
#include "registry/bytetable.h"
#include "stage/closing.h"
#include "stage/fanout.h"
#include "stage_stage.sql.h"
#include <stdlib.h>

// "HKA1": header of 16 bytes; u8 [16] which row a channel of PACK_CHANNELS has, 255 none; i64 amount [row][case]; u8 DueState [row][case]
#define AMOUNT_MAGIC 0x31414b48u
#define AMOUNT_CHANNELS 16
#define AMOUNT_AT (HEADER_BYTES + AMOUNT_CHANNELS)
#define NO_ROW 255
#define TOTAL_MAGIC 0x31544b48u         // "HKT1": header of 16 bytes, then the two arrays of RunTotals
#define HEADER_BYTES 16

static bool no_memory(Err *e) { return fail(e, LIMIT, "There is not enough memory."); }
static void put_u32(Buf *b, uint32_t v) { buf_bytes(b, &v, 4); }
static uint32_t u32_at(const char *p, size_t i) { uint32_t v; memcpy(&v, p + 4 * i, 4); return v; }
static int64_t i64_at(const char *p, size_t i) { int64_t v; memcpy(&v, p + 8 * i, 8); return v; }

bool closing_scheme(Db *db, Arena *a, const Hash *book_hash, Str stage, const Scheme **out, Err *e) {
    RuleBookOfRow text;
    bool found;
    const RuleBook *book;
    Findings findings = { 0 };
    if (!rule_book_of(db, a, (RuleBookOfArgs){ .book_hash = *book_hash }, &text, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "The rule book that stage %.*s was closed with is missing.", STR_ARG(stage));
    return rulebook_parse(a, text.code, text.book_text, &book, &findings, e) && scheme_make(a, book, stage, out, e);
}

// ---- cases evaluated once -------------------------------------------------------------------------------------------------
// What a case pays through one channel: the amount, and what of it goes to which component.
typedef struct { uint8_t component; int32_t n; int64_t rp; } Part;
typedef struct { int64_t rp; uint32_t first_part; uint16_t part_n; uint8_t state; } CasePay;

// A worker's memory: every case seen so far under one rule book.
typedef struct {
    Arena arena;
    bool has_scheme;
    Hash book_hash;
    Str stage;
    const Scheme *scheme;
    size_t channel_n, component_n;
    int channel_of[256];                   // PACK_CHANNELS index -> the scheme's channel
    ByteTable cases;
    CasePay *pays;                         // [case * channel_n + channel]
    size_t pay_cap;
    Part *parts;
    size_t part_n, part_cap;
} Memo;

static void memo_forget(Memo *m) {
    bytetable_free(&m->cases);
    m->part_n = 0;
    m->has_scheme = false;
    arena_free(&m->arena);
}

static void memo_close(Memo *m) {
    memo_forget(m);
    free(m->pays);
    free(m->parts);
}

static bool memo_open(Memo *m, Db *db, const Hash *book_hash, Str stage, Err *e) {
    if (m->has_scheme && hash_eq(&m->book_hash, book_hash)) return true;
    memo_forget(m);
    if (!closing_scheme(db, &m->arena, book_hash, stage, &m->scheme, e)) return false;
    const SchemeChannel *channels;
    const SchemeComponent *components;
    m->channel_n = scheme_channels(m->scheme, &channels);
    m->component_n = scheme_components(m->scheme, &components);
    for (int i = 0; i < 256; i++) m->channel_of[i] = -1;
    for (int i = 0; PACK_CHANNELS[i]; i++) m->channel_of[i] = scheme_channel_find(m->scheme, str_c(PACK_CHANNELS[i]));
    m->book_hash = *book_hash;
    m->has_scheme = true;
    return true;
}

static bool memo_room(Memo *m, Err *e) {
    size_t need = (m->cases.n + 1) * m->channel_n;
    if (need > m->pay_cap) {
        size_t cap = m->pay_cap ? 2 * m->pay_cap : 2048;
        while (cap < need) cap *= 2;
        CasePay *more = realloc(m->pays, cap * sizeof *more);
        if (!more) return no_memory(e);
        m->pays = more;
        m->pay_cap = cap;
    }
    if (m->part_n + m->channel_n * COMPONENT_MAX > m->part_cap) {
        size_t cap = m->part_cap ? 2 * m->part_cap : 4096;
        Part *more = realloc(m->parts, cap * sizeof *more);
        if (!more) return no_memory(e);
        m->parts = more;
        m->part_cap = cap;
    }
    return true;
}

// Two implementations must give the same answer before an amount is believed. A difference is our mistake, and stops the run.
static bool case_recheck(const Memo *m, int channel, const Case *c, const Entitlement *found, Err *e) {
    static _Thread_local Entitlement second;
    if (!entitlement_slowly(m->scheme, channel, c, &second, e)) return false;
    bool is_same = second.total.rp == found->total.rp && second.is_eligible == found->is_eligible;
    for (size_t k = 0; k < m->component_n; k++) is_same = is_same && second.kept_n[k] == found->kept_n[k] && second.kept_rp[k].rp == found->kept_rp[k].rp;
    if (is_same) return true;
    return fail(e, CONFLICT, "The two computations of the same case differ: %lld against %lld. Nothing was stored; please report this.",
                (long long)found->total.rp, (long long)second.total.rp);
}

static DueState state_of(const Entitlement *paid) {
    if (!paid->is_eligible) return DUE_NOT_ELIGIBLE;
    if (paid->suspended_by != -2) return DUE_SUSPENDED;
    return paid->total.rp > 0 ? DUE_PAYABLE : DUE_NOTHING;
}

static bool case_pay(Memo *m, uint32_t index, Str bytes, Err *e) {
    static _Thread_local Case c;
    static _Thread_local Entitlement paid;
    if (!case_decode((const uint8_t *)bytes.p, bytes.n, &c)) return fail(e, CONFLICT, "A case of the closing is damaged.");
    for (size_t ch = 0; ch < m->channel_n; ch++) {
        if (!entitlement_of(m->scheme, (int)ch, &c, false, &paid, e) || !case_recheck(m, (int)ch, &c, &paid, e)) return false;
        CasePay *p = &m->pays[index * m->channel_n + ch];
        *p = (CasePay){ .rp = paid.total.rp, .first_part = (uint32_t)m->part_n, .state = (uint8_t)state_of(&paid) };
        for (size_t k = 0; k < m->component_n; k++) {
            if (paid.kept_n[k] == 0 && paid.kept_rp[k].rp == 0) continue;
            m->parts[m->part_n++] = (Part){ (uint8_t)k, paid.kept_n[k], paid.kept_rp[k].rp };
            p->part_n++;
        }
    }
    return true;
}

static bool case_find(Memo *m, Str bytes, uint32_t *index, Err *e) {
    bool is_new;
    uint64_t hash = bytetable_hash(bytes.p, bytes.n);
    *index = bytetable_find(&m->cases, hash, bytes.p, bytes.n);
    if (*index != UINT32_MAX) return true;
    return memo_room(m, e) && bytetable_put(&m->cases, hash, bytes.p, bytes.n, index, &is_new, e) && case_pay(m, *index, bytes, e);
}

// ---- one district -----------------------------------------------------------------------------------------------------------
typedef struct {
    int64_t kab, closing_n, family_n, payable_n, suspended_n;
    Rupiah total;
    Hash closing_hash, run_hash;
    Buf amounts, totals;
} Result;

static void result_free(Result *r) {
    if (!r) return;
    buf_free(&r->amounts);
    buf_free(&r->totals);
    free(r);
}

typedef struct { uint32_t family_n, payable_n, suspended_n, unused; int64_t rp; } StoredChannel;
typedef struct { uint32_t n, unused; int64_t rp; } StoredComponent;

static void header_put(Buf *b, uint32_t magic, size_t x, size_t y, size_t z) {
    put_u32(b, magic);
    put_u32(b, (uint32_t)x);
    put_u32(b, (uint32_t)y);
    put_u32(b, (uint32_t)z);
}

// Adds one chunk's families to the totals. Sums cannot overflow unseen: each addition is checked.
static bool chunk_sum(const Memo *m, const Chunk *c, const CaseList *list, const uint32_t *case_at, StoredChannel *by_channel,
                      StoredComponent *by_component, Result *r, Err *e) {
    int64_t total = r->total.rp;
    bool is_over = false;
    for (uint32_t i = 0; i < c->family_n; i++) {
        uint32_t no = chunk_case(c, i), village = chunk_u16(c->village, i);
        int channel = m->channel_of[c->channel[i]];
        if (no >= list->case_n || village >= list->village_n || channel < 0) return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.");
        const CasePay *pay = &m->pays[case_at[no] * m->channel_n + (size_t)channel];
        size_t place = village * m->channel_n + (size_t)channel;
        StoredChannel *t = &by_channel[place];
        t->family_n++;
        t->payable_n += pay->state == DUE_PAYABLE;
        t->suspended_n += pay->state == DUE_SUSPENDED;
        t->rp += pay->rp;                                  // never beyond the district's total, which is checked
        is_over |= __builtin_add_overflow(total, pay->rp, &total);
        const Part *part = m->parts + pay->first_part;
        StoredComponent *row = by_component + place * m->component_n;
        for (uint16_t k = 0; k < pay->part_n; k++) {
            row[part[k].component].n += (uint32_t)part[k].n;
            row[part[k].component].rp += part[k].rp;
        }
    }
    if (is_over) return fail(e, LIMIT, "The sum does not fit in 64 bits.");
    r->total.rp = total;
    return true;
}

static bool chunks_sum(Memo *m, Db *db, const Closing *c, const CaseList *list, const uint32_t *case_at, StoredChannel *by_channel,
                       StoredComponent *by_component, Result *r, Err *e) {
    ClosingChunksRows rows = { 0 };
    ClosingChunksRow row;
    Hasher pay;
    hash_start(&pay);
    bool has_row, is_good = closing_chunks(db, (ClosingChunksArgs){ .kab = c->kab, .stage = m->stage, .closing_n = c->closing_n, .first_id = 0, .last_id = INT64_MAX - 1 }, &rows, e);
    while (is_good && (is_good = closing_chunks_next(&rows, &row, &has_row, e)) && has_row) {
        Chunk chunk;
        Hash found = hash_of(row.chunk_data.p, row.chunk_data.n);
        hash_add(&pay, &found, sizeof found);
        is_good = chunk_open(row.chunk_data, &chunk, e) && chunk_sum(m, &chunk, list, case_at, by_channel, by_component, r, e);
    }
    closing_chunks_end(&rows);
    Hash pay_hash = hash_end(&pay);
    if (is_good && !hash_eq(&pay_hash, &c->pay_hash))
        is_good = fail(e, CONFLICT, "District %lld: the closing's bytes are not those that were hashed. Nothing was computed from them.", (long long)c->kab);
    return is_good;
}

static Hash run_hash_make(const Result *r) {
    Hasher all;
    Hash amounts = hash_of(r->amounts.p, r->amounts.n), totals = hash_of(r->totals.p, r->totals.n);
    hash_start(&all);
    hash_add(&all, "harapan run 1\n", 14);
    hash_add(&all, &r->closing_hash, sizeof(Hash));
    hash_add(&all, &amounts, sizeof amounts);
    hash_add(&all, &totals, sizeof totals);
    return hash_end(&all);
}

static void amounts_put(Buf *b, const Memo *m, const CaseList *list, const uint32_t *case_at) {
    header_put(b, AMOUNT_MAGIC, m->channel_n, list->case_n, 0);
    for (size_t i = 0; i < AMOUNT_CHANNELS; i++) buf_char(b, m->channel_of[i] < 0 ? (char)NO_ROW : (char)m->channel_of[i]);
    for (size_t ch = 0; ch < m->channel_n; ch++)
        for (uint32_t i = 0; i < list->case_n; i++) buf_bytes(b, &m->pays[case_at[i] * m->channel_n + ch].rp, 8);
    for (size_t ch = 0; ch < m->channel_n; ch++)
        for (uint32_t i = 0; i < list->case_n; i++) buf_bytes(b, &m->pays[case_at[i] * m->channel_n + ch].state, 1);
}

static bool result_fill(Memo *m, Db *db, const Closing *c, const CaseList *list, Result *r, Err *e) {
    size_t place_n = (size_t)list->village_n * m->channel_n;
    uint32_t *case_at = malloc(((size_t)list->case_n + 1) * sizeof *case_at);
    StoredChannel *by_channel = calloc(place_n + 1, sizeof *by_channel);
    StoredComponent *by_component = calloc(place_n * m->component_n + 1, sizeof *by_component);
    bool is_good = (case_at && by_channel && by_component) || no_memory(e);
    for (uint32_t i = 0; is_good && i < list->case_n; i++) is_good = case_find(m, case_list_at(list, i), &case_at[i], e);
    is_good = is_good && chunks_sum(m, db, c, list, case_at, by_channel, by_component, r, e);
    if (is_good) {
        amounts_put(&r->amounts, m, list, case_at);
        header_put(&r->totals, TOTAL_MAGIC, list->village_n, m->channel_n, m->component_n);
        buf_bytes(&r->totals, by_channel, place_n * sizeof *by_channel);
        buf_bytes(&r->totals, by_component, place_n * m->component_n * sizeof *by_component);
        for (size_t i = 0; i < place_n; i++) {
            r->family_n += by_channel[i].family_n;
            r->payable_n += by_channel[i].payable_n;
            r->suspended_n += by_channel[i].suspended_n;
        }
        is_good = (!r->amounts.is_full && !r->totals.is_full) || no_memory(e);
    }
    free(case_at);
    free(by_channel);
    free(by_component);
    return is_good;
}

static bool district_run(Memo *m, Db *db, const Closing *c, Result **out, Err *e) {
    Arena arena = { 0 };
    ClosingCasesRow cases;
    CaseList list;
    bool found;
    Result *r = calloc(1, sizeof *r);
    if (!r) return no_memory(e);
    r->kab = c->kab;
    r->closing_n = c->closing_n;
    r->closing_hash = c->closing_hash;
    bool is_good = memo_open(m, db, &c->book_hash, m->stage, e) &&
                   closing_cases(db, &arena, (ClosingCasesArgs){ .kab = c->kab, .stage = m->stage, .closing_n = c->closing_n }, &cases, &found, e);
    if (is_good && !found) is_good = fail(e, CONFLICT, "District %lld: the cases of the closing are missing.", (long long)c->kab);
    is_good = is_good && case_list_open(cases.case_data, &list, e) && result_fill(m, db, c, &list, r, e);
    arena_free(&arena);
    if (!is_good) { result_free(r); return false; }
    r->run_hash = run_hash_make(r);
    *out = r;
    return true;
}

// ---- all districts ------------------------------------------------------------------------------------------------------------
typedef struct { const RunOptions *options; const Closing *closings; } Work;
typedef struct { Memo memo; const Work *work; } Memory;

static bool work_open(void *with, void **memory, Err *e) {
    Memory *m = calloc(1, sizeof *m);
    if (!m) return no_memory(e);
    m->work = with;
    m->memo.stage = m->work->options->stage;
    *memory = m;
    return true;
}

static void work_close(void *memory) {
    memo_close(&((Memory *)memory)->memo);
    free(memory);
}

static bool work_compute(void *memory, Db *db, size_t i, void **result, Err *e) {
    Memory *m = memory;
    Result *r;
    if (!district_run(&m->memo, db, &m->work->closings[i], &r, e)) return false;
    *result = r;
    return true;
}

static bool work_write(void *with, Db *db, size_t i, void *result, Err *e) {
    const Work *w = with;
    const Result *r = result;
    (void)i;
    RunPutArgs row = {
        .kab = r->kab, .stage = w->options->stage, .closing_n = r->closing_n, .closing_hash = r->closing_hash, .run_hash = r->run_hash,
        .family_n = r->family_n, .payable_n = r->payable_n, .suspended_n = r->suspended_n, .total_rp = r->total,
        .amount_data = buf_view(&r->amounts), .total_data = buf_view(&r->totals), .actor_id = w->options->actor_id, .ran_at = w->options->at,
    };
    AuditEntry entry = { .kab = r->kab, .actor_id = w->options->actor_id, .action = "stage.run", .subject = w->options->stage, .at = w->options->at,
                         .fields = { AUDIT_COUNT("closing_n", r->closing_n), AUDIT_COUNT("payable_n", r->payable_n), AUDIT_COUNT("total_rp", r->total.rp),
                                     AUDIT_HASH("run_hash", &r->run_hash) } };
    return run_put(db, row, NULL, e) && audit_write(db, &entry, e);
}

static void work_release(void *result) { result_free(result); }

static bool run_in_transaction(Db *db, Arena *a, const RunOptions *o, RunSummary *sum, Err *e) {
    Closing *closings;
    size_t n, todo_n = 0;
    int64_t already_n = 0;
    if (!closing_list(db, a, o->stage, &closings, &n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        if (o->kab && closings[i].kab != o->kab) continue;
        RunHashOfRow row;
        bool found;
        if (!run_hash_of(db, (RunHashOfArgs){ .kab = closings[i].kab, .stage = o->stage, .closing_n = closings[i].closing_n }, &row, &found, e)) return false;
        if (found) already_n++;
        else closings[todo_n++] = closings[i];
    }
    if (todo_n + (size_t)already_n == 0) return fail(e, NOT_FOUND, "Stage %.*s is not closed yet. Close it first: harapan close %.*s", STR_ARG(o->stage), STR_ARG(o->stage));
    Work work = { o, closings };
    Fanout f = { .n = todo_n, .thread_n = o->thread_n, .progress = o->progress, .what = _("Computing districts"), .with = &work, .open = work_open,
                 .close = work_close, .compute = work_compute, .write = work_write, .release = work_release };
    if ((todo_n && !fanout_run(db, &f, e)) || !run_summary(db, o->kab, o->stage, sum, e)) return false;
    sum->district_n = (int64_t)todo_n;
    sum->already_n = already_n;
    return true;
}

bool run_make(Db *db, const RunOptions *o, RunSummary *out, Err *e) {
    Arena arena = { 0 };
    RunSummary sum = { 0 };
    bool is_good = db_begin(db, e);
    if (is_good) {
        is_good = run_in_transaction(db, &arena, o, &sum, e) && db_commit(db, e);
        if (!is_good) db_rollback(db);
    }
    arena_free(&arena);
    if (is_good) *out = sum;
    return is_good;
}

// ---- reading --------------------------------------------------------------------------------------------------------------------
bool run_read(Db *db, int64_t kab, Str stage, Run *out, Err *e) {
    Closing c;
    RunHashOfRow r;
    bool found;
    if (!closing_read(db, kab, stage, &c, e) || !run_hash_of(db, (RunHashOfArgs){ .kab = kab, .stage = stage, .closing_n = c.closing_n }, &r, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "Stage %.*s is closed but not computed yet in district %lld: harapan run %.*s --kab %lld", STR_ARG(stage), (long long)kab, STR_ARG(stage), (long long)kab);
    *out = (Run){ kab, c.closing_n, r.family_n, r.payable_n, r.suspended_n, r.total_rp, r.closing_hash, r.run_hash };
    return true;
}

bool run_summary(Db *db, int64_t kab, Str stage, RunSummary *out, Err *e) {
    Arena arena = { 0 };
    Closing *closings;
    size_t n;
    RunSummary sum = { 0 };
    Hasher all;
    hash_start(&all);
    bool is_good = closing_list(db, &arena, stage, &closings, &n, e);
    for (size_t i = 0; is_good && i < n; i++) {
        RunHashOfRow r;
        bool found;
        if (kab && closings[i].kab != kab) continue;
        is_good = run_hash_of(db, (RunHashOfArgs){ .kab = closings[i].kab, .stage = stage, .closing_n = closings[i].closing_n }, &r, &found, e);
        if (!is_good || !found) continue;
        sum.district_n++;
        sum.family_n += r.family_n;
        sum.payable_n += r.payable_n;
        sum.suspended_n += r.suspended_n;
        is_good = rupiah_add(sum.total, r.total_rp, &sum.total, e);
        hash_add(&all, &closings[i].kab, sizeof closings[i].kab);
        hash_add(&all, &r.run_hash, sizeof r.run_hash);
    }
    sum.hash = hash_end(&all);
    arena_free(&arena);
    if (is_good) *out = sum;
    return is_good;
}

static bool run_whole(Db *db, Arena *a, int64_t kab, Str stage, Closing *c, RunOfRow *out, Err *e) {
    bool found;
    if (!closing_read(db, kab, stage, c, e) || !run_of(db, a, (RunOfArgs){ .kab = kab, .stage = stage, .closing_n = c->closing_n }, out, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "Stage %.*s is closed but not computed yet in district %lld: harapan run %.*s --kab %lld", STR_ARG(stage), (long long)kab, STR_ARG(stage), (long long)kab);
    return true;
}

// All that is stored of a run, not only its hash.
static bool run_equals(const RunOfRow *stored, const Closing *c, const Result *r) {
    return hash_eq(&r->run_hash, &stored->run_hash) && hash_eq(&c->closing_hash, &stored->closing_hash) && r->family_n == stored->family_n &&
        r->payable_n == stored->payable_n && r->suspended_n == stored->suspended_n && r->total.rp == stored->total_rp.rp &&
        str_eq(buf_view(&r->amounts), stored->amount_data) && str_eq(buf_view(&r->totals), stored->total_data);
}

bool run_check(Db *db, int64_t kab, Str stage, Err *e) {
    Arena arena = { 0 };
    RunOfRow stored;
    Closing c;
    Result *r = NULL;
    Memo memo = { .stage = stage };
    bool is_good = run_whole(db, &arena, kab, stage, &c, &stored, e) && district_run(&memo, db, &c, &r, e);
    if (is_good && !run_equals(&stored, &c, r))
        is_good = fail(e, CONFLICT, "District %lld: the run of stage %.*s computed again gives something else.", (long long)kab, STR_ARG(stage));
    result_free(r);
    memo_close(&memo);
    arena_free(&arena);
    return is_good;
}

static bool cases_read(Db *db, Arena *a, const Closing *c, Str stage, CaseList *out, Err *e) {
    ClosingCasesRow row;
    bool found;
    if (!closing_cases(db, a, (ClosingCasesArgs){ .kab = c->kab, .stage = stage, .closing_n = c->closing_n }, &row, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "District %lld: the cases of the closing are missing.", (long long)c->kab);
    return case_list_open(row.case_data, out, e);
}

static bool stored_damaged(int64_t kab, Err *e) { return fail(e, CONFLICT, "District %lld: the stored run is damaged.", (long long)kab); }

bool run_totals(Db *db, Arena *a, int64_t kab, Str stage, RunTotals *out, Err *e) {
    Closing c;
    RunOfRow row;
    CaseList list;
    RunTotals t = { 0 };
    if (!run_whole(db, a, kab, stage, &c, &row, e) || !cases_read(db, a, &c, stage, &list, e) || !closing_scheme(db, a, &c.book_hash, stage, &t.scheme, e)) return false;
    Str bytes = row.total_data;
    if (bytes.n < HEADER_BYTES || u32_at(bytes.p, 0) != TOTAL_MAGIC) return stored_damaged(kab, e);
    t.village_n = u32_at(bytes.p, 1);
    t.channel_n = u32_at(bytes.p, 2);
    t.component_n = u32_at(bytes.p, 3);
    size_t place_n = (size_t)t.village_n * t.channel_n;
    if (t.village_n != list.village_n || t.component_n > COMPONENT_MAX || t.channel_n > CHANNEL_MAX ||
        bytes.n != HEADER_BYTES + place_n * (sizeof(StoredChannel) + t.component_n * sizeof(StoredComponent))) return stored_damaged(kab, e);
    t.village_id = NEW(a, int64_t, t.village_n);
    t.channel = NEW(a, ChannelTotal, place_n);
    t.component = NEW(a, ComponentTotal, place_n * t.component_n);
    for (uint32_t i = 0; i < t.village_n; i++) t.village_id[i] = kab * 1000000 + case_list_village(&list, i);
    const char *p = bytes.p + HEADER_BYTES;
    for (size_t i = 0; i < place_n; i++, p += sizeof(StoredChannel)) {
        StoredChannel s;
        memcpy(&s, p, sizeof s);
        t.channel[i] = (ChannelTotal){ s.family_n, s.payable_n, s.suspended_n, { s.rp } };
    }
    for (size_t i = 0; i < place_n * t.component_n; i++, p += sizeof(StoredComponent)) {
        StoredComponent s;
        memcpy(&s, p, sizeof s);
        t.component[i] = (ComponentTotal){ s.n, { s.rp } };
    }
    *out = t;
    return true;
}

// What due_each needs of a district, read once; nothing of the rule book.
typedef struct { Closing closing; CaseList list; const uint8_t *row_of, *states; const char *amounts; uint32_t row_n; } DueSource;

static bool due_open(Db *db, Arena *a, int64_t kab, Str stage, DueSource *s, Err *e) {
    RunOfRow row;
    if (!run_whole(db, a, kab, stage, &s->closing, &row, e) || !cases_read(db, a, &s->closing, stage, &s->list, e)) return false;
    Str bytes = row.amount_data;
    if (bytes.n < AMOUNT_AT || u32_at(bytes.p, 0) != AMOUNT_MAGIC) return stored_damaged(kab, e);
    s->row_n = u32_at(bytes.p, 1);
    if (s->row_n > CHANNEL_MAX || bytes.n != AMOUNT_AT + 9 * (size_t)s->row_n * s->list.case_n) return stored_damaged(kab, e);
    s->row_of = (const uint8_t *)bytes.p + HEADER_BYTES;
    s->amounts = bytes.p + AMOUNT_AT;
    s->states = (const uint8_t *)s->amounts + 8 * (size_t)s->row_n * s->list.case_n;
    return true;
}

static bool due_chunk(const DueSource *s, Str bytes, int64_t first_id, int64_t last_id, DueEach *each, void *with, Err *e) {
    Chunk c;
    if (!chunk_open(bytes, &c, e)) return false;
    for (uint32_t i = 0; i < c.family_n; i++) {
        int64_t id = c.first_id + chunk_u16(c.offset, i);
        if (id < first_id) continue;
        if (id > last_id) return true;
        uint32_t no = chunk_case(&c, i), village = chunk_u16(c.village, i), row = c.channel[i] < AMOUNT_CHANNELS ? s->row_of[c.channel[i]] : NO_ROW;
        if (no >= s->list.case_n || village >= s->list.village_n || row >= s->row_n) return stored_damaged(s->closing.kab, e);
        size_t at = (size_t)row * s->list.case_n + no;
        Due due = {
            .family_id = id, .village_id = s->closing.kab * 1000000 + case_list_village(&s->list, village), .channel = str_c(PACK_CHANNELS[c.channel[i]]),
            .state = s->states[at], .amount = { i64_at(s->amounts, at) },
        };
        if (!each(with, &due, e)) return false;
    }
    return true;
}

bool due_each(Db *db, int64_t kab, Str stage, int64_t first_id, int64_t last_id, DueEach *each, void *with, Err *e) {
    Arena arena = { 0 };
    DueSource source;
    ClosingChunksRows rows = { 0 };
    ClosingChunksRow row;
    bool has_row, is_good = due_open(db, &arena, kab, stage, &source, e);
    is_good = is_good && closing_chunks(db, (ClosingChunksArgs){ .kab = kab, .stage = stage, .closing_n = source.closing.closing_n, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = closing_chunks_next(&rows, &row, &has_row, e)) && has_row)
        is_good = due_chunk(&source, row.chunk_data, first_id, last_id, each, with, e);
    closing_chunks_end(&rows);
    arena_free(&arena);
    return is_good;
}
