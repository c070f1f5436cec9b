// picture.h: one family as the packs of an epoch have it: as a closing froze it, or as it is now.
#ifndef REGISTRY_PICTURE_H
#define REGISTRY_PICTURE_H
#include "registry/casebook.h"
#include "registry/pack.h"

// Members in order of their id; who is gone is left out.
typedef struct { PackStatus status; uint8_t channel, decile; int64_t village_id; size_t person_n; PersonFacts persons[PERSON_MAX]; int64_t ids[PERSON_MAX]; } FamilyPicture;

// epoch_n: of a closing; INT64_MAX: now. *found false when the family is not there, or neither active nor suspended.
must_use bool family_picture(Db *db, Arena *a, const CaseBook *book, int64_t kab, int64_t epoch_n, int64_t family_id, FamilyPicture *out, bool *found, Err *e);
#endif
