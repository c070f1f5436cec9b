// hand_over_note.c: the note that both companions and the coordinator sign, by kelurahan and RT.
#include "base/lang.h"
#include "files/pdf.h"
#include "office/hand_over.h"
#include <stdlib.h>

static int place_order(const void *a, const void *b) {
    const HandOverItem *x = a, *y = b;
    int by_rt = str_cmp(x->rt, y->rt);
    if (x->village_id != y->village_id) return x->village_id > y->village_id ? 1 : -1;
    return by_rt ? by_rt : (x->family_id > y->family_id) - (x->family_id < y->family_id);
}

static Str name_of(const HandOver *h, int64_t companion_id) {
    for (size_t i = 0; i < h->part_n; i++) if (h->parts[i].id == companion_id && h->parts[i].name.n) return h->parts[i].name;
    return STR("–");
}

static Str date_text(Arena *a, Date day) {
    Buf b = { .max = 64 };
    date_put_local(&b, day);
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static void families_put(Arena *a, Pdf *p, const HandOver *h) {
    HandOverItem *sorted = NEW(a, HandOverItem, h->n + 1);
    const PdfColumn columns[] = { { _("No."), 11, PDF_RIGHT, false }, { _("Family"), 20, PDF_RIGHT, false }, { _("Name"), 0, PDF_LEFT, false }, { _("Kelurahan"), 40, PDF_LEFT, false },
                                  { "RT", 12, PDF_LEFT, false }, { _("Until now"), 38, PDF_LEFT, false } };
    memcpy(sorted, h->items, h->n * sizeof *sorted);
    qsort(sorted, h->n, sizeof *sorted, place_order);
    pdf_table(p, (PdfTable){ .columns = columns, .n = 6 });
    for (size_t i = 0; i < h->n; i++) {
        const HandOverItem *it = &sorted[i];
        const Str cells[] = { arena_fmt(a, "%zu", i + 1), arena_fmt(a, "%lld", (long long)it->family_id), it->name.n ? it->name : STR("–"), it->village.n ? it->village : STR("–"),
                              it->rt.n ? it->rt : STR("–"), name_of(h, it->companion_id) };
        pdf_row(p, cells, (Rupiah){ 0 });
    }
    pdf_table_end(p);
}

bool hand_over_note(Arena *a, const HandOver *h, Str area, Str band, Instant now, Sink sink, Err *e) {
    int pages_n;
    Str title = arena_fmt(a, _("Note of a hand-over, number %lld"), (long long)h->id);
    Str to = h->to_name.n ? h->to_name : str_c(_("nobody yet"));
    Pdf *p = pdf_new((PdfOptions){ .title = title, .author = area, .created_at = now, .footer = title, .band = band });
    pdf_title(p, title);
    pdf_field(p, str_c(_("Regency or city")), area);
    pdf_field(p, str_c(_("From the day")), date_text(a, h->from_on));
    pdf_field(p, str_c(_("Families")), arena_count(a, (int64_t)h->n));
    pdf_field(p, str_c(_("New companion")), to);
    pdf_space(p, 2);
    for (size_t i = 0; i < h->part_n; i++)
        pdf_paragraph(p, arena_fmt(a, _("%.*s hands %lld families over to %.*s."), STR_ARG(h->parts[i].name.n ? h->parts[i].name : str_c(_("Nobody (without a companion)"))),
                                   (long long)h->parts[i].family_n, STR_ARG(to)), PDF_LEFT);
    if (h->done_at.ms == INT64_MIN) pdf_paragraph(p, str_c(_("Not signed yet by a second person: a draft.")), PDF_LEFT);
    families_put(a, p, h);
    pdf_space(p, 3);
    Str dots = arena_fmt(a, "%.*s, ……………………", STR_ARG(area));
    const PdfSignature signatures[] = { { STR(" "), str_c(_("Hands over")), h->part_n == 1 ? h->parts[0].name : STR(""), STR("") },
        { STR(" "), str_c(_("Takes over")), h->to_name, STR("") }, { dots, str_c(_("Knows of it: the coordinator")), STR(""), STR("NIP") } };
    pdf_signatures(p, signatures, 3);
    bool is_good = pdf_write(p, sink, &pages_n, e);
    pdf_free(p);
    return is_good;
}
