#include "stage/casepay.h"
#include "base/lang.h"
#include "programme/entitlement.h"
#include "registry/pack.h"
#include "stage/run.h"
#include <stdlib.h>

void casepay_share(SharedPay *s) {
    *s = (SharedPay){ 0 };
    pthread_mutex_init(&s->lock, NULL);
}

void casepay_share_end(SharedPay *s) {
    pthread_mutex_destroy(&s->lock);
    bytetable_free(&s->cases);
    free(s->found);
    arena_free(&s->arena);
}

void casememo_open(CaseMemo *m, const Scheme *scheme, const Hash *book_hash, SharedPay *shared) {
    const SchemeChannel *channels;
    const SchemeComponent *components;
    *m = (CaseMemo){ .scheme = scheme };
    m->channel_n = scheme_channels(scheme, &channels);
    m->component_n = scheme_components(scheme, &components);
    for (int i = 0; i < 256; i++) m->channel_of[i] = -1;
    for (int i = 0; PACK_CHANNELS[i]; i++) m->channel_of[i] = scheme_channel_find(scheme, str_c(PACK_CHANNELS[i]));
    if (!shared) return;
    pthread_mutex_lock(&shared->lock);
    if (!shared->has_book) { shared->book_hash = *book_hash; shared->has_book = true; }
    if (hash_eq(&shared->book_hash, book_hash)) m->shared = shared;
    m->is_backwards = shared->memo_n++ % 2 == 1;
    pthread_mutex_unlock(&shared->lock);
}

void casememo_close(CaseMemo *m) {
    bytetable_free(&m->cases);
    free(m->pays);
    free(m->parts);
    free(m->by_id);
    *m = (CaseMemo){ 0 };
}

static bool memo_room(CaseMemo *m, Err *e) {
    size_t need = (m->cases.n + 1) * m->channel_n;
    if (need > m->pay_cap) {
        size_t cap = m->pay_cap ? 2 * m->pay_cap : 2048;
        while (cap < need) cap *= 2;
        CasePay *more = realloc(m->pays, cap * sizeof *more);
        if (!more) return fail_memory(e);
        m->pays = more;
        m->pay_cap = cap;
    }
    if (m->part_n + m->channel_n * COMPONENT_MAX > m->part_cap) {
        size_t cap = m->part_cap ? 2 * m->part_cap : 4096;
        Part *more = realloc(m->parts, cap * sizeof *more);
        if (!more) return fail_memory(e);
        m->parts = more;
        m->part_cap = cap;
    }
    return true;
}

// Two implementations must give the same answer before an amount is believed. A difference is our mistake, and stops the run.
static bool case_recheck(const CaseMemo *m, int channel, const Case *c, const Entitlement *found, Err *e) {
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

static bool case_pay(CaseMemo *m, uint32_t index, Str bytes, Err *e) {
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

// ---- between threads --------------------------------------------------------------------------------------------------------
// Another thread's answer, copied. *is_found false: nobody has evaluated the case yet.
static void shared_take(CaseMemo *m, uint64_t hash, Str bytes, uint32_t index, bool *is_found) {
    SharedPay *s = m->shared;
    Str found = { 0 };
    pthread_mutex_lock(&s->lock);
    uint32_t at = bytetable_find(&s->cases, hash, bytes.p, bytes.n);
    if (at != UINT32_MAX) found = s->found[at];            // lives in the arena, and never changes
    pthread_mutex_unlock(&s->lock);
    *is_found = found.p != NULL;
    if (!found.p) return;
    size_t pay_bytes = m->channel_n * sizeof(CasePay), part_bytes = found.n - pay_bytes;
    CasePay *pays = &m->pays[index * m->channel_n];
    memcpy(pays, found.p, pay_bytes);
    for (size_t ch = 0; ch < m->channel_n; ch++) pays[ch].first_part += (uint32_t)m->part_n;
    if (part_bytes) memcpy(m->parts + m->part_n, found.p + pay_bytes, part_bytes);
    m->part_n += part_bytes / sizeof(Part);
}

static bool shared_give(CaseMemo *m, uint64_t hash, Str bytes, uint32_t index, size_t first_part, Err *e) {
    SharedPay *s = m->shared;
    size_t pay_bytes = m->channel_n * sizeof(CasePay), part_bytes = (m->part_n - first_part) * sizeof(Part);
    uint32_t at;
    bool is_new;
    pthread_mutex_lock(&s->lock);
    bool is_good = bytetable_put(&s->cases, hash, bytes.p, bytes.n, &at, &is_new, e);
    if (is_good && at >= s->found_cap) {
        Str *more = realloc(s->found, s->cases.cap * sizeof *more);
        is_good = more != NULL || fail_memory(e);
        if (more) { s->found = more; s->found_cap = s->cases.cap; }
    }
    if (is_good && is_new) {
        char *room = arena_alloc(&s->arena, 1, _Alignof(CasePay), pay_bytes + part_bytes);
        CasePay *pays = (CasePay *)(void *)room;
        memcpy(pays, &m->pays[index * m->channel_n], pay_bytes);
        for (size_t ch = 0; ch < m->channel_n; ch++) pays[ch].first_part -= (uint32_t)first_part;
        if (part_bytes) memcpy(room + pay_bytes, m->parts + first_part, part_bytes);
        s->found[at] = (Str){ room, pay_bytes + part_bytes };
    }
    pthread_mutex_unlock(&s->lock);
    return is_good;
}

bool casememo_find(CaseMemo *m, Str bytes, uint32_t *index, Err *e) {
    bool is_new, is_found = false;
    uint64_t hash = bytetable_hash(bytes.p, bytes.n);
    *index = bytetable_find(&m->cases, hash, bytes.p, bytes.n);
    if (*index != UINT32_MAX) return true;
    if (!memo_room(m, e) || !bytetable_put(&m->cases, hash, bytes.p, bytes.n, index, &is_new, e)) return false;
    if (m->shared) shared_take(m, hash, bytes, *index, &is_found);
    size_t first_part = m->part_n;
    return is_found || (case_pay(m, *index, bytes, e) && (!m->shared || shared_give(m, hash, bytes, *index, first_part, e)));
}

bool casememo_find_by_id(CaseMemo *m, uint32_t case_id, Str bytes, uint32_t *index, Err *e) {
    if (case_id >= m->by_id_cap) {
        uint32_t cap = m->by_id_cap ? 2 * m->by_id_cap : 1024;
        while (cap <= case_id) cap *= 2;
        uint32_t *more = realloc(m->by_id, cap * sizeof *more);
        if (!more) return fail_memory(e);
        memset(more + m->by_id_cap, 0, (cap - m->by_id_cap) * sizeof *more);
        m->by_id = more;
        m->by_id_cap = cap;
    }
    uint32_t *known = &m->by_id[case_id];
    if (!*known) {
        if (!casememo_find(m, bytes, index, e)) return false;
        *known = *index + 1;
    }
    *index = *known - 1;
    return true;
}
