#include "stage/closing.h"
#include "base/lang.h"
#include "office/audit.h"
#include "registry/draft.h"
#include "registry/life.h"
#include "stage/chunk.h"
#include "stage/adjusted.h"
#include "stage/decided.h"
#include "office/district.h"
#include "stage/fanout.h"
#include "stage_stage.sql.h"
#include <stdlib.h>

#define NO_LOCAL UINT32_MAX

// ---- one district, computed -----------------------------------------------------------------------------------------
// What a district's picture comes to. Owned by malloc: made by a worker, written and freed by the writer.
typedef struct {
    int64_t kab, epoch_n, family_n, pack_n;
    uint32_t case_n, chunk_n;
    Buf cases;                             // bytes of the case list
    Buf chunks;                            // bytes of all chunks, one after another
    size_t *chunk_end;                     // [chunk_n] where each ends
    int64_t *chunk_no, *chunk_first, *chunk_last, *chunk_family_n;
    Hash *chunk_hash;
    DecidedNew decided;                    // where the Ministry decides
    Buf adjusted;                          // what was decided about single families (adjusted.h)
    Hash person_hash, payee_hash, pay_hash, case_hash, closing_hash;
    const ClosingFollower *follower;       // NULL: none
    void *followed;                        // its result
} District;

static void district_free(District *d) {
    if (!d) return;
    if (d->followed) d->follower->release(d->followed);
    buf_free(&d->cases);
    buf_free(&d->chunks);
    decided_free(&d->decided);
    buf_free(&d->adjusted);
    free(d->chunk_end);
    free(d->chunk_no);
    free(d->chunk_first);
    free(d->chunk_last);
    free(d->chunk_family_n);
    free(d->chunk_hash);
    free(d);
}

static Str district_chunk(const District *d, uint32_t c) {
    size_t from = c ? d->chunk_end[c - 1] : 0;
    return (Str){ d->chunks.p + from, d->chunk_end[c] - from };
}

// A worker's memory, kept from district to district.
typedef struct {
    Hasher person;
    const Scheme *scheme;
    CaseBook *book;
    const Hash *stamp;                     // of the drafts that may be used; NULL: none
    int64_t kab, pack_n;
    size_t family_n, family_cap;
    uint32_t *local_of;                    // [local_cap] case of the book -> case of the district, NO_LOCAL when not seen in it
    uint32_t *used;                        // [used_n] cases of the book seen in the district
    uint32_t *ranked, *rank_of;            // [ranked_n] all cases of the book by their bytes; and where each stands there
    uint32_t *villages;                    // [village_n] codes, in order of first sight
    uint16_t *village_at;                  // [1,000,000] code -> index + 1 of the present district
    ChunkColumns families;
    uint32_t local_cap, used_n, used_cap, ranked_n, ranked_cap, rank_cap, village_n, village_cap, last_village, last_index;
    bool is_paid[256];                     // by PACK_CHANNELS: the stage pays through it
} Worker;

static bool grow_u32(uint32_t **list, uint32_t *cap, uint32_t need, Err *e) {
    if (need <= *cap) return true;
    uint32_t more_cap = *cap ? *cap : 1024;
    while (more_cap < need) more_cap *= 2;
    uint32_t *more = realloc(*list, more_cap * sizeof *more);
    if (!more) return fail_memory(e);
    *list = more;
    *cap = more_cap;
    return true;
}

static bool worker_open(Worker *w, const Scheme *scheme, const Hash *stamp, Err *e) {
    *w = (Worker){ .scheme = scheme, .stamp = stamp };
    w->village_at = calloc(1000000, sizeof *w->village_at);
    for (int i = 0; PACK_CHANNELS[i]; i++) w->is_paid[i] = scheme_channel_find(scheme, str_c(PACK_CHANNELS[i])) >= 0;
    return w->village_at ? casebook_open(scheme, &w->book, e) : fail_memory(e);
}

static void worker_close(Worker *w) {
    casebook_close(w->book);
    free(w->families.family_id);
    free(w->families.case_no);
    free(w->families.village);
    free(w->families.channel);
    free(w->ranked);
    free(w->rank_of);
    free(w->local_of);
    free(w->used);
    free(w->villages);
    free(w->village_at);
}

