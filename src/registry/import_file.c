// Files that go out of the registry: refused rows to be mended, and the registry as a DTKS export.
#include "registry/import.h"
#include "base/lang.h"
#include "files/outfile.h"
#include "registry/dtks.h"
#include "registry/import_read.h"
#include "registry/secret.h"
#include "registry_import.sql.h"
#include <errno.h>
#include <fcntl.h>
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
static const Str REASON = STR("alasan");

// A long number gets an apostrophe, or the spreadsheet in which it is mended would round it.
static void put_cell(CsvWriter *csv, Str cell) {
    char memory[24] = "'";
    csv_unwrap(&cell);
    bool is_number = cell.n >= 12 && cell.n < sizeof memory - 1 && str_is_digits(cell);
    if (!is_number) { csv_put(csv, cell); return; }
    memcpy(memory + 1, cell.p, cell.n);
    csv_put(csv, (Str){ memory, cell.n + 1 });
}

static bool is_reason(const CsvHeader *header, size_t i) { return i < header->titles_n && str_eq_nocase(header->titles[i], REASON); }

static bool rejects_header(OutCsv *out, const CsvHeader *header, Err *e) {
    for (size_t i = 0; i < header->titles_n; i++) if (!is_reason(header, i)) csv_put(&out->csv, header->titles[i]);
    csv_put(&out->csv, REASON);
    return csv_end_row(&out->csv, e);
}

typedef struct { ImportErrorsRows rows; ImportErrorsRow row; bool has_row; } Errors;

// A column as the file calls it.
static Str title_of(const CsvHeader *header, Str field) {
    for (int i = 0; i < DTKS_COLUMNS_N; i++)
        if (header->at[i] >= 0 && str_eq(field, dtks_column_name((DtksColumn)i))) return header->titles[header->at[i]];
    return field;
}

// All reasons of one row, the column before each; leaves the first error of a later row.
static bool reasons_read(Errors *errors, const CsvHeader *header, int64_t row_n, Buf *out, Err *e) {
    buf_reset(out);
    while (errors->has_row && errors->row.row_n <= row_n) {
        if (errors->row.row_n == row_n) {
            if (out->n) buf_c(out, " | ");
            buf_str(out, title_of(header, errors->row.field));
            buf_c(out, ": ");
            buf_str(out, errors->row.message);
        }
        if (!import_errors_next(&errors->rows, &errors->row, &errors->has_row, e)) return false;
    }
    return true;
}

// Calls `take` for every refused row of the file with its reasons, of which at most `reasons_max` bytes are kept.
typedef bool RejectTake(void *with, const CsvHeader *header, const CsvRow *row, Str reasons, Err *e);
static bool rejects_each(const ImportOpened *opened, Fills *fills, Errors *errors, size_t reasons_max, RejectTake *take, void *with, Err *e) {
    Buf reasons = { .max = reasons_max };
    bool is_good = true;
    while (is_good) {
        CsvRow row;
        bool has_row = false;
        if (!table_next(opened->reader, &row, &has_row, e)) {
            if (!table_recover(opened->reader)) { is_good = false; break; }
            *e = (Err){ 0 };
            continue;
        }
        if (!has_row) break;
        fills_apply(fills, &opened->header, &row);         // a row that stands alone needs its places
        is_good = reasons_read(errors, &opened->header, row.at.row_n + 1, &reasons, e);
        if (is_good && reasons.n) is_good = take(with, &opened->header, &row, buf_view(&reasons), e);
    }
    buf_free(&reasons);
    return is_good;
}

typedef struct { OutCsv out; int64_t row_n; } RejectsCsv;
static bool reject_to_csv(void *with, const CsvHeader *header, const CsvRow *row, Str reasons, Err *e) {
    RejectsCsv *to = with;
    for (size_t i = 0; i < row->n && i < header->titles_n; i++) if (!is_reason(header, i)) put_cell(&to->out.csv, row->cells[i]);
    csv_put(&to->out.csv, reasons);
    to->row_n++;
    return csv_end_row(&to->out.csv, e);
}

// The file once more, read as it was staged.
static bool file_open_again(Db *db, Arena *a, int64_t kab, int64_t batch_id, int fd, Fills *fills, ImportOpened *out, Err *e) {
    ImportReading reading;
    ImportChoices choices = { 0 };
    bool found;
    if (!import_reading_read(db, a, kab, batch_id, &reading, &found, e)) return false;
    if (found) choices_parse(a, reading.choices, &choices);
    return fills_parse(choices.fills, fills, e) && import_open(fd, a, &choices, &(HeaderMap){ NULL, 0 }, out, e);
}

