#include "stage/drafted.h"
#include "registry/draft.h"
#include "stage/casepay.h"
#include "stage_drafted.sql.h"

typedef struct { CaseBook *book; CaseMemo memo; int64_t kab, first_id, last_id; DueEach *each; void *with; } Drafting;

// What each case of a draft comes to: its place in the memo.
static bool cases_find(Drafting *g, const Draft *d, uint32_t index[DRAFT_ABSENT + 1], Err *e) {
    const uint8_t *at = d->keys;
    for (uint32_t i = 0; i < d->case_n; i++) {
        uint32_t case_id;
        Str key = draft_key_next(&at);
        if (!casebook_find_key(g->book, key, &case_id, e) || !casememo_find_by_id(&g->memo, case_id, casebook_bytes(g->book, case_id), &index[i], e)) return false;
    }
    return true;
}

static bool pack_take(void *with, const Hash *person_hash, const Draft *d, Str person, Err *e) {
    Drafting *g = with;
    uint32_t index[DRAFT_ABSENT + 1];
    (void)person_hash, (void)person;
    if (!d || d->first_id > g->last_id || d->first_id + d->family_n <= g->first_id) return true;
    if (!cases_find(g, d, index, e)) return false;
    for (uint32_t i = 0; i < d->family_n; i++) {
        int64_t id = d->first_id + i;
        int channel = d->channel[i] == DRAFT_ABSENT ? -1 : g->memo.channel_of[d->channel[i]];
        if (id < g->first_id || id > g->last_id || channel < 0) continue;
        const CasePay *pay = &g->memo.pays[(size_t)index[d->case_no[i]] * g->memo.channel_n + (size_t)channel];
        Due due = { .family_id = id, .village_id = g->kab * 1000000 + pack_u32(d->village, d->village_no[i]), .channel = str_c(PACK_CHANNELS[d->channel[i]]),
                    .state = (DueState)pay->state, .amount = { pay->rp } };
        if (!g->each(g->with, &due, e)) return false;
    }
    return true;
}

bool drafted_each(Db *db, Arena *a, int64_t kab, int64_t first_id, int64_t last_id, Str *stage, DueEach *each, void *with, Err *e) {
    DraftedViewRow view;
    const Scheme *scheme;
    bool found = false;
    *stage = STR("");
    if (!drafted_view(db, a, (DraftedViewArgs){ .kab = kab }, &view, &found, e)) return false;
    if (!found) return true;
    if (!closing_scheme(db, a, &view.book_hash, view.stage, &scheme, e)) return false;
    Hash stamp = draft_stamp(&view.book_hash, scheme);
    if (!hash_eq(&stamp, &view.stamp_hash)) return true;               // made by a program that read the book in another way
    Drafting g = { .kab = kab, .first_id = first_id, .last_id = last_id, .each = each, .with = with };
    if (!casebook_open(scheme, &g.book, e)) return false;
    casememo_open(&g.memo, scheme, &view.book_hash, NULL);
    bool is_good = draft_each(db, kab, INT64_MAX, &stamp, pack_take, &g, e);
    casememo_close(&g.memo);
    casebook_close(g.book);
    if (is_good) *stage = view.stage;
    return is_good;
}
