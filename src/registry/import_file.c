// Files that go out of the registry: refused rows to be mended, and the registry as a DTKS export.
#include "registry/import.h"
#include "files/outfile.h"
#include "registry/dtks.h"
#include "registry/import_read.h"
#include "registry/rejects.h"
#include "registry/secret.h"
#include "registry_import.sql.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

// ---- a CSV file that is whole or not there --------------------------------------------------------------------------
typedef struct { OutFile *file; Buf buf; CsvWriter csv; } OutCsv;

static bool out_open(OutCsv *out, const char *path, CsvWriteOptions options, Err *e) {
    *out = (OutCsv){ .buf = { .max = BUF_MAX } };
    if (!outfile_open(path, &out->file, e)) return false;
    out->csv = csv_writer(&out->buf, outfile_sink(out->file), options);
    return true;
}

static bool out_close(OutCsv *out, bool is_good, Err *e) {
    FileProof proof;
    is_good = is_good && csv_end(&out->csv, e);
    buf_free(&out->buf);
    if (is_good) return outfile_finish(out->file, &proof, e);
    outfile_abort(out->file);
    return false;
}

// ---- refused rows ----------------------------------------------------------------------------------------------------
typedef struct { ImportErrorsRows errors; ImportOpened opened; Fills fills; Rejects rejects; int fd; Arena arena; } Refused;

static bool error_next(void *with, RejectError *out, bool *has_row, Err *e) {
    ImportErrorsRow row;
    if (!import_errors_next(&((Refused *)with)->errors, &row, has_row, e)) return false;
    if (*has_row) *out = (RejectError){ row.row_n, row.field, row.message };
    return true;
}

// A row that stands alone needs its places.
static void row_prepare(void *with, CsvRow *row) { fills_apply(&((Refused *)with)->fills, &((Refused *)with)->opened.header, row); }

// The file once more, read as it was staged.
static bool refused_open(Refused *x, Db *db, int64_t kab, int64_t batch_id, const char *path, Err *e) {
    ImportReading reading;
    ImportChoices choices = { 0 };
    bool found;
    x->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (x->fd < 0) return fail(e, NOT_FOUND, "The file of this import is no longer here. Send it once more; then its refused rows can be taken.");
    if (!import_reading_read(db, &x->arena, kab, batch_id, &reading, &found, e)) return false;
    if (found) choices_parse(&x->arena, reading.choices, &choices);
    if (!fills_parse(choices.fills, &x->fills, e) || !import_open(x->fd, &x->arena, &choices, &(HeaderMap){ NULL, 0 }, &x->opened, e)) return false;
    x->rejects = (Rejects){ .reader = x->opened.reader, .header = &x->opened.header, .columns = DTKS_COLUMNS, .reason_title = STR("alasan"),
                            .number_columns = 1u << DTKS_NIK | 1u << DTKS_KK | 1u << DTKS_RT | 1u << DTKS_RW, .row_prepare = row_prepare, .error_next = error_next, .with = x };
    return import_errors(db, (ImportErrorsArgs){ .kab = kab, .batch_id = batch_id }, &x->errors, e);
}

static void refused_close(Refused *x) {
    if (!x) return;
    import_errors_end(&x->errors);
    table_close(x->opened.reader);
    if (x->fd >= 0) close(x->fd);
    arena_free(&x->arena);
    free(x);
}

bool import_write_rejects(Db *db, int64_t kab, int64_t batch_id, const char *path, const char *rejects_path, int64_t *row_n, Err *e) {
    Refused *x = calloc(1, sizeof *x);
    if (!x) return fail_memory(e);
    bool is_good = refused_open(x, db, kab, batch_id, path, e) && rejects_write(&x->rejects, rejects_path, row_n, e);
    refused_close(x);
    return is_good;
}

bool import_open_rejects(Db *db, Arena *a, int64_t kab, int64_t batch_id, const char *path, TableFormat format, Str title, TableWriter **out, Err *e) {
    Refused *x = calloc(1, sizeof *x);
    if (!x) return fail_memory(e);
    bool is_good = refused_open(x, db, kab, batch_id, path, e) && rejects_open_table(&x->rejects, a, format, title, out, e);
    refused_close(x);
    return is_good;
}

static bool is_workbook_name(const char *path) { return str_ends(str_c(path), STR(".xlsx")) || str_ends(str_c(path), STR(".XLSX")); }

// ---- the registry as an export ---------------------------------------------------------------------------------------
typedef struct { Area at[4]; size_t n; int64_t id; } Chain;    // village, kecamatan, district, province of the row before

static Str chain_name(const Chain *chain, size_t level) { return level < chain->n ? chain->at[level].name : (Str){ 0 }; }

// One of the two.
typedef struct { OutCsv csv; TableWriter *table; } Export;
typedef struct { TableColumn columns[DTKS_COLUMNS_N]; TableWriteOptions options; } ExportSheet;

static TableKind export_kind(DtksColumn column) {
    static const DtksColumn NUMBERS[] = { DTKS_CODE, DTKS_KK, DTKS_NIK, DTKS_RT, DTKS_RW };      // digits that a spreadsheet must not count
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) if (column == NUMBERS[i]) return TABLE_ID;
    return column == DTKS_BORN_ON ? TABLE_DATE : TABLE_TEXT;
}

