#include "ours.h"
#include "registry/pack.h"
#include "registry/secret.h"
#include "programme/scheme.h"
#include <stdio.h>

static const char *const GIVEN[] = { "Siti", "Nurhayati", "Yusnidar", "Rahmawati", "Fitri", "Dewi", "Andi", "Budi", "Rizki", "Agus", "Putri", "Zainal" };
static const char *const FAMILY_NAMES[] = { "Aminah", "Chaniago", "Sikumbang", "Piliang", "Koto", "Tanjung", "Saputra", "Hidayat", "Lestari", "Marlina" };
static const char *const LEVELS[] = { NULL, "SD", "SMP", "SMA" };
enum { BLOCK_FAMILIES = 4096 };

static const char FAMILY_COLUMNS[] = "kab,id,dtks_code,kk_data,village_id,address,hamlet,rt,rw,channel,account_data,payee_id,companion_id,health_post_id,"
                                     "status,decile_n,entered_on,recorded_at";
static const char FAMILY_TYPES[] = "iitbitttttbiiitiii", PERSON_TYPES[] = "iiibtittttttiiiti";
static const char PERSON_COLUMNS[] = "kab,family_id,id,nik_data,name,born_on,birth_place,sex,mother_name,relation,school_level,school_npsn,pregnancy_n,"
                                     "is_severe_disability,is_rights_victim,outcome,is_gone";

static Str name_of(char *out, size_t size, int64_t n) {
    snprintf(out, size, "%s %s", GIVEN[n % 12], FAMILY_NAMES[n / 12 % 10]);
    return str_c(out);
}
static Str digits(char *out, size_t size, int64_t first, int64_t n) {
    snprintf(out, size, "%06lld%010lld", (long long)first, (long long)n);
    return str_c(out);
}
static void text_or_null(DbBulk *b, Str s) { if (s.n) db_bulk_text(b, s); else db_bulk_null(b); }

#define SEALED_MAX 64
static void put_sealed(DbBulk *b, const FamilySecret *secret, SecretKind kind, int64_t subject_id, Str number, uint8_t out[SEALED_MAX]) {
    if (!number.n) { db_bulk_null(b); return; }
    secret_seal_into(secret, kind, subject_id, number, out);
    db_bulk_bytes(b, (Str){ (const char *)out, number.n + SECRET_EXTRA_BYTES });
}

static bool family_put(DbBulk *b, const BenchFamily *f, const FamilySecret *secret, int64_t first_person_id, Err *e) {
    char code[48], number[48], address[48];
    uint8_t kk[SEALED_MAX], account[SEALED_MAX];
    int64_t kab = bench_kab(f->district);
    bool is_bank = f->channel == CHANNEL_BANK;
    db_bulk_int(b, kab);
    db_bulk_int(b, f->number);
    db_bulk_text(b, digits(code, sizeof code, kab, f->number));
    put_sealed(b, secret, SECRET_KK, SECRET_FAMILY, digits(number, sizeof number, kab * 100 + 1, f->number), kk);
    db_bulk_int(b, kab * 1000000 + 11001 + f->branch % BRANCHES_PER_DISTRICT);
    snprintf(address, sizeof address, "Jl. Simpang No. %lld", (long long)(f->number % 200 + 1));
    db_bulk_text(b, str_c(address));
    db_bulk_null(b);
    db_bulk_text(b, STR("003"));
    db_bulk_text(b, STR("007"));
    db_bulk_text(b, is_bank ? STR("BRI") : STR("POS"));
    put_sealed(b, secret, SECRET_ACCOUNT, SECRET_FAMILY, is_bank ? str_part(digits(number, sizeof number, 900100, f->number), 1, 15) : (Str){ 0 }, account);
    db_bulk_int(b, first_person_id);
    db_bulk_int(b, 1);
    db_bulk_null(b);
    db_bulk_text(b, f->strikes >= 3 ? STR("suspended") : STR("active"));
    db_bulk_int(b, 1 + f->number % 4);
    db_bulk_int(b, population_day().days - 400);
    db_bulk_int(b, (int64_t)population_day().days * 86400000);
    return db_bulk_row(b, e);
}

