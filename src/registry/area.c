#include "registry/area.h"
#include "base/lang.h"
#include "files/csv.h"
#include "office/audit.h"
#include "registry_area.sql.h"
#include "registry_files.h"
#include <assert.h>

// ---- codes -----------------------------------------------------------------------------------------------------------
static const struct { size_t digits_n; int64_t above; } LEVELS[] = {
    [AREA_PROVINCE] = { 2, 0 }, [AREA_DISTRICT] = { 4, 100 }, [AREA_KECAMATAN] = { 6, 100 }, [AREA_VILLAGE] = { 10, 10000 },
};

static int level_of_digits(size_t n) {
    for (int level = AREA_PROVINCE; level <= AREA_VILLAGE; level++) if (LEVELS[level].digits_n == n) return level;
    return 0;
}

bool area_code_parse(Str text, int64_t *id, AreaLevel *level) {
    char digits[16] = "";
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '.' && (n == 2 || n == 4 || n == 6)) continue;
        if (n == 10) return false;
        digits[n++] = text.p[i];
    }
    int64_t value;
    int found = level_of_digits(n);
    if (!found || digits[0] == '0' || !str_is_digits((Str){ digits, n }) || !str_int64((Str){ digits, n }, &value)) return false;
    *id = value;
    *level = (AreaLevel)found;
    return true;
}

static AreaLevel level_of_id(int64_t id) { return id < 100 ? AREA_PROVINCE : id < 10000 ? AREA_DISTRICT : id < 1000000 ? AREA_KECAMATAN : AREA_VILLAGE; }

int64_t area_parent_of(int64_t id) {
    int64_t above = LEVELS[level_of_id(id)].above;
    return above ? id / above : 0;
}

void area_code_put(Buf *b, int64_t id) {
    AreaLevel level = level_of_id(id);
    if (level == AREA_PROVINCE) { buf_int(b, id); return; }
    area_code_put(b, area_parent_of(id));
    buf_fmt(b, level == AREA_VILLAGE ? ".%04lld" : ".%02lld", (long long)(id % LEVELS[level].above));
}

Str area_name_short(Str name) {
    static const Str KINDS[] = { STR("Kota "), STR("Kabupaten ") };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (str_starts(name, KINDS[i])) return str_part(name, KINDS[i].n, name.n);
    return name;
}

static Str kind_of(int64_t id, Str name) {
    switch (level_of_id(id)) {
    case AREA_PROVINCE: return STR("provinsi");
    case AREA_DISTRICT: return str_starts(name, STR("Kota ")) ? STR("kota") : STR("kabupaten");
    case AREA_KECAMATAN: return STR("kecamatan");
    case AREA_VILLAGE: break;
    }
    int64_t first = id / 1000 % 10;                        // 1 kelurahan, 2 desa, 3 desa adat
    return first == 1 ? STR("kelurahan") : first == 3 ? STR("adat") : STR("desa");
}

// ---- reading ---------------------------------------------------------------------------------------------------------
static void areas_add(Areas *list, size_t *room, Arena *a, Area area) {
    if (list->n == *room) {
        *room = *room ? 2 * *room : 128;
        Area *more = NEW(a, Area, *room);
        if (list->n) memcpy(more, list->at, list->n * sizeof *more);
        list->at = more;
    }
    area.name = arena_str(a, area.name);
    area.kind = arena_str(a, area.kind);
    list->at[list->n++] = area;
}

bool area_read(Db *db, Arena *a, int64_t id, Area *out, bool *found, Err *e) {
    AreaByIdRow row;
    if (!area_by_id(db, a, (AreaByIdArgs){ .id = id }, &row, found, e)) return false;
    if (*found) *out = (Area){ row.id, (AreaLevel)row.level_n, row.name, row.kind };
    return true;
}