static bool village_index(Worker *w, uint32_t code, uint16_t *out, Err *e) {
    if (w->village_n && code == w->last_village) { *out = (uint16_t)w->last_index; return true; }
    if (!w->village_at[code]) {
        if (w->village_n == UINT16_MAX - 1) return fail(e, LIMIT, "District %lld has more villages than a closing can hold.", (long long)w->kab);
        if (!grow_u32(&w->villages, &w->village_cap, w->village_n + 1, e)) return false;
        w->villages[w->village_n++] = code;
        w->village_at[code] = (uint16_t)w->village_n;
    }
    w->last_village = code;
    w->last_index = *out = (uint16_t)(w->village_at[code] - 1);
    return true;
}

// The district's own number of a case: in order of first sight for now, in order of bytes when the district is done.
static bool local_case(Worker *w, uint32_t case_id, uint32_t *out, Err *e) {
    if (case_id >= w->local_cap) {
        uint32_t before = w->local_cap;
        if (!grow_u32(&w->local_of, &w->local_cap, case_id + 1, e)) return false;
        memset(w->local_of + before, 0xff, (w->local_cap - before) * sizeof *w->local_of);
    }
    if (w->local_of[case_id] == NO_LOCAL) {
        if (!grow_u32(&w->used, &w->used_cap, w->used_n + 1, e)) return false;
        w->local_of[case_id] = w->used_n;
        w->used[w->used_n++] = case_id;
    }
    *out = w->local_of[case_id];
    return true;
}

static bool families_room(Worker *w, size_t more_n, Err *e) {
    if (w->family_n + more_n <= w->family_cap) return true;
    size_t cap = w->family_cap ? 2 * w->family_cap : 65536;
    ChunkColumns *f = &w->families;
    uint32_t *family_id = realloc(f->family_id, cap * sizeof *family_id);
    if (family_id) f->family_id = family_id;
    uint32_t *case_no = realloc(f->case_no, cap * sizeof *case_no);
    if (case_no) f->case_no = case_no;
    uint16_t *village = realloc(f->village, cap * sizeof *village);
    if (village) f->village = village;
    uint8_t *channel = realloc(f->channel, cap);
    if (channel) f->channel = channel;
    if (!family_id || !case_no || !village || !channel) return fail_memory(e);
    w->family_cap = cap;
    return true;
}

static bool person_part(Worker *w, Str bytes, Err *e) {
    PersonPack p;
    if (!person_pack_open(bytes, &p, e) || !families_room(w, p.family_n, e)) return false;
    const uint8_t *born = p.born, *facts = p.facts;
    for (uint32_t i = 0; i < p.family_n; born += 2 * (size_t)p.member_n[i], facts += 2 * (size_t)p.member_n[i], i++) {
        if (p.status[i] != PACK_ACTIVE && p.status[i] != PACK_SUSPENDED) continue;
        if (!w->is_paid[p.channel[i]])
            return fail(e, BAD_INPUT, "Family %lld is paid through %s, which the rule book does not name for this stage.", (long long)(p.first_id + i), PACK_CHANNELS[p.channel[i]]);
        size_t at = w->family_n;
        Standing standing = p.status[i] == PACK_SUSPENDED ? STANDING_SUSPENDED : STANDING_ACTIVE;
        uint32_t case_id;
        if (!casebook_find(w->book, standing, p.decile[i], born, facts, p.member_n[i], &case_id, e)) return fail_in(e, _("Family %lld: "), (long long)(p.first_id + i));
        if (!local_case(w, case_id, &w->families.case_no[at], e) || !village_index(w, pack_u32(p.village, i), &w->families.village[at], e)) return false;
        w->families.family_id[at] = (uint32_t)(p.first_id + i);
        w->families.channel[at] = p.channel[i];
        w->family_n++;
    }
    return true;
}

// The same from a draft: each of its cases and villages is looked up once, each family by two small tables.
static bool draft_part(Worker *w, const Draft *d, Err *e) {
    uint32_t case_to[PACK_FAMILIES] = { 0 };
    uint16_t village_to[PACK_FAMILIES] = { 0 };
    const uint8_t *key_at = d->keys;
    if (!families_room(w, d->family_n, e)) return false;
    for (uint32_t i = 0; i < d->case_n; i++) {
        uint32_t case_id;
        if (!casebook_find_key(w->book, draft_key_next(&key_at), &case_id, e) || !local_case(w, case_id, &case_to[i], e)) return false;
    }
    for (uint32_t i = 0; i < d->village_n; i++) if (!village_index(w, pack_u32(d->village, i), &village_to[i], e)) return false;
    ChunkColumns *f = &w->families;
    size_t at = w->family_n;
    unsigned case_max = 0, village_max = 0;
    for (uint32_t i = 0; i < d->family_n; i++) {           // what is absent is written over by the next
        bool is_here = d->channel[i] != DRAFT_ABSENT;
        f->family_id[at] = (uint32_t)(d->first_id + i);
        f->channel[at] = d->channel[i];
        f->case_no[at] = case_to[d->case_no[i]];
        f->village[at] = village_to[d->village_no[i]];
        if (is_here && d->case_no[i] > case_max) case_max = d->case_no[i];
        if (is_here && d->village_no[i] > village_max) village_max = d->village_no[i];
        at += is_here;
    }
    if (at > w->family_n && (case_max >= d->case_n || village_max >= d->village_n)) return fail(e, CONFLICT, "A draft of the registry is damaged. Nothing was computed from it.");
    w->family_n = at;
    return true;
}

