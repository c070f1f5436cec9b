// template_data.h: a template after loading. Shared by its loader, its writer and its reader; nothing else includes it.
#ifndef FILES_TEMPLATE_DATA_H
#define FILES_TEMPLATE_DATA_H
#include "files/template.h"

#define TEMPLATE_CELLS_MAX 100
#define TEMPLATE_LINES_MAX 10                              // header lines, trailer lines
#define TEMPLATE_WIDTH_MAX 1000

typedef enum { CELL_TEXT, CELL_FIELD, CELL_ROW, CELL_COUNT, CELL_SUM, CELL_HASH } CellKind;
typedef enum { TEMPLATE_UTF8, TEMPLATE_UTF8_MARKED, TEMPLATE_ASCII, TEMPLATE_ASCII_UPPER } TemplateEncoding;
typedef enum { QUOTE_WHEN_NEEDED, QUOTE_NEVER, QUOTE_ALWAYS } TemplateQuote;

typedef struct {
    CellKind kind;
    Str title, text;                                       // text: of CELL_TEXT
    size_t field;                                          // of CELL_FIELD: index in the fields of the file or of the row
    FieldKind field_kind;                                  // how it is written: CELL_ROW and CELL_COUNT count, CELL_SUM is rupiah …
    int64_t width;                                         // characters: exactly in fixed files; at most in delimited ones; 0 = free
    char pad;
    bool is_right, is_cut, is_required;
    int decimals;                                          // of rupiah: 0 or 2 (always zeros)
    char decimal, thousands;                               // 0 = none: 225000.00 becomes 22500000
    Str date;                                              // "yyyyMMdd"
    size_t line_n;                                         // in the template, for messages
} TemplateCell;

typedef struct { TemplateCell *cells; size_t n; } TemplateLine;

struct Template {
    TemplateInfo info;
    TemplateFields fields;
    bool is_fixed, has_titles;
    char separator;
    const char *line_end;
    TemplateEncoding encoding;
    TemplateQuote quote;
    TemplateLine header[TEMPLATE_LINES_MAX], columns, trailer[TEMPLATE_LINES_MAX];
    size_t header_n, trailer_n;
    size_t sum_column;                                     // the column whose rupiah are added up
    size_t hash_column; int64_t hash_digits;               // check total: last digits of a text column, added; 0 digits = none
};
#endif
