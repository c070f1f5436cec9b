// Staging: from the file to import_row and import_finding. What happens then is in import_apply.c.
#include "registry/reseal.h"
#include "registry/import.h"
#include "base/lang.h"
#include "office/audit.h"
#include "registry/column_memory.h"
#include "registry/dtks.h"
#include "registry/import_parse.h"
#include "registry/import_walk.h"
#include "registry/secret.h"
#include "registry_import.sql.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    Db *db;
    const ImportFile *file;
    Progress *progress;
    int64_t bytes_n;                   // of the file
    ImportBatch batch;
    CsvPlace place;                    // up to here everything is committed
    DtksPlaces *places;
    ImportOpened opened;
    Fills fills;
    StageCounts counts;                // of what is committed
    int64_t nik_n, rounded_n;          // NIK so far, and those that end in 0
    Secrets secrets;                   // the file's own salt, under the number -batch.id
    Arena arena, sealed;               // of the whole work; of one block's sealed numbers
} Staging;

// ---- the file's identity ---------------------------------------------------------------------------------------------
static bool file_hash(int fd, Hash *out, int64_t *bytes_n, Err *e) {
    Hasher hasher;
    char part[1 << 16];
    hash_start(&hasher);
    int64_t n = 0;
    for (ssize_t got; (got = pread(fd, part, sizeof part, (off_t)n)) != 0; n += got) {
        if (got < 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
        hash_add(&hasher, part, (size_t)got);
    }
    *out = hash_end(&hasher);
    *bytes_n = n;
    return true;
}

static Str file_name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return str_c(slash ? slash + 1 : path);
}

// The second sheet of a workbook is another file.
static Hash identity_of(const Hash *content, const TableSummary *summary) {
    Hasher h;
    if (!summary->is_workbook || summary->xlsx.hidden_sheet_n + summary->xlsx.other_sheet_n == 0) return *content;
    hash_start(&h);
    hash_add(&h, content, sizeof *content);
    hash_add(&h, summary->xlsx.sheet.p, summary->xlsx.sheet.n);
    return hash_end(&h);
}

