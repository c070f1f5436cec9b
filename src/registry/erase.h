// erase.h: a family's personal data is erased for good: one person asks, another signs (the worklist), and with that signature the
// family's salt is destroyed. Its numbers then open nowhere any more: neither here nor in closings nor in any backup that lies apart
// from the salts. Names, addresses and claims go from the rows and from the search; commitments in the audit trail can be proved no
// more. So does every word that people wrote of it: remarks and earlier addresses of its life, evidence of facts and excuses, notes on
// duplicates and findings, reasons of refusals, rows of pay lists but their amounts, what the desk was told; erase_test.c plants a word in
// every column of the schema that can hold one. A staged file that names the family must be applied or dropped first (CONFLICT).
// What stays: family and person numbers, birth dates, components and every rupiah in the books, which belong to nobody now.
#ifndef REGISTRY_ERASE_H
#define REGISTRY_ERASE_H
#include "office/approval.h"
#include "office/violation.h"

extern const ApprovalKind ERASE_APPROVAL;                  // subject "family 12"
// Asks. Only for a family that has left the programme (CONFLICT else): who is still paid must be known. NOT_FOUND out of area.
must_use bool erase_ask(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t family_id, Instant at, ApprovalRequest *out, bool *is_new, Err *e);
// The same in the caller's transaction.
must_use bool erase_ask_in(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t family_id, Instant at, ApprovalRequest *out, bool *is_new, Err *e);
// Whether it was done.
must_use bool erase_is_done(Db *db, int64_t kab, int64_t family_id, bool *out, Err *e);

// Goes over the families that were erased by a program which knew fewer places (actor 0: the program itself), each in a transaction.
must_use bool erase_again(Db *db, int64_t actor_id, Instant at, int64_t *family_n, Err *e);
// Every erased family is erased everywhere, as far as this program knows.
must_use bool erase_check(Db *db, Violations *v, Err *e);
// After a restore: the list of the erased comes with the newest salts, the rest may be older and still hold them. Erases them once more.
must_use bool erase_after_restore(Db *db, Instant at, int64_t *family_n, Err *e);
#endif
