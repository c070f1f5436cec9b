// nik_walk.h: the NIK of a district's persons, opened one by one as a walk in the order of families passes them. Nothing of what was
// opened before is kept.
//
//     NikWalk walk = { .db = db, .kab = kab };
//     while (…) nik_walk_open(&walk, row.family_id, row.person_id, row.nik_data, &nik, e)
//     nik_walk_close(&walk);                              always: it wipes the keys
#ifndef REGISTRY_NIK_WALK_H
#define REGISTRY_NIK_WALK_H
#include "registry/secret.h"

typedef struct { Db *db; int64_t kab, last_id; Secrets secrets; Arena opened; } NikWalk;
// *out lives until the next call; empty for no sealed bytes. Families never go back.
must_use bool nik_walk_open(NikWalk *w, int64_t family_id, int64_t person_id, Str sealed, Str *out, Err *e);
void nik_walk_close(NikWalk *w);
#endif