static Str header_words(Arena *a, const CsvHeader *header) {
    Buf b = { .max = 1 << 14 };
    for (int i = 0; i < DTKS_COLUMNS_N; i++)
        if (header->at[i] >= 0) buf_fmt(&b, "%.*s=%.*s\n", STR_ARG(dtks_column_name((DtksColumn)i)), STR_ARG(str_part(header->titles[header->at[i]], 0, 100)));
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static bool mapping_remember(Staging *s, Err *e) {
    ColumnsShown shown = { .kab = s->file->kab, .actor_id = s->file->actor_id, .source = s->file->source, .at = s->file->at, .action = "registry.import_mapping" };
    return columns_remember(s->db, &s->arena, &shown, &s->file->choices.map, &s->opened.header, e);
}

// A new batch, in a transaction of its own.
static bool batch_begin(Staging *s, const Hash *content, const Hash *identity, Err *e) {
    ImportBatchLastRow last;
    bool found;
    int64_t kab = s->file->kab;
    TableSummary summary = table_summary(s->opened.reader);
    char separator[2] = { summary.csv.separator, 0 };
    if (!db_begin(s->db, e) || !import_batch_last(s->db, (ImportBatchLastArgs){ .kab = kab }, &last, &found, e)) return false;
    s->batch = (ImportBatch){ .kab = kab, .id = last.last_id + 1 };
    ImportBatchInsertArgs batch = { .kab = kab, .id = s->batch.id, .source = s->file->source,
                                    .file_name = s->file->name.n ? s->file->name : file_name_of(s->file->path),
                                    .file_hash = *identity, .actor_id = s->file->actor_id, .started_at = s->file->at };
    ImportReadingPutArgs reading = {
        .kab = kab, .batch_id = s->batch.id, .content_hash = *content, .choices = choices_text(&s->arena, &s->opened.used), .sheet = summary.xlsx.sheet.n ? summary.xlsx.sheet : STR(""),
        .separator = summary.is_workbook ? STR("") : str_c(separator), .header = header_words(&s->arena, &s->opened.header), .bytes_n = summary.bytes_n,
        .encoding = summary.is_workbook ? STR("") : str_c(csv_encoding_name(summary.csv.encoding)),
    };
    return lookup_is_settled(s->db, e) && import_batch_insert(s->db, batch, NULL, e) && secrets_begin(&s->secrets, s->db, kab, e) &&
           secrets_make(&s->secrets, s->db, -s->batch.id, -s->batch.id, e) && import_reading_put(s->db, reading, NULL, e) && mapping_remember(s, e) && db_commit(s->db, e);
}

static bool batch_empty(Db *db, int64_t kab, int64_t batch_id, Err *e) {
    bool was_there;
    return secrets_destroy(db, kab, -batch_id, &was_there, e) && import_rows_delete(db, (ImportRowsDeleteArgs){ .kab = kab, .batch_id = batch_id }, NULL, e) &&
           import_findings_delete(db, (ImportFindingsDeleteArgs){ .kab = kab, .batch_id = batch_id }, NULL, e) &&
           import_batch_dropped(db, (ImportBatchDroppedArgs){ .kab = kab, .id = batch_id }, NULL, e);
}

static bool batch_resume(Staging *s, const ImportBatchByHashRow *row, const ImportReadingByBatchRow *reading, bool has_reading) {
    s->batch = (ImportBatch){ .kab = s->file->kab, .id = row->id, .row_n = row->row_n, .unwrapped_n = row->unwrapped_n, .separated_n = row->separated_n };
    s->place = (CsvPlace){ row->staged_bytes_n, row->staged_row_n, row->staged_line_n };
    bool is_staged = !str_eq(row->state, STR("staging"));
    s->batch.was_known = is_staged;
    s->batch.was_resumed = !is_staged;
    s->nik_n = row->nik_n;
    s->rounded_n = row->rounded_n;
    if (has_reading) {
        s->counts = (StageCounts){ reading->data_row_n, reading->family_n, reading->part_row_n, reading->part_family_n, reading->last_family_id,
                                   reading->footer_n, row->unwrapped_n, row->separated_n };
        fills_restore(&s->fills, reading->carried);
    }
    return is_staged;
}

// Finds the batch of this content, or begins one. Without choices of its own an interrupted reading goes on with those it began with.
static bool batch_find(Staging *s, int fd, const Hash *content, bool *is_staged, Err *e) {
    ImportBatchByHashRow row;
    ImportReadingByBatchRow reading;
    bool found, has_reading = false;
    int64_t kab = s->file->kab;
    TableSummary summary = table_summary(s->opened.reader);
    Hash identity = identity_of(content, &summary);
    *is_staged = false;
    if (!import_batch_by_hash(s->db, &s->arena, (ImportBatchByHashArgs){ .kab = kab, .file_hash = identity }, &row, &found, e)) return false;
    if (found && !import_reading_by_batch(s->db, &s->arena, (ImportReadingByBatchArgs){ .kab = kab, .batch_id = row.id }, &reading, &has_reading, e)) return false;
    bool is_same = !has_reading || choices_are_empty(&s->file->choices) || str_eq(reading.choices, choices_text(&s->arena, &s->opened.used));
    if (found && (is_same || str_eq(row.state, STR("applied")))) {
        *is_staged = batch_resume(s, &row, &reading, has_reading);
        if (!*is_staged && (!secrets_open(&s->secrets, s->db, kab, e) || !secrets_load(&s->secrets, s->db, -row.id, -row.id, e))) return false;
        if (*is_staged || !has_reading || str_eq(reading.choices, choices_text(&s->arena, &s->opened.used))) return true;
        ImportChoices before;
        choices_parse(&s->arena, reading.choices, &before);
        table_close(s->opened.reader);
        s->opened.reader = NULL;
        return import_open(fd, &s->arena, &before, &(HeaderMap){ NULL, 0 }, &s->opened, e);
    }
    if (found && !(db_begin(s->db, e) && batch_empty(s->db, kab, row.id, e) && db_commit(s->db, e))) return false;
    return batch_begin(s, content, &identity, e);
}

// ---- blocks of rows --------------------------------------------------------------------------------------------------
static Str or_null(Str s) { return s.n ? s : (Str){ 0 }; }
static void put_text(DbBulk *b, Str s) { db_bulk_text(b, or_null(s)); }

static bool rows_write(Staging *s, const RowBlock *block, Err *e) {
    DbBulk *b;
    if (!db_bulk_open(s->db, "import_row",
                      "kab,batch_id,row_n,dtks_code,village_id,address,hamlet,rt,rw,kk_data,nik_data,name,born_on,birth_place,sex,mother_name,relation,decile_n,is_dead",
                      "iiitittttbbtittttii", &b, e)) return false;
    const FamilySecret *secret = secret_family(&s->secrets, -s->batch.id);
    bool is_good = true;
    for (size_t i = 0; is_good && i < block->row_n; i++) {
        const DtksRow *row = &block->rows[i].row;
        db_bulk_int(b, s->batch.kab);
        db_bulk_int(b, s->batch.id);
        db_bulk_int(b, block->rows[i].row_n);
        put_text(b, row->code);
        if (row->village_id) db_bulk_int(b, row->village_id); else db_bulk_null(b);
        put_text(b, row->address);
        put_text(b, row->hamlet);
        put_text(b, row->rt);
        put_text(b, row->rw);
        db_bulk_bytes(b, secret_seal(secret, SECRET_KK, block->rows[i].row_n, row->kk, &s->sealed));
        db_bulk_bytes(b, secret_seal(secret, SECRET_NIK, block->rows[i].row_n, row->nik, &s->sealed));
        put_text(b, row->name);
        if (date_is_known(row->born_on)) db_bulk_int(b, row->born_on.days); else db_bulk_null(b);
        put_text(b, row->birth_place);
        put_text(b, dtks_sex_text(row->sex));
        put_text(b, row->mother_name);
        put_text(b, row->relation);
        if (row->decile) db_bulk_int(b, row->decile); else db_bulk_null(b);
        db_bulk_int(b, row->is_dead);
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

static Str level_text(FindingLevel level) { return level == FINDING_ERROR ? STR("error") : STR("warning"); }

static bool finding_put(Staging *s, int64_t row_n, const DtksFinding *f, Err *e) {
    ImportFindingPutArgs args = { .kab = s->batch.kab, .batch_id = s->batch.id, .row_n = row_n, .field = f->field, .code = str_c(f->code),
                                  .level = level_text(f->level), .message = f->text };
    return import_finding_put(s->db, args, NULL, e);
}

// Findings of a row that was read are told once each (dtks.h) and go in bulk.
static bool findings_write(Staging *s, const RowBlock *block, Err *e) {
    DbBulk *b;
    if (!db_bulk_open(s->db, "import_finding", "kab,batch_id,row_n,field,code,level,message", "iiitttt", &b, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < block->finding_n; i++) {
        const DtksFinding *f = &block->findings[i].finding;
        db_bulk_int(b, s->batch.kab);
        db_bulk_int(b, s->batch.id);
        db_bulk_int(b, block->findings[i].row_n);
        db_bulk_text(b, f->field);
        db_bulk_text(b, str_c(f->code));
        db_bulk_text(b, level_text(f->level));
        db_bulk_text(b, f->text);
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

// One transaction: the rows of a block, and from where to go on.
static bool block_commit(Staging *s, const RowBlock *b, Err *e) {
    const StageCounts *c = &b->counts;
    s->batch.row_n += (int64_t)b->row_n;
    for (size_t i = 0; i < b->row_n; i++) {
        s->nik_n += b->rows[i].row.nik.n > 0;
        s->rounded_n += str_ends(b->rows[i].row.nik, STR("0"));
    }
    arena_reset(&s->sealed);
    ImportBatchProgressArgs args = {
        .kab = s->batch.kab, .id = s->batch.id, .row_n = s->batch.row_n, .staged_bytes_n = b->place.byte, .staged_row_n = b->place.row_n,
        .staged_line_n = b->place.line_n, .unwrapped_n = c->unwrapped_n, .separated_n = c->separated_n,
        .nik_n = s->nik_n, .rounded_n = s->rounded_n,
    };
    ImportReadingProgressArgs reading = { .kab = s->batch.kab, .batch_id = s->batch.id, .carried = b->carried, .data_row_n = c->data_row_n,
                                          .part_row_n = c->part_row_n, .family_n = c->family_n, .part_family_n = c->part_family_n,
                                          .last_family_id = c->last_family, .footer_n = c->footer_n };
    if (!db_begin(s->db, e) || !rows_write(s, b, e) || !findings_write(s, b, e) || !import_batch_progress(s->db, args, NULL, e) ||
        !import_reading_progress(s->db, reading, NULL, e) || !db_commit(s->db, e)) return false;
    s->counts = *c;
    s->batch.unwrapped_n = c->unwrapped_n;
    s->batch.separated_n = c->separated_n;
    progress_report(s->progress, _("Reading the file"), b->place.byte, s->bytes_n);
    return true;
}

static bool rows_stage(Staging *s, TableReader *r, Err *e) {
    const RowBlock *block;
    RowParser *parser;
    RowSourceOptions options = { r, &s->opened.header, s->places, &s->fills,
                                 { .today = date_of_instant(s->file->at, 7 * 60), .is_mending = s->opened.used.is_mending }, s->counts };
    if (!parser_open(&options, &parser, e)) return false;
    bool is_good = true, is_last = false;
    while (is_good && !is_last) {
        is_good = parser_next(parser, &block, e) && block_commit(s, block, e);
        is_last = is_good && block->is_last;
    }
    parser_close(parser);
    return is_good;
}

// ---- the whole file --------------------------------------------------------------------------------------------------
static bool places_load(Staging *s, Err *e) {
    Area district;
    Areas kecamatan, villages;
    bool found;
    AreaImport carried;
    if (!area_read(s->db, &s->arena, s->file->kab, &district, &found, e)) return false;
    if (!found) {                                          // perhaps it is the city that the program carries
        if (!db_begin(s->db, e) || !area_put_padang(s->db, &carried, e) || !db_commit(s->db, e)) { db_rollback(s->db); return false; }
        if (!area_read(s->db, &s->arena, s->file->kab, &district, &found, e)) return false;
    }
    if (!found)
        return fail(e, NOT_FOUND, "The areas of district %lld are not in the database: harapan area import DIRECTORY reads them.",
                    (long long)s->file->kab);
    if (!area_list_level(s->db, &s->arena, s->file->kab, AREA_KECAMATAN, &kecamatan, e) ||
        !area_list_level(s->db, &s->arena, s->file->kab, AREA_VILLAGE, &villages, e)) return false;
    s->places = dtks_places_make(&s->arena, district, kecamatan, villages);
    return true;
}

static bool alarm_raise(Staging *s, const char *code, Str text, Err *e) {
    DtksFinding finding = { FINDING_ERROR, STR("berkas"), code, text };
    return finding_put(s, 0, &finding, e);
}

static bool note_raise(Staging *s, bool is_so, const char *code, Str text, Err *e) {
    DtksFinding finding = { FINDING_WARNING, STR("berkas"), code, text };
    return !is_so || finding_put(s, 0, &finding, e);
}

// Letters of columns: "A, C".
static Str column_letters(Arena *a, uint64_t columns) {
    Buf b = { .max = 512 };
    for (int i = 0; i < 64; i++) {
        if (!(columns >> i & 1)) continue;
        if (b.n) buf_c(&b, ", ");
        if (i >= 26) buf_char(&b, (char)('A' + i / 26 - 1));
        buf_char(&b, (char)('A' + i % 26));
    }
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static bool workbook_notes(Staging *s, const XlsxSummary *x, Err *e) {
    Arena *a = &s->arena;
    return note_raise(s, x->hidden_row_n > 0, "hidden_rows",
                      arena_fmt(a, _("%lld rows are hidden or filtered away in the sheet. They were read like the others."), (long long)x->hidden_row_n), e) &&
           note_raise(s, x->hidden_column_n > 0, "hidden_columns",
                      arena_fmt(a, _("%lld columns are hidden in the sheet. They were read like the others."), (long long)x->hidden_column_n), e) &&
           note_raise(s, x->hidden_sheet_n + x->other_sheet_n > 0, "other_sheets",
                      arena_fmt(a, _("Only the sheet \"%.*s\" was read; %lld other sheets have data, %lld of them hidden."), STR_ARG(x->sheet),
                                (long long)(x->hidden_sheet_n + x->other_sheet_n), (long long)x->hidden_sheet_n), e) &&
           note_raise(s, x->merged_n > 0, "merged_cells",
                      arena_fmt(a, _("The sheet has %lld merged cells; only the first cell of each holds something. Say which places are to be filled down."),
                                (long long)x->merged_n), e) &&
           note_raise(s, x->formula_n > 0, "formula_column",
                      arena_fmt(a, _("%lld cells are formulas (columns %.*s). What they gave when the file was last saved was read; it may be out of date."),
                                (long long)x->formula_n, STR_ARG(column_letters(a, x->formula_columns))), e);
}

// What the reader of this file should know, and what its name says wrongly.
static bool notes_raise(Staging *s, const TableSummary *t, Err *e) {
    Arena *a = &s->arena;
    Str name = s->file->name.n ? s->file->name : file_name_of(s->file->path);
    Str ending = str_part(name, name.n > 5 ? name.n - 5 : 0, 5);
    bool is_named_workbook = str_eq_nocase(ending, STR(".xlsx")) || str_eq_nocase(str_part(ending, 1, 4), STR(".xls"));
    bool is_named_text = str_eq_nocase(str_part(ending, 1, 4), STR(".csv")) || str_eq_nocase(str_part(ending, 1, 4), STR(".txt"));
    Str says_text = arena_fmt(a, _("The file is called \"%.*s\" but is a workbook; it was read as one."), STR_ARG(name));
    Str says_workbook = arena_fmt(a, _("The file is called \"%.*s\" but is plain text; it was read as CSV."), STR_ARG(name));
    return note_raise(s, t->is_workbook && is_named_text, "wrong_name", says_text, e) &&
           note_raise(s, !t->is_workbook && is_named_workbook, "wrong_name", says_workbook, e) &&
           note_raise(s, !t->is_workbook && t->csv.encoding == CSV_WINDOWS_1252, "encoding_1252",
                      str_c(_("The file is in the old encoding Windows-1252. Look at names with accents or apostrophes.")), e) &&
           note_raise(s, s->counts.footer_n > 0, "footer",
                      arena_fmt(a, _("%lld rows below the table (signatures, notes) were left out."), (long long)s->counts.footer_n), e) &&
           (!t->is_workbook || workbook_notes(s, &t->xlsx, e));
}

#define ROUNDED_MIN 50                 // fewer numbers prove nothing
#define ROUNDED_PERCENT 20             // one in ten ends in 0 by chance
static bool alarms_raise(Staging *s, const TableSummary *summary, Err *e) {
    Str full = str_c(_("The file has exactly as many rows as a sheet can hold: the export was probably cut. Export it again as CSV."));
    if (summary->is_full_sheet && !alarm_raise(s, "full_sheet", full, e)) return false;
    if (s->nik_n < ROUNDED_MIN || s->rounded_n * 100 <= s->nik_n * ROUNDED_PERCENT) return true;
    char text[256];
    Buf b = { .p = text, .cap = sizeof text, .max = sizeof text };
    buf_fmt(&b, _("%lld of %lld NIK end in 0: a spreadsheet has probably rounded them. Export the file again, with NIK and KK as text."),
            (long long)s->rounded_n, (long long)s->nik_n);
    return alarm_raise(s, "rounded", buf_view(&b), e);
}

static bool stage_finish(Staging *s, TableSummary summary, Err *e) {
    s->batch.has_counts = db_begin(s->db, e) && alarms_raise(s, &summary, e) && notes_raise(s, &summary, e) &&
                          walk_check(s->db, s->batch.kab, s->batch.id, s->progress, &s->batch.counts, e) &&
                          import_batch_staged(s->db, (ImportBatchStagedArgs){ .kab = s->batch.kab, .id = s->batch.id }, NULL, e) && db_commit(s->db, e);
    return s->batch.has_counts;
}

// A file that cannot be read to its end is dropped, so that its mended successor begins afresh.
static bool stage_drop(Staging *s, Err *e) {
    Err ignored = { 0 };
    db_rollback(s->db);
    if (e->code == BAD_INPUT && db_begin(s->db, &ignored) && batch_empty(s->db, s->batch.kab, s->batch.id, &ignored) && db_commit(s->db, &ignored)) return false;
    db_rollback(s->db);
    return false;
}

// After an interruption reading jumps to where it was.
static bool stage_file(Staging *s, int fd, Err *e) {
    TableReader *again = NULL;
    bool is_good = s->place.byte == 0 || import_reopen(fd, &s->opened, s->place, &again, e);
    TableReader *r = again ? again : s->opened.reader;
    is_good = is_good && rows_stage(s, r, e) && stage_finish(s, table_summary(r), e);
    table_close(again);
    return is_good || stage_drop(s, e);
}

static bool batch_read(Db *db, ImportBatch *batch, Err *e) {
    ImportBatchByIdRow row;
    bool found;
    Arena arena = { 0 };
    bool is_good = import_batch_by_id(db, &arena, (ImportBatchByIdArgs){ .kab = batch->kab, .id = batch->id }, &row, &found, e);
    if (is_good && found) {
        batch->row_n = row.row_n;
        batch->error_n = row.error_n;
        batch->warning_n = row.warning_n;
        batch->is_applied = str_eq(row.state, STR("applied"));
        batch->applied_at = row.applied_at;
    }
    arena_free(&arena);
    return is_good;
}

static bool stage_open(Staging *s, int fd, Err *e) {
    Hash content;
    HeaderMap remembered;
    bool is_staged;
    if (!import_purge(s->db, s->file->kab, e) || !places_load(s, e) || !file_hash(fd, &content, &s->bytes_n, e) || !columns_remembered(s->db, &s->arena, s->file->kab, s->file->source, &remembered, e) ||
        !fills_parse(s->file->choices.fills, &s->fills, e) || !import_open(fd, &s->arena, &s->file->choices, &remembered, &s->opened, e)) return false;
    if (!batch_find(s, fd, &content, &is_staged, e)) { db_rollback(s->db); return false; }
    s->bytes_n = table_summary(s->opened.reader).bytes_n;
    if (!is_staged && !stage_file(s, fd, e)) return false;
    return batch_read(s->db, &s->batch, e) && walk_has_alarm(s->db, s->batch.kab, s->batch.id, &s->batch.has_alarm, e);
}

bool import_stage(Db *db, const ImportFile *file, Progress *progress, ImportBatch *out, Err *e) {
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, NOT_FOUND, "The file %s cannot be opened: %s.", file->path, strerror(errno));
    Staging *s = calloc(1, sizeof *s);
    if (!s) { close(fd); return fail_memory(e); }
    s->db = db;
    s->file = file;
    s->progress = progress;
    bool is_good = stage_open(s, fd, e);
    if (is_good) *out = s->batch;
    table_close(s->opened.reader);
    secrets_close(&s->secrets);
    arena_free(&s->sealed);
    arena_free(&s->arena);
    free(s);
    close(fd);
    return is_good;
}

bool import_list_findings(Db *db, Arena *a, int64_t kab, int64_t batch_id, int64_t limit_n, ImportFinding **out, size_t *n, Err *e) {
    ImportFindingsRows rows = { 0 };
    ImportFindingsRow row;
    ImportFinding *list = NEW(a, ImportFinding, limit_n + 1);
    size_t count = 0;
    bool has_row, is_good = import_findings(db, (ImportFindingsArgs){ .kab = kab, .batch_id = batch_id, .limit_n = limit_n }, &rows, e);
    while (is_good && (is_good = import_findings_next(&rows, &row, &has_row, e)) && has_row)
        list[count++] = (ImportFinding){ row.row_n, arena_str(a, row.field), arena_str(a, row.code), arena_str(a, row.level),
                                         arena_str(a, row.message) };
    import_findings_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = count;
    return true;
}

bool import_drop(Db *db, int64_t kab, int64_t batch_id, int64_t actor_id, Instant at, Err *e) {
    ImportBatchByIdRow row;
    bool found;
    Arena arena = { 0 };
    bool is_good = db_begin(db, e) && import_batch_by_id(db, &arena, (ImportBatchByIdArgs){ .kab = kab, .id = batch_id }, &row, &found, e);
    if (is_good && !found) is_good = fail(e, NOT_FOUND, "There is no import %lld in district %lld.", (long long)batch_id, (long long)kab);
    if (is_good && str_eq(row.state, STR("applied"))) is_good = fail(e, CONFLICT, "Import %lld has been applied; it cannot be dropped.", (long long)batch_id);
    AuditEntry entry = { .kab = kab, .actor_id = actor_id, .action = "registry.import_drop", .subject = arena_fmt(&arena, "import %lld", (long long)batch_id),
                         .at = at, .fields = { AUDIT_COUNT("row_n", is_good ? row.row_n : 0) } };
    is_good = is_good && (str_eq(row.state, STR("dropped")) || (batch_empty(db, kab, batch_id, e) && audit_write(db, &entry, e))) && db_commit(db, e);
    if (!is_good) db_rollback(db);
    arena_free(&arena);
    return is_good;
}
