#include "files/pdf_data.h"
#include "base/lang.h"
#include <cairo-pdf.h>
#include <qrencode.h>
#include <stdlib.h>

#define LINE 0.5                                           // points
#define SIGN_ROOM (20 * POINTS_PER_MM)                     // for the hand, between role and name

static void draw_text(Pdf *p, cairo_t *cr, double x, double y, Str text, PdfStyle style, double width, PdfAlign align) {
    pdf_layout_set(p, text, style, width, align);
    cairo_move_to(cr, x, y);
    pango_cairo_show_layout(cr, p->layout);
}

double pdf_field_name_width(const Pdf *p) { return (p->right - p->left) * 0.28; }

// ---- table ------------------------------------------------------------------------------------------------------

static void draw_cell_lines(const PdfTableData *t, cairo_t *cr, double y, double height) {
    cairo_set_line_width(cr, LINE);
    for (size_t i = 0; i < t->n; i++) cairo_rectangle(cr, t->x[i], y, t->width[i], height);
    cairo_stroke(cr);
}

static void draw_grey(cairo_t *cr, double x, double y, double width, double height, double grey) {
    cairo_set_source_rgb(cr, grey, grey, grey);
    cairo_rectangle(cr, x, y, width, height);
    cairo_fill(cr);
    cairo_set_source_rgb(cr, 0, 0, 0);
}

static const PdfGroup *group_of(const PdfTableData *t, size_t column) {
    for (size_t i = 0; i < t->group_n; i++) if (column >= t->groups[i].first && column < t->groups[i].first + t->groups[i].n) return &t->groups[i];
    return NULL;
}

static void draw_header(Pdf *p, cairo_t *cr, const PdfPlaced *placed) {
    const PdfTableData *t = placed->item->table;
    double title_y = placed->y + t->group_height, title_height = placed->height - t->group_height;
    draw_grey(cr, p->left, placed->y, p->right - p->left, placed->height, 0.9);
    cairo_set_line_width(cr, LINE);
    for (size_t i = 0; i < t->n; i++) {
        bool is_grouped = group_of(t, i) != NULL;
        double y = is_grouped ? title_y : placed->y, height = is_grouped ? title_height : placed->height;
        draw_text(p, cr, t->x[i] + t->padding, y + t->padding / 2, str_c(t->columns[i].title), t->cell_bold, t->width[i] - 2 * t->padding, PDF_CENTER);
        cairo_rectangle(cr, t->x[i], y, t->width[i], height);
        cairo_stroke(cr);
    }
    for (size_t i = 0; i < t->group_n; i++) {
        const PdfGroup *g = &t->groups[i];
        double x = t->x[g->first], width = t->x[g->first + g->n - 1] + t->width[g->first + g->n - 1] - x;
        draw_text(p, cr, x + t->padding, placed->y + t->padding / 2, str_c(g->title), t->cell_bold, width - 2 * t->padding, PDF_CENTER);
        cairo_rectangle(cr, x, placed->y, width, t->group_height);
        cairo_stroke(cr);
    }
}

static void draw_row(Pdf *p, cairo_t *cr, const PdfPlaced *placed) {
    const PdfTableData *t = placed->item->table;
    for (size_t i = 0; i < t->n; i++) {
        const PdfColumn *c = &t->columns[i];
        double x = t->x[i] + t->padding, y = placed->y + t->padding / 2, width = t->width[i] - 2 * t->padding;
        if (!c->is_signature && !placed->item->cells[i].n) continue;       // left open for a hand
        if (!c->is_signature) { draw_text(p, cr, x, y, placed->item->cells[i], t->cell, width, c->align); continue; }
        Buf n = { .max = 32 };
        buf_int(&n, placed->item->row_n);                  // left and middle in turns, so that signatures do not run into each other
        buf_char(&n, '.');
        double shift = placed->item->row_n % 2 ? 0 : width / 2;
        draw_text(p, cr, x + shift, y, buf_view(&n), STYLE_SMALL, width - shift, PDF_LEFT);
        buf_free(&n);
    }
    draw_cell_lines(t, cr, placed->y, placed->height);
}

static void draw_sum(Pdf *p, cairo_t *cr, const PdfPlaced *placed) {
    const PdfTableData *t = placed->item->table;
    double amount_x = t->x[t->sum_column], amount_width = t->width[t->sum_column];
    Buf sum = { .max = 64 };
    count_put(&sum, placed->sum.rp);
    draw_grey(cr, p->left, placed->y, p->right - p->left, placed->height, 0.96);
    draw_text(p, cr, p->left + t->padding, placed->y + t->padding / 2, str_c(tr(placed->label)), t->cell_bold, amount_x - p->left - 2 * t->padding, PDF_RIGHT);
    draw_text(p, cr, amount_x + t->padding, placed->y + t->padding / 2, buf_view(&sum), t->cell_bold, amount_width - 2 * t->padding, PDF_RIGHT);
    cairo_set_line_width(cr, LINE);
    cairo_rectangle(cr, p->left, placed->y, p->right - p->left, placed->height);
    cairo_stroke(cr);
    buf_free(&sum);
}

