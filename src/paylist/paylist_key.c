#include "paylist/paylist_key.h"
#include "paylist_paylist_key.sql.h"

bool paylist_keys_open(PaylistKeys *k, Db *db, int64_t kab, Err *e) {
    bool found;
    (void)kab;
    return claim_key_find(db, &k->claim_key, &found, e);
}

void paylist_keys_close(PaylistKeys *k) { sodium_memzero(k, sizeof *k); }

int64_t paylist_key_claim(const PaylistKeys *k, PaylistKeyKind kind, Str number) {
    (void)kind;
    return number.n ? identity_claim(&k->claim_key, number) : INT64_MIN;
}

bool paylist_keys_find(Db *db, const PaylistKeys *k, int64_t kab, int64_t list_id, Err *e) {
    PaylistKeyNumbersRows rows = { 0 };
    PaylistKeyNumbersRow row;
    bool has_row, is_good = paylist_key_nik(db, (PaylistKeyNikArgs){ .kab = kab, .list_id = list_id }, NULL, e) &&
                            paylist_key_numbers(db, (PaylistKeyNumbersArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = paylist_key_numbers_next(&rows, &row, &has_row, e)) && has_row) {
        PaylistKeyKkArgs kk = { .kab = kab, .list_id = list_id, .family_id = row.id, .claim_id = paylist_key_claim(k, KEY_KK, row.kk) };
        PaylistKeyAccountArgs account = { .kab = kab, .list_id = list_id, .family_id = row.id, .claim_id = paylist_key_claim(k, KEY_ACCOUNT, row.account) };
        is_good = (!row.kk.n || paylist_key_kk(db, kk, NULL, e)) && (!row.account.n || paylist_key_account(db, account, NULL, e));
    }
    paylist_key_numbers_end(&rows);
    return is_good;
}
