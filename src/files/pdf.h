// pdf.h: printed documents on A4 (or A5) that flow: what comes next stands below what came before, and breaks to the next page where
// it must. Nothing has a position of its own, so nothing can overlap.
//
// A document is first told (pdf_title, pdf_row …), then laid out and written at once by pdf_write, which by then knows how
// many pages there are. The same content gives the same bytes. The font is Noto Sans, found without the system's settings,
// so that paper looks the same from every machine.
#ifndef FILES_PDF_H
#define FILES_PDF_H
#include "base/date.h"
#include "base/rupiah.h"
#include "files/sink.h"

typedef struct {
    Str title, author;                                     // metadata; the title also stands in the foot of each page
    Instant created_at;                                    // metadata: never the clock
    Str footer;                                            // left in the foot: who made it, when
    Str band;                                              // "LATIHAN – …": across top and bottom of every page; empty = none
    bool is_landscape, is_a5;                              // A4 unless said: two A5 pages stand on one A4 sheet
    bool is_framed;                                        // a border around each page instead of foot line and page number: certificates
    int margin_mm;                                         // left, right and above; 0: 15
} PdfOptions;

typedef struct Pdf Pdf;
typedef enum { PDF_LEFT, PDF_CENTER, PDF_RIGHT } PdfAlign;

Pdf *pdf_new(PdfOptions options);                          // texts are copied, here and below
void pdf_free(Pdf *p);                                     // NULL is fine

void pdf_title(Pdf *p, Str text);
void pdf_heading(Pdf *p, Str text);
void pdf_display(Pdf *p, Str text);                        // large, in the middle: a name on a certificate, a word on a wall
// The office's head above a letter: its lines in the middle, the first in capitals as it is given, and a double rule below them.
void pdf_letterhead(Pdf *p, const Str *lines, size_t n);
void pdf_paragraph(Pdf *p, Str text, PdfAlign align);
void pdf_small(Pdf *p, Str text);                          // a paragraph in small letters: how a form is to be filled
void pdf_field(Pdf *p, Str name, Str value);               // "Kelurahan : Lubuk Buaya"; several stand as two columns
void pdf_space(Pdf *p, int mm);
void pdf_page_break(Pdf *p);
void pdf_qr(Pdf *p, Str text, int mm, Str caption);        // at most 1,000 bytes

// ---- table: header again on every page; rows are never split -----------------------------------------------------------
#define PDF_COLUMNS_MAX 28                                 // the widest official form has 25

typedef struct {
    const char *title;
    int width_mm;                                          // 0 = a share of what the others leave
    PdfAlign align;
    bool is_signature;                                     // the row's number left or middle in turns, and room to sign
} PdfColumn;

typedef struct { const char *title; size_t first, n; } PdfGroup;   // stands above n columns from `first` on: "Oktober" above five of its own
#define PDF_GROUPS_MAX 6

typedef struct {
    const PdfColumn *columns; size_t n;                    // may be forgotten after pdf_table
    bool has_sum; size_t sum_column;                       // amounts of the rows: subtotal of the page and running sum, total at the end
    int row_mm_min;                                        // for rows that are signed by hand
    const PdfGroup *groups; size_t group_n;                // in the order of their columns; columns of none are as high as both
    bool is_fine;                                          // small letters, for a form of many columns
} PdfTable;

void pdf_table(Pdf *p, PdfTable table);
// `cells` in the order of the columns. With has_sum the cell of that column is written from `amount`.
void pdf_row(Pdf *p, const Str *cells, Rupiah amount);
void pdf_table_end(Pdf *p);
int64_t pdf_rows_n(const Pdf *p);                          // of the table under way

// ---- signatures: boxes side by side, never parted from each other, nor from the last row of a table before them ---------
typedef struct { Str place_and_date, role, name, number; } PdfSignature;   // "Padang, …", "Lurah Lubuk Buaya", name (empty = dots), "NIP …"
#define PDF_SIGNATURES_MAX 3
void pdf_signatures(Pdf *p, const PdfSignature *signatures, size_t n);

// Lays out and writes. BAD_INPUT for text that is not UTF-8 or a QR text too long, LIMIT when something does not fit on a
// page or the sum in 64 bits, IO_FAILED when the font is missing or the sink fails. May be called once.
must_use bool pdf_write(Pdf *p, Sink sink, int *pages_n, Err *e);
#endif