static bool worker_pack(void *with, const Hash *hash, const Draft *draft, Str person, Err *e) {
    Worker *w = with;
    hash_add(&w->person, hash, sizeof *hash);
    w->pack_n++;
    return draft ? draft_part(w, draft, e) : person_part(w, person, e);
}

// ---- numbering --------------------------------------------------------------------------------------------------------
static int by_code(const void *a, const void *b) { uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b; return (x > y) - (x < y); }
static int by_bytes(const void *a, const void *b, void *book) { return str_cmp(casebook_bytes(book, *(const uint32_t *)a), casebook_bytes(book, *(const uint32_t *)b)); }
static int by_rank(const void *a, const void *b, void *rank_of) {
    uint32_t x = ((const uint32_t *)rank_of)[*(const uint32_t *)a], y = ((const uint32_t *)rank_of)[*(const uint32_t *)b];
    return (x > y) - (x < y);
}

// Takes cases that are new since the last district into the order of all. After a few districts there are hardly any.
static bool cases_rank(Worker *w, Err *e) {
    uint32_t n = casebook_n(w->book), before = w->ranked_n;
    if (n == before) return true;
    if (!grow_u32(&w->ranked, &w->ranked_cap, n, e) || !grow_u32(&w->rank_of, &w->rank_cap, n, e)) return false;
    uint32_t *fresh = malloc((n - before) * sizeof *fresh);
    if (!fresh) return fail_memory(e);
    for (uint32_t i = before; i < n; i++) fresh[i - before] = i;
    qsort_r(fresh, n - before, sizeof *fresh, by_bytes, w->book);
    for (uint32_t old = before, new = n - before; new > 0; new--) {                    // the last one first: what stands behind it moves up
        uint32_t low = 0, high = old;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (by_bytes(&w->ranked[middle], &fresh[new - 1], w->book) < 0) low = middle + 1; else high = middle;
        }
        memmove(w->ranked + low + new, w->ranked + low, (old - low) * sizeof *w->ranked);
        w->ranked[low + new - 1] = fresh[new - 1];
        old = low;
    }
    free(fresh);
    w->ranked_n = n;
    for (uint32_t i = 0; i < n; i++) w->rank_of[w->ranked[i]] = i;
    return true;
}

// The district's cases in the order of their bytes, into `used`.
static void cases_in_order(Worker *w) {
    if (w->used_n < w->ranked_n / 64) { qsort_r(w->used, w->used_n, sizeof *w->used, by_rank, w->rank_of); return; }
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->ranked_n; i++) if (w->ranked[i] < w->local_cap && w->local_of[w->ranked[i]] != NO_LOCAL) w->used[n++] = w->ranked[i];
}

// Renumbers cases by their bytes and villages by their code, and writes the case list: the same picture gives the same bytes.
static bool worker_renumber(Worker *w, District *d, uint32_t *case_to, uint16_t *village_to, Err *e) {
    Str *cases = malloc((w->used_n + 1) * sizeof *cases);
    uint32_t *sorted = malloc((w->village_n + 1) * sizeof *sorted);
    bool is_good = (cases && sorted) || fail_memory(e);
    if (is_good && (is_good = cases_rank(w, e))) {
        cases_in_order(w);
        for (uint32_t i = 0; i < w->used_n; i++) { cases[i] = casebook_bytes(w->book, w->used[i]); case_to[w->local_of[w->used[i]]] = i; }
        if (w->villages) memcpy(sorted, w->villages, w->village_n * sizeof *sorted);
        if (w->village_n) qsort(sorted, w->village_n, sizeof *sorted, by_code);
        for (uint32_t i = 0; i < w->village_n; i++) village_to[w->village_at[sorted[i]] - 1] = (uint16_t)i;
        case_list_put(&d->cases, sorted, w->village_n, cases, w->used_n);
        d->case_n = w->used_n;
        d->case_hash = hash_of(d->cases.p, d->cases.n);
    }
    free(cases);
    free(sorted);
    return is_good;
}

