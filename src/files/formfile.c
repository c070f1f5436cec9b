#include "files/formfile.h"
#include "base/lang.h"
#include "files/csv.h"
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

static const PdfGroup *group_of(const FormFile *f, size_t column) {
    for (size_t i = 0; i < f->group_n; i++) if (column >= f->groups[i].first && column < f->groups[i].first + f->groups[i].n) return &f->groups[i];
    return NULL;
}

// The text of the upper header row: a group's title where it begins, nothing over its other columns, and a column's own title where no
// group stands above it (then the lower row is empty there).
static const char *upper_title(const FormFile *f, size_t column) {
    const PdfGroup *g = group_of(f, column);
    return !g ? f->columns[column].title : g->first == column ? g->title : "";
}
static const char *lower_title(const FormFile *f, size_t column) { return group_of(f, column) ? f->columns[column].title : ""; }

// ---- delimited text ---------------------------------------------------------------------------------------------------
bool formfile_csv(const FormFile *f, Buf *out, Err *e) {
    CsvWriter w = csv_writer(out, (Sink){ 0 }, (CsvWriteOptions){ .has_mark = true, .is_for_spreadsheet = true });
    bool is_good = true;
    if (f->band.n) { csv_put(&w, f->band); is_good = csv_end_row(&w, e); }
    csv_put(&w, f->title);
    is_good = is_good && csv_end_row(&w, e);
    for (size_t i = 0; is_good && i < f->line_n; i++) {
        csv_put(&w, f->lines[i].name);
        csv_put(&w, f->lines[i].value);
        is_good = csv_end_row(&w, e);
    }
    for (int half = 0; is_good && half < (f->group_n ? 2 : 1); half++) {
        for (size_t i = 0; i < f->column_n; i++) csv_put(&w, str_c(half ? lower_title(f, i) : upper_title(f, i)));
        is_good = csv_end_row(&w, e);
    }
    for (size_t r = 0; is_good && r < f->row_n; r++) {
        for (size_t i = 0; i < f->column_n; i++) {
            if (f->columns[i].is_id) csv_put_id(&w, f->rows[r].cells[i]);
            else csv_put(&w, f->rows[r].cells[i]);
        }
        is_good = csv_end_row(&w, e);
    }
    return is_good && csv_end(&w, e);
}

// ---- workbook -----------------------------------------------------------------------------------------------------------
typedef struct { lxw_workbook *book; lxw_worksheet *sheet; lxw_format *bold, *head, *text, *open; Buf memory; lxw_row_t row; lxw_error code; } Book;

static void string_at(Book *b, lxw_row_t row, size_t column, Str text, lxw_format *format) {
    buf_reset(&b->memory);
    buf_str(&b->memory, text);
    buf_char(&b->memory, 0);
    if (b->code == LXW_NO_ERROR) b->code = worksheet_write_string(b->sheet, row, (lxw_col_t)column, b->memory.p, format);
}

static void formats_make(Book *b) {
    b->bold = workbook_add_format(b->book);
    format_set_bold(b->bold);
    b->head = workbook_add_format(b->book);
    format_set_bold(b->head);
    format_set_text_wrap(b->head);
    format_set_align(b->head, LXW_ALIGN_CENTER);
    format_set_align(b->head, LXW_ALIGN_VERTICAL_CENTER);
    format_set_border(b->head, LXW_BORDER_THIN);
    format_set_bg_color(b->head, 0xE6E6E6);
    b->text = workbook_add_format(b->book);
    format_set_num_format(b->text, "@");
    format_set_border(b->text, LXW_BORDER_THIN);
    b->open = workbook_add_format(b->book);                // to be filled: a number typed here stays a number
    format_set_border(b->open, LXW_BORDER_THIN);
    format_set_bg_color(b->open, 0xFFFBE6);
}

