#include "files/pdf.h"
#include "base/lang.h"
#include "files/pdf_data.h"
#include <assert.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <pthread.h>
#include <stdlib.h>

#define MARGIN_MM 15
#define FOOT (14 * POINTS_PER_MM)                          // below the flow: foot line and page number
#define RULE (5 * POINTS_PER_MM)                           // below a letterhead
#define BAND 16.0                                          // height of the practice band

static const struct { double size; bool is_bold; double after; } STYLES[STYLE_N] = {
    [STYLE_BODY] = { 10, false, 5 }, [STYLE_BOLD] = { 10, true, 5 }, [STYLE_SMALL] = { 8, false, 3 }, [STYLE_HEADING] = { 12, true, 4 },
    [STYLE_TITLE] = { 15, true, 6 }, [STYLE_CELL] = { 9, false, 0 }, [STYLE_CELL_BOLD] = { 9, true, 0 },
    [STYLE_FINE] = { 6.5, false, 0 }, [STYLE_FINE_BOLD] = { 6.5, true, 0 }, [STYLE_DISPLAY] = { 26, true, 8 },
};

// ---- telling ----------------------------------------------------------------------------------------------------

static Str keep(Pdf *p, Str text) {
    if (!str_is_utf8(text) || (text.n && memchr(text.p, 0, text.n))) { p->fault = N_("A text in the document is not valid UTF-8."); return STR("?"); }
    Str kept = arena_str(&p->memory, text);
    if (!str_contains(text, STR("Rp "))) return kept;
    Buf b = { .max = 2 * text.n + 8 };                     // an amount is never parted from its Rp at the end of a line
    for (size_t i = 0; i < text.n; i++) {
        bool is_amount = i >= 2 && text.p[i] == ' ' && text.p[i - 1] == 'p' && text.p[i - 2] == 'R' && i + 1 < text.n && (text.p[i + 1] == '-' || (text.p[i + 1] >= '0' && text.p[i + 1] <= '9'));
        buf_str(&b, is_amount ? STR("\u00a0") : str_part(text, i, 1));
    }
    kept = arena_str(&p->memory, buf_view(&b));
    buf_free(&b);
    return kept;
}

static PdfItem *item_add(Pdf *p, PdfItemKind kind) {
    if (p->items_n == p->items_cap) {
        p->items_cap = p->items_cap ? p->items_cap * 2 : 64;
        p->items = realloc(p->items, p->items_cap * sizeof *p->items);
        if (!p->items) abort();
    }
    PdfItem *item = &p->items[p->items_n++];
    *item = (PdfItem){ .kind = kind };
    return item;
}

Pdf *pdf_new(PdfOptions options) {
    Pdf *p = calloc(1, sizeof *p);
    if (!p) abort();
    p->options = options;
    p->options.title = keep(p, options.title);
    p->options.author = keep(p, options.author);
    p->options.footer = keep(p, options.footer);
    p->options.band = keep(p, options.band);
    int narrow_mm = options.is_a5 ? 148 : 210, long_mm = options.is_a5 ? 210 : 297;
    p->width = (options.is_landscape ? long_mm : narrow_mm) * POINTS_PER_MM;
    p->height = (options.is_landscape ? narrow_mm : long_mm) * POINTS_PER_MM;
    double band = options.band.n ? BAND : 0, margin = (options.margin_mm ? options.margin_mm : MARGIN_MM) * POINTS_PER_MM;
    p->left = margin;
    p->right = p->width - margin;
    p->top = margin + band;
    p->bottom = p->height - FOOT - margin / 2 - band;
    return p;
}

static void text_add(Pdf *p, Str text, PdfStyle style, PdfAlign align) {
    PdfItem *item = item_add(p, ITEM_TEXT);
    item->text = keep(p, text);
    item->style = style;
    item->align = align;
}