// ---- signatures -------------------------------------------------------------------------------------------------

// Heights of the four parts, as large as the largest of all boxes needs, so that the lines of the boxes are level.
static void signature_parts(Pdf *p, const PdfItem *item, double width, double heights[4]) {
    for (size_t i = 0; i < item->signatures_n; i++) {
        const PdfSignature *s = &item->signatures[i];
        const Str texts[4] = { s->place_and_date, s->role, s->name.n ? s->name : STR("…"), s->number.n ? s->number : STR("N") };
        for (int k = 0; k < 4; k++) {
            double h = pdf_text_height(p, texts[k].n ? texts[k] : STR(" "), k == 2 ? STYLE_BOLD : STYLE_BODY, width);
            if (i == 0 || h > heights[k]) heights[k] = h;
        }
    }
}

static double signature_width(const Pdf *p, const PdfItem *item) { return (p->right - p->left) / (double)item->signatures_n; }

double pdf_signatures_height(Pdf *p, const PdfItem *item) {
    double h[4];
    signature_parts(p, item, signature_width(p, item) - 2 * CELL_PADDING, h);
    return 10 + h[0] + h[1] + SIGN_ROOM + h[2] + h[3];
}

static void draw_signatures(Pdf *p, cairo_t *cr, const PdfPlaced *placed) {
    const PdfItem *item = placed->item;
    double box = signature_width(p, item), width = box - 2 * CELL_PADDING, h[4];
    signature_parts(p, item, width, h);
    for (size_t i = 0; i < item->signatures_n; i++) {
        const PdfSignature *s = &item->signatures[i];
        double x = p->left + box * (double)i + CELL_PADDING, y = placed->y + 10;
        draw_text(p, cr, x, y, s->place_and_date, STYLE_BODY, width, PDF_CENTER);
        draw_text(p, cr, x, y += h[0], s->role, STYLE_BODY, width, PDF_CENTER);
        y += h[1] + SIGN_ROOM;
        draw_text(p, cr, x, y, s->name.n ? s->name : STR("(………………………………………)"), STYLE_BOLD, width, PDF_CENTER);
        draw_text(p, cr, x, y + h[2], s->number, STYLE_BODY, width, PDF_CENTER);
    }
}

// ---- QR ---------------------------------------------------------------------------------------------------------

// One bit a module, painted as a mask: a tenth of the bytes that squares would take.
static bool draw_qr(Pdf *p, cairo_t *cr, const PdfPlaced *placed, Err *e) {
    const PdfItem *item = placed->item;
    QRcode *code = QRcode_encodeString8bit(item->text.p, 0, QR_ECLEVEL_M);                 // M: survives a fold and a stain
    if (!code) return fail(e, BAD_INPUT, "The text \"%.40s\" cannot become a QR code.", item->text.p);
    int n = code->width, quiet = 4;                        // the standard's white border
    cairo_surface_t *mask = cairo_image_surface_create(CAIRO_FORMAT_A1, n, n);
    int stride = cairo_image_surface_get_stride(mask);
    unsigned char *bits = cairo_image_surface_get_data(mask);
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++)                        // A1 is in words of the machine: on a big-endian one the bits run the other way
            if (code->data[y * n + x] & 1) bits[y * stride + x / 8] |= (unsigned char)(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 0x80 >> x % 8 : 1 << x % 8);
    cairo_surface_mark_dirty(mask);
    double module = item->height / (n + 2 * quiet);
    cairo_save(cr);
    cairo_translate(cr, p->left + module * quiet, placed->y + module * quiet);
    cairo_scale(cr, module, module);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(mask);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
    cairo_mask(cr, pattern);
    cairo_pattern_destroy(pattern);
    cairo_restore(cr);
    cairo_surface_destroy(mask);
    QRcode_free(code);
    if (item->value.n) draw_text(p, cr, p->left + item->height + 8, placed->y, item->value, STYLE_SMALL, p->right - p->left - item->height - 8, PDF_LEFT);
    return true;
}

// ---- pages ------------------------------------------------------------------------------------------------------

static void draw_band(Pdf *p, cairo_t *cr, double y) {
    double height = pdf_text_height(p, p->options.band, STYLE_CELL_BOLD, p->width) + CELL_PADDING;
    draw_grey(cr, 0, y, p->width, height, 0.85);
    draw_text(p, cr, p->left, y + CELL_PADDING / 2, p->options.band, STYLE_CELL_BOLD, p->right - p->left, PDF_CENTER);
}

static void draw_rule(Pdf *p, cairo_t *cr, double y) {
    for (int i = 0; i < 2; i++) {
        cairo_set_line_width(cr, i ? LINE : 4 * LINE);
        cairo_move_to(cr, p->left, y + 3 * i);
        cairo_line_to(cr, p->right, y + 3 * i);
        cairo_stroke(cr);
    }
}

