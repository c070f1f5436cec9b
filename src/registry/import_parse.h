// import_parse.h: the rows of a file, read and judged on a thread of their own, block by block, while the block before is written.
#ifndef REGISTRY_IMPORT_PARSE_H
#define REGISTRY_IMPORT_PARSE_H
#include "registry/import_read.h"

#define BLOCK_ROWS 2000                // rows a transaction: what a kill can cost, against what a sync costs
#define BLOCK_FINDINGS (4 * BLOCK_ROWS)

typedef struct { int64_t row_n; DtksFinding finding; } RowFinding;
typedef struct { int64_t row_n; DtksRow row; } StagedRow;

// What the file's own totals are compared with, and what was put right on the way. Since the beginning of the file.
typedef struct {
    int64_t data_row_n, family_n;                          // in all
    int64_t part_row_n, part_family_n;                     // since the file's last total
    int64_t last_family;                                   // a hash: families are counted by rows that follow each other
    int64_t footer_n, unwrapped_n, separated_n;
} StageCounts;

typedef struct {
    StagedRow rows[BLOCK_ROWS];
    RowFinding findings[BLOCK_FINDINGS];
    size_t row_n, finding_n;
    StageCounts counts;                                    // up to the end of the block
    Str carried;                                           // fills_text
    CsvPlace place;                                        // where the next block begins
    bool is_last;
    Arena arena;                                           // of its texts
} RowBlock;

typedef struct {
    TableReader *reader;
    const CsvHeader *header;
    const DtksPlaces *places;
    Fills *fills;
    DtksHow how;
    StageCounts counts;                                    // with which it goes on
} RowSourceOptions;

typedef struct RowParser RowParser;
// Begins to read ahead; what `options` points at is the parser's until parser_close.
must_use bool parser_open(const RowSourceOptions *options, RowParser **out, Err *e);
// The next block, valid until the next call. Fails where the file cannot be read any further; blocks before that were given.
must_use bool parser_next(RowParser *p, const RowBlock **out, Err *e);
void parser_close(RowParser *p);                           // waits for the thread; NULL is fine
#endif