static bool worker_chunks(Worker *w, District *d, Err *e) {
    const uint32_t *id = w->families.family_id;
    size_t most = w->family_n ? (id[w->family_n - 1] - 1) / CHUNK_FAMILIES + 1 : 0;
    d->chunk_end = calloc(most + 1, sizeof *d->chunk_end);
    d->chunk_no = calloc(most + 1, sizeof *d->chunk_no);
    d->chunk_first = calloc(most + 1, sizeof *d->chunk_first);
    d->chunk_last = calloc(most + 1, sizeof *d->chunk_last);
    d->chunk_family_n = calloc(most + 1, sizeof *d->chunk_family_n);
    d->chunk_hash = calloc(most + 1, sizeof *d->chunk_hash);
    if (!d->chunk_end || !d->chunk_no || !d->chunk_first || !d->chunk_last || !d->chunk_family_n || !d->chunk_hash) return fail_memory(e);
    Hasher pay;
    hash_start(&pay);
    for (size_t i = 0; i < w->family_n;) {
        int64_t no = (id[i] - 1) / CHUNK_FAMILIES;
        size_t end = i;
        while (end < w->family_n && (id[end] - 1) / CHUNK_FAMILIES == no) end++;
        size_t from = d->chunks.n;
        chunk_put(&d->chunks, no, &w->families, i, end - i, d->case_n);
        uint32_t c = d->chunk_n++;
        d->chunk_no[c] = no;
        d->chunk_end[c] = d->chunks.n;
        d->chunk_first[c] = id[i];
        d->chunk_last[c] = id[end - 1];
        d->chunk_family_n[c] = (int64_t)(end - i);
        d->chunk_hash[c] = hash_of(d->chunks.p + from, d->chunks.n - from);
        hash_add(&pay, &d->chunk_hash[c], sizeof(Hash));
        i = end;
    }
    d->pay_hash = hash_end(&pay);
    return (!d->chunks.is_full && !d->cases.is_full) || fail_memory(e);
}

static bool worker_write(Worker *w, District *d, Err *e) {
    uint32_t *case_to = malloc((w->used_n + 1) * sizeof *case_to);
    uint16_t *village_to = malloc((w->village_n + 1) * sizeof *village_to);
    w->families.case_to = case_to;
    w->families.village_to = village_to;
    bool is_good = ((case_to && village_to) || fail_memory(e)) && worker_renumber(w, d, case_to, village_to, e) && worker_chunks(w, d, e);
    free(case_to);
    free(village_to);
    return is_good;
}

// `used` stays as it is until the next district.
static void worker_forget(Worker *w) {
    for (uint32_t i = 0; i < w->used_n; i++) w->local_of[w->used[i]] = NO_LOCAL;
    for (uint32_t i = 0; i < w->village_n; i++) w->village_at[w->villages[i]] = 0;
    w->family_n = w->used_n = w->village_n = 0;
    w->pack_n = 0;
}

// The district's fingerprint covers what it is about and all its parts; never who closed it, when, or how often.
static Hash district_hash(const District *d, Str stage, const Hash *book) {
    Hasher all;
    Buf head = { 0 };
    buf_fmt(&head, "harapan closing 1\n%lld\n%.*s\n%lld\n", (long long)d->kab, STR_ARG(stage), (long long)d->family_n);
    hash_start(&all);
    hash_add(&all, head.p, head.n);
    hash_add(&all, book, sizeof *book);
    hash_add(&all, &d->person_hash, sizeof(Hash));
    hash_add(&all, &d->payee_hash, sizeof(Hash));
    hash_add(&all, &d->case_hash, sizeof(Hash));
    hash_add(&all, &d->pay_hash, sizeof(Hash));
    if (d->decided.is_there) hash_add(&all, &d->decided.hash, sizeof(Hash));
    if (d->adjusted.n) {
        Hash adjusted = hash_of(d->adjusted.p, d->adjusted.n);
        hash_add(&all, &adjusted, sizeof adjusted);
    }
    buf_free(&head);
    return hash_end(&all);
}

