// dtks.h: one row of a DTKS export: its columns, its cells made clean, and what is wrong with it in words. Pure; no database.
//
// How a cell is made clean says cell_read.h. A NIK that contradicts birth date, sex or place is a warning only (identity.h).
#ifndef REGISTRY_DTKS_H
#define REGISTRY_DTKS_H
#include "registry/area.h"
#include "registry/cell_read.h"

typedef enum {
    DTKS_CODE, DTKS_PROVINCE, DTKS_DISTRICT, DTKS_KECAMATAN, DTKS_VILLAGE, DTKS_ADDRESS, DTKS_HAMLET, DTKS_RT, DTKS_RW,
    DTKS_KK, DTKS_NIK, DTKS_NAME, DTKS_BORN_ON, DTKS_BIRTH_PLACE, DTKS_SEX, DTKS_MOTHER, DTKS_RELATION,
    DTKS_DECILE, DTKS_LIFE, DTKS_COLUMNS_N                 // only in some files; our export has the columns before them
} DtksColumn;
extern const CsvColumn DTKS_COLUMNS[DTKS_COLUMNS_N];
Str dtks_column_name(DtksColumn column);                   // "nomor_nik": the name in the file, also the field of a finding

// Kecamatan and villages of the district the file is for, by their names.
typedef struct DtksPlaces DtksPlaces;
// `district` is its area row. Lives in `a`; for one thread, as it remembers the place of the last row.
DtksPlaces *dtks_places_make(Arena *a, Area district, Areas kecamatan, Areas villages);
// The name as places are compared by: capitals, without KEC., KELURAHAN, spaces and points.
Str dtks_place_key(Arena *a, Str name);

// Empty texts where the file has none. Lives in the arena of the row.
typedef struct {
    Str code, address, hamlet, rt, rw, kk, nik, name, birth_place, mother_name, relation;
    int64_t village_id;                                    // 0 unknown
    Date born_on;
    Sex sex;
    int decile;                                            // 1 … 10; 0 not said
    bool is_dead;                                          // the file says so
} DtksRow;

#define DTKS_FINDINGS_MAX CELL_FINDINGS_MAX
typedef CellFinding DtksFinding;
typedef CellFindings DtksFindings;

typedef struct {
    Date today;                                            // nobody is born later
    bool is_mending;                                       // text in a broken encoding is mended (mojibake.h), and said so
} DtksHow;
// Fills out as far as the cells can be understood; f says what cannot.
void dtks_row_read(const DtksPlaces *places, const CsvHeader *header, const CsvRow *row, DtksHow how, Arena *a, DtksRow *out, DtksFindings *f);

// What stands below a table and is no row of it: "Mengetahui", "Padang, 3 Mei 2024", a name, a NIP: few cells without NIK and KK,
// below a total or with a word of signature blocks.
bool dtks_row_is_footer(const CsvHeader *header, const CsvRow *row, bool is_after_total);

// Both sides of the words a file uses. Empty when not known.
Str dtks_sex_text(Sex sex);                                // "L", "P"
bool dtks_is_head(Str relation);

// Names as they are compared: capitals, single spaces, without titles and honorifics before and behind (H., HJ., ALM).
Str dtks_name_key(Arena *a, Str name);
#endif
