#include "stage/run.h"
#include "base/lang.h"
#include "office/audit.h"
#include "registry/pack.h"
#include "stage/adjusted.h"
#include "stage/casepay.h"
#include "stage/decided.h"
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

static void put_u32(Buf *b, uint32_t v) { buf_bytes(b, &v, 4); }
static uint32_t u32_at(const char *p, size_t i) { uint32_t v; memcpy(&v, p + 4 * i, 4); return v; }
static int64_t i64_at(const char *p, size_t i) { int64_t v; memcpy(&v, p + 8 * i, 8); return v; }

bool closing_scheme(Db *db, Arena *a, const Hash *book_hash, Str stage, const Scheme **out, Err *e) {
    RuleBookOfRow text;
    bool found;
    const RuleBook *book;
    if (!rule_book_of(db, a, (RuleBookOfArgs){ .book_hash = *book_hash }, &text, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "The rule book that stage %.*s was closed with is missing.", STR_ARG(stage));
    return rulebook_open(a, text.code, text.book_text, &book, e) && scheme_make(a, book, stage, out, e);
}

// A thread's memory: the scheme of the rule book that its closings are bound to, and every case seen so far under it.
typedef struct {
    Arena arena;
    bool has_scheme;
    Hash book_hash;
    Str stage;
    SharedPay *shared;
    CaseMemo cases;
} Memo;

static void memo_close(Memo *m) {
    if (m->has_scheme) casememo_close(&m->cases);
    m->has_scheme = false;
    arena_free(&m->arena);
}

static bool memo_open(Memo *m, Db *db, const Hash *book_hash, Str stage, Err *e) {
    const Scheme *scheme;
    if (m->has_scheme && hash_eq(&m->book_hash, book_hash)) return true;
    memo_close(m);
    if (!closing_scheme(db, &m->arena, book_hash, stage, &scheme, e)) return false;
    casememo_open(&m->cases, scheme, book_hash, m->shared);
    m->book_hash = *book_hash;
    m->has_scheme = true;
    return true;
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

// The sums of a district while they are made: by place (village and channel), and by place and component.
typedef struct {
    const CaseMemo *memo;
    const CaseList *list;
    uint32_t *case_at;                     // [case] its number in the memo
    uint32_t *counts;                      // [place][case] families, where that is less than the families themselves; else NULL
    StoredChannel *by_channel;
    StoredComponent *by_component;
    int64_t total;
    bool is_over;
    Decided decided;                       // where the Ministry decides …
    size_t decided_at;                     // … its next row
    Adjusted adjusted;                     // what was decided about single families …
    struct { size_t place; int64_t rp; int payable, suspended; } *changes;       // … [change_n] and what it changes at a place
    size_t change_n;
} Sums;

static void sums_free(Sums *s) {
    free(s->case_at);
    free(s->counts);
    free(s->by_channel);
    free(s->by_component);
    free(s->changes);
}

static bool sums_open(Sums *s, const CaseMemo *m, const CaseList *list, int64_t family_n, const Decided *decided, const Adjusted *adjusted, Err *e) {
    size_t place_n = (size_t)list->village_n * m->channel_n, cell_n = place_n * list->case_n;
    *s = (Sums){ .memo = m, .list = list, .decided = *decided, .adjusted = *adjusted };
    s->changes = calloc(adjusted->n + 1, sizeof *s->changes);
    s->case_at = malloc(((size_t)list->case_n + 1) * sizeof *s->case_at);
    s->by_channel = calloc(place_n + 1, sizeof *s->by_channel);
    s->by_component = calloc(place_n * m->component_n + 1, sizeof *s->by_component);
    bool is_counted = cell_n <= 2 * (size_t)family_n && !decided->is_there;
    if (is_counted) s->counts = calloc(cell_n + 1, sizeof *s->counts);
    return (s->case_at && s->by_channel && s->by_component && s->changes && (!is_counted || s->counts)) || fail_memory(e);
}

// Adds `n` families of one case at one place. Sums cannot overflow unseen: each addition to the total is checked, and the others
// are never beyond it.
static void sums_add(Sums *s, size_t place, size_t channel, uint32_t no, uint32_t n) {
    const CaseMemo *m = s->memo;
    const CasePay *pay = &m->pays[s->case_at[no] * m->channel_n + channel];
    StoredChannel *t = &s->by_channel[place];
    int64_t rp;
    s->is_over |= __builtin_mul_overflow(pay->rp, (int64_t)n, &rp);
    s->is_over |= __builtin_add_overflow(s->total, rp, &s->total);
    if (s->is_over) return;
    t->family_n += n;
    t->payable_n += pay->state == DUE_PAYABLE ? n : 0;
    t->suspended_n += pay->state == DUE_SUSPENDED ? n : 0;
    t->rp += rp;
    const Part *part = m->parts + pay->first_part;
    StoredComponent *row = s->by_component + place * m->component_n;
    for (uint16_t k = 0; k < pay->part_n; k++) {
        row[part[k].component].n += (uint32_t)part[k].n * n;
        row[part[k].component].rp += part[k].rp * n;
    }
}

// ---- where the Ministry decides
static bool sums_damaged(Err *e) { return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes."); }

static bool sums_decided_row(Sums *s, const DecidedRow *row, Err *e) {
    const CaseMemo *m = s->memo;
    uint32_t low = 0, high = s->list->village_n;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (case_list_village(s->list, middle) < row->village) low = middle + 1; else high = middle;
    }
    int channel = m->channel_of[row->channel];
    if (channel < 0 || row->rp <= 0 || low == s->list->village_n || case_list_village(s->list, low) != row->village) return sums_damaged(e);
    StoredChannel *t = &s->by_channel[low * m->channel_n + (size_t)channel];
    s->is_over |= __builtin_add_overflow(s->total, row->rp, &s->total);
    if (s->is_over) return true;
    t->family_n++;
    t->payable_n++;
    t->rp += row->rp;
    return true;
}

// Rows of families before this one: not in the closing, only on the list.
static bool sums_decided_until(Sums *s, int64_t family_id, Err *e) {
    for (; s->decided_at < s->decided.n && decided_family(&s->decided, s->decided_at) < family_id; s->decided_at++) {
        DecidedRow row = decided_at(&s->decided, s->decided_at);
        if (!sums_decided_row(s, &row, e)) return false;
    }
    return true;
}

// One family of the closing: by the list; with its components where the list pays what our rule book gives.
static bool sums_decided_family(Sums *s, int64_t family_id, size_t place, size_t channel, uint32_t no, Err *e) {
    if (!sums_decided_until(s, family_id, e)) return false;
    const CasePay *pay = &s->memo->pays[s->case_at[no] * s->memo->channel_n + channel];
    StoredChannel *t = &s->by_channel[place];
    if (s->decided_at == s->decided.n || decided_family(&s->decided, s->decided_at) != family_id) {
        t->family_n++;
        t->suspended_n += pay->state == DUE_SUSPENDED;
        return true;
    }
    DecidedRow row = decided_at(&s->decided, s->decided_at++);
    if (s->memo->channel_of[row.channel] == (int)channel && row.rp == pay->rp) { sums_add(s, place, channel, no, 1); return true; }
    return sums_decided_row(s, &row, e);
}

// What a family is paid once the decisions about it are taken: what is left of its own amount, and how that is called.
static DueState adjusted_state(DueState own, Rupiah amount, const AdjustRow *rows, size_t n) {
    bool is_held = false;
    for (size_t i = 0; i < n; i++) is_held |= rows[i].kind == ADJUST_SUSPEND || rows[i].kind == ADJUST_EXCLUDE;
    return amount.rp > 0 ? DUE_PAYABLE : own != DUE_PAYABLE ? own : is_held ? DUE_SUSPENDED : DUE_NOTHING;
}

static bool sums_change(Sums *s, const Chunk *c, uint32_t i, const AdjustRow *rows, size_t n, Err *e) {
    const CaseMemo *m = s->memo;
    int channel = m->channel_of[c->channel[i]];
    const CasePay *pay = &m->pays[s->case_at[chunk_case(c, i)] * m->channel_n + (size_t)channel];
    Rupiah left;
    if (!adjust_amount((Rupiah){ pay->rp }, rows, n, &left, NULL, e)) return false;
    DueState state = adjusted_state(pay->state, left, rows, n);
    s->changes[s->change_n].place = chunk_u16(c->village, i) * m->channel_n + (size_t)channel;
    s->changes[s->change_n].rp = left.rp - pay->rp;
    s->changes[s->change_n].payable = (state == DUE_PAYABLE) - (pay->state == DUE_PAYABLE);
    s->changes[s->change_n++].suspended = (state == DUE_SUSPENDED) - (pay->state == DUE_SUSPENDED);
    return true;
}

// The families of a chunk about which something was decided: few, each found by its place.
static bool sums_adjust(Sums *s, const Chunk *c, Err *e) {
    AdjustRow rows[ADJUSTED_FAMILY_MAX];
    for (size_t at = adjusted_find(&s->adjusted, c->first_id); at < s->adjusted.n;) {
        int64_t id = adjusted_at(&s->adjusted, at).family_id;
        if (id >= c->first_id + CHUNK_FAMILIES) return true;
        uint32_t low = 0, high = c->family_n;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (c->first_id + chunk_u16(c->offset, middle) < id) low = middle + 1; else high = middle;
        }
        size_t n = adjusted_take(&s->adjusted, &at, id, rows);
        if (low == c->family_n || c->first_id + chunk_u16(c->offset, low) != id) return sums_damaged(e);
        if (!sums_change(s, c, low, rows, n, e)) return false;
    }
    return true;
}

static void sums_changes(Sums *s) {
    for (size_t i = 0; i < s->change_n; i++) {
        StoredChannel *t = &s->by_channel[s->changes[i].place];
        t->rp += s->changes[i].rp;
        t->payable_n = (uint32_t)((int64_t)t->payable_n + s->changes[i].payable);
        t->suspended_n = (uint32_t)((int64_t)t->suspended_n + s->changes[i].suspended);
        s->is_over |= __builtin_add_overflow(s->total, s->changes[i].rp, &s->total);
    }
}

static bool sums_chunk(Sums *s, const Chunk *c, Err *e) {
    const CaseMemo *m = s->memo;
    for (uint32_t i = 0; i < c->family_n; i++) {
        uint32_t no = chunk_case(c, i), village = chunk_u16(c->village, i);
        int channel = m->channel_of[c->channel[i]];
        if (no >= s->list->case_n || village >= s->list->village_n || channel < 0) return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.");
        size_t place = village * m->channel_n + (size_t)channel;
        if (s->counts) s->counts[place * s->list->case_n + no]++;
        else if (s->decided.is_there) { if (!sums_decided_family(s, c->first_id + chunk_u16(c->offset, i), place, (size_t)channel, no, e)) return false; }
        else sums_add(s, place, (size_t)channel, no, 1);
    }
    return sums_adjust(s, c, e);
}

static bool sums_end(Sums *s, Err *e) {
    const CaseMemo *m = s->memo;
    const uint32_t *count = s->counts;
    if (!sums_decided_until(s, INT64_MAX, e)) return false;
    if (count)
        for (size_t place = 0; place < s->list->village_n * m->channel_n; place++)
            for (uint32_t no = 0; no < s->list->case_n; no++, count++) if (*count) sums_add(s, place, place % m->channel_n, no, *count);
    sums_changes(s);
    return !s->is_over || fail(e, LIMIT, "The sum does not fit in 64 bits.");
}

// The chunks of a closing as they are stored, or as they have just been made.
static bool chunks_sum(Sums *s, Db *db, const Closing *c, Str stage, Err *e) {
    ClosingChunksRows rows = { 0 };
    ClosingChunksRow row;
    Hasher pay;
    hash_start(&pay);
    bool has_row, is_good = closing_chunks(db, (ClosingChunksArgs){ .kab = c->kab, .stage = stage, .closing_n = c->closing_n, .first_id = 0, .last_id = INT64_MAX - 1 }, &rows, e);
    while (is_good && (is_good = closing_chunks_next(&rows, &row, &has_row, e)) && has_row) {
        Chunk chunk;
        Hash found = hash_of(row.chunk_data.p, row.chunk_data.n);
        hash_add(&pay, &found, sizeof found);
        is_good = chunk_open(row.chunk_data, &chunk, e) && sums_chunk(s, &chunk, e);
    }
    closing_chunks_end(&rows);
    Hash pay_hash = hash_end(&pay);
    if (is_good && !hash_eq(&pay_hash, &c->pay_hash))
        is_good = fail(e, CONFLICT, "District %lld: the closing's bytes are not those that were hashed. Nothing was computed from them.", (long long)c->kab);
    return is_good;
}

static bool fresh_sum(Sums *s, const ClosedDistrict *closed, Err *e) {
    Chunk chunk;
    for (uint32_t i = 0; i < closed->chunk_n; i++) if (!chunk_open(closed->chunks[i], &chunk, e) || !sums_chunk(s, &chunk, e)) return false;
    return true;
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

static void amounts_put(Buf *b, const Sums *s) {
    const CaseMemo *m = s->memo;
    uint32_t case_n = s->list->case_n;
    header_put(b, AMOUNT_MAGIC, m->channel_n, case_n, 0);
    for (size_t i = 0; i < AMOUNT_CHANNELS; i++) buf_char(b, m->channel_of[i] < 0 ? (char)NO_ROW : (char)m->channel_of[i]);
    uint8_t *amount = buf_space(b, 9 * m->channel_n * case_n);
    if (!amount) return;
    uint8_t *state = amount + 8 * m->channel_n * case_n;
    for (size_t ch = 0; ch < m->channel_n; ch++)
        for (uint32_t i = 0; i < case_n; i++, amount += 8) {
            const CasePay *pay = &m->pays[s->case_at[i] * m->channel_n + ch];
            memcpy(amount, &pay->rp, 8);
            *state++ = pay->state;
        }
}

static bool result_put(Result *r, const Sums *s, Err *e) {
    const CaseMemo *m = s->memo;
    size_t place_n = (size_t)s->list->village_n * m->channel_n;
    amounts_put(&r->amounts, s);
    header_put(&r->totals, TOTAL_MAGIC, s->list->village_n, m->channel_n, m->component_n);
    buf_bytes(&r->totals, s->by_channel, place_n * sizeof *s->by_channel);
    buf_bytes(&r->totals, s->by_component, place_n * m->component_n * sizeof *s->by_component);
    for (size_t i = 0; i < place_n; i++) {
        r->family_n += s->by_channel[i].family_n;
        r->payable_n += s->by_channel[i].payable_n;
        r->suspended_n += s->by_channel[i].suspended_n;
    }
    r->total.rp = s->total;
    if (r->amounts.is_full || r->totals.is_full) return fail_memory(e);
    r->run_hash = run_hash_make(r);
    return true;
}

// Of a closing that is stored (`closed` NULL) or has just been made (`db` and `c` NULL).
static bool result_fill(CaseMemo *m, Db *db, const Closing *c, Str stage, const ClosedDistrict *closed, int64_t family_n, const CaseList *list, const Decided *decided, const Adjusted *adjusted, Result *r, Err *e) {
    Sums s;
    bool is_good = sums_open(&s, m, list, family_n, decided, adjusted, e);
    for (uint32_t i = 0; is_good && i < list->case_n; i++) {
        uint32_t no = m->is_backwards ? list->case_n - 1 - i : i;
        is_good = closed ? casememo_find_by_id(m, closed->case_id[no], case_list_at(list, no), &s.case_at[no], e)
                         : casememo_find(m, case_list_at(list, no), &s.case_at[no], e);
    }
    is_good = is_good && (closed ? fresh_sum(&s, closed, e) : chunks_sum(&s, db, c, stage, e)) && sums_end(&s, e) && result_put(r, &s, e);
    sums_free(&s);
    return is_good;
}

static bool district_run(Memo *m, Db *db, const Closing *c, Result **out, Err *e) {
    Arena arena = { 0 };
    ClosingCasesRow cases;
    CaseList list;
    Decided decided;
    Adjusted adjusted = { 0 };
    Buf bytes = { .max = BUF_MAX };
    bool found;
    Result *r = calloc(1, sizeof *r);
    if (!r) return fail_memory(e);
    *r = (Result){ .kab = c->kab, .closing_n = c->closing_n, .closing_hash = c->closing_hash };
    bool is_good = memo_open(m, db, &c->book_hash, m->stage, e) &&
                   closing_cases(db, &arena, (ClosingCasesArgs){ .kab = c->kab, .stage = m->stage, .closing_n = c->closing_n }, &cases, &found, e);
    if (is_good && !found) is_good = fail(e, CONFLICT, "District %lld: the cases of the closing are missing.", (long long)c->kab);
    is_good = is_good && decided_of(db, &arena, c->kab, m->stage, c->closing_n, &decided, e) && case_list_open(cases.case_data, &list, e) &&
              adjusted_of(db, c->kab, m->stage, c->closing_n, 0, INT64_MAX - 1, &bytes, e) && adjusted_open(buf_view(&bytes), &adjusted, e) &&
              result_fill(&m->cases, db, c, m->stage, NULL, c->family_n, &list, &decided, &adjusted, r, e);
    buf_free(&bytes);
    arena_free(&arena);
    if (!is_good) { result_free(r); return false; }
    *out = r;
    return true;
}

static bool result_store(Db *db, const RunOptions *o, const Result *r, int64_t closing_n, Err *e) {
    RunPutArgs row = {
        .kab = r->kab, .stage = o->stage, .closing_n = closing_n, .closing_hash = r->closing_hash, .run_hash = r->run_hash,
        .family_n = r->family_n, .payable_n = r->payable_n, .suspended_n = r->suspended_n, .total_rp = r->total,
        .amount_data = buf_view(&r->amounts), .total_data = buf_view(&r->totals), .actor_id = o->actor_id, .ran_at = o->at,
    };
    AuditEntry entry = { .kab = r->kab, .actor_id = o->actor_id, .action = "stage.run", .subject = o->stage, .at = o->at,
                         .fields = { AUDIT_COUNT("closing_n", closing_n), AUDIT_COUNT("payable_n", r->payable_n), AUDIT_COUNT("total_rp", r->total.rp),
                                     AUDIT_HASH("run_hash", &r->run_hash) } };
    return run_put(db, row, NULL, e) && audit_write(db, &entry, e);
}

static void work_release(void *result) { result_free(result); }

// ---- together with the closing -----------------------------------------------------------------------------------------------
typedef struct { const RunOptions *options; SharedPay shared; } Follow;
static bool follow_open(void *with, const Scheme *scheme, const Hash *book_hash, void **memory, Err *e) {
    CaseMemo *m = calloc(1, sizeof *m);
    if (!m) return fail_memory(e);
    casememo_open(m, scheme, book_hash, &((Follow *)with)->shared);
    *memory = m;
    return true;
}

static void follow_close(void *memory) {
    casememo_close(memory);
    free(memory);
}

static bool follow_compute(void *memory, const ClosedDistrict *closed, void **result, Err *e) {
    CaseList list;
    Decided decided = { .is_there = false };
    Adjusted adjusted;
    Result *r = calloc(1, sizeof *r);
    if (!r) return fail_memory(e);
    *r = (Result){ .kab = closed->kab, .closing_hash = closed->closing_hash };
    bool is_good = case_list_open(closed->cases, &list, e) && (!closed->decided.n || decided_open(closed->decided, &decided, e)) && adjusted_open(closed->adjusted, &adjusted, e) &&
                   result_fill(memory, NULL, NULL, STR(""), closed, closed->family_n, &list, &decided, &adjusted, r, e);
    if (!is_good) { result_free(r); return false; }
    *result = r;
    return true;
}

static bool follow_write(void *with, Db *db, int64_t closing_n, void *result, Err *e) { return result_store(db, ((Follow *)with)->options, result, closing_n, e); }

bool run_with_closing(Db *db, const ClosingOptions *closing, const RunOptions *o, ClosingSummary *closed, RunSummary *out, Err *e) {
    Follow follow = { .options = o };
    ClosingFollower follower = { &follow, follow_open, follow_close, follow_compute, follow_write, work_release };
    ClosingOptions with = *closing;
    with.follower = &follower;
    casepay_share(&follow.shared);
    bool is_good = closing_make(db, &with, closed, e);
    casepay_share_end(&follow.shared);
    return is_good && run_make(db, o, out, e);             // what was closed before and never run; and the sums
}

// ---- all districts ------------------------------------------------------------------------------------------------------------
typedef struct { const RunOptions *options; const Closing *closings; SharedPay shared; } Work;
typedef struct { Memo memo; const Work *work; } Memory;

static bool work_open(void *with, void **memory, Err *e) {
    Memory *m = calloc(1, sizeof *m);
    if (!m) return fail_memory(e);
    m->work = with;
    m->memo.stage = m->work->options->stage;
    m->memo.shared = &((Work *)with)->shared;
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
    return result_store(db, w->options, r, r->closing_n, e);
}

static bool closings_run(Db *db, const RunOptions *o, const Closing *closings, size_t n, Err *e) {
    Work work = { .options = o, .closings = closings };
    casepay_share(&work.shared);
    Fanout f = { .n = n, .thread_n = o->thread_n, .progress = o->progress, .what = _("Computing districts"), .with = &work, .open = work_open,
                 .close = work_close, .compute = work_compute, .write = work_write, .release = work_release };
    bool is_good = fanout_run(db, &f, e);
    casepay_share_end(&work.shared);
    return is_good;
}

// What has been computed of a stage, and how many closings have not.
static bool runs_sum(Db *db, int64_t kab, Str stage, RunSummary *out, size_t *missing_n, Err *e) {
    RunsOfStageRows rows = { 0 };
    RunsOfStageRow r;
    RunSummary sum = { 0 };
    Hasher all;
    hash_start(&all);
    *missing_n = 0;
    bool has_row, is_good = runs_of_stage(db, (RunsOfStageArgs){ .stage = stage }, &rows, e);
    while (is_good && (is_good = runs_of_stage_next(&rows, &r, &has_row, e)) && has_row) {
        if (kab && r.kab != kab) continue;
        if (!r.run_n) { ++*missing_n; continue; }
        sum.district_n++;
        sum.family_n += r.family_n;
        sum.payable_n += r.payable_n;
        sum.suspended_n += r.suspended_n;
        is_good = rupiah_add(sum.total, r.total_rp, &sum.total, e);
        hash_add(&all, &r.kab, sizeof r.kab);
        hash_add(&all, &r.run_hash, sizeof r.run_hash);
    }
    runs_of_stage_end(&rows);
    sum.hash = hash_end(&all);
    if (is_good) *out = sum;
    return is_good;
}

static bool run_in_transaction(Db *db, Arena *a, const RunOptions *o, RunSummary *sum, Err *e) {
    Closing *closings;
    size_t n, missing_n, todo_n = 0;
    if (!runs_sum(db, o->kab, o->stage, sum, &missing_n, e)) return false;
    int64_t already_n = sum->district_n;
    if (missing_n + (size_t)already_n == 0) return fail(e, NOT_FOUND, "Stage %.*s is not closed yet. Close it first: harapan close %.*s", STR_ARG(o->stage), STR_ARG(o->stage));
    if (missing_n && !closing_list(db, a, o->stage, &closings, &n, e)) return false;
    for (size_t i = 0; missing_n && i < n; i++) {
        if (o->kab && closings[i].kab != o->kab) continue;
        RunHashOfRow row;
        bool found;
        if (!run_hash_of(db, (RunHashOfArgs){ .kab = closings[i].kab, .stage = o->stage, .closing_n = closings[i].closing_n }, &row, &found, e)) return false;
        if (!found) closings[todo_n++] = closings[i];
    }
    if (todo_n && (!closings_run(db, o, closings, todo_n, e) || !run_summary(db, o->kab, o->stage, sum, e))) return false;
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
    size_t missing_n;
    return runs_sum(db, kab, stage, out, &missing_n, e);
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

bool closing_case_list(Db *db, Arena *a, const Closing *c, Str stage, CaseList *out, Err *e) {
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
    if (!run_whole(db, a, kab, stage, &c, &row, e) || !closing_case_list(db, a, &c, stage, &list, e) || !closing_scheme(db, a, &c.book_hash, stage, &t.scheme, e)) return false;
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
typedef struct { Closing closing; CaseList list; const uint8_t *row_of, *states; const char *amounts; uint32_t row_n; Decided decided; size_t decided_at; Adjusted adjusted; size_t adjusted_at; } DueSource;

static bool due_open(Db *db, Arena *a, int64_t kab, Str stage, DueSource *s, Err *e) {
    RunOfRow row;
    if (!run_whole(db, a, kab, stage, &s->closing, &row, e) || !closing_case_list(db, a, &s->closing, stage, &s->list, e) ||
        !decided_of(db, a, kab, stage, s->closing.closing_n, &s->decided, e)) return false;
    Str bytes = row.amount_data;
    if (bytes.n < AMOUNT_AT || u32_at(bytes.p, 0) != AMOUNT_MAGIC) return stored_damaged(kab, e);
    s->row_n = u32_at(bytes.p, 1);
    if (s->row_n > CHANNEL_MAX || bytes.n != AMOUNT_AT + 9 * (size_t)s->row_n * s->list.case_n) return stored_damaged(kab, e);
    s->row_of = (const uint8_t *)bytes.p + HEADER_BYTES;
    s->amounts = bytes.p + AMOUNT_AT;
    s->states = (const uint8_t *)s->amounts + 8 * (size_t)s->row_n * s->list.case_n;
    return true;
}

// Families that are only on the Ministry's list, before `family_id`.
static bool due_decided_until(DueSource *s, int64_t family_id, DueEach *each, void *with, Err *e) {
    for (; s->decided_at < s->decided.n && decided_family(&s->decided, s->decided_at) < family_id; s->decided_at++) {
        DecidedRow row = decided_at(&s->decided, s->decided_at);
        Due due = { .family_id = row.family_id, .village_id = s->closing.kab * 1000000 + row.village, .channel = str_c(PACK_CHANNELS[row.channel]),
                    .state = DUE_PAYABLE, .own_state = DUE_NOTHING, .amount = { row.rp }, .case_no = UINT32_MAX, .is_decided = true };
        if (!each(with, &due, e)) return false;
    }
    return true;
}

// What the Ministry decided instead of our figure.
static void due_decide(DueSource *s, Due *due) {
    due->is_decided = true;
    if (s->decided_at == s->decided.n || decided_family(&s->decided, s->decided_at) != due->family_id) {
        due->amount = (Rupiah){ 0 };
        if (due->state == DUE_PAYABLE) due->state = DUE_NOT_LISTED;
        return;
    }
    DecidedRow row = decided_at(&s->decided, s->decided_at++);
    due->amount = (Rupiah){ row.rp };
    due->channel = str_c(PACK_CHANNELS[row.channel]);
    due->state = DUE_PAYABLE;
}

// What was decided about the family.
static bool due_adjust(DueSource *s, Due *due, Err *e) {
    AdjustRow rows[ADJUSTED_FAMILY_MAX];
    size_t n = adjusted_take(&s->adjusted, &s->adjusted_at, due->family_id, rows);
    if (n == 0) return true;
    if (!adjust_amount(due->own, rows, n, &due->amount, NULL, e)) return false;
    due->state = adjusted_state(due->own_state, due->amount, rows, n);
    due->is_adjusted = true;
    return true;
}

static bool due_chunk(DueSource *s, Str bytes, int64_t first_id, int64_t last_id, DueEach *each, void *with, Err *e) {
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
            .state = s->states[at], .own_state = s->states[at], .amount = { i64_at(s->amounts, at) }, .own = { i64_at(s->amounts, at) }, .case_no = no,
        };
        due.own_channel = due.channel;
        if (s->decided.is_there) {
            if (!due_decided_until(s, id, each, with, e)) return false;
            due_decide(s, &due);
        } else if (!due_adjust(s, &due, e)) return false;
        if (!each(with, &due, e)) return false;
    }
    return true;
}

bool due_each(Db *db, int64_t kab, Str stage, int64_t first_id, int64_t last_id, DueEach *each, void *with, Err *e) {
    Arena arena = { 0 };
    DueSource source = { .decided_at = 0 };
    ClosingChunksRows rows = { 0 };
    ClosingChunksRow row;
    Buf bytes = { .max = BUF_MAX };
    bool has_row, is_good = due_open(db, &arena, kab, stage, &source, e) && adjusted_of(db, kab, stage, source.closing.closing_n, first_id, last_id, &bytes, e) &&
                            adjusted_open(buf_view(&bytes), &source.adjusted, e);
    if (is_good) source.decided_at = decided_find(&source.decided, first_id);
    is_good = is_good && closing_chunks(db, (ClosingChunksArgs){ .kab = kab, .stage = stage, .closing_n = source.closing.closing_n, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = closing_chunks_next(&rows, &row, &has_row, e)) && has_row)
        is_good = due_chunk(&source, row.chunk_data, first_id, last_id, each, with, e);
    closing_chunks_end(&rows);
    is_good = is_good && due_decided_until(&source, last_id < INT64_MAX ? last_id + 1 : last_id, each, with, e);
    buf_free(&bytes);
    arena_free(&arena);
    return is_good;
}