// What was decided when closing `stored_n` was made, as it was kept; the lists may have been replaced since.
static bool decided_again(Db *db, int64_t kab, Str stage, int64_t stored_n, DecidedNew *out, Err *e) {
    Arena a = { 0 };
    Str bytes;
    bool is_there, is_good = decided_bytes_of(db, &a, kab, stage, stored_n, &bytes, &is_there, e);
    if (is_good && is_there) {
        buf_str(&out->bytes, bytes);
        out->is_there = true;
        out->hash = hash_of(bytes.p, bytes.n);
        is_good = !out->bytes.is_full || fail_memory(e);
    }
    arena_free(&a);
    return is_good;
}

// Families of the lists may live where nobody of the closing does: their villages are numbered too.
static bool decided_part(Worker *w, Db *db, District *d, Str stage, int64_t stored_n, Err *e) {
    Decided list;
    uint16_t index;
    if (!(stored_n ? decided_again(db, d->kab, stage, stored_n, &d->decided, e) : decided_make(db, d->kab, stage, &d->decided, e))) return false;
    if (!d->decided.is_there) return true;
    if (!decided_open(buf_view(&d->decided.bytes), &list, e)) return false;
    for (uint32_t i = 0; i < list.n; i++) {
        DecidedRow row = decided_at(&list, i);
        if (!w->is_paid[row.channel])
            return fail(e, BAD_INPUT, "Family %lld is paid through %s, which the rule book does not name for this stage.", (long long)row.family_id, PACK_CHANNELS[row.channel]);
        if (row.village >= 1000000 || !village_index(w, row.village, &index, e)) return fail(e, CONFLICT, "Family %lld lives in no village of this district.", (long long)row.family_id);
    }
    return true;
}

// Of the families of this closing; where the Ministry decides, its list is what is paid, and nothing is taken.
static bool adjusted_part(const Worker *w, Db *db, District *d, Str stage, int64_t stored_n, Instant at, Err *e) {
    if (stored_n) return adjusted_of(db, d->kab, stage, stored_n, 0, INT64_MAX - 1, &d->adjusted, e);
    return d->decided.is_there || adjusted_make(db, d->kab, stage, district_day(d->kab, at), w->families.family_id, w->family_n, &d->adjusted, e);
}

// `stored_n`: computed again for closing stored_n; 0: now, at `at`.
static bool district_compute(Worker *w, Db *db, PackDistrict place, Str stage, const Hash *book, int64_t stored_n, Instant at, District **out, Err *e) {
    District *d = calloc(1, sizeof *d);
    if (!d) return fail_memory(e);
    d->kab = w->kab = place.kab;
    d->epoch_n = place.epoch_n;
    hash_start(&w->person);
    bool is_good = draft_each(db, place.kab, place.epoch_n, w->stamp, worker_pack, w, e) &&
                   pack_part_hash(db, place.kab, PACK_PAYEE, place.epoch_n, &d->payee_hash, e);
    if (is_good) {
        d->person_hash = hash_end(&w->person);
        d->family_n = (int64_t)w->family_n;
        d->pack_n = w->pack_n;
        is_good = decided_part(w, db, d, stage, stored_n, e) && adjusted_part(w, db, d, stage, stored_n, at, e) && worker_write(w, d, e);
    }
    worker_forget(w);
    if (!is_good) { district_free(d); return false; }
    d->closing_hash = district_hash(d, stage, book);
    *out = d;
    return true;
}

// ---- writing ----------------------------------------------------------------------------------------------------------
static bool district_write(Db *db, const District *d, const ClosingOptions *o, int64_t closing_n, const Hash *book, Err *e) {
    ClosingPutArgs row = {
        .kab = d->kab, .stage = o->stage, .closing_n = closing_n, .epoch_n = d->epoch_n, .book_hash = *book, .family_n = d->family_n,
        .pack_n = d->pack_n, .chunk_n = d->chunk_n, .case_n = d->case_n, .person_hash = d->person_hash, .payee_hash = d->payee_hash,
        .pay_hash = d->pay_hash, .closing_hash = d->closing_hash, .actor_id = o->actor_id, .closed_at = o->at,
    };
    ClosingCasePutArgs cases = { .kab = d->kab, .stage = o->stage, .closing_n = closing_n, .case_n = d->case_n, .case_hash = d->case_hash,
                                 .case_data = buf_view(&d->cases) };
    if (!closing_put(db, row, NULL, e) || !closing_case_put(db, cases, NULL, e)) return false;
    for (uint32_t c = 0; c < d->chunk_n; c++) {
        ClosingChunkPutArgs chunk = {
            .kab = d->kab, .stage = o->stage, .closing_n = closing_n, .chunk_n = d->chunk_no[c], .first_id = d->chunk_first[c],
            .last_id = d->chunk_last[c], .family_n = d->chunk_family_n[c], .chunk_hash = d->chunk_hash[c],
            .chunk_data = district_chunk(d, c),
        };
        if (!closing_chunk_put(db, chunk, NULL, e)) return false;
    }
    AuditEntry entry = { .kab = d->kab, .actor_id = o->actor_id, .action = "stage.close", .subject = o->stage, .at = o->at,
                         .fields = { AUDIT_COUNT("closing_n", closing_n), AUDIT_COUNT("family_n", d->family_n), AUDIT_HASH("closing_hash", &d->closing_hash),
                                     AUDIT_HASH("book_hash", book) } };
    if (d->decided.is_there) entry.fields[4] = (AuditField)AUDIT_HASH("decided_hash", &d->decided.hash);
    return decided_store(db, d->kab, o->stage, closing_n, &d->decided, e) && adjusted_store(db, d->kab, o->stage, closing_n, buf_view(&d->adjusted), e) && pack_epoch_close(db, d->kab, d->epoch_n, e) && audit_write(db, &entry, e);
}

