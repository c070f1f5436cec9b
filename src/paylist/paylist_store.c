#include "paylist/paylist_store.h"
#include "paylist_paylist.sql.h"
#include "registry/dtks.h"
#include <errno.h>
#include <unistd.h>

// ---- rows ------------------------------------------------------------------------------------------------------------------
static void null_or_int(DbBulk *b, int64_t v) { if (v != INT64_MIN) db_bulk_int(b, v); else db_bulk_null(b); }
static void null_or_text(DbBulk *b, Str s) { db_bulk_text(b, s.n ? s : (Str){ 0 }); }

bool staged_rows_write(Db *db, PaylistKeys *keys, int64_t kab, int64_t list_id, const StagedRow *rows, size_t n, Err *e) {
    DbBulk *b;
    if (!db_bulk_open(db, "paylist_row", "kab,list_id,row_n,dtks_code,name,village_id,address,channel,period,note,is_old_period,is_excluded,amount_rp,"
                      "nik_claim_id,kk_claim_id,account_claim_id,dtks_family_id,nik_family_id,kk_family_id,account_family_id,found,agree_n,against_n,"
                      "auto_family_id,decided,family_id", "iiittittttiiiiiiiiiitiiiti", &b, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < n; i++) {
        const PaylistRow *row = &rows[i].row;
        db_bulk_int(b, kab);
        db_bulk_int(b, list_id);
        db_bulk_int(b, rows[i].row_n);
        null_or_text(b, row->code);
        db_bulk_text(b, row->name);
        null_or_int(b, row->village_id ? row->village_id : INT64_MIN);
        null_or_text(b, row->address);
        null_or_text(b, row->channel);
        null_or_text(b, row->period);
        null_or_text(b, row->note);
        db_bulk_int(b, row->is_old_period);
        db_bulk_int(b, row->is_excluded);
        db_bulk_int(b, row->amount.rp);
        int64_t claims[KEY_KINDS] = { paylist_key_claim(keys, KEY_CODE, row->code), paylist_key_claim(keys, KEY_NIK, row->nik),
                                      paylist_key_claim(keys, KEY_KK, row->kk), paylist_key_claim(keys, KEY_ACCOUNT, row->account) };
        PaylistMatch m = paylist_match(keys, claims);
        for (int k = KEY_NIK; k < KEY_KINDS; k++) null_or_int(b, claims[k]);
        for (int k = 0; k < KEY_KINDS; k++) null_or_int(b, m.named[k]);
        db_bulk_text(b, str_c(paylist_found_name(m.found)));
        db_bulk_int(b, m.agree_n);
        db_bulk_int(b, m.against_n);
        null_or_int(b, m.family_id);
        db_bulk_text(b, STR(""));
        null_or_int(b, m.found == FOUND_MATCHED ? m.family_id : INT64_MIN);
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

bool row_findings_write(Db *db, int64_t kab, int64_t list_id, const RowFinding *findings, size_t n, Err *e) {
    for (size_t i = 0; i < n; i++) {
        const CellFinding *f = &findings[i].finding;
        PaylistFindingPutArgs args = { .kab = kab, .list_id = list_id, .row_n = findings[i].row_n, .field = f->field, .code = str_c(f->code),
                                       .level = f->level == FINDING_ERROR ? STR("error") : STR("warning"), .message = f->text };
        if (!paylist_finding_put(db, args, NULL, e)) return false;
    }
    return true;
}

// ---- whom they mean, once more ----------------------------------------------------------------------------------------------
typedef struct { int64_t kab, id; } ListOf;
typedef struct { int64_t row_n; PaylistMatch match; } Rematch;
#define AGAIN_ROWS 10000               // rows held at once
static bool is_same_match(const PaylistMatchRowsRow *row, const PaylistMatch *m) {
    return str_eq(row->found, str_c(paylist_found_name(m->found))) && row->auto_family_id == m->family_id && row->agree_n == m->agree_n && row->against_n == m->against_n;
}

// The rows after `after_n` that mean somebody else now, from at most AGAIN_ROWS; *last_n: how far it came, 0 at the end.
static bool again_part(Db *db, const ListOf *c, PaylistKeys *keys, Rematch *out, size_t *n, int64_t *last_n, Err *e) {
    PaylistMatchRowsRows rows = { 0 };
    PaylistMatchRowsRow row;
    int64_t after_n = *last_n, row_n = 0;
    *n = 0;
    bool has_row, is_good = paylist_match_rows(db, (PaylistMatchRowsArgs){ .kab = c->kab, .list_id = c->id, .after_n = after_n, .limit_n = AGAIN_ROWS }, &rows, e);
    while (is_good && (is_good = paylist_match_rows_next(&rows, &row, &has_row, e)) && has_row) {
        int64_t claims[KEY_KINDS] = { paylist_key_claim(keys, KEY_CODE, row.dtks_code), row.nik_claim_id, row.kk_claim_id, row.account_claim_id };
        PaylistMatch m = paylist_match(keys, claims);
        if (!is_same_match(&row, &m)) out[(*n)++] = (Rematch){ row.row_n, m };
        row_n = row.row_n;
    }
    paylist_match_rows_end(&rows);
    *last_n = row_n;
    return is_good;
}

static bool again_rows(Db *db, const ListOf *c, PaylistKeys *keys, Rematch *changed, int64_t *changed_n, Err *e) {
    int64_t last_n = 0;
    size_t n;
    do {
        if (!again_part(db, c, keys, changed, &n, &last_n, e)) return false;
        for (size_t i = 0; i < n; i++) {
            const PaylistMatch *m = &changed[i].match;
            PaylistMatchSetArgs set = { .kab = c->kab, .list_id = c->id, .row_n = changed[i].row_n, .dtks_family_id = m->named[KEY_CODE], .nik_family_id = m->named[KEY_NIK],
                                        .kk_family_id = m->named[KEY_KK], .account_family_id = m->named[KEY_ACCOUNT], .found = str_c(paylist_found_name(m->found)),
                                        .agree_n = m->agree_n, .against_n = m->against_n, .auto_family_id = m->family_id,
                                        .family_id = m->found == FOUND_MATCHED ? m->family_id : INT64_MIN };
            if (!paylist_match_set(db, set, NULL, e)) return false;
        }
        *changed_n += (int64_t)n;
    } while (last_n > 0);
    return true;
}

bool list_rows_match_again(Db *db, int64_t kab, int64_t list_id, int64_t *changed_n, Err *e) {
    Arena a = { 0 };
    PaylistKeys *keys = NULL;
    *changed_n = 0;
    bool is_good = paylist_keys_open(db, kab, &keys, e) && again_rows(db, &(ListOf){ kab, list_id }, keys, NEW(&a, Rematch, AGAIN_ROWS), changed_n, e);
    paylist_keys_close(keys);
    arena_free(&a);
    return is_good;
}

// ---- a file ------------------------------------------------------------------------------------------------------------------
bool file_hash_of(int fd, Hash *out, int64_t *bytes_n, Err *e) {
    Hasher hasher;
    char part[1 << 16];
    int64_t n = 0;
    hash_start(&hasher);
    for (ssize_t got; (got = pread(fd, part, sizeof part, (off_t)n)) != 0; n += got) {
        if (got < 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
        hash_add(&hasher, part, (size_t)got);
    }
    *out = hash_end(&hasher);
    *bytes_n = n;
    return true;
}

bool paylist_place_load(Db *db, Arena *a, int64_t kab, PaylistPlace *out, Err *e) {
    bool found;
    if (!area_read(db, a, kab, &out->district, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "The areas of district %lld are not in the database: harapan area import DIRECTORY reads them.", (long long)kab);
    return area_list_level(db, a, kab, AREA_KECAMATAN, &out->kecamatan, e) && area_list_level(db, a, kab, AREA_VILLAGE, &out->villages, e);
}

bool paylist_header_accept(const CsvHeader *header, Err *e) {
    static const PaylistColumn KEYS[] = { PAYLIST_CODE, PAYLIST_NIK, PAYLIST_KK, PAYLIST_ACCOUNT };
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) if (header->at[KEYS[i]] >= 0) return true;
    return fail(e, BAD_INPUT, "The file has none of the columns iddtks, nik_ktp, nokk and no_rekening, so that nobody can be found. Is it the Ministry's pay list?");
}

// ---- whose row it is ---------------------------------------------------------------------------------------------------------
bool row_owners_open(Db *db, Arena *a, RowOwners *out, Err *e) {
    *out = (RowOwners){ .last_kab = 0 };
    if (!area_list_districts(db, a, &out->districts, e)) return false;
    out->keys = NEW(a, Str, out->districts.n + 1);
    for (size_t i = 0; i < out->districts.n; i++) out->keys[i] = dtks_place_key(a, out->districts.at[i].name);
    return true;
}

// "PADANG" is one of two: a name that both a kabupaten and a kota have is none, unless it says which.
static int64_t kab_by_name(const RowOwners *o, Arena *a, Str name) {
    Str key = dtks_place_key(a, name);
    int64_t found = 0;
    for (size_t i = 0; i < o->districts.n; i++) {
        if (str_eq_nocase(o->districts.at[i].name, name)) return o->districts.at[i].id;
        if (!str_eq(o->keys[i], key)) continue;
        if (found) return 0;
        found = o->districts.at[i].id;
    }
    return found;
}

int64_t row_owner(RowOwners *o, Arena *a, const CsvHeader *header, const CsvRow *row) {
    Str code = cell_trim(csv_cell(header, row, PAYLIST_AREA)), name = cell_trim(csv_cell(header, row, PAYLIST_DISTRICT));
    int64_t id, kab = 0;
    AreaLevel level;
    csv_unwrap(&code);
    if (code.n && area_code_parse(code, &id, &level)) kab = level == AREA_VILLAGE ? id / 1000000 : level == AREA_KECAMATAN ? id / 100 : level == AREA_DISTRICT ? id : 0;
    if (!kab && name.n) kab = kab_by_name(o, a, name);
    if (kab) o->last_kab = kab;
    return o->last_kab;
}
