// paylist_sample.h: a pay list of an invented district as the Ministry would send it, with known differences from our closing, for
// tests and the demo. Nobody in it exists. What differs is told by the family's number, so that a test knows what must be found.
#ifndef PAYMENT_PAYLIST_SAMPLE_H
#define PAYMENT_PAYLIST_SAMPLE_H
#include "files/table_write.h"
#include "payment/paylist_compare.h"
#include "registry/synth.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct { uint64_t seed; int64_t kab, family_n; Str stage; const char *period; int64_t wave_n; } PaylistSample;
typedef struct {
    int64_t kind[COMPARE_N];               // families (rows for TRAY)
    int64_t row_n, stranger_n, contradiction_n, twice_n, other_channel_n, against_n, less_n, months_n;
    int64_t by_key[4];                     // rows that only NIK, KK, account can match; [0]: with iddtks
    Rupiah total;
} PaylistExpected;

typedef struct {
    const PaylistSample *sample;
    TableWriter *w;
    int64_t *amount;                       // [family_n + 1] of our closing
    bool *is_bank;                         // [family_n + 1]
    PaylistExpected expected;
    int64_t no;
} SampleWork;

static bool sample_due(void *with, const Due *due, Err *e) {
    SampleWork *x = with;
    (void)e;
    if (due->family_id <= x->sample->family_n) {
        x->amount[due->family_id] = due->own.rp;
        x->is_bank[due->family_id] = !str_eq(due->own_channel, STR("POS"));
    }
    return true;
}

static const TableColumn SAMPLE_COLUMNS[] = {
    { "no", { "no", 2 }, TABLE_COUNT }, { "iddtks", { "iddtks", 6 }, TABLE_TEXT }, { "nokk", { "nokk", 4 }, TABLE_ID }, { "nik_ktp", { "nik_ktp", 7 }, TABLE_ID },
    { "nama_penerima", { "nama_penerima", 13 }, TABLE_TEXT }, { "nama_kab", { "nama_kab", 8 }, TABLE_TEXT }, { "kode_wilayah", { "kode_wilayah", 12 }, TABLE_ID },
    { "tahap", { "tahap", 5 }, TABLE_TEXT }, { "bansos", { "bansos", 6 }, TABLE_TEXT }, { "bank", { "bank", 4 }, TABLE_TEXT }, { "no_rekening", { "no_rekening", 11 }, TABLE_ID },
    { "alamat", { "alamat", 6 }, TABLE_TEXT }, { "gelombang", { "gelombang", 9 }, TABLE_TEXT }, { "nominal", { "nominal", 7 }, TABLE_RUPIAH }, { "keterangan", { "keterangan", 10 }, TABLE_TEXT } };

typedef struct { Str code, kk, nik, name, account, address; int64_t village_id, amount; const char *period, *note; bool is_bank; } SampleRow;

static bool sample_put(SampleWork *x, const SampleRow *row, Err *e) {
    char village[16], wave[16];
    snprintf(village, sizeof village, "%lld", (long long)row->village_id);
    snprintf(wave, sizeof wave, "%lld", (long long)x->sample->wave_n);
    table_put_n(x->w, ++x->no);
    table_put(x->w, row->code);
    table_put(x->w, row->kk);
    table_put(x->w, row->nik);
    table_put(x->w, row->name);
    table_put(x->w, STR("KOTA PADANG"));
    table_put(x->w, str_c(village));
    table_put(x->w, str_c(row->period));
    table_put(x->w, STR("PKH"));
    table_put(x->w, row->is_bank ? STR("BANK BRI") : STR("PT. POS INDONESIA"));
    table_put(x->w, row->account);
    table_put(x->w, row->address);
    table_put(x->w, str_c(wave));
    table_put_rupiah(x->w, (Rupiah){ row->amount });
    table_put(x->w, str_c(row->note));
    x->expected.row_n++;
    x->expected.total.rp += row->amount;
    return table_end_row(x->w, e);
}

static int sample_pupils(const SynthFamily *f, SchoolLevel level) {
    int n = 0;
    for (size_t i = 0; i < f->person_n; i++) n += f->persons[i].facts.school_level == level;
    return n;
}

static SampleRow sample_row_of(const SampleWork *x, const SynthFamily *f) {
    SampleRow row = { .code = str_c(f->dtks_code), .kk = str_c(f->kk), .account = str_c(f->account), .address = f->address, .village_id = f->village_id,
                      .amount = x->amount[f->id], .period = x->sample->period, .note = "", .is_bank = x->is_bank[f->id] };
    for (size_t i = 0; i < f->person_n; i++)
        if (f->persons[i].id == f->payee_id) { row.nik = str_c(f->persons[i].nik); row.name = f->persons[i].name; }
    return row;
}