static void header_put(Book *b, const FormFile *f) {
    lxw_row_t upper = b->row, lower = f->group_n ? upper + 1 : upper;
    for (size_t i = 0; i < f->column_n; i++) {
        const PdfGroup *g = group_of(f, i);
        string_at(b, upper, i, str_c(upper_title(f, i)), b->head);
        if (lower != upper) string_at(b, lower, i, str_c(lower_title(f, i)), b->head);
        if (g && g->first == i && b->code == LXW_NO_ERROR)
            b->code = worksheet_merge_range(b->sheet, upper, (lxw_col_t)g->first, upper, (lxw_col_t)(g->first + g->n - 1), g->title, b->head);
        worksheet_set_column(b->sheet, (lxw_col_t)i, (lxw_col_t)i, f->columns[i].width_chars, NULL);
    }
    worksheet_repeat_rows(b->sheet, upper, lower);
    worksheet_freeze_panes(b->sheet, lower + 1, 0);
    b->row = lower + 1;
}

static void rows_put(Book *b, const FormFile *f) {
    for (size_t r = 0; r < f->row_n; r++, b->row++) {
        for (size_t i = 0; i < f->column_n; i++) {
            Str cell = f->rows[r].cells[i];
            lxw_format *format = f->columns[i].is_to_fill ? b->open : b->text;
            if (cell.n) string_at(b, b->row, i, cell, format);
            else if (b->code == LXW_NO_ERROR) b->code = worksheet_write_blank(b->sheet, b->row, (lxw_col_t)i, format);
        }
    }
}

bool formfile_xlsx(const FormFile *f, int fd, Err *e) {
    char path[40];
    Book b = { .memory = { .max = BUF_MAX } };
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    lxw_workbook_options how = { .tmpdir = getenv("TMPDIR") };
    b.book = workbook_new_opt(path, &how);
    if (!b.book) return fail_memory(e);
    formats_make(&b);
    b.sheet = workbook_add_worksheet(b.book, "Formulir");
    worksheet_set_landscape(b.sheet);
    worksheet_set_paper(b.sheet, 9);                       // A4
    worksheet_set_margins(b.sheet, 0.3, 0.3, 0.4, 0.5);
    worksheet_fit_to_pages(b.sheet, 1, 0);
    if (f->band.n) string_at(&b, b.row++, 0, f->band, b.bold);
    string_at(&b, b.row++, 0, f->title, b.bold);
    for (size_t i = 0; i < f->line_n; i++, b.row++) {
        string_at(&b, b.row, 0, f->lines[i].name, NULL);
        string_at(&b, b.row, 1, f->lines[i].value, NULL);
    }
    header_put(&b, f);
    rows_put(&b, f);
    lxw_error closed = workbook_close(b.book);             // frees it, whatever comes of it
    buf_free(&b.memory);
    if (b.code == LXW_NO_ERROR) b.code = closed;
    return b.code == LXW_NO_ERROR || fail(e, IO_FAILED, "The workbook cannot be written: %s.", lxw_strerror(b.code));
}

// ---- paper --------------------------------------------------------------------------------------------------------------
void formfile_pdf(const FormFile *f, Pdf *p) {
    PdfColumn columns[FORM_COLUMNS_MAX];
    assert(f->column_n <= FORM_COLUMNS_MAX && f->group_n <= FORM_GROUPS_MAX);
    for (size_t i = 0; i < f->column_n; i++)
        columns[i] = (PdfColumn){ f->columns[i].title, f->columns[i].width_mm, f->columns[i].is_to_fill ? PDF_CENTER : PDF_LEFT, false };
    pdf_title(p, f->title);
    if (f->qr.n) pdf_qr(p, f->qr, 22, f->qr_text);
    pdf_table(p, (PdfTable){ .columns = columns, .n = f->column_n, .groups = f->groups, .group_n = f->group_n, .row_mm_min = 7, .is_fine = true });
    for (size_t r = 0; r < f->row_n; r++) pdf_row(p, f->rows[r].cells, (Rupiah){ 0 });
    pdf_table_end(p);
    for (size_t i = 0; i < f->note_n; i++) pdf_small(p, f->notes[i]);
    if (f->signature_n) pdf_signatures(p, f->signatures, f->signature_n);
}