static void draw_border(Pdf *p, cairo_t *cr) {
    for (int i = 0; i < 2; i++) {
        double gap = (8 + 2 * i) * POINTS_PER_MM, top = gap + (p->options.band.n ? 5 * POINTS_PER_MM : 0);
        cairo_set_line_width(cr, i ? LINE : 4 * LINE);
        cairo_rectangle(cr, gap, top, p->width - 2 * gap, p->height - 2 * top);
        cairo_stroke(cr);
    }
}

static void draw_foot(Pdf *p, cairo_t *cr, int page) {
    Buf number = { .max = 256 };
    double y = p->bottom + 8, width = p->right - p->left;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buf_fmt(&number, _("Page %d of %d"), page, p->pages_n);
#pragma GCC diagnostic pop
    cairo_set_line_width(cr, LINE);
    cairo_move_to(cr, p->left, y - 3);
    cairo_line_to(cr, p->right, y - 3);
    cairo_stroke(cr);
    draw_text(p, cr, p->left, y, p->options.footer, STYLE_SMALL, width * 0.4, PDF_LEFT);
    draw_text(p, cr, p->left + width * 0.42, y, p->options.title, STYLE_SMALL, width * 0.36, PDF_CENTER);
    draw_text(p, cr, p->left + width * 0.8, y, buf_view(&number), STYLE_SMALL, width * 0.2, PDF_RIGHT);
    buf_free(&number);
}

static void draw_frame(Pdf *p, cairo_t *cr, int page) {
    if (p->options.is_framed) draw_border(p, cr);
    else draw_foot(p, cr, page);
    if (p->options.band.n) {
        draw_band(p, cr, 8);
        draw_band(p, cr, p->height - 24);
    }
}

static bool draw_item(Pdf *p, cairo_t *cr, const PdfPlaced *placed, Err *e) {
    const PdfItem *item = placed->item;
    double width = p->right - p->left, name = pdf_field_name_width(p);
    if (placed->kind == PLACED_HEADER) draw_header(p, cr, placed);
    else if (placed->kind == PLACED_SUM) draw_sum(p, cr, placed);
    else switch (item->kind) {
    case ITEM_TEXT: draw_text(p, cr, p->left, placed->y, item->text, item->style, width, item->align); break;
    case ITEM_FIELD:
        draw_text(p, cr, p->left, placed->y, item->text, STYLE_BODY, name - 8, PDF_LEFT);
        draw_text(p, cr, p->left + name - 6, placed->y, STR(":"), STYLE_BODY, 6, PDF_LEFT);
        draw_text(p, cr, p->left + name + 2, placed->y, item->value, STYLE_BODY, width - name - 8, PDF_LEFT);
        break;
    case ITEM_RULE: draw_rule(p, cr, placed->y); break;
    case ITEM_ROW: draw_row(p, cr, placed); break;
    case ITEM_SIGNATURES: draw_signatures(p, cr, placed); break;
    case ITEM_QR: return draw_qr(p, cr, placed, e);
    case ITEM_SPACE: case ITEM_BREAK: case ITEM_TABLE: case ITEM_TABLE_END: break;         // nothing to see
    }
    return true;
}

static cairo_status_t on_bytes(void *of, const unsigned char *bytes, unsigned n) {
    Pdf *p = of;
    if (p->failed.code) return CAIRO_STATUS_WRITE_ERROR;
    buf_bytes(&p->out, bytes, n);
    return sink_take(p->sink, &p->out, SINK_FULL, &p->failed) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void metadata(const Pdf *p, cairo_surface_t *surface, Arena *a) {
    Buf at = { .max = 64 };
    instant_put_iso(&at, p->options.created_at);
    const char *when = arena_c(a, buf_view(&at));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, arena_c(a, p->options.title));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, arena_c(a, p->options.author));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, when);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, when);
    buf_free(&at);
}

static bool draw_pages(Pdf *p, cairo_t *cr, Err *e) {
    size_t i = 0;
    for (int page = 1; page <= p->pages_n; page++) {
        draw_frame(p, cr, page);
        for (; i < p->placed_n && p->placed[i].page == page; i++) if (!draw_item(p, cr, &p->placed[i], e)) return false;
        cairo_show_page(cr);
    }
    return true;
}

bool pdf_draw(Pdf *p, Err *e) {
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(on_bytes, p, p->width, p->height);
    cairo_t *cr = cairo_create(surface);
    metadata(p, surface, &p->memory);
    bool ok = draw_pages(p, cr, e);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    cairo_status_t status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (p->failed.code) { *e = p->failed; return false; }
    if (ok && status != CAIRO_STATUS_SUCCESS) return fail(e, IO_FAILED, "The document cannot be written: %s.", cairo_status_to_string(status));
    return ok && sink_take(p->sink, &p->out, 0, e);
}