// What differs, and what a comparison must therefore say of the family. `next`: another family, from whom numbers are borrowed.
static bool sample_family(SampleWork *x, const SynthFamily *f, const SynthFamily *next, Err *e) {
    PaylistExpected *w = &x->expected;
    SampleRow row = sample_row_of(x, f), other = sample_row_of(x, next);
    CompareKind kind = COMPARE_SAME;
    int64_t months = row.is_bank ? 2 : 3, one_sd = 75000 * months;
    int by = 0;
    switch (f->id % 100) {
    case 1: row.code = STR(""); by = 1; break;
    case 2: row.code = row.nik = STR(""); by = 2; break;
    case 3: if (f->account[0]) { row.code = row.nik = row.kk = STR(""); by = 3; } break;
    case 4: row.kk = other.kk; w->against_n++; break;
    case 7: w->kind[COMPARE_OURS]++; return true;
    case 13: row.amount = 0; row.note = "EXCLUDE - pekerjaan"; kind = COMPARE_ZERO; break;
    case 14: row.amount = 0; kind = COMPARE_ZERO; break;
    case 21: row.period = "TAHAP 1 2023"; kind = COMPARE_OLD; break;
    case 33: if (sample_pupils(f, SCHOOL_SD) && row.amount > one_sd) { row.amount -= one_sd; w->less_n++; kind = COMPARE_AMOUNT; } break;
    case 44: row.amount += 250000; kind = COMPARE_AMOUNT; break;
    case 55: if (!row.is_bank && row.amount % 3 == 0) { row.amount = row.amount / 3 * 2; w->months_n++; kind = COMPARE_AMOUNT; } break;
    case 66: row.is_bank = !row.is_bank; w->other_channel_n++; break;
    case 77: row.nik = other.nik; row.kk = row.account = STR(""); w->contradiction_n++; w->kind[COMPARE_TRAY]++; w->kind[COMPARE_OURS]++; return sample_put(x, &row, e);
    default: break;
    }
    w->by_key[by]++;
    w->kind[kind]++;
    if (f->id % 1000 == 88) {
        w->twice_n++;
        w->kind[COMPARE_TRAY]++;
        if (!sample_put(x, &row, e)) return false;
    }
    return sample_put(x, &row, e);
}

static bool sample_strangers(SampleWork *x, Err *e) {
    for (int64_t i = 1; i <= 5 + x->sample->family_n / 1000; i++) {
        char code[32], kk[40], nik[40];
        snprintf(code, sizeof code, "S9%07lld", (long long)i);
        snprintf(nik, sizeof nik, "1371014101908%03lld", (long long)i);
        snprintf(kk, sizeof kk, "1371010101208%03lld", (long long)i);
        SampleRow row = { .code = str_c(code), .kk = str_c(kk), .nik = str_c(nik), .name = STR("SITI REKAAN"), .address = STR("JL. CONTOH"), .village_id = 1371011001,
                          .amount = 750000, .period = x->sample->period, .note = "" };
        x->expected.stranger_n++;
        x->expected.kind[COMPARE_TRAY]++;
        if (!sample_put(x, &row, e)) return false;
    }
    return true;
}

static bool sample_rows(SampleWork *x, SynthDistrict *d, SynthFamily pair[2], Err *e) {
    bool has_next = synth_family_next(d, &pair[0]);
    for (int at = 0; has_next; at = !at) {
        has_next = synth_family_next(d, &pair[!at]);
        if (!sample_family(x, &pair[at], has_next ? &pair[!at] : &pair[at], e)) return false;
    }
    return sample_strangers(x, e);
}

static bool sample_copy(int fd, const char *path, Err *e) {
    FILE *to = fopen(path, "wb");
    char part[1 << 16];
    bool is_good = to != NULL;
    for (ssize_t n; is_good && (n = read(fd, part, sizeof part)) > 0;) is_good = fwrite(part, 1, (size_t)n, to) == (size_t)n;
    if (to && fclose(to)) is_good = false;
    close(fd);
    return is_good || fail(e, IO_FAILED, "%s cannot be written.", path);
}

// The list of the families that synth_store made with the same seed, by the amounts of their closing.
static inline bool paylist_sample_write(Db *db, const PaylistSample *sample, TableFormat format, const char *path, PaylistExpected *out, Err *e) {
    Arena a = { 0 };
    Areas villages;
    SampleWork x = { .sample = sample, .amount = NEW(&a, int64_t, sample->family_n + 1), .is_bank = NEW(&a, bool, sample->family_n + 1) };
    TableWriteOptions options = { .format = format, .title = STR("DATA PENYALURAN PKH"), .columns = SAMPLE_COLUMNS, .column_n = sizeof SAMPLE_COLUMNS / sizeof *SAMPLE_COLUMNS };
    int fd;
    options.notes[0] = STR("DATA CONTOH, BUKAN ORANG SUNGGUHAN");
    if (!area_list_level(db, &a, sample->kab, AREA_VILLAGE, &villages, e) || !due_each(db, sample->kab, sample->stage, 1, INT64_MAX - 1, sample_due, &x, e) ||
        !table_open(&options, &x.w, e)) { arena_free(&a); return false; }
    SynthVillage *list = NEW(&a, SynthVillage, villages.n);
    for (size_t i = 0; i < villages.n; i++) list[i] = (SynthVillage){ villages.at[i].id, synth_village_weight(villages.at[i].id) };
    SynthPlan plan = { .seed = sample->seed, .kab = sample->kab, .family_n = sample->family_n, .name = STR("Padang"), .villages = list, .village_n = villages.n };
    bool is_good = sample_rows(&x, synth_district(&a, &plan), NEW(&a, SynthFamily, 2), e);
    if (is_good) is_good = table_finish(x.w, &fd, e) && sample_copy(fd, path, e);
    else table_abort(x.w);
    arena_free(&a);
    if (is_good) *out = x.expected;
    return is_good;
}
#endif