static bool rejects_write_csv(Db *db, int64_t kab, int64_t batch_id, const char *path, const char *rejects_path, int64_t *row_n, Err *e) {
    ImportOpened opened = { 0 };
    Arena arena = { 0 };
    Errors errors = { .has_row = false };
    RejectsCsv to = { .row_n = 0 };
    Fills *fills = NEW(&arena, Fills, 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) { arena_free(&arena); return fail(e, NOT_FOUND, "The file %s cannot be opened: %s.", path, strerror(errno)); }
    bool is_good = file_open_again(db, &arena, kab, batch_id, fd, fills, &opened, e) &&
                   import_errors(db, (ImportErrorsArgs){ .kab = kab, .batch_id = batch_id }, &errors.rows, e) &&
                   import_errors_next(&errors.rows, &errors.row, &errors.has_row, e);
    if (is_good && out_open(&to.out, rejects_path, (CsvWriteOptions){ .has_mark = true, .is_for_spreadsheet = true }, e))
        is_good = out_close(&to.out, rejects_header(&to.out, &opened.header, e) && rejects_each(&opened, fills, &errors, 1 << 20, reject_to_csv, &to, e), e);
    else is_good = false;
    import_errors_end(&errors.rows);
    table_close(opened.reader);
    close(fd);
    arena_free(&arena);
    if (is_good) *row_n = to.row_n;
    return is_good;
}

// ---- refused rows, for a browser -----------------------------------------------------------------------------------------
// NIK and KK stay text in a workbook, or it would round them again.
static bool rejects_table_open(Arena *a, const CsvHeader *header, TableFormat format, Str title, TableWriter **out, Err *e) {
    TableColumn *columns = NEW(a, TableColumn, TABLE_COLUMNS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < header->titles_n; i++) {
        if (is_reason(header, i)) continue;
        if (n == TABLE_COLUMNS_MAX - 1) return fail(e, LIMIT, "The file has more than %d columns; take the refused rows as CSV from the shell.", TABLE_COLUMNS_MAX - 1);
        bool is_number = header->at[DTKS_NIK] == (int16_t)i || header->at[DTKS_KK] == (int16_t)i || header->at[DTKS_RT] == (int16_t)i || header->at[DTKS_RW] == (int16_t)i;
        columns[n++] = (TableColumn){ arena_fmt(a, "c%zu", i + 1).p, header->titles[i], is_number ? TABLE_ID : TABLE_TEXT };
    }
    columns[n++] = (TableColumn){ "alasan", REASON, TABLE_TEXT };
    TableWriteOptions *options = NEW(a, TableWriteOptions, 1);
    *options = (TableWriteOptions){ .format = format, .title = title, .columns = columns, .column_n = n };
    return table_open(options, out, e);
}

static bool reject_to_table(void *with, const CsvHeader *header, const CsvRow *row, Str reasons, Err *e) {
    TableWriter *w = with;
    for (size_t i = 0; i < header->titles_n; i++) {
        Str cell = i < row->n ? row->cells[i] : STR("");
        csv_unwrap(&cell);
        if (!is_reason(header, i)) table_put(w, cell);
    }
    table_put(w, reasons);
    return table_end_row(w, e);
}

#define CELL_REASONS_MAX (1 << 15)     // a cell of a workbook holds no more

bool import_open_rejects(Db *db, Arena *a, int64_t kab, int64_t batch_id, const char *path, TableFormat format, Str title, TableWriter **out, Err *e) {
    ImportOpened opened = { 0 };
    Errors errors = { .has_row = false };
    TableWriter *w = NULL;
    Fills *fills = NEW(a, Fills, 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, NOT_FOUND, "The file of this import is no longer here. Send it once more; then its refused rows can be taken.");
    bool is_good = file_open_again(db, a, kab, batch_id, fd, fills, &opened, e) &&
                   import_errors(db, (ImportErrorsArgs){ .kab = kab, .batch_id = batch_id }, &errors.rows, e) &&
                   import_errors_next(&errors.rows, &errors.row, &errors.has_row, e) && rejects_table_open(a, &opened.header, format, title, &w, e) &&
                   rejects_each(&opened, fills, &errors, CELL_REASONS_MAX, reject_to_table, w, e);
    import_errors_end(&errors.rows);
    table_close(opened.reader);
    close(fd);
    if (is_good) *out = w; else table_abort(w);
    return is_good;
}

static bool is_workbook_name(const char *path) { return str_ends(str_c(path), STR(".xlsx")) || str_ends(str_c(path), STR(".XLSX")); }

static bool rejects_write_workbook(Db *db, int64_t kab, int64_t batch_id, const char *path, const char *rejects_path, int64_t *row_n, Err *e) {
    Arena a = { 0 };
    TableWriter *w;
    bool is_good = import_open_rejects(db, &a, kab, batch_id, path, TABLE_XLSX, str_c(_("Refused rows to mend")), &w, e);
    int64_t count = is_good ? table_row_n(w) : 0;
    is_good = is_good && table_finish_as(w, rejects_path, e);
    arena_free(&a);
    if (is_good) *row_n = count;
    return is_good;
}

bool import_write_rejects(Db *db, int64_t kab, int64_t batch_id, const char *path, const char *rejects_path, int64_t *row_n, Err *e) {
    return (is_workbook_name(rejects_path) ? rejects_write_workbook : rejects_write_csv)(db, kab, batch_id, path, rejects_path, row_n, e);
}

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
