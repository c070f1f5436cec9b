// area.h: provinces, districts (kabupaten, kota), kecamatan and villages (kelurahan, desa), by their Kemendagri code without dots:
// 13, 1371, 137101, 1371011001. A code's length is its level, its beginning its parent.
#ifndef REGISTRY_AREA_H
#define REGISTRY_AREA_H
#include "base/progress.h"
#include "db/db.h"

typedef enum { AREA_PROVINCE = 1, AREA_DISTRICT, AREA_KECAMATAN, AREA_VILLAGE } AreaLevel;
typedef struct { int64_t id; AreaLevel level; Str name, kind; } Area;      // kind: provinsi, kabupaten, kota, kecamatan, kelurahan, desa, adat
typedef struct { Area *at; size_t n; } Areas;

// "13.71.01.1001" or "1371011001"; false when it is no code.
must_use bool area_code_parse(Str text, int64_t *id, AreaLevel *level);
void area_code_put(Buf *b, int64_t id);                    // with dots
int64_t area_parent_of(int64_t id);                        // 1371011001 -> 137101; 0 above a province
static inline int64_t area_kab_of_village(int64_t village_id) { return village_id / 1000000; }
// "Padang" of "Kota Padang" and "Kabupaten Padang Pariaman".
Str area_name_short(Str name);

// Names and kinds live in `a`.
must_use bool area_read(Db *db, Arena *a, int64_t id, Area *out, bool *found, Err *e);
must_use bool area_list_children(Db *db, Arena *a, int64_t parent_id, Areas *out, Err *e);     // 0: the provinces
must_use bool area_list_level(Db *db, Arena *a, int64_t kab, AreaLevel level, Areas *out, Err *e);   // kecamatan or villages of a district
must_use bool area_list_districts(Db *db, Arena *a, Areas *out, Err *e);                              // all of the nation
// The area and those above it, village first; *n is 0 when there is no such area.
must_use bool area_chain(Db *db, Arena *a, int64_t id, Area out[4], size_t *n, Err *e);

typedef struct { int64_t read_n, new_n, renamed_n, same_n; } AreaImport;
// Padang and what it lies in, 117 areas that the program carries. Inside the caller's transaction; the second time changes nothing.
must_use bool area_put_padang(Db *db, AreaImport *out, Err *e);
typedef struct { const char *const *paths; size_t path_n; int64_t actor_id; Instant at; } AreaFiles;
// CSV files with columns `code` and `name` (others are ignored), in any order. All or nothing, in a transaction of its own: a code
// of no known form, given twice, or without its parent in the files or the database fails with file and line.
must_use bool area_import(Db *db, const AreaFiles *files, Progress *progress, AreaImport *out, Err *e);
#endif