// ---- all districts -------------------------------------------------------------------------------------------------------
typedef struct { PackDistrict district; int64_t closing_n; } Place;              // which closing it will be
typedef struct {
    const Scheme *scheme;
    const ClosingOptions *options;
    Hash book_hash, stamp;
    const Place *places;
    ClosingSummary *sum;
} Work;

typedef struct { Worker worker; const Work *work; void *follow; } Memory;

static bool work_open(void *with, void **memory, Err *e) {
    Memory *m = calloc(1, sizeof *m);
    if (!m) return fail_memory(e);
    m->work = with;
    const ClosingFollower *f = m->work->options->follower;
    bool is_good = worker_open(&m->worker, m->work->scheme, &m->work->stamp, e) && (!f || f->open(f->with, m->work->scheme, &m->work->book_hash, &m->follow, e));
    if (!is_good) { worker_close(&m->worker); free(m); return false; }
    *memory = m;
    return true;
}

static void work_close(void *memory) {
    Memory *m = memory;
    worker_close(&m->worker);
    if (m->follow) m->work->options->follower->close(m->follow);
    free(m);
}

static bool follow(Memory *m, District *d, Err *e) {
    Str *chunks = calloc(d->chunk_n + 1, sizeof *chunks);
    if (!chunks) return fail_memory(e);
    for (uint32_t c = 0; c < d->chunk_n; c++) chunks[c] = district_chunk(d, c);
    ClosedDistrict closed = { d->kab, d->family_n, d->closing_hash, buf_view(&d->cases), m->worker.used, chunks, d->chunk_n, buf_view(&d->decided.bytes), buf_view(&d->adjusted) };
    d->follower = m->work->options->follower;
    bool is_good = d->follower->compute(m->follow, &closed, &d->followed, e);
    free(chunks);
    return is_good;
}

static bool work_compute(void *memory, Db *db, size_t i, void **result, Err *e) {
    Memory *m = memory;
    District *d;
    if (!district_compute(&m->worker, db, m->work->places[i].district, m->work->options->stage, &m->work->book_hash, 0, m->work->options->at, &d, e)) return false;
    if (m->follow && !follow(m, d, e)) { district_free(d); return false; }
    *result = d;
    return true;
}

static bool work_write(void *with, Db *db, size_t i, void *result, Err *e) {
    Work *w = with;
    const District *d = result;
    int64_t closing_n = w->places[i].closing_n;
    if (!district_write(db, d, w->options, closing_n, &w->book_hash, e)) return false;
    if (d->followed && !d->follower->write(d->follower->with, db, closing_n, d->followed, e)) return false;
    w->sum->district_n++;
    w->sum->family_n += d->family_n;
    w->sum->chunk_n += d->chunk_n;
    w->sum->case_n += d->case_n;
    return true;
}

static void work_release(void *result) { district_free(result); }

