// pack.h: 256 families in columns, two parts: what a closing reads (person) and whom a pay file names (payee).
//
// Packs are made from the rows of family and person, by one function, in the transaction of the change. Family f of a
// district is in pack (f - 1) / PACK_FAMILIES. Packs are versioned by the district's epoch (pack_epoch): a change writes the
// version of the present epoch; a closing moves the epoch on, and so keeps every pack as it was, without a copy.
#ifndef REGISTRY_PACK_H
#define REGISTRY_PACK_H
#include "db/db.h"
#include "programme/scheme.h"

#define PACK_FAMILIES 256      // one change rewrites about 10 KB; ten million families are 39,063 packs
#define PACK_PERSON 1
#define PACK_PAYEE 2

// Call after changing rows of families first_id … last_id of a district, before the commit. Rewrites the packs they are in.
must_use bool pack_refresh(Db *db, int64_t kab, int64_t first_id, int64_t last_id, Err *e);

// Proves that every pack of the district's present epoch equals its rows; the first difference is named in e (CONFLICT).
must_use bool pack_check(Db *db, int64_t kab, Err *e);

// ---- reading one pack's bytes --------------------------------------------------------------------------------------
// Columns of the person part, pointing into the bytes. Multi-byte values are little-endian and may be unaligned.
typedef struct {
    int64_t first_id;          // family of index 0
    uint32_t family_n, person_n;
    const uint8_t *status;     // [family_n] PACK_ABSENT, or family status
    const uint8_t *channel;    // [family_n] index in PACK_CHANNELS
    const uint8_t *member_n;   // [family_n]
    const uint8_t *decile;     // [family_n] 0 unknown
    const uint8_t *village;    // [family_n] u32: code less kab * 1,000,000
    const uint8_t *born;       // [person_n] u16: days since 1900-01-01 plus 1; 0 unknown
    const uint8_t *facts;      // [person_n] u16: PACK_FACTS_* fields
    const uint8_t *person;     // [person_n] u32: the person's id
} PersonPack;

typedef enum { PACK_ABSENT, PACK_ACTIVE, PACK_SUSPENDED, PACK_LEFT } PackStatus;
// u16 of a person: sex 2 bits, school level 2, pregnancy 3, disability 1, victim 1, outcome 2, gone 1
#define PACK_FACTS_BITS 12
uint16_t pack_facts_of(const PersonFacts *p, bool is_gone);
void pack_facts_read(uint16_t facts, uint16_t born, PersonFacts *out);     // born: the pack's own day number
static inline bool pack_is_gone(uint16_t facts) { return facts >> 11 & 1; }
uint16_t pack_born_of(Date born_on);                        // clipped to 1900-01-01 … 2079-06-05
// CONFLICT when the bytes are not a person pack.
must_use bool person_pack_open(Str bytes, PersonPack *out, Err *e);

// Payee part: for each family present, who is paid and where. Strings point into the bytes.
typedef struct { int64_t family_id; Str name, nik, account, address, rt, rw; } Payee;
typedef struct { Str bytes; size_t at; uint32_t i, family_n; int64_t first_id; } PayeePack;
must_use bool payee_pack_open(Str bytes, PayeePack *out, Err *e);
bool payee_pack_next(PayeePack *p, Payee *out);             // in order of family id; false at the end

extern const char *const PACK_CHANNELS[];                   // "BRI", "POS", … fixed order: stored in packs
int pack_channel_find(Str code);                            // -1 unknown
#endif
