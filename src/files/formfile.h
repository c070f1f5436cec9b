// formfile.h: a form that goes out to be filled by others and comes back: a title, some lines that say whom it is about, a header of one
// or two rows (months above their columns), and rows that are partly filled. The same form as delimited text, as a workbook that prints
// well, and as paper (pdf.h). No domain: what the columns mean is the caller's.
#ifndef FILES_FORMFILE_H
#define FILES_FORMFILE_H
#include "files/pdf.h"

#define FORM_COLUMNS_MAX 28
#define FORM_GROUPS_MAX 6
#define FORM_LINES_MAX 8
#define FORM_NOTES_MAX 6

typedef struct {
    const char *title;                                     // as the official form says it
    int width_mm;                                          // on paper; 0 shares what is left
    int width_chars;                                       // in a workbook
    bool is_id;                                            // digits that are no quantity: text in every file
    bool is_to_fill;                                       // left open for whoever answers
} FormFileColumn;
typedef struct { Str name, value; } FormFileLine;          // "NPSN", "99000001"
typedef struct { Str *cells; } FormFileRow;                // as many as columns

typedef struct {
    Str title;
    FormFileLine lines[FORM_LINES_MAX]; size_t line_n;
    const FormFileColumn *columns; size_t column_n;
    PdfGroup groups[FORM_GROUPS_MAX]; size_t group_n;      // titles above columns
    const FormFileRow *rows; size_t row_n;
    // paper only
    Str qr, qr_text;                                       // what it says, and what stands beside it
    Str notes[FORM_NOTES_MAX]; size_t note_n;              // beneath the table
    PdfSignature signatures[PDF_SIGNATURES_MAX]; size_t signature_n;
    Str band;                                              // of a practice database; empty: none
} FormFile;

// `;` between cells, CRLF, UTF-8 with its mark; ids as ="…". Appends to `out`.
must_use bool formfile_csv(const FormFile *f, Buf *out, Err *e);
// Lines and header stay in view, numbers of people are text, landscape A4 fitted to the width, the header on each page. `fd` is open for
// writing and empty; it stays the caller's.
must_use bool formfile_xlsx(const FormFile *f, int fd, Err *e);
// Adds the form to a landscape document with margin_mm FORM_MARGIN_MM, from the top of a page on.
#define FORM_MARGIN_MM 6
void formfile_pdf(const FormFile *f, Pdf *p);

#endif