// Which districts this closing takes: asked for, having families, and not closed before.
static bool places_choose(Db *db, Arena *a, const ClosingOptions *o, Place **out, size_t *n, ClosingSummary *sum, Err *e) {
    PackDistrict *all;
    size_t all_n, chosen_n = 0, asked_n = 0;
    if (!pack_districts_list(db, a, &all, &all_n, e)) return false;
    Place *chosen = NEW(a, Place, all_n);
    for (size_t i = 0; i < all_n; i++) {
        if (o->kab && all[i].kab != o->kab) continue;
        asked_n++;
        ClosingLatestRow latest;
        bool found;
        if (!closing_latest(db, (ClosingLatestArgs){ .kab = all[i].kab, .stage = o->stage }, &latest, &found, e)) return false;
        if (found && o->may_close_again && !o->may_close_again(db, all[i].kab, o->stage, e)) return false;
        if (found && !o->may_close_again) sum->already_n++;
        else chosen[chosen_n++] = (Place){ all[i], found ? latest.closing_n + 1 : 1 };
    }
    if (asked_n == 0 && o->kab) return fail(e, NOT_FOUND, "District %lld has no families. Import or make some first: harapan import --help", (long long)o->kab);
    if (asked_n == 0) return fail(e, NOT_FOUND, "The registry has no families. Import or make some first: harapan import --help");
    *out = chosen;
    *n = chosen_n;
    return true;
}

static bool closing_in_transaction(Db *db, Arena *a, const ClosingOptions *o, const RuleBook *book, const Scheme *scheme, ClosingSummary *sum, Err *e) {
    Place *places = NULL;
    size_t n = 0;
    Work work = { .scheme = scheme, .options = o, .book_hash = rulebook_hash(book), .sum = sum };
    work.stamp = draft_stamp(&work.book_hash, scheme);
    RuleBookPutArgs text = { .book_hash = work.book_hash, .code = rulebook_code(book), .book_text = o->book_text };
    if (!places_choose(db, a, o, &places, &n, sum, e) || (n && !rule_book_put(db, text, NULL, e))) return false;
    work.places = places;
    Fanout f = { .n = n, .thread_n = o->thread_n, .progress = o->progress, .what = _("Closing districts"), .with = &work, .open = work_open,
                 .close = work_close, .compute = work_compute, .write = work_write, .release = work_release };
    return (n == 0 || fanout_run(db, &f, e)) && closing_root_hash(db, o->stage, &sum->hash, e);
}

// What the calendar ended before the stage takes ages (registry/life.h), in transactions of its own: it is so whether or not the closing follows.
static bool calendar_settle(Db *db, Arena *a, const ClosingOptions *o, const Scheme *scheme, Err *e) {
    const SchemeChannel *channels;
    size_t channel_n = scheme_channels(scheme, &channels), n, due_n = 0;
    Date day = scheme_reference_on(scheme);
    PackDistrict *districts;
    int64_t settled_n;
    for (size_t i = 0; i < channel_n; i++) if (channels[i].reference_on.days < day.days) day = channels[i].reference_on;
    if (!db_begin_read(db, e)) return false;                                   // one for all districts: most have nothing due
    bool is_good = pack_districts_list(db, a, &districts, &n, e);
    for (size_t i = 0; is_good && i < n; i++) {
        LifeDues dues = { .n = 0 };
        if (o->kab && districts[i].kab != o->kab) continue;
        is_good = life_due_mothers(db, a, districts[i].kab, day, &dues, e);
        if (dues.n) districts[due_n++] = districts[i];
    }
    db_rollback(db);
    for (size_t i = 0; is_good && i < due_n; i++) is_good = life_settle(db, districts[i].kab, day, o->actor_id, o->at, &settled_n, e);
    return is_good;
}

bool closing_make(Db *db, const ClosingOptions *o, ClosingSummary *out, Err *e) {
    Arena arena = { 0 };
    const RuleBook *book;
    const Scheme *scheme;
    ClosingSummary sum = { 0 };
    bool is_good = rulebook_open(&arena, o->book_file, o->book_text, &book, e) && scheme_make(&arena, book, o->stage, &scheme, e) &&
                   calendar_settle(db, &arena, o, scheme, e) && db_begin(db, e);
    if (is_good) {
        is_good = closing_in_transaction(db, &arena, o, book, scheme, &sum, e) && db_commit(db, e);
        if (!is_good) db_rollback(db);
    }
    arena_free(&arena);
    if (is_good) *out = sum;
    return is_good;
}

