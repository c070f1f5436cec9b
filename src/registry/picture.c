#include "registry/picture.h"

bool family_picture(Db *db, Arena *a, const CaseBook *book, int64_t kab, int64_t epoch_n, int64_t family_id, FamilyPicture *out, bool *found, Err *e) {
    Str bytes;
    PersonPack p;
    Payee payee;
    if (!pack_of_family(db, a, kab, PACK_PERSON, epoch_n, family_id, &bytes, found, e)) return false;
    if (*found && !person_pack_open(bytes, &p, e)) return false;
    int64_t at = family_id - (*found ? p.first_id : 0);
    if (!*found || at >= p.family_n || (p.status[at] != PACK_ACTIVE && p.status[at] != PACK_SUSPENDED)) { *found = false; return true; }
    if (!pack_of_family(db, a, kab, PACK_PAYEE, epoch_n, family_id, &bytes, found, e)) return false;
    if (*found && !payee_pack_find(bytes, family_id, &payee, found, e)) return false;
    if (!*found || payee.member_n != p.member_n[at]) return fail(e, CONFLICT, "A pack of the registry is damaged.");
    size_t from = 0;
    for (int64_t i = 0; i < at; i++) from += p.member_n[i];
    *out = (FamilyPicture){ .status = p.status[at], .channel = p.channel[at], .decile = p.decile[at], .village_id = kab * 1000000 + pack_u32(p.village, (size_t)at) };
    for (size_t i = from; i < from + p.member_n[at]; i++) {
        if (pack_u16(p.facts, i) & PACK_GONE) continue;
        out->persons[out->person_n] = casebook_person(book, pack_u16(p.born, i), pack_u16(p.facts, i));
        out->ids[out->person_n++] = pack_u32(payee.person, i - from);
    }
    return true;
}