static bool person_put(DbBulk *b, const BenchFamily *f, const FamilySecret *secret, int m, int64_t person_id, Err *e) {
    uint8_t nik[SEALED_MAX];
    char number[48], name[32];
    const BenchMember *p = &f->members[m];
    int64_t kab = bench_kab(f->district);
    db_bulk_int(b, kab);
    db_bulk_int(b, f->number);
    db_bulk_int(b, person_id);
    put_sealed(b, secret, SECRET_NIK, person_id, digits(number, sizeof number, kab * 100 + 2, person_id), nik);
    db_bulk_text(b, name_of(name, sizeof name, f->first_member_id + m));
    db_bulk_int(b, p->born_on.days);
    db_bulk_text(b, STR("Padang"));
    db_bulk_text(b, p->sex == 'P' ? STR("P") : STR("L"));
    db_bulk_text(b, name_of(name, sizeof name, f->first_member_id + 7));
    db_bulk_text(b, m == 0 ? STR("kepala keluarga") : STR("anggota"));
    text_or_null(b, str_c(LEVELS[p->school_level]));
    text_or_null(b, p->school_level ? STR("99000001") : (Str){ 0 });
    db_bulk_int(b, p->pregnancy_n);
    db_bulk_int(b, p->is_disabled);
    db_bulk_int(b, 0);
    db_bulk_text(b, p->component == NO_COMPONENT ? STR("unknown") : p->is_failed ? STR("not_met") : STR("met"));
    db_bulk_int(b, 0);
    return db_bulk_row(b, e);
}

// A bulk insert fills one table at a time: a block of families, then their persons.
static bool block_put(Db *db, Secrets *s, const BenchFamily *families, int n, int64_t *person_n, Err *e) {
    DbBulk *b;
    int64_t person_id = *person_n;
    if (n == 0) return true;
    if (!secrets_make(s, db, families[0].number, families[n - 1].number, e)) return false;
    if (!db_bulk_open(db, "family", FAMILY_COLUMNS, FAMILY_TYPES, &b, e)) return false;
    bool is_good = true;
    for (int i = 0; is_good && i < n; person_id += families[i].members_n, i++) 
        is_good = family_put(b, &families[i], secret_family(s, families[i].number), person_id + 1, e);
    if (!db_bulk_close(b, NULL, e) || !is_good || !db_bulk_open(db, "person", PERSON_COLUMNS, PERSON_TYPES, &b, e)) return false;
    for (int i = 0; i < n; i++)
        for (int m = 0; is_good && m < families[i].members_n; m++) 
            is_good = person_put(b, &families[i], secret_family(s, families[i].number), m, ++*person_n, e);
    return db_bulk_close(b, NULL, e) && is_good;
}

static bool district_load(Db *db, Population *population, int district, BenchFamily *block, Err *e) {
    int64_t families_n = population_district_n(population, district), person_n = 0;
    Secrets s = { 0 };
    bool is_good = db_begin(db, e) && secrets_begin(&s, db, bench_kab(district), e);
    for (int64_t done = 0; is_good && done < families_n;) {
        int n = 0;
        while (n < BLOCK_FAMILIES && done + n < families_n && population_next(population, &block[n])) n++;
        is_good = block_put(db, &s, block, n, &person_n, e);
        done += n;
    }
    secrets_close(&s);
    return is_good && (families_n == 0 || pack_refresh(db, bench_kab(district), 1, families_n, NULL, e)) && db_commit(db, e);
}

bool ours_load(Db *db, int64_t families_n, Err *e) {
    static BenchFamily block[BLOCK_FAMILIES];
    Population population;
    population_start(&population, families_n);
    for (int d = 1; d <= DISTRICTS_N; d++) if (!district_load(db, &population, d, block, e)) { db_rollback(db); return false; }
    return db_checkpoint(db, e);
}