bool area_list_children(Db *db, Arena *a, int64_t parent_id, Areas *out, Err *e) {
    AreaChildrenRows rows = { 0 };
    AreaChildrenRow row;
    Areas list = { 0 };
    size_t room = 0;
    bool has_row, is_good = area_children(db, (AreaChildrenArgs){ .parent_id = parent_id }, &rows, e);
    while (is_good && (is_good = area_children_next(&rows, &row, &has_row, e)) && has_row)
        areas_add(&list, &room, a, (Area){ row.id, (AreaLevel)row.level_n, row.name, row.kind });
    area_children_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

static bool list_between(Db *db, Arena *a, AreaBetweenArgs args, Areas *out, Err *e) {
    AreaBetweenRows rows = { 0 };
    AreaBetweenRow row;
    Areas list = { 0 };
    size_t room = 0;
    bool has_row, is_good = area_between(db, args, &rows, e);
    while (is_good && (is_good = area_between_next(&rows, &row, &has_row, e)) && has_row)
        areas_add(&list, &room, a, (Area){ row.id, (AreaLevel)row.level_n, row.name, row.kind });
    area_between_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

bool area_list_level(Db *db, Arena *a, int64_t kab, AreaLevel level, Areas *out, Err *e) {
    assert(level == AREA_KECAMATAN || level == AREA_VILLAGE);
    int64_t span = level == AREA_KECAMATAN ? 100 : 1000000;
    return list_between(db, a, (AreaBetweenArgs){ .low_id = kab * span, .high_id = kab * span + span - 1, .level_n = level }, out, e);
}

bool area_list_districts(Db *db, Arena *a, Areas *out, Err *e) {
    return list_between(db, a, (AreaBetweenArgs){ .low_id = 1000, .high_id = 9999, .level_n = AREA_DISTRICT }, out, e);
}

bool area_chain(Db *db, Arena *a, int64_t id, Area out[4], size_t *n, Err *e) {
    size_t count = 0;
    for (; id != 0 && count < 4; id = area_parent_of(id)) {
        bool found;
        if (!area_read(db, a, id, &out[count], &found, e)) return false;
        if (!found) break;
        count++;
    }
    *n = count;
    return true;
}

// ---- writing ---------------------------------------------------------------------------------------------------------
typedef struct { int64_t id, line_n; Str name; const char *path; } Draft;
typedef struct { Draft *at; size_t n, room; Arena arena; } Drafts;

static void draft_add(Drafts *d, Draft draft) {
    if (d->n == d->room) {
        d->room = d->room ? 2 * d->room : 1024;
        Draft *more = NEW(&d->arena, Draft, d->room);
        if (d->n) memcpy(more, d->at, d->n * sizeof *more);
        d->at = more;
    }
    draft.name = arena_str(&d->arena, draft.name);
    d->at[d->n++] = draft;
}

static bool row_read(Drafts *d, const char *path, const CsvHeader *header, const CsvRow *row, Err *e) {
    Str code = str_trim(csv_cell(header, row, 0)), name = str_trim(csv_cell(header, row, 1));
    int64_t id, line_n = row->at.line_n + 1;
    AreaLevel level;
    if (!area_code_parse(code, &id, &level))
        return fail(e, BAD_INPUT, "Line %lld: \"%.*s\" is no area code such as 13, 13.71, 13.71.01 or 13.71.01.1001.", (long long)line_n,
                    STR_ARG(code));
    if (name.n == 0) return fail(e, BAD_INPUT, "Line %lld: the area %.*s has no name.", (long long)line_n, STR_ARG(code));
    draft_add(d, (Draft){ id, line_n, name, path });
    return true;
}

static bool rows_read(Drafts *d, const char *path, CsvReader *r, Err *e) {
    static const CsvColumn KNOWN[] = { { "code|kode", true }, { "name|nama", true } };
    CsvHeader header;
    CsvRow row;
    bool has_row = false, is_good = csv_header_find(r, &d->arena, KNOWN, 2, &header, e);
    while (is_good && (is_good = csv_next(r, &row, &has_row, e)) && has_row)
        is_good = csv_row_check(r, &row, e) && row_read(d, path, &header, &row, e);
    return is_good;
}

static int by_id(const void *a, const void *b) {
    const Draft *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static const Draft *draft_find(const Drafts *d, int64_t id) {
    Draft key = { .id = id };
    return d->n ? bsearch(&key, d->at, d->n, sizeof *d->at, by_id) : NULL;
}

static bool draft_check(const Drafts *d, const Drafts *old, size_t i, Err *e) {
    const Draft *draft = &d->at[i];
    if (i > 0 && d->at[i - 1].id == draft->id)
        return fail(e, BAD_INPUT, "%s, line %lld: the area %lld is there twice.", draft->path, (long long)draft->line_n,
                    (long long)draft->id);
    int64_t parent_id = area_parent_of(draft->id);
    if (parent_id == 0 || draft_find(d, parent_id) || draft_find(old, parent_id)) return true;
    return fail(e, BAD_INPUT, "%s, line %lld: the area %lld lies in %lld, which is neither in the files nor in the database.",
                draft->path,
                (long long)draft->line_n, (long long)draft->id, (long long)parent_id);
}

static bool old_read(Db *db, Drafts *old, Err *e) {
    AreaAllRows rows = { 0 };
    AreaAllRow row;
    bool has_row, is_good = area_all(db, &rows, e);
    while (is_good && (is_good = area_all_next(&rows, &row, &has_row, e)) && has_row)
        draft_add(old, (Draft){ .id = row.id, .name = row.name });
    area_all_end(&rows);
    return is_good;
}

static bool new_write(Db *db, const Drafts *d, const Drafts *old, Progress *progress, Err *e) {
    DbBulk *bulk;
    if (!db_bulk_open(db, "area", "id,parent_id,level_n,name,kind", "iiitt", &bulk, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < d->n; i++) {
        const Draft *draft = &d->at[i];
        if (draft_find(old, draft->id)) continue;
        db_bulk_int(bulk, draft->id);
        db_bulk_int(bulk, area_parent_of(draft->id));
        db_bulk_int(bulk, level_of_id(draft->id));
        db_bulk_text(bulk, draft->name);
        db_bulk_text(bulk, kind_of(draft->id, draft->name));
        is_good = db_bulk_row(bulk, e);
        if (i % 1000 == 0) progress_report(progress, _("Writing areas"), (int64_t)i, (int64_t)d->n);
    }
    return db_bulk_close(bulk, NULL, e) && is_good;
}

static bool drafts_write(Db *db, Drafts *d, Progress *progress, AreaImport *out, Err *e) {
    Drafts old = { 0 };
    AreaImport counts = { .read_n = (int64_t)d->n };
    if (d->n) qsort(d->at, d->n, sizeof *d->at, by_id);
    bool is_good = old_read(db, &old, e);
    for (size_t i = 0; is_good && i < d->n; i++) {
        const Draft *draft = &d->at[i], *known;
        if (!draft_check(d, &old, i, e)) { is_good = false; break; }
        if (!(known = draft_find(&old, draft->id))) counts.new_n++;
        else if (str_eq(known->name, draft->name)) counts.same_n++;
        else {
            counts.renamed_n++;
            is_good = area_change(db, (AreaChangeArgs){ .id = draft->id, .name = draft->name, .kind = kind_of(draft->id, draft->name) },
                                  NULL, e);
        }
    }
    is_good = is_good && (counts.new_n == 0 || new_write(db, d, &old, progress, e));
    arena_free(&old.arena);
    if (is_good) *out = counts;
    return is_good;
}

bool area_put_padang(Db *db, AreaImport *out, Err *e) {
    Drafts drafts = { 0 };
    CsvReader *r = NULL;
    bool is_good = csv_open_bytes(AREA_PADANG_CSV, (CsvOptions){ 0 }, &r, e) && rows_read(&drafts, "padang.csv", r, e) &&
                   drafts_write(db, &drafts, NULL, out, e);
    csv_close(r);
    arena_free(&drafts.arena);
    return is_good;
}

static bool files_read(Drafts *d, const AreaFiles *files, Err *e) {
    for (size_t i = 0; i < files->path_n; i++) {
        CsvReader *r = NULL;
        bool is_good = csv_open_path(files->paths[i], (CsvOptions){ 0 }, &r, e) && rows_read(d, files->paths[i], r, e);
        csv_close(r);
        if (!is_good) return fail_in(e, "%s: ", files->paths[i]);
    }
    return true;
}

// Before there is anybody, areas are part of setting up: the trail stays empty, so that the database may still become one for practice.
static bool import_record(Db *db, const AreaFiles *files, const AreaImport *counts, Err *e) {
    if (files->actor_id == 0 || counts->new_n + counts->renamed_n == 0) return true;
    AuditEntry entry = { .actor_id = files->actor_id, .action = "registry.area", .subject = STR("areas"), .at = files->at,
                         .fields = { AUDIT_COUNT("new_n", counts->new_n), AUDIT_COUNT("renamed_n", counts->renamed_n),
                                     AUDIT_COUNT("same_n", counts->same_n) } };
    return audit_write(db, &entry, e);
}

bool area_import(Db *db, const AreaFiles *files, Progress *progress, AreaImport *out, Err *e) {
    Drafts drafts = { 0 };
    AreaImport counts;
    bool is_good = files_read(&drafts, files, e) && db_begin(db, e);
    if (is_good) {
        is_good = drafts_write(db, &drafts, progress, &counts, e) && import_record(db, files, &counts, e) && db_commit(db, e);
        if (!is_good) db_rollback(db);
    }
    arena_free(&drafts.arena);
    if (is_good) *out = counts;
    return is_good;
}