void pdf_title(Pdf *p, Str text) { text_add(p, text, STYLE_TITLE, PDF_CENTER); }
void pdf_heading(Pdf *p, Str text) { text_add(p, text, STYLE_HEADING, PDF_LEFT); }
void pdf_paragraph(Pdf *p, Str text, PdfAlign align) { text_add(p, text, STYLE_BODY, align); }
void pdf_display(Pdf *p, Str text) { text_add(p, text, STYLE_DISPLAY, PDF_CENTER); }
void pdf_small(Pdf *p, Str text) { text_add(p, text, STYLE_SMALL, PDF_LEFT); }
void pdf_space(Pdf *p, int mm) { item_add(p, ITEM_SPACE)->height = mm * POINTS_PER_MM; }
void pdf_page_break(Pdf *p) { item_add(p, ITEM_BREAK); }

void pdf_letterhead(Pdf *p, const Str *lines, size_t n) {
    for (size_t i = 0; i < n; i++) text_add(p, lines[i], i + 1 == n ? STYLE_TITLE : STYLE_HEADING, PDF_CENTER);
    item_add(p, ITEM_RULE)->height = RULE;
}

void pdf_field(Pdf *p, Str name, Str value) {
    PdfItem *item = item_add(p, ITEM_FIELD);
    item->text = keep(p, name);
    item->value = keep(p, value);
}

void pdf_qr(Pdf *p, Str text, int mm, Str caption) {
    PdfItem *item = item_add(p, ITEM_QR);
    item->text = keep(p, text);
    item->value = keep(p, caption);
    item->height = mm * POINTS_PER_MM;
    if (text.n == 0 || text.n > 1000) p->fault = N_("A QR code holds 1 to 1,000 bytes.");
}

void pdf_table(Pdf *p, PdfTable table) {
    assert(!p->table && table.n > 0 && table.n <= PDF_COLUMNS_MAX && table.group_n <= PDF_GROUPS_MAX && (!table.has_sum || (table.sum_column < table.n && table.sum_column > 0)));
    PdfTableData *t = p->table = NEW(&p->memory, PdfTableData, 1);
    double rest = p->right - p->left;
    size_t shares_n = 0;
    t->n = table.n;
    t->has_sum = table.has_sum;
    t->sum_column = table.sum_column;
    t->row_height_min = table.row_mm_min * POINTS_PER_MM;
    t->cell = table.is_fine ? STYLE_FINE : STYLE_CELL;
    t->cell_bold = table.is_fine ? STYLE_FINE_BOLD : STYLE_CELL_BOLD;
    t->padding = table.is_fine ? FINE_PADDING : CELL_PADDING;
    t->group_n = table.group_n;
    for (size_t i = 0; i < t->group_n; i++) {
        t->groups[i] = table.groups[i];
        t->groups[i].title = arena_c(&p->memory, keep(p, str_c(table.groups[i].title)));
    }
    for (size_t i = 0; i < t->n; i++) {
        t->columns[i] = table.columns[i];
        t->columns[i].title = arena_c(&p->memory, keep(p, str_c(table.columns[i].title)));
        t->width[i] = table.columns[i].width_mm * POINTS_PER_MM;
        rest -= t->width[i];
        shares_n += table.columns[i].width_mm == 0;
    }
    if (rest < 20.0 * POINTS_PER_MM * (double)shares_n || rest < 0) p->fault = N_("The columns of a table are wider than the page.");
    double x = p->left;
    for (size_t i = 0; i < t->n; i++) {
        if (t->columns[i].width_mm == 0) t->width[i] = rest / (double)shares_n;
        t->x[i] = x;
        x += t->width[i];
    }
    p->table_rows_n = 0;
    item_add(p, ITEM_TABLE)->table = t;
}

void pdf_row(Pdf *p, const Str *cells, Rupiah amount) {
    assert(p->table);
    PdfTableData *t = p->table;
    Str *kept = NEW(&p->memory, Str, t->n);
    for (size_t i = 0; i < t->n; i++) {
        bool is_sum = t->has_sum && i == t->sum_column;
        if (!is_sum) { kept[i] = keep(p, cells[i]); continue; }
        Buf b = { .max = 64 };
        count_put(&b, amount.rp);
        kept[i] = arena_str(&p->memory, buf_view(&b));
        buf_free(&b);
    }
    PdfItem *item = item_add(p, ITEM_ROW);
    item->table = t;
    item->cells = kept;
    item->amount = amount;
    item->row_n = ++p->table_rows_n;
}

