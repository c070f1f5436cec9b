// pdf_data.h: a document between telling and writing. Shared by pdf.c (telling, laying out) and pdf_draw.c; nothing else includes it.
#ifndef FILES_PDF_DATA_H
#define FILES_PDF_DATA_H
#include "base/arena.h"
#include "files/pdf.h"
#include <pango/pangocairo.h>

#define POINTS_PER_MM (72.0 / 25.4)
#define CELL_PADDING 3.0                                   // points, left and right; half of it above and below
#define FINE_PADDING 1.8                                   // the same in a table of small letters

typedef enum { STYLE_BODY, STYLE_BOLD, STYLE_SMALL, STYLE_HEADING, STYLE_TITLE, STYLE_CELL, STYLE_CELL_BOLD, STYLE_FINE, STYLE_FINE_BOLD, STYLE_DISPLAY, STYLE_N } PdfStyle;

typedef enum { ITEM_TEXT, ITEM_FIELD, ITEM_SPACE, ITEM_BREAK, ITEM_QR, ITEM_TABLE, ITEM_ROW, ITEM_TABLE_END, ITEM_SIGNATURES, ITEM_RULE } PdfItemKind;

typedef struct {
    PdfColumn columns[PDF_COLUMNS_MAX];
    size_t n, sum_column;
    bool has_sum;
    PdfGroup groups[PDF_GROUPS_MAX]; size_t group_n;
    PdfStyle cell, cell_bold;
    double padding, group_height;
    double row_height_min, x[PDF_COLUMNS_MAX], width[PDF_COLUMNS_MAX], header_height, sum_height;
} PdfTableData;

typedef struct {
    PdfItemKind kind;
    PdfStyle style;
    PdfAlign align;
    Str text, value;                                       // of text, field, QR (caption in value)
    double height;                                         // of a space, of a QR
    PdfTableData *table;
    Str *cells;
    Rupiah amount;
    int64_t row_n;
    PdfSignature *signatures; size_t signatures_n;
} PdfItem;

// What stands on a page, at its height from the top.
typedef enum { PLACED_ITEM, PLACED_HEADER, PLACED_SUM } PdfPlacedKind;
typedef struct { PdfPlacedKind kind; int page; double y, height; const PdfItem *item; const char *label; Rupiah sum; } PdfPlaced;

struct Pdf {
    Arena memory;
    PdfOptions options;
    PdfItem *items; size_t items_n, items_cap;
    PdfPlaced *placed; size_t placed_n, placed_cap;
    PdfTableData *table;                                   // open while told
    int64_t table_rows_n;
    const char *fault;
    double width, height, left, right, top, bottom;        // of the page and of what flows in it, in points
    int pages_n;
    PangoContext *pango;
    PangoLayout *layout;                                   // one, used for every text in turn
    Err failed;                                            // of the sink
    Sink sink;
    Buf out;
};

double pdf_text_height(Pdf *p, Str text, PdfStyle style, double width);
void pdf_layout_set(Pdf *p, Str text, PdfStyle style, double width, PdfAlign align);
double pdf_signatures_height(Pdf *p, const PdfItem *item);
double pdf_field_name_width(const Pdf *p);
bool pdf_draw(Pdf *p, Err *e);
#endif