// ---- reading ------------------------------------------------------------------------------------------------------------
bool closing_read(Db *db, int64_t kab, Str stage, Closing *out, Err *e) {
    ClosingLatestRow r;
    bool found;
    if (!closing_latest(db, (ClosingLatestArgs){ .kab = kab, .stage = stage }, &r, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "Stage %.*s is not closed in district %lld. Close it first: harapan close %.*s --kab %lld", STR_ARG(stage), (long long)kab, STR_ARG(stage), (long long)kab);
    *out = (Closing){ .kab = kab, .closing_n = r.closing_n, .epoch_n = r.epoch_n, .family_n = r.family_n, .chunk_n = r.chunk_n, .case_n = r.case_n,
                      .actor_id = r.actor_id, .closed_at = r.closed_at, .book_hash = r.book_hash, .person_hash = r.person_hash,
                      .payee_hash = r.payee_hash, .pay_hash = r.pay_hash, .closing_hash = r.closing_hash };
    return true;
}

bool closing_list(Db *db, Arena *a, Str stage, Closing **out, size_t *n, Err *e) {
    ClosingsOfStageRows rows = { 0 };
    ClosingsOfStageRow r;
    Closing *list = NULL;
    size_t count = 0, cap = 0;
    bool has_row, is_good = closings_of_stage(db, (ClosingsOfStageArgs){ .stage = stage }, &rows, e);
    while (is_good && (is_good = closings_of_stage_next(&rows, &r, &has_row, e)) && has_row) {
        if (count == cap) {
            Closing *more = NEW(a, Closing, cap = cap ? 2 * cap : 16);
            if (count) memcpy(more, list, count * sizeof *list);
            list = more;
        }
        list[count++] = (Closing){ .kab = r.kab, .closing_n = r.closing_n, .epoch_n = r.epoch_n, .book_hash = r.book_hash, .family_n = r.family_n,
                                   .chunk_n = r.chunk_n, .case_n = r.case_n, .person_hash = r.person_hash, .payee_hash = r.payee_hash,
                                   .pay_hash = r.pay_hash, .closing_hash = r.closing_hash, .actor_id = r.actor_id, .closed_at = r.closed_at };
    }
    closings_of_stage_end(&rows);
    if (is_good) { *out = list; *n = count; }
    return is_good;
}

bool closing_root_hash(Db *db, Str stage, Hash *out, Err *e) {
    Arena arena = { 0 };
    Closing *list;
    size_t n;
    bool is_good = closing_list(db, &arena, stage, &list, &n, e);
    if (is_good) {
        Hasher all;
        hash_start(&all);
        for (size_t i = 0; i < n; i++) {
            hash_add(&all, &list[i].kab, sizeof list[i].kab);
            hash_add(&all, &list[i].closing_hash, sizeof(Hash));
        }
        *out = hash_end(&all);
    }
    arena_free(&arena);
    return is_good;
}

bool closing_check(Db *db, int64_t kab, Str stage, Err *e) {
    Arena arena = { 0 };
    Closing c = { 0 };
    const RuleBook *book;
    const Scheme *scheme;
    RuleBookOfRow text;
    bool found, is_good = closing_read(db, kab, stage, &c, e) && rule_book_of(db, &arena, (RuleBookOfArgs){ .book_hash = c.book_hash }, &text, &found, e);
    if (is_good && !found) is_good = fail(e, CONFLICT, "District %lld: the rule book of closing %.*s is missing.", (long long)kab, STR_ARG(stage));
    Worker w = { 0 };
    District *d = NULL;
    is_good = is_good && rulebook_open(&arena, STR("rule book"), text.book_text, &book, e) && scheme_make(&arena, book, stage, &scheme, e) && worker_open(&w, scheme, NULL, e) &&
              district_compute(&w, db, (PackDistrict){ kab, c.epoch_n }, stage, &c.book_hash, c.closing_n, c.closed_at, &d, e);
    if (d && !hash_eq(&d->closing_hash, &c.closing_hash))
        is_good = fail(e, CONFLICT, "District %lld: closing %.*s computed again from its packs gives another hash.", (long long)kab, STR_ARG(stage));
    ClosingChunksRows rows = { 0 };
    ClosingChunksRow row;
    bool has_row;
    is_good = is_good && closing_chunks(db, (ClosingChunksArgs){ .kab = kab, .stage = stage, .closing_n = c.closing_n, .first_id = 0, .last_id = INT64_MAX - 1 }, &rows, e);
    while (is_good && (is_good = closing_chunks_next(&rows, &row, &has_row, e)) && has_row) {
        Hash found_hash = hash_of(row.chunk_data.p, row.chunk_data.n);
        if (!hash_eq(&found_hash, &row.chunk_hash))
            is_good = fail(e, CONFLICT, "District %lld: chunk %lld of closing %.*s is not what was written.", (long long)kab, (long long)row.chunk_n, STR_ARG(stage));
    }
    closing_chunks_end(&rows);
    district_free(d);
    worker_close(&w);
    arena_free(&arena);
    return is_good;
}