void pdf_table_end(Pdf *p) {
    assert(p->table);
    item_add(p, ITEM_TABLE_END)->table = p->table;
    p->table = NULL;
}

int64_t pdf_rows_n(const Pdf *p) { return p->table_rows_n; }

void pdf_signatures(Pdf *p, const PdfSignature *signatures, size_t n) {
    assert(n > 0 && n <= PDF_SIGNATURES_MAX);
    PdfSignature *kept = NEW(&p->memory, PdfSignature, n);
    for (size_t i = 0; i < n; i++)
        kept[i] = (PdfSignature){ keep(p, signatures[i].place_and_date), keep(p, signatures[i].role), keep(p, signatures[i].name), keep(p, signatures[i].number) };
    PdfItem *item = item_add(p, ITEM_SIGNATURES);
    item->signatures = kept;
    item->signatures_n = n;
}

// ---- text -------------------------------------------------------------------------------------------------------

static FcConfig *fonts;                                    // the private configuration: two files, made once, kept to the end

// It holds its parts by offsets instead of pointers, which a leak checker cannot follow.
const char *__lsan_default_suppressions(void), *__lsan_default_options(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig\n"; }
const char *__lsan_default_options(void) { return "print_suppressions=0"; }

static void fonts_prepare(void) {
    static const char *const FOLDERS[] = { "/usr/share/fonts/truetype/noto", "/usr/share/fonts/noto", "/usr/share/fonts/google-noto" };
    static const char *const FILES[] = { "NotoSans-Regular.ttf", "NotoSans-Bold.ttf" };
    for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS && !fonts; i++) {
        FcConfig *config = FcConfigCreate();
        size_t found_n = 0;
        for (size_t k = 0; k < sizeof FILES / sizeof *FILES; k++) {
            Buf path = { .max = 4096 };
            buf_fmt(&path, "%s/%s", FOLDERS[i], FILES[k]);
            buf_char(&path, 0);
            found_n += FcConfigAppFontAddFile(config, (const FcChar8 *)path.p) == FcTrue;
            buf_free(&path);
        }
        if (found_n == sizeof FILES / sizeof *FILES) fonts = config;
        else FcConfigDestroy(config);
    }
}

static bool text_start(Pdf *p, Err *e) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fonts_prepare);
    if (!fonts) return fail(e, IO_FAILED, "The font Noto Sans is not installed (Debian package fonts-noto-core).");
    PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), fonts);
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);                    // a point is a unit
    p->pango = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);                     // paper has no pixels
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(p->pango, options);
    pango_context_set_round_glyph_positions(p->pango, FALSE);
    cairo_font_options_destroy(options);
    g_object_unref(map);
    p->layout = pango_layout_new(p->pango);
    return true;
}

