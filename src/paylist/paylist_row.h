// paylist_row.h: one row of the Ministry's pay list: its columns, its cells made clean (registry/cell_read.h), and what is wrong
// with it in words. Pure; no database.
#ifndef PAYLIST_PAYLIST_ROW_H
#define PAYLIST_PAYLIST_ROW_H
#include "registry/area.h"
#include "registry/cell_read.h"

typedef enum {
    PAYLIST_CODE, PAYLIST_KK, PAYLIST_NIK, PAYLIST_NAME, PAYLIST_PROVINCE, PAYLIST_DISTRICT, PAYLIST_KECAMATAN, PAYLIST_VILLAGE,
    PAYLIST_AREA, PAYLIST_PERIOD, PAYLIST_PROGRAMME, PAYLIST_BANK, PAYLIST_ACCOUNT, PAYLIST_ADDRESS, PAYLIST_RT, PAYLIST_RW,
    PAYLIST_HAMLET, PAYLIST_WAVE, PAYLIST_AMOUNT, PAYLIST_NOTE, PAYLIST_COLUMNS_N
} PaylistColumn;
extern const CsvColumn PAYLIST_COLUMNS[PAYLIST_COLUMNS_N];

// Which list the row should belong to.
typedef struct {
    Area district;
    Areas kecamatan, villages;         // of the district, by code
    Str stage;                         // "2024-2"
    int64_t wave_n;                    // 0: not known yet
} PaylistPlace;

// Empty texts where the file has none. Lives in the arena of the row.
typedef struct {
    Str code, kk, nik, account, name, address, period, note;
    Str channel;                       // "BRI"; empty when the file does not say
    int64_t village_id;                // 0 unknown
    int64_t wave_n;                    // 0 when the file does not say
    bool is_old_period;                // its `tahap` names another stage than the list's
    bool is_excluded;                  // its remark says exclude
    Rupiah amount;
} PaylistRow;

// Fills out as far as the cells can be understood; f says what cannot. A row with an error is not to be used.
void paylist_row_read(const PaylistPlace *place, const CsvHeader *header, const CsvRow *row, Arena *a, PaylistRow *out, CellFindings *f);
// What stands below a table and is no row of it: a signature, a place and a date: without name or amount, few cells.
bool paylist_row_is_footer(const CsvHeader *header, const CsvRow *row);

// "Tahap II 2024", "TAHAP 2", "2": which stage of which year; 0 where it does not say.
void paylist_period_parse(Str text, int *stage_n, int *year);
// "PT. POS INDONESIA" -> "POS". False: nothing we know.
must_use bool paylist_channel_find(Str bank, Str *out);
#endif
