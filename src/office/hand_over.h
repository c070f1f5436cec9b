// hand_over.h: families change hands: one person asks (the coordinator), another signs, and with the signature caseload.h says who
// answers for them from the day on. What is signed is each family with who answers for it now: when somebody else is handed one of
// them first, the request has changed and cannot be signed any more.
//
//     HandOverWish wish = { .kab = 1371, .from_id = 7, .to_id = 9, .from_on = day };
//     hand_over_look(db, a, &wish, &h, e)            who would change hands, from whom to whom; h.hash names it
//     hand_over_ask(db, a, viewer, &wish, &h.hash, now, &h, e)
#ifndef OFFICE_HAND_OVER_H
#define OFFICE_HAND_OVER_H
#include "files/sink.h"
#include "office/approval.h"

#define HAND_OVER_MAX 5000             // a caseload has some 300 families; more at once is a mistake
#define HAND_OVER_DAYS_MAX 366         // not further away from today, on either side
#define HAND_OVER_ANYBODY (-1)         // from_id: whoever answers for them, or nobody

// Those that from_id answers for on the day, and of them only those of a kelurahan (0: all) and of a list ("12,40-45"; empty: all).
// 0 is nobody, on both sides. At least one of from_id, kelurahan and list must narrow it.
typedef struct { int64_t kab, from_id, to_id, village_id; Str families; Date from_on; } HandOverWish;

typedef struct { int64_t family_id, companion_id, village_id; Str name, village, rt; } HandOverItem;      // companion_id: until then. name: of the payee
typedef struct { int64_t id, family_n; Str name; } HandOverPart;
typedef struct {
    int64_t kab, id, to_id, actor_id;                      // id 0: only looked at
    Date from_on;
    Instant asked_at, done_at;                             // done_at INT64_MIN: not signed
    Str to_name;                                           // empty: nobody
    Hash hash;
    HandOverItem *items; size_t n;                         // by family; name, village and rt only of one that is read
    HandOverPart *parts; size_t part_n;                    // from whom, how many; name empty: nobody
    ApprovalRequest request;                               // of one that was asked for
} HandOver;

// What would be handed over. BAD_INPUT: no such companion or family, nothing to hand over, a day too far away; LIMIT; CONFLICT when
// a family was handed over on a later day already. FORBIDDEN without ACTION_CASELOAD.
must_use bool hand_over_look(Db *db, Arena *a, const Viewer *viewer, const HandOverWish *wish, Instant now, HandOver *out, Err *e);
// Asks for it, in a transaction of its own. seen: hash of what was looked at; CONFLICT when it is another by now. The second time gives the open request.
must_use bool hand_over_ask(Db *db, Arena *a, const Viewer *viewer, const HandOverWish *wish, const Hash *seen, Instant now, HandOver *out, Err *e);
// One that was asked for, with its families. NOT_FOUND, also when the viewer may not see the district.
must_use bool hand_over_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, HandOver *out, Err *e);
typedef struct { int64_t id, family_n, request_id; Date from_on; Instant asked_at, done_at; Str to_name; const char *state; } HandOverEntry;      // state: for people
must_use bool hand_over_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t limit_n, HandOverEntry **out, size_t *n, Err *e);
// The note on paper (berita acara serah terima): the families, from whom to whom, and where each signs. Whom it shows is recorded by the caller.
must_use bool hand_over_note(Arena *a, const HandOver *h, Str area, Str band, Instant now, Sink sink, Err *e);

extern const ApprovalKind HAND_OVER_APPROVAL;              // subject: the number of the hand-over
#endif
