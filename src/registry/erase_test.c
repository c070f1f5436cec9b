// Erasing: two persons, only who has left, and then nothing of the family opens or is found, on the disk neither; all laws hold.
#include "db/db_test.h"
#include "office/keyring.h"
#include "office/user.h"
#include "registry/claim.h"
#include "registry/erase.h"
#include "registry/life.h"
#include "registry/number.h"
#include "registry/pack.h"
#include "registry/registry_check.h"
#include "registry/search_index.h"
#include "registry/synth_store.h"
#include "registry_secret.sql.h"
#include "office/change.h"

#define KAB 1371
#define FAMILY 7
static const Instant AT = { 1714000000000 };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); assert_int_equal(t->err.code, wanted); } while (0)

static Viewer user_make(DbTest *t, const char *login, Role role, int64_t kab) {
    Viewer v = { .kab = kab, .role = role };
    snprintf(v.login, sizeof v.login, "%s", login);
    good(db_begin(t->db, &t->err));
    good(user_insert(t->db, 0, &(UserNew){ .login = str_c(login), .name = STR("Siti Contoh"), .role = role, .kab = kab }, STR("none"), false, AT, &v.user_id, &t->err));
    good(db_commit(t->db, &t->err));
    return v;
}

typedef struct { const Viewer *signer; ApprovalRequest *request; Hash seen; } Signing;
static bool sign_work(Db *db, void *with, Err *e) {
    Signing *s = with;
    return approval_sign(db, s->signer, &ERASE_APPROVAL, s->request, &s->seen, AT, e);
}

static bool file_has(const char *path, Str bytes) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    Buf b = { .max = BUF_MAX };
    char part[65536];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_bytes(&b, part, n);
    fclose(f);
    bool has = memmem(b.p, b.n, bytes.p, bytes.n) != NULL;
    buf_free(&b);
    return has;
}

static Str salt_of(DbTest *t) {
    FamilySaltsRows rows = { 0 };
    FamilySaltsRow row;
    bool has_row;
    good(family_salts(t->db, (FamilySaltsArgs){ .kab = KAB, .first_id = FAMILY, .last_id = FAMILY }, &rows, &t->err));
    good(family_salts_next(&rows, &row, &has_row, &t->err));
    Str out = has_row ? arena_str(&t->arena, row.salt_data) : (Str){ 0 };
    family_salts_end(&rows);
    return out;
}

static size_t holders_of(DbTest *t, Str kk) {
    ClaimHolder *found;
    size_t n;
    good(claim_find(t->db, &t->arena, SECRET_KK, kk, 0, 9999, &found, &n, &t->err));
    return n;
}

static void erased_is_erased(DbTest *t) {
    SynthReport report;
    LifeResult left;
    Signing s;
    ApprovalRequest request;
    Violations v = { 0 };
    Hash before, after;
    bool is_new, is_done;
    Str kk, out;
    good(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = 300, .at = AT }, NULL, &report, &t->err));
    Viewer operator = user_make(t, "budi", ROLE_OPERATOR, KAB), head = user_make(t, "ani", ROLE_HEAD_DINSOS, KAB), far = user_make(t, "far", ROLE_OPERATOR, 1372);
    good(number_read(t->db, &t->arena, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, &kk, &t->err));
    assert_true(holders_of(t, kk) == 1);
    refused(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err), CONFLICT);           // still paid
    LifeAct act = { .kab = KAB, .family_id = FAMILY, .actor = operator, .on = date_of_instant(AT, 420), .at = AT };
    good(life_leave(t->db, &act, STR("own_will"), &left, &t->err));
    refused(erase_ask(t->db, &t->arena, &far, KAB, FAMILY, AT, &request, &is_new, &t->err), NOT_FOUND);
    good(db_begin(t->db, &t->err) && pack_epoch_close(t->db, KAB, 1, &t->err) && db_commit(t->db, &t->err));           // a closing keeps the packs
    good(pack_part_hash(t->db, KAB, PACK_PAYEE, 1, &before, &t->err));
    good(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err));
    s = (Signing){ &operator, &request, request.seen_hash };
    refused(change_do(t->db, sign_work, &s, &t->err), FORBIDDEN);                                                      // the maker does not sign
    good(number_read(t->db, &t->arena, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, &out, &t->err));
    check_str(out, kk);
    Str salt = salt_of(t);
    s.signer = &head;
    good(change_do(t->db, sign_work, &s, &t->err));
    good(erase_is_done(t->db, KAB, FAMILY, &is_done, &t->err));
    assert_true(is_done && holders_of(t, kk) == 0 && salt_of(t).n == 0);
    good(number_read(t->db, &t->arena, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, &out, &t->err));
    assert_int_equal(out.n, 0);
    good(db_begin(t->db, &t->err));
    refused(number_change(t->db, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, kk, &t->err), CONFLICT);                  // and stays so
    db_rollback(t->db);
    // The closing is as it was, and what it has sealed of the family opens no more.
    good(pack_part_hash(t->db, KAB, PACK_PAYEE, 1, &after, &t->err));
    assert_true(hash_eq(&before, &after));
    Secrets secrets = { 0 };
    Payee p;
    Str bytes;
    bool found;
    good(pack_of_family(t->db, &t->arena, KAB, PACK_PAYEE, 1, FAMILY, &bytes, &found, &t->err));
    good(payee_pack_find(bytes, FAMILY, &p, &found, &t->err));
    good(secrets_open(&secrets, t->db, KAB, &t->err) && secrets_load(&secrets, t->db, FAMILY, FAMILY, &t->err) && payee_open(&secrets, &p, &t->arena, &t->err));
    assert_true(p.is_erased && p.name.n == 0);
    secrets_close(&secrets);
    good(registry_check(t->db, &v, NULL, &t->err) && salts_check(t->db, &v, &t->err) && pack_check(t->db, KAB, NULL, &t->err) && search_check(t->db, &v, NULL, &t->err) &&
         approval_check(t->db, KAB, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    refused(erase_ask(t->db, &t->arena, &operator, KAB, FAMILY, AT, &request, &is_new, &t->err), CONFLICT);            // once
    if (t->engine != DB_SQLITE) return;
    good(db_checkpoint(t->db, &t->err));
    assert_false(file_has(t->url.p, salt));                                                                          // not left in a free corner of a page
}
DB_TEST(erased_is_erased)

static const struct CMUnitTest tests[] = { DB_TESTS(erased_is_erased) };
TEST_MAIN(tests)
