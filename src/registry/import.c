// Staging: from the file to import_row and import_finding. What happens then is in import_apply.c.
#include "registry/import.h"
#include "base/lang.h"
#include "registry/dtks.h"
#include "registry/import_walk.h"
#include "registry_import.sql.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_ROWS 2000                // rows a transaction: what a kill can cost, against what a sync costs
#define BLOCK_FINDINGS (4 * BLOCK_ROWS)

typedef struct { int64_t row_n; DtksFinding finding; } RowFinding;
typedef struct { int64_t row_n; DtksRow row; } StagedRow;

typedef struct {
    Db *db;
    const ImportFile *file;
    Progress *progress;
    int64_t bytes_n;                   // of the file
    ImportBatch batch;
    CsvPlace place;                    // up to here everything is committed
    DtksPlaces *places;
    CsvHeader header;
    Arena arena, block;                // of the whole work; of the rows not yet committed
    StagedRow rows[BLOCK_ROWS];
    RowFinding findings[BLOCK_FINDINGS];
    size_t row_n, finding_n;
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

// Finds the batch of this content, or begins one.
static bool batch_find(Staging *s, const Hash *hash, bool *is_staged, Err *e) {
    ImportBatchByHashRow row;
    bool found;
    int64_t kab = s->file->kab;
    if (!import_batch_by_hash(s->db, &s->arena, (ImportBatchByHashArgs){ .kab = kab, .file_hash = *hash }, &row, &found, e)) return false;
    s->batch = (ImportBatch){ .kab = kab };
    *is_staged = false;
    if (found) {
        s->batch = (ImportBatch){ .kab = kab, .id = row.id, .row_n = row.row_n, .unwrapped_n = row.unwrapped_n,
                                  .separated_n = row.separated_n };
        s->place = (CsvPlace){ row.staged_bytes_n, row.staged_row_n, row.staged_line_n };
        *is_staged = !str_eq(row.state, STR("staging"));
        s->batch.was_known = *is_staged;
        s->batch.was_resumed = !*is_staged;
        return true;
    }
    ImportBatchLastRow last;
    if (!db_begin(s->db, e) || !import_batch_last(s->db, (ImportBatchLastArgs){ .kab = kab }, &last, &found, e)) return false;
    s->batch.id = last.last_id + 1;
    ImportBatchInsertArgs args = { .kab = kab, .id = s->batch.id, .source = s->file->source, .file_name = file_name_of(s->file->path),
                                   .file_hash = *hash, .actor_id = s->file->actor_id, .started_at = s->file->at };
    return import_batch_insert(s->db, args, NULL, e) &&
           db_commit(s->db, e);
}

// ---- blocks of rows --------------------------------------------------------------------------------------------------
static Str or_null(Str s) { return s.n ? s : (Str){ 0 }; }
static void put_text(DbBulk *b, Str s) { db_bulk_text(b, or_null(s)); }

static bool rows_write(Staging *s, Err *e) {
    DbBulk *b;
    if (!db_bulk_open(s->db, "import_row",
                      "kab,batch_id,row_n,dtks_code,village_id,address,hamlet,rt,rw,kk,nik,name,born_on,birth_place,sex,mother_name,relation",
                      "iiititttttttitttt", &b, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < s->row_n; i++) {
        const DtksRow *row = &s->rows[i].row;
        db_bulk_int(b, s->batch.kab);
        db_bulk_int(b, s->batch.id);
        db_bulk_int(b, s->rows[i].row_n);
        put_text(b, row->code);
        if (row->village_id) db_bulk_int(b, row->village_id); else db_bulk_null(b);
        put_text(b, row->address);
        put_text(b, row->hamlet);
        put_text(b, row->rt);
        put_text(b, row->rw);
        put_text(b, row->kk);
        put_text(b, row->nik);
        put_text(b, row->name);
        if (date_is_known(row->born_on)) db_bulk_int(b, row->born_on.days); else db_bulk_null(b);
        put_text(b, row->birth_place);
        put_text(b, dtks_sex_text(row->sex));
        put_text(b, row->mother_name);
        put_text(b, row->relation);
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
static bool findings_write(Staging *s, Err *e) {
    DbBulk *b;
    if (!db_bulk_open(s->db, "import_finding", "kab,batch_id,row_n,field,code,level,message", "iiitttt", &b, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < s->finding_n; i++) {
        const DtksFinding *f = &s->findings[i].finding;
        db_bulk_int(b, s->batch.kab);
        db_bulk_int(b, s->batch.id);
        db_bulk_int(b, s->findings[i].row_n);
        db_bulk_text(b, f->field);
        db_bulk_text(b, str_c(f->code));
        db_bulk_text(b, level_text(f->level));
        db_bulk_text(b, f->text);
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

// One transaction: the rows so far, and from where to go on.
static bool block_commit(Staging *s, CsvPlace place, Err *e) {
    s->batch.row_n += (int64_t)s->row_n;
    ImportBatchProgressArgs args = {
        .kab = s->batch.kab, .id = s->batch.id, .row_n = s->batch.row_n, .staged_bytes_n = place.byte, .staged_row_n = place.row_n,
        .staged_line_n = place.line_n, .unwrapped_n = s->batch.unwrapped_n, .separated_n = s->batch.separated_n,
    };
    if (!db_begin(s->db, e) || !rows_write(s, e) || !findings_write(s, e) || !import_batch_progress(s->db, args, NULL, e) ||
        !db_commit(s->db, e)) return false;
    s->row_n = s->finding_n = 0;
    arena_reset(&s->block);
    s->place = place;
    progress_report(s->progress, _("Reading the file"), place.byte, s->bytes_n);
    return true;
}

static void row_take(Staging *s, const CsvRow *row, Date today) {
    StagedRow *staged = &s->rows[s->row_n++];
    DtksFindings findings;
    staged->row_n = row->at.row_n + 1;
    dtks_row_read(s->places, &s->header, row, today, &s->block, &staged->row, &findings);
    s->batch.unwrapped_n += findings.unwrapped_n;
    s->batch.separated_n += findings.separated_n;
    for (size_t i = 0; i < findings.n; i++) s->findings[s->finding_n++] = (RowFinding){ staged->row_n, findings.at[i] };
}

// A row whose bytes cannot be read as cells: told by its number; reading goes on at the next line.
static bool broken_take(Staging *s, CsvReader *r, Err *e) {
    int64_t row_n = csv_summary(r).rows_n + 1;
    Err why = *e;
    if (!csv_recover(r)) return false;
    *e = (Err){ 0 };
    DtksFinding finding = { FINDING_ERROR, STR("baris"), "unreadable", str_c(why.text) };
    return db_begin(s->db, e) && finding_put(s, row_n, &finding, e) && db_commit(s->db, e) && block_commit(s, csv_place(r), e);
}

static bool rows_stage(Staging *s, CsvReader *r, Err *e) {
    Date today = date_of_instant(s->file->at, 7 * 60);
    for (;;) {
        CsvRow row;
        bool has_row = false;
        if (!csv_next(r, &row, &has_row, e)) { if (!broken_take(s, r, e)) return false; }
        else if (!has_row) return block_commit(s, csv_place(r), e);
        else if (!csv_row_is_header(&s->header, &row) && !csv_row_is_total(&row)) row_take(s, &row, today);
        bool is_full = s->row_n == BLOCK_ROWS || s->finding_n + DTKS_FINDINGS_MAX >= BLOCK_FINDINGS;
        if (is_full && !block_commit(s, csv_place(r), e)) return false;
    }
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

// The header is always read from the beginning; then, after an interruption, reading jumps to where it was.
static bool reader_open(Staging *s, int fd, CsvReader **out, Err *e) {
    CsvReader *r;
    if (!csv_open_fd(fd, (CsvOptions){ 0 }, &r, e)) return false;
    if (!csv_header_find(r, &s->arena, DTKS_COLUMNS, DTKS_COLUMNS_N, &s->header, e)) { csv_close(r); return false; }
    if (s->place.byte > 0) {
        CsvSummary summary = csv_summary(r);
        CsvOptions options = { .separator = summary.separator, .encoding = summary.encoding, .from = s->place,
                               .columns_n = csv_columns_n(r) };
        csv_close(r);
        if (!csv_open_fd(fd, options, &r, e)) return false;
    }
    *out = r;
    return true;
}

static bool alarm_raise(Staging *s, const char *code, Str text, Err *e) {
    DtksFinding finding = { FINDING_ERROR, STR("berkas"), code, text };
    return finding_put(s, 0, &finding, e);
}

#define ROUNDED_MIN 50                 // fewer numbers prove nothing
#define ROUNDED_PERCENT 20             // one in ten ends in 0 by chance
static bool alarms_raise(Staging *s, CsvSummary summary, Err *e) {
    ImportNikEndingsRow endings;
    bool found;
    Str full = str_c(_("The file has exactly as many rows as a sheet can hold: the export was probably cut. Export it again as CSV."));
    if (summary.is_full_sheet && !alarm_raise(s, "full_sheet", full, e)) return false;
    if (!import_nik_endings(s->db, (ImportNikEndingsArgs){ .kab = s->batch.kab, .batch_id = s->batch.id }, &endings, &found, e))
        return false;
    if (endings.nik_n < ROUNDED_MIN || endings.rounded_n * 100 <= endings.nik_n * ROUNDED_PERCENT) return true;
    char text[256];
    Buf b = { .p = text, .cap = sizeof text, .max = sizeof text };
    buf_fmt(&b, _("%lld of %lld NIK end in 0: a spreadsheet has probably rounded them. Export the file again, with NIK and KK as text."),
            (long long)endings.rounded_n,
            (long long)endings.nik_n);
    return alarm_raise(s, "rounded", buf_view(&b), e);
}

static bool stage_finish(Staging *s, CsvSummary summary, Err *e) {
    return db_begin(s->db, e) && alarms_raise(s, summary, e) && walk_check(s->db, s->batch.kab, s->batch.id, s->progress, e) &&
           import_batch_staged(s->db, (ImportBatchStagedArgs){ .kab = s->batch.kab, .id = s->batch.id }, NULL, e) && db_commit(s->db, e);
}

// A file that cannot be read to its end is dropped, so that its mended successor begins afresh.
static bool stage_drop(Staging *s, Err *e) {
    Err ignored = { 0 };
    db_rollback(s->db);
    if (e->code == BAD_INPUT && db_begin(s->db, &ignored) &&
        import_batch_dropped(s->db, (ImportBatchDroppedArgs){ .kab = s->batch.kab, .id = s->batch.id }, NULL, &ignored) &&
            db_commit(s->db, &ignored)) return false;
    db_rollback(s->db);
    return false;
}

static bool stage_file(Staging *s, int fd, Err *e) {
    CsvReader *r = NULL;
    bool is_good = reader_open(s, fd, &r, e) && rows_stage(s, r, e) && stage_finish(s, csv_summary(r), e);
    csv_close(r);
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
    Hash hash;
    bool is_staged;
    if (!places_load(s, e) || !file_hash(fd, &hash, &s->bytes_n, e)) return false;
    if (!batch_find(s, &hash, &is_staged, e)) { db_rollback(s->db); return false; }
    if (!is_staged && !stage_file(s, fd, e)) return false;
    return batch_read(s->db, &s->batch, e) && walk_has_alarm(s->db, s->batch.kab, s->batch.id, &s->batch.has_alarm, e);
}

bool import_stage(Db *db, const ImportFile *file, Progress *progress, ImportBatch *out, Err *e) {
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, NOT_FOUND, "The file %s cannot be opened: %s.", file->path, strerror(errno));
    Staging *s = calloc(1, sizeof *s);
    if (!s) { close(fd); return fail(e, LIMIT, "There is not enough memory."); }
    s->db = db;
    s->file = file;
    s->progress = progress;
    bool is_good = stage_open(s, fd, e);
    if (is_good) *out = s->batch;
    arena_free(&s->arena);
    arena_free(&s->block);
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
