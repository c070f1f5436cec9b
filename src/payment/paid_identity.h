// paid_identity.h: one NIK and one account for each family paid in a stage. Two families with the same payee NIK or the same
// account: the later one (higher family id) is held until a person decides. Families are given once, in order; one sort finds
// every clash. Pure.
#ifndef PAYMENT_PAID_IDENTITY_H
#define PAYMENT_PAID_IDENTITY_H
#include "base/arena.h"
#include "base/err.h"

// Names are stored as the reason of a hold (clash_name).
typedef enum { CLASH_NIK, CLASH_ACCOUNT, CLASH_NO_ACCOUNT, CLASH_NO_NIK, CLASH_N } ClashKind;
typedef struct { int64_t family_id, first_family_id; ClashKind kind; } Clash;   // first_family_id: who had it before; 0 when it is missing

typedef struct { uint64_t claim; int64_t family_id; } IdentityClaim;
typedef struct {
    Arena *arena;
    IdentityClaim *claims[2];          // NIK, account
    size_t claim_n[2], claim_max[2];
    Clash *clashes;
    size_t clash_n, clash_max;
} PaidIdentity;

void paid_identity_start(PaidIdentity *p, Arena *a);       // memory: 16 bytes a claim, in `a`
// needs_account: the channel pays to an account. Missing ones are clashes of their own.
void paid_identity_add(PaidIdentity *p, int64_t family_id, Str nik, Str account, bool needs_account);
// Clashes by family id, at most one a family. Lives in the arena.
void paid_identity_end(PaidIdentity *p, const Clash **out, size_t *n);

const char *clash_name(ClashKind kind);                    // "same_nik"
const char *clash_title(ClashKind kind);                   // for people, in this thread's language
#endif