void pdf_layout_set(Pdf *p, Str text, PdfStyle style, double width, PdfAlign align) {
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "Noto Sans");
    pango_font_description_set_absolute_size(font, STYLES[style].size * PANGO_SCALE);
    pango_font_description_set_weight(font, STYLES[style].is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(p->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(p->layout, align == PDF_RIGHT ? PANGO_ALIGN_RIGHT : align == PDF_CENTER ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    pango_layout_set_text(p->layout, text.p ? text.p : "", (int)text.n);
}

double pdf_text_height(Pdf *p, Str text, PdfStyle style, double width) {
    int h = 0;
    pdf_layout_set(p, text, style, width, PDF_LEFT);
    pango_layout_get_size(p->layout, NULL, &h);
    return (double)h / PANGO_SCALE;
}

// ---- laying out -------------------------------------------------------------------------------------------------

typedef struct { Pdf *p; int page; double y; Rupiah page_sum, total; int64_t rows_on_page; bool has_broken, is_open; Err *e; } Flow;

static void put(Flow *f, PdfPlaced what) {
    Pdf *p = f->p;
    if (p->placed_n == p->placed_cap) {
        p->placed_cap = p->placed_cap ? p->placed_cap * 2 : 256;
        p->placed = realloc(p->placed, p->placed_cap * sizeof *p->placed);
        if (!p->placed) abort();
    }
    what.page = f->page;
    what.y = f->y;
    p->placed[p->placed_n++] = what;
    f->y += what.height;
}

static void page_next(Flow *f) {
    f->page++;
    f->y = f->p->top;
}

// Puts an item on this page or, if it and what must follow it do not fit, on the next.
static bool place(Flow *f, const PdfItem *item, double height, double with_after) {
    if (height > f->p->bottom - f->p->top) return fail(f->e, LIMIT, "A part of the document is higher than a page.");
    if (f->y + height + with_after > f->p->bottom && f->y > f->p->top) page_next(f);
    put(f, (PdfPlaced){ .height = height, .item = item });
    return true;
}

static double row_height(Pdf *p, const PdfTableData *t, const Str *cells, const char *const *titles) {
    double height = titles ? 0 : t->row_height_min;
    for (size_t i = 0; i < t->n; i++) {
        Str text = titles ? str_c(titles[i]) : cells[i];
        if (!text.n && i > 0) continue;                    // no taller than a line
        double h = pdf_text_height(p, text, titles ? t->cell_bold : t->cell, t->width[i] - 2 * t->padding) + t->padding;
        if (h > height) height = h;
    }
    return height;
}

static void table_measure(Flow *f, PdfTableData *t) {
    const char *titles[PDF_COLUMNS_MAX];
    for (size_t i = 0; i < t->n; i++) titles[i] = t->columns[i].title;
    t->group_height = t->group_n ? pdf_text_height(f->p, STR("0"), t->cell_bold, 100) + t->padding : 0;
    t->header_height = t->group_height + row_height(f->p, t, NULL, titles);
    t->sum_height = t->has_sum ? pdf_text_height(f->p, STR("0"), t->cell_bold, 100) + t->padding : 0;
}

static void put_sum(Flow *f, const PdfItem *item, const char *label, Rupiah sum) {
    put(f, (PdfPlaced){ .kind = PLACED_SUM, .height = item->table->sum_height, .item = item, .label = label, .sum = sum });
}

static void page_sums(Flow *f, const PdfItem *item) {
    if (!item->table->has_sum) return;
    put_sum(f, item, N_("Total of this page"), f->page_sum);
    put_sum(f, item, N_("Total up to this page"), f->total);
}

static void table_header(Flow *f, const PdfItem *item) {
    put(f, (PdfPlaced){ .kind = PLACED_HEADER, .height = item->table->header_height, .item = item });
    f->page_sum = (Rupiah){ 0 };
    f->rows_on_page = 0;
    f->is_open = true;
}

static double item_height(Pdf *p, const PdfItem *item) {
    double width = p->right - p->left, after = STYLES[item->style].after;
    switch (item->kind) {
    case ITEM_TEXT: return pdf_text_height(p, item->text, item->style, width) + after;
    case ITEM_FIELD: {
        double name = pdf_field_name_width(p), a = pdf_text_height(p, item->text, STYLE_BODY, name - 8), b = pdf_text_height(p, item->value, STYLE_BODY, width - name - 8);
        return a > b ? a : b;
    }
    case ITEM_QR: {
        double caption = item->value.n ? pdf_text_height(p, item->value, STYLE_SMALL, width - item->height - 8) : 0;
        return (item->height > caption ? item->height : caption) + after;
    }
    case ITEM_SPACE: case ITEM_RULE: return item->height;
    case ITEM_SIGNATURES: return pdf_signatures_height(p, item);
    case ITEM_BREAK: case ITEM_TABLE: case ITEM_ROW: case ITEM_TABLE_END: break;
    }
    return 0;
}

// What follows the last row of a table down to the signatures: it goes to the next page with that row, so that nobody
// ever signs a page without a payment on it. 0 for other rows, when there are no signatures, and when it is too much for a page.
static double tail_height(Flow *f, const PdfItem *row) {
    const PdfItem *end = f->p->items + f->p->items_n;
    double height = 0;
    if (row + 1 == end || row[1].kind != ITEM_TABLE_END) return 0;
    for (const PdfItem *item = row + 2; item < end && item->kind != ITEM_TABLE && item->kind != ITEM_BREAK; item++) {
        height += item_height(f->p, item);
        if (item->kind == ITEM_SIGNATURES) return height < (f->p->bottom - f->p->top) / 2 ? height + STYLES[STYLE_BODY].after : 0;
    }
    return 0;
}

static bool place_row(Flow *f, const PdfItem *item) {
    PdfTableData *t = item->table;
    double height = row_height(f->p, t, item->cells, NULL), sums = 2 * t->sum_height;      // two lines of sums end each page
    if (t->header_height + height + sums > f->p->bottom - f->p->top) return fail(f->e, LIMIT, "A part of the document is higher than a page.");
    double needed = height + sums + tail_height(f, item) + (f->is_open ? 0 : t->header_height);
    if (f->y + needed > f->p->bottom) {
        if (f->is_open) { page_sums(f, item); f->has_broken = true; }
        page_next(f);
        f->is_open = false;
    }
    if (!f->is_open) table_header(f, item);
    put(f, (PdfPlaced){ .height = height, .item = item });
    f->rows_on_page++;
    return rupiah_add(f->page_sum, item->amount, &f->page_sum, f->e) && rupiah_add(f->total, item->amount, &f->total, f->e);
}

static bool place_table_end(Flow *f, const PdfItem *item) {
    PdfTableData *t = item->table;
    if (!f->is_open) {                                     // a table without rows: at least its header
        if (f->y + t->header_height + 2 * t->sum_height > f->p->bottom) page_next(f);
        table_header(f, item);
    }
    if (t->has_sum && f->has_broken) put_sum(f, item, N_("Total of this page"), f->page_sum);
    if (t->has_sum) put_sum(f, item, N_("Total"), f->total);
    f->y += STYLES[STYLE_BODY].after;
    return true;
}

static bool place_item(Flow *f, PdfItem *item) {
    bool leads = item->kind == ITEM_TEXT && (item->style == STYLE_TITLE || item->style == STYLE_HEADING);  // never the last on a page
    switch (item->kind) {
    case ITEM_SPACE: f->y += item->height; return true;    // at the end of a page it just vanishes
    case ITEM_BREAK: page_next(f); return true;
    case ITEM_TABLE:
        table_measure(f, item->table);
        f->total = f->page_sum = (Rupiah){ 0 };
        f->is_open = f->has_broken = false;
        return true;
    case ITEM_ROW: return place_row(f, item);
    case ITEM_TABLE_END: return place_table_end(f, item);
    case ITEM_TEXT: case ITEM_FIELD: case ITEM_QR: case ITEM_SIGNATURES: case ITEM_RULE: return place(f, item, item_height(f->p, item), leads ? 60 : 0);
    }
    return true;
}

bool pdf_write(Pdf *p, Sink sink, int *pages_n, Err *e) {
    assert(!p->table && !p->pango);
    if (p->fault) return fail(e, BAD_INPUT, "%s", tr(p->fault));
    if (!text_start(p, e)) return false;
    Flow f = { .p = p, .page = 1, .y = p->top, .e = e };
    for (size_t i = 0; i < p->items_n; i++) if (!place_item(&f, &p->items[i])) return false;
    p->pages_n = f.page;
    p->sink = sink;
    if (!pdf_draw(p, e)) return false;
    if (pages_n) *pages_n = p->pages_n;
    return true;
}

void pdf_free(Pdf *p) {
    if (!p) return;
    if (p->layout) g_object_unref(p->layout);
    if (p->pango) g_object_unref(p->pango);
    arena_free(&p->memory);
    buf_free(&p->out);
    free(p->items);
    free(p->placed);
    free(p);
}
