#include "registry/import_list.h"
#include "base/lang.h"
#include "registry/import_read.h"
#include "registry_import.sql.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

// ---- a file before it is read ------------------------------------------------------------------------------------------------
static void titles_fill(Arena *a, const CsvHeader *header, ImportLook *out) {
    Titles titles = titles_of(a, header, out->column);
    out->titles = titles.at;
    out->title_n = titles.n;
}

static bool places_read(Db *db, Arena *a, int64_t kab, DtksPlaces **places, Areas *villages, Err *e) {
    Area district;
    Areas kecamatan;
    bool found;
    if (!area_read(db, a, kab, &district, &found, e)) return false;
    if (!found) district = (Area){ .id = kab };
    if (!area_list_level(db, a, kab, AREA_KECAMATAN, &kecamatan, e) || !area_list_level(db, a, kab, AREA_VILLAGE, villages, e)) return false;
    *places = dtks_places_make(a, district, kecamatan, *villages);
    return true;
}

static Str village_name(const Areas *villages, int64_t id) {
    for (size_t i = 0; i < villages->n; i++) if (villages->at[i].id == id) return villages->at[i].name;
    return (Str){ 0 };
}

// The first rows as they will be understood. What cannot be read here is told when the file is staged.
static void rows_look(Arena *a, const ImportFile *file, ImportOpened *opened, const DtksPlaces *places, const Areas *villages, Fills *fills, ImportLook *out) {
    DtksHow how = { .today = date_of_instant(file->at, 7 * 60), .is_mending = file->choices.is_mending };
    Err ignored = { 0 };
    CsvRow row;
    bool has_row = true;
    while (out->row_n < LOOK_ROWS && table_next(opened->reader, &row, &has_row, &ignored) && has_row) {
        if (csv_row_is_header(&opened->header, &row) || csv_row_is_total(&row) || dtks_row_is_footer(&opened->header, &row, false)) continue;
        LookRow *look = &out->rows[out->row_n++];
        *look = (LookRow){ .row_n = row.at.row_n + 1, .findings = NEW(a, DtksFindings, 1) };
        fills_apply(fills, &opened->header, &row);
        dtks_row_read(places, &opened->header, &row, how, a, &look->row, look->findings);
        look->village = village_name(villages, look->row.village_id);
    }
}

static size_t required_n(void) {
    size_t n = 0;
    for (int i = 0; i < DTKS_COLUMNS_N; i++) n += DTKS_COLUMNS[i].is_required;
    return n;
}

// Without a header that is found: the titles that are there, for choosing from. A first row too short to name what is needed is none.
static void titles_guess(int fd, Arena *a, const ImportChoices *c, ImportLook *out) {
    TableReader *r;
    CsvHeader header;
    bool found;
    Err ignored = { 0 };
    if (!table_open_fd(fd, (TableOptions){ .sheet = c->sheet, .separator = c->separator, .encoding = c->encoding }, &r, &ignored)) return;
    bool has_titles = table_header_guess(r, a, DTKS_COLUMNS, DTKS_COLUMNS_N, &header, &found, &ignored) && (found || header.titles_n >= required_n());
    if (has_titles) titles_fill(a, &header, out);
    TableSummary s = table_summary(r);
    out->separator = s.csv.separator;
    out->encoding = s.csv.encoding;
    table_close(r);
}

// What cannot be opened at all, whatever one chooses, needs another file; so does a workbook whose only sheet has no titles.
static LookNext next_of(const ImportLook *look, bool is_table) {
    if (!is_table) return LOOK_OTHER_FILE;
    if (look->title_n > 0) return LOOK_COLUMNS;
    return look->sheet_n == 1 ? LOOK_OTHER_FILE : LOOK_HOW;
}

static bool look_open(Db *db, Arena *a, int fd, const ImportFile *file, ImportLook *out, Err *e) {
    ImportOpened opened;
    HeaderMap remembered;
    DtksPlaces *places;
    Areas villages;
    Err trouble = { 0 };
    Fills *fills = NEW(a, Fills, 1);
    if (!columns_remembered(db, a, file->kab, file->source, &remembered, e) || !places_read(db, a, file->kab, &places, &villages, e)) return false;
    bool is_table = table_sheets_fd(fd, a, &out->sheets, &out->sheet_n, &trouble);
    if (!is_table || !fills_parse(file->choices.fills, fills, &trouble) || !import_open(fd, a, &file->choices, &remembered, &opened, &trouble)) {
        out->trouble = arena_str(a, str_c(trouble.text));
        if (is_table) titles_guess(fd, a, &file->choices, out);
        out->next = next_of(out, is_table);
        return true;
    }
    TableSummary s = table_summary(opened.reader);
    titles_fill(a, &opened.header, out);
    out->separator = s.csv.separator;
    out->encoding = s.csv.encoding;
    out->sheet = arena_str(a, s.xlsx.sheet);
    rows_look(a, file, &opened, places, &villages, fills, out);
    table_close(opened.reader);
    return true;
}

bool import_look(Db *db, Arena *a, const ImportFile *file, ImportLook *out, Err *e) {
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, NOT_FOUND, "The file %s cannot be opened: %s.", file->path, strerror(errno));
    *out = (ImportLook){ .row_n = 0 };
    bool is_good = look_open(db, a, fd, file, out, e);
    close(fd);
    return is_good;
}

