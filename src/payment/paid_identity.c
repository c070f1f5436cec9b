// paid_identity.c: see paid_identity.h. Digits of up to 18 places are compared as exact numbers (with a leading 1, so that
// zeros in front count); anything longer or odd as 63 bits of its hash.
#include "payment/paid_identity.h"
#include "base/hash.h"
#include "base/lang.h"
#include <stdlib.h>

#define EXACT_DIGITS 18
enum { CLAIM_NIK, CLAIM_ACCOUNT };

static const struct { const char *name, *title; } CLASHES[CLASH_N] = {
    [CLASH_NIK] = { "same_nik", N_("Another family's payee has the same NIK") },
    [CLASH_ACCOUNT] = { "same_account", N_("Another family is paid to the same account") },
    [CLASH_NO_ACCOUNT] = { "no_account", N_("There is no account to pay to") },
    [CLASH_NO_NIK] = { "no_nik", N_("The payee has no NIK") },
};
const char *clash_name(ClashKind kind) { return CLASHES[kind].name; }
const char *clash_title(ClashKind kind) { return tr(CLASHES[kind].title); }

void paid_identity_start(PaidIdentity *p, Arena *a) { *p = (PaidIdentity){ .arena = a }; }

static uint64_t claim_of(Str s) {
    uint64_t number = 1;
    if (s.n > EXACT_DIGITS || !str_is_digits(s)) {
        Hash h = hash_of(s.p, s.n);
        memcpy(&number, h.bytes, sizeof number);
        return number | (uint64_t)1 << 63;
    }
    for (size_t i = 0; i < s.n; i++) number = number * 10 + (uint64_t)(s.p[i] - '0');
    return number;
}

static void claim_add(PaidIdentity *p, int kind, int64_t family_id, Str text) {
    if (p->claim_n[kind] == p->claim_max[kind]) {
        size_t more = p->claim_max[kind] ? 2 * p->claim_max[kind] : 1024;
        IdentityClaim *grown = NEW(p->arena, IdentityClaim, more);
        if (p->claim_n[kind]) memcpy(grown, p->claims[kind], p->claim_n[kind] * sizeof *grown);
        p->claims[kind] = grown;
        p->claim_max[kind] = more;
    }
    p->claims[kind][p->claim_n[kind]++] = (IdentityClaim){ claim_of(text), family_id };
}

static void clash_add(PaidIdentity *p, Clash clash) {
    if (p->clash_n == p->clash_max) {
        size_t more = p->clash_max ? 2 * p->clash_max : 64;
        Clash *grown = NEW(p->arena, Clash, more);
        if (p->clash_n) memcpy(grown, p->clashes, p->clash_n * sizeof *grown);
        p->clashes = grown;
        p->clash_max = more;
    }
    p->clashes[p->clash_n++] = clash;
}

void paid_identity_add(PaidIdentity *p, int64_t family_id, Str nik, Str account, bool needs_account) {
    if (nik.n) claim_add(p, CLAIM_NIK, family_id, nik);
    else clash_add(p, (Clash){ family_id, 0, CLASH_NO_NIK });
    if (account.n) claim_add(p, CLAIM_ACCOUNT, family_id, account);
    else if (needs_account) clash_add(p, (Clash){ family_id, 0, CLASH_NO_ACCOUNT });
}

static int claim_order(const void *a, const void *b) {
    const IdentityClaim *x = a, *y = b;
    if (x->claim != y->claim) return x->claim < y->claim ? -1 : 1;
    return (x->family_id > y->family_id) - (x->family_id < y->family_id);
}

static int clash_order(const void *a, const void *b) {
    const Clash *x = a, *y = b;
    if (x->family_id != y->family_id) return x->family_id < y->family_id ? -1 : 1;
    return (int)x->kind - (int)y->kind;
}

void paid_identity_end(PaidIdentity *p, const Clash **out, size_t *n) {
    for (int kind = 0; kind < 2; kind++) {
        IdentityClaim *c = p->claims[kind];
        if (p->claim_n[kind]) qsort(c, p->claim_n[kind], sizeof *c, claim_order);
        for (size_t i = 1, first = 0; i < p->claim_n[kind]; i++) {
            if (c[i].claim != c[first].claim) { first = i; continue; }
            if (c[i].family_id != c[first].family_id)
                clash_add(p, (Clash){ c[i].family_id, c[first].family_id, kind == CLAIM_NIK ? CLASH_NIK : CLASH_ACCOUNT });
        }
    }
    if (p->clash_n) qsort(p->clashes, p->clash_n, sizeof *p->clashes, clash_order);
    size_t kept = 0;
    for (size_t i = 0; i < p->clash_n; i++)
        if (kept == 0 || p->clashes[kept - 1].family_id != p->clashes[i].family_id) p->clashes[kept++] = p->clashes[i];
    p->clash_n = kept;
    *out = p->clashes;
    *n = kept;
}
