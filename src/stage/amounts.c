#include "stage/amounts.h"
#include "registry/casebook.h"
#include "registry/pack.h"
#include "stage/casepay.h"

typedef struct { Arena *a; CaseBook *book; CaseMemo memo; Amounts x; int64_t room; } Adding;

static void room_for(Adding *k, int64_t family_id) {
    if (family_id > k->room) {
        int64_t room = k->room ? 2 * k->room : 4096;
        while (room < family_id) room *= 2;
        Rupiah *more = NEW(k->a, Rupiah, room);
        if (k->x.n) memcpy(more, k->x.at, (size_t)k->x.n * sizeof *more);
        k->x.at = more;
        k->room = room;
    }
    if (family_id > k->x.n) k->x.n = family_id;
}

static bool pack_add(void *with, int64_t pack_n, const Hash *hash, Str bytes, Err *e) {
    Adding *k = with;
    PersonPack p;
    uint32_t case_id, index;
    (void)pack_n, (void)hash;
    if (!person_pack_open(bytes, &p, e)) return false;
    const uint8_t *born = p.born, *facts = p.facts;
    for (uint32_t i = 0; i < p.family_n; born += 2 * (size_t)p.member_n[i], facts += 2 * (size_t)p.member_n[i], i++) {
        bool is_here = p.status[i] == PACK_ACTIVE || p.status[i] == PACK_SUSPENDED;
        int channel = is_here ? k->memo.channel_of[p.channel[i]] : -1;
        if (channel < 0) continue;
        if (!casebook_find(k->book, p.status[i] == PACK_SUSPENDED ? STANDING_SUSPENDED : STANDING_ACTIVE, p.decile[i], born, facts, p.member_n[i], &case_id, e) ||
            !casememo_find_by_id(&k->memo, case_id, casebook_bytes(k->book, case_id), &index, e)) return false;
        room_for(k, p.first_id + i);
        Rupiah *at = &k->x.at[p.first_id + i - 1];
        at->rp = k->memo.pays[index * k->memo.channel_n + (size_t)channel].rp;
        if (!rupiah_add(k->x.total, *at, &k->x.total, e)) return false;
    }
    return true;
}

bool amounts_read(Db *db, Arena *a, int64_t kab, const Scheme *scheme, Amounts *out, Err *e) {
    Adding k = { .a = a };
    if (!casebook_open(scheme, &k.book, e)) return false;
    casememo_open(&k.memo, scheme, &(Hash){ { 0 } }, NULL);
    bool is_good = pack_each(db, kab, PACK_PERSON, INT64_MAX, pack_add, &k, e);
    casememo_close(&k.memo);
    casebook_close(k.book);
    if (is_good) *out = k.x;
    return is_good;
}
