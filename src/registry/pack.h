// pack.h: 256 families in columns, two parts: what a closing reads (person) and whom a pay file names (payee).
//
// A third, the draft of the stage in view (draft.h), is made of the person part.
//
// Packs are made from the rows of family and person, by one function, in the transaction of the change. Family f of a
// district is in pack (f - 1) / PACK_FAMILIES. Packs are versioned by the district's epoch (pack_epoch): a change writes the
// version of the present epoch; a closing moves the epoch on, and so keeps every pack as it was, without a copy.
#ifndef REGISTRY_PACK_H
#define REGISTRY_PACK_H
#include "base/progress.h"
#include "db/db.h"
#include "programme/scheme.h"
#include "registry/secret.h"

#define PACK_FAMILIES 256      // one change rewrites about 10 KB; ten million families are 39,063 packs
#define PACK_PERSON 1
#define PACK_PAYEE 2

// Call after changing rows of families first_id … last_id of a district, before the commit. Rewrites the packs they are in.
// LIMIT names a family with more than PERSON_MAX members. `progress` may be NULL.
must_use bool pack_refresh(Db *db, int64_t kab, int64_t first_id, int64_t last_id, Progress *progress, Err *e);

// The same without the search index (search_index.h), which pack_refresh keeps up: for bulk work that ends with search_build.
must_use bool pack_make(Db *db, int64_t kab, int64_t first_id, int64_t last_id, Progress *progress, Err *e);

// pack_refresh for every family of the district.
must_use bool pack_refresh_all(Db *db, int64_t kab, Progress *progress, Err *e);

// Proves that the packs of the district's present epoch equal its rows, and its drafts its packs; the first difference is named in e (CONFLICT).
must_use bool pack_check(Db *db, int64_t kab, Progress *progress, Err *e);
// is_closed: where keys or salts are not at hand (a backup kept apart from them); who is paid is then not compared.
must_use bool pack_check_as(Db *db, int64_t kab, bool is_closed, Progress *progress, Err *e);

// ---- closings and readers ------------------------------------------------------------------------------------------
typedef struct { int64_t kab, epoch_n; } PackDistrict;
must_use bool pack_districts_list(Db *db, Arena *a, PackDistrict **out, size_t *n, Err *e);     // all that have a family, by code
// Inside a transaction that must not happen at the same moment as a closing of the district: of the two, PostgreSQL turns one away (BUSY).
must_use bool pack_epoch_hold(Db *db, int64_t kab, Err *e);
// Inside the transaction of a closing. CONFLICT when the epoch is no longer `epoch_n`.
must_use bool pack_epoch_close(Db *db, int64_t kab, int64_t epoch_n, Err *e);

// Calls `each` for every pack of a part as of an epoch, in order. The bytes live until the next call.
typedef bool PackEach(void *with, int64_t pack_n, const Hash *hash, Str bytes, Err *e);
must_use bool pack_each(Db *db, int64_t kab, int part, int64_t epoch_n, PackEach *each, void *with, Err *e);
typedef struct { int64_t pack_n; Hash hash; } PackHash;
// The packs of a part as of an epoch, in order, without reading them.
must_use bool pack_hashes_list(Db *db, Arena *a, int64_t kab, int part, int64_t epoch_n, PackHash **out, size_t *n, Err *e);
// Hash over the pack hashes of a part as of an epoch, in order: the part's fingerprint.
must_use bool pack_part_hash(Db *db, int64_t kab, int part, int64_t epoch_n, Hash *out, Err *e);
// The pack that holds a family, as of an epoch (INT64_MAX: now). *found false when there is none.
must_use bool pack_of_family(Db *db, Arena *a, int64_t kab, int part, int64_t epoch_n, int64_t family_id, Str *bytes, bool *found, Err *e);

// ---- one pack's bytes ------------------------------------------------------------------------------------------------
typedef enum { PACK_ABSENT, PACK_ACTIVE, PACK_SUSPENDED, PACK_LEFT } PackStatus;

// Columns of the person part, pointing into the bytes; multi-byte values little-endian, read through the functions below.
typedef struct {
    int64_t first_id;          // family of index 0; ids follow one another, a missing one is PACK_ABSENT
    uint32_t family_n, person_n;
    const uint8_t *status;     // [family_n] PackStatus
    const uint8_t *channel;    // [family_n] index of PACK_CHANNELS
    const uint8_t *member_n;   // [family_n]
    const uint8_t *decile;     // [family_n] 0 unknown
    const uint8_t *village;    // [family_n] u32: village code less kab * 1,000,000
    const uint8_t *born;       // [person_n] u16: days since 1900-01-01 plus 1; 0 unknown
    const uint8_t *facts;      // [person_n] u16: see pack_facts_of
} PersonPack;
must_use bool person_pack_open(Str bytes, PersonPack *out, Err *e);                    // CONFLICT: not a person pack

static inline uint16_t pack_u16(const uint8_t *column, size_t i) { uint16_t v; memcpy(&v, column + 2 * i, 2); return v; }
static inline uint32_t pack_u32(const uint8_t *column, size_t i) { uint32_t v; memcpy(&v, column + 4 * i, 4); return v; }

// Sex 2 bits, school level 2, pregnancy 3, disability 1, victim 1, outcome 2, gone 1.
#define PACK_FACTS_BITS 12
#define PACK_GONE (1u << 11)
uint16_t pack_facts_of(const PersonFacts *p, bool is_gone);
uint16_t pack_born_of(Date born_on);                        // clipped to 1900-01-01 … 2079-06-04
Date pack_born_date(uint16_t born);
void pack_facts_read(uint16_t facts, uint16_t born, PersonFacts *out);                 // extra attributes are EXTRA_NONE

// Payee part: for each family present, who is paid and where, and the ids of its members in the order of the person part
// (they are many bytes, and no amount needs them). Name, NIK, account and address are sealed as one (secret.h), under the family's
// key; beside them stands a keyed fingerprint of them in clear. A pack's hash covers the fingerprints and not the sealed bytes:
// it is the same on every engine and under every salt and key of an area, a closing opens nothing, and it still holds when a family was
// erased and its sealed bytes open no more. Everything points into the bytes.
typedef struct {
    int64_t family_id;
    uint32_t lookup_n;         // under which look-up key the fingerprint was made
    uint32_t member_n;
    const uint8_t *person;     // [member_n] u32: the person's id
    const uint8_t *fingerprint;
    Str sealed;                // empty when the family had been erased
    Str name, nik, account, address, rt, rw;               // after payee_open
    bool is_erased;
} Payee;
typedef struct { Str rest; int64_t first_id; uint32_t lookup_n; } PayeePack;
must_use bool payee_pack_open(Str bytes, PayeePack *out, Err *e);
must_use bool payee_pack_next(PayeePack *p, Payee *out, bool *has_payee, Err *e);      // in order of family id
must_use bool payee_pack_find(Str bytes, int64_t family_id, Payee *out, bool *is_found, Err *e);
must_use bool payee_pack_hash(Str bytes, Hash *out, Err *e);                           // what pack_hash must be
// Opens what is sealed; `s` has loaded the family's salt. Texts live in the arena; of an erased family they stay empty. CONFLICT
// when the bytes were altered or do not bear their fingerprint.
must_use bool payee_open(Secrets *s, Payee *p, Arena *a, Err *e);

extern const char *const PACK_CHANNELS[];                   // "BRI", "POS", … fixed order, for it is stored; ends with NULL
int pack_channel_find(Str code);                            // -1 unknown
#endif