// ---- batches -------------------------------------------------------------------------------------------------------------------
bool import_list(Db *db, Arena *a, int64_t kab, int64_t limit_n, int64_t offset_n, ImportEntry **out, size_t *n, Err *e) {
    ImportHistoryRows rows = { 0 };
    ImportHistoryRow row;
    ImportEntry *list = NEW(a, ImportEntry, limit_n + 1);
    size_t count = 0;
    bool has_row, is_good = import_history(db, (ImportHistoryArgs){ .kab = kab, .limit_n = limit_n, .offset_n = offset_n }, &rows, e);
    while (is_good && (is_good = import_history_next(&rows, &row, &has_row, e)) && has_row)
        list[count++] = (ImportEntry){ .kab = kab, .id = row.id, .row_n = row.row_n, .error_n = row.error_n, .warning_n = row.warning_n,
                                       .actor_id = row.actor_id, .source = arena_str(a, row.source), .file_name = arena_str(a, row.file_name),
                                       .state = arena_str(a, row.state), .actor_name = arena_str(a, row.actor_name), .started_at = row.started_at,
                                       .applied_at = row.applied_at };
    import_history_end(&rows);
    if (is_good) { *out = list; *n = count; }
    return is_good;
}

bool import_count(Db *db, int64_t kab, int64_t *n, Err *e) {
    ImportHistoryCountRow row;
    bool found;
    if (!import_history_count(db, (ImportHistoryCountArgs){ .kab = kab }, &row, &found, e)) return false;
    *n = row.batch_n;
    return true;
}

bool import_entry_read(Db *db, Arena *a, int64_t kab, int64_t id, ImportEntry *out, bool *found, Err *e) {
    ImportBatchByIdRow row;
    ImportAlarmsRow alarms;
    bool has;
    if (!import_batch_by_id(db, a, (ImportBatchByIdArgs){ .kab = kab, .id = id }, &row, found, e) ||
        !import_alarms(db, (ImportAlarmsArgs){ .kab = kab, .batch_id = id }, &alarms, &has, e)) return false;
    if (*found)
        *out = (ImportEntry){ .kab = kab, .id = id, .row_n = row.row_n, .error_n = row.error_n, .warning_n = row.warning_n, .source = row.source,
                              .actor_id = row.actor_id, .file_name = row.file_name, .state = row.state, .started_at = row.started_at,
                              .applied_at = row.applied_at, .staged_bytes_n = row.staged_bytes_n, .has_alarm = alarms.alarm_n > 0 };
    return true;
}

bool import_of_content(Db *db, int64_t kab, const Hash *content, Str sheet, int64_t *batch_id, Err *e) {
    ImportByContentRows rows = { 0 };
    ImportByContentRow row;
    *batch_id = 0;
    bool has_row, is_good = import_by_content(db, (ImportByContentArgs){ .kab = kab, .content_hash = *content }, &rows, e);
    while (is_good && (is_good = import_by_content_next(&rows, &row, &has_row, e)) && has_row)
        if (*batch_id == 0 && (sheet.n == 0 || str_eq_nocase(row.sheet, sheet))) *batch_id = row.id;
    import_by_content_end(&rows);
    return is_good;
}

// ---- findings ------------------------------------------------------------------------------------------------------------------
bool import_list_groups(Db *db, Arena *a, int64_t kab, int64_t batch_id, FindingGroup **out, size_t *n, Err *e) {
    ImportFindingGroupsRows rows = { 0 };
    ImportFindingGroupsRow row;
    FindingGroup *list = NEW(a, FindingGroup, FINDING_GROUPS_MAX);
    size_t count = 0;
    bool has_row, is_good = import_finding_groups(db, (ImportFindingGroupsArgs){ .kab = kab, .batch_id = batch_id }, &rows, e);
    while (is_good && (is_good = import_finding_groups_next(&rows, &row, &has_row, e)) && has_row)
        if (count < FINDING_GROUPS_MAX)
            list[count++] = (FindingGroup){ arena_str(a, row.level), arena_str(a, row.field), arena_str(a, row.code), arena_str(a, row.example), row.finding_n,
                                            row.first_row_n };
    import_finding_groups_end(&rows);
    if (is_good) { *out = list; *n = count; }
    return is_good;
}

bool import_count_findings(Db *db, int64_t kab, int64_t batch_id, Str field, Str code, int64_t *n, Err *e) {
    ImportFindingsOfCountRow row;
    bool found;
    ImportFindingsOfCountArgs args = { .kab = kab, .batch_id = batch_id, .field = field, .code = code };
    if (!import_findings_of_count(db, args, &row, &found, e)) return false;
    *n = row.finding_n;
    return true;
}

bool import_list_findings_of(Db *db, Arena *a, int64_t kab, int64_t batch_id, Str field, Str code, int64_t limit_n, int64_t offset_n,
                             ImportFinding **out, size_t *n, Err *e) {
    ImportFindingsOfRows rows = { 0 };
    ImportFindingsOfRow row;
    ImportFinding *list = NEW(a, ImportFinding, limit_n + 1);
    size_t count = 0;
    ImportFindingsOfArgs args = { .kab = kab, .batch_id = batch_id, .field = field, .code = code, .limit_n = limit_n, .offset_n = offset_n };
    bool has_row, is_good = import_findings_of(db, args, &rows, e);
    while (is_good && (is_good = import_findings_of_next(&rows, &row, &has_row, e)) && has_row)
        list[count++] = (ImportFinding){ .row_n = row.row_n, .field = field, .code = code, .text = arena_str(a, row.message) };
    import_findings_of_end(&rows);
    if (is_good) { *out = list; *n = count; }
    return is_good;
}