static bool export_open(const char *path, ExportSheet *sheet, Export *out, Err *e) {
    *out = (Export){ .table = NULL };
    if (!is_workbook_name(path)) {
        if (!out_open(&out->csv, path, (CsvWriteOptions){ .separator = '|', .is_for_spreadsheet = true }, e)) return false;
        for (int i = 0; i < DTKS_DECILE; i++) csv_put(&out->csv.csv, dtks_column_name((DtksColumn)i));
        if (csv_end_row(&out->csv.csv, e)) return true;
        return out_close(&out->csv, false, e);
    }
    for (int i = 0; i < DTKS_DECILE; i++) {
        Str name = dtks_column_name((DtksColumn)i);
        sheet->columns[i] = (TableColumn){ "", name, export_kind((DtksColumn)i) };
    }
    sheet->options = (TableWriteOptions){ .format = TABLE_XLSX, .title = STR("DTKS"), .columns = sheet->columns, .column_n = DTKS_DECILE };
    return table_open(&sheet->options, &out->table, e);
}

static bool export_close(Export *out, const char *path, bool is_good, Err *e) {
    if (!out->table) return out_close(&out->csv, is_good, e);
    if (is_good) return table_finish_as(out->table, path, e);
    table_abort(out->table);
    return false;
}

static bool export_row(Export *out, const Chain *chain, const ImportExportRow *row, Str kk, Str nik, Err *e) {
    char born[16];
    Buf born_on = { .p = born, .cap = sizeof born, .max = sizeof born };
    date_put_iso(&born_on, row->born_on);
    const Str cells[DTKS_COLUMNS_N] = {
        [DTKS_CODE] = row->dtks_code, [DTKS_PROVINCE] = chain_name(chain, 3), [DTKS_DISTRICT] = chain_name(chain, 2),
            [DTKS_KECAMATAN] = chain_name(chain, 1),
        [DTKS_VILLAGE] = chain_name(chain, 0), [DTKS_ADDRESS] = row->address, [DTKS_HAMLET] = row->hamlet, [DTKS_RT] = row->rt,
            [DTKS_RW] = row->rw,
        [DTKS_KK] = kk, [DTKS_NIK] = nik, [DTKS_NAME] = row->name, [DTKS_BORN_ON] = buf_view(&born_on),
            [DTKS_BIRTH_PLACE] = row->birth_place,
        [DTKS_SEX] = row->sex, [DTKS_MOTHER] = row->mother_name, [DTKS_RELATION] = row->relation,
    };
    for (int i = 0; i < DTKS_DECILE; i++) {
        if (!out->table) csv_put(&out->csv.csv, cells[i]);
        else if (i == DTKS_BORN_ON) table_put_date(out->table, row->born_on);
        else table_put(out->table, cells[i]);
    }
    return out->table ? table_end_row(out->table, e) : csv_end_row(&out->csv.csv, e);
}

#define EXPORT_FAMILIES 1000           // one query's worth
static bool export_families(Db *db, Secrets *s, Sight sight, int64_t first_id, Export *out, Chain *chain, Arena *a, int64_t *row_n, Err *e) {
    Arena opened = { 0 };
    ImportExportRows rows = { 0 };
    ImportExportRow row;
    ImportExportArgs args = { .kab = s->kab, .first_id = first_id, .last_id = first_id + EXPORT_FAMILIES - 1, SEE(sight) };
    bool has_row, is_good = secrets_load(s, db, args.first_id, args.last_id, e) && import_export(db, args, &rows, e);
    while (is_good && (is_good = import_export_next(&rows, &row, &has_row, e)) && has_row) {
        if (chain->id != row.village_id) is_good = area_chain(db, a, chain->id = row.village_id, chain->at, &chain->n, e);
        const FamilySecret *f = secret_family(s, row.id);
        Str kk = { 0 }, nik = { 0 };
        is_good = is_good && secret_open(f, SECRET_KK, SECRET_FAMILY, row.kk_data, &opened, &kk, e) &&
                  secret_open(f, SECRET_NIK, row.person_id, row.nik_data, &opened, &nik, e) && export_row(out, chain, &row, kk, nik, e);
        arena_reset(&opened);
        ++*row_n;
    }
    import_export_end(&rows);
    arena_free(&opened);
    return is_good;
}

static bool export_all(Db *db, int64_t kab, Sight sight, Export *out, int64_t *row_n, Err *e) {
    ImportFamilyLastRow last;
    bool found;
    Arena arena = { 0 };
    Chain chain = { .n = 0 };
    bool is_good = import_family_last(db, (ImportFamilyLastArgs){ .kab = kab }, &last, &found, e);
    Secrets secrets = { 0 };
    is_good = is_good && (last.last_id == 0 || secrets_open(&secrets, db, kab, e));
    for (int64_t id = 1; is_good && id <= last.last_id; id += EXPORT_FAMILIES)
        is_good = export_families(db, &secrets, sight, id, out, &chain, &arena, row_n, e);
    secrets_close(&secrets);
    arena_free(&arena);
    return is_good;
}

bool import_write_export(Db *db, int64_t kab, Sight sight, const char *path, int64_t *row_n, Err *e) {
    Export out;
    ExportSheet sheet;
    int64_t count = 0;
    if (!export_open(path, &sheet, &out, e)) return false;
    bool is_good = db_begin_read(db, e) && export_all(db, kab, sight, &out, &count, e);
    db_rollback(db);
    if (!export_close(&out, path, is_good, e)) return false;
    *row_n = count;
    return true;
}
