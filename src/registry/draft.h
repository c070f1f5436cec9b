// draft.h: what each pack comes to in the stage in view: for every family its channel, case and village, one byte each.
//
// A change to a family rewrites its pack and, in the same transaction and by the same function (pack_refresh), the pack's draft.
// So a closing reads some 7 bytes a family instead of 40 and evaluates nothing twice. A draft is never more than a shortcut:
// it fits when its stamp is that of the rule book and stage asked for, and when it was made of the person part that is there
// now; otherwise the person part is read, and the closing is the same to the byte. `check` proves every draft that fits.
//
// Which stage is in view is data of each district, set by draft_prepare. A district without a view has no drafts.
#ifndef REGISTRY_DRAFT_H
#define REGISTRY_DRAFT_H
#include "registry/casebook.h"
#include "registry/pack.h"

#define DRAFT_ABSENT 255               // channel of a number without a family, or of one that left

// Columns of a draft, pointing into its bytes.
typedef struct {
    int64_t first_id;                  // family of index 0
    uint32_t family_n, case_n, village_n;
    const uint8_t *channel;            // [family_n] index of PACK_CHANNELS, or DRAFT_ABSENT
    const uint8_t *case_no;            // [family_n] which of the draft's cases
    const uint8_t *village_no;         // [family_n] which of the draft's villages
    const uint8_t *village;            // [village_n] u32: village code less kab * 1,000,000, in order of first sight
    const uint8_t *keys;               // casebook_key of each case in order of first sight: length u8, bytes
    const uint8_t *end;
} Draft;
must_use bool draft_open(Str bytes, Draft *out, Err *e);                               // CONFLICT: damaged
static inline Str draft_key_next(const uint8_t **at) {                                 // draft_open made sure that all are there
    Str key = { (const char *)*at + 1, **at };
    *at += 1 + key.n;
    return key;
}

// What drafts of a rule book and stage are stamped with.
Hash draft_stamp(const Hash *book_hash, const Scheme *s);

// Calls `each` for every pack of the district as of its present epoch, in order: with its draft where one fits `stamp`, else
// (draft NULL) with its person part. `stamp` NULL: always the person part.
typedef bool DraftEach(void *with, const Hash *person_hash, const Draft *draft, Str person, Err *e);
must_use bool draft_each(Db *db, int64_t kab, int64_t epoch_n, const Hash *stamp, DraftEach *each, void *with, Err *e);

// ---- keeping them up to date --------------------------------------------------------------------------------------------
typedef struct DraftMaker DraftMaker;
// What makes the drafts of a district, or NULL when it has no stage in view. Give it back; the last one is kept for the next change.
must_use bool draft_maker_take(Db *db, int64_t kab, DraftMaker **out, Err *e);
void draft_maker_give(DraftMaker *m);
// Writes the draft of a person part. A pack that cannot be drafted (a channel that the stage does not have) is left without one:
// a change to a family never fails for it, and the closing says what is wrong.
must_use bool draft_write(Db *db, DraftMaker *m, int64_t kab, int64_t pack_n, const Hash *person_hash, Str person, Err *e);
// The pack's draft, when it fits, is what its person part gives. CONFLICT names the pack.
must_use bool draft_compare(Db *db, DraftMaker *m, int64_t kab, int64_t pack_n, Str person, Err *e);

// Takes a stage into view and makes the drafts that do not fit yet, a transaction for each district: killed anywhere, the
// second time does the rest. A district where nothing is to be done is left alone, without an entry in the audit trail.
typedef struct {
    Str stage, book_file, book_text;
    int64_t kab;                       // one district; 0: every one that has families
    int64_t actor_id;
    Instant at;
    Progress *progress;
} PrepareOptions;
typedef struct { int64_t district_n, pack_n, made_n; } PrepareSummary;                 // districts and packs seen, drafts made now
must_use bool draft_prepare(Db *db, const PrepareOptions *o, PrepareSummary *out, Err *e);
#endif
