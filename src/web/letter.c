// letter.c: a letter on paper. Its sentences are those of status/status_words.c.
#include "web/letter.h"

Url letter_pdf_url(Arena *a, const LetterView *v) {
    return url_with(a, url_with(a, url_path(a, "/family/%lld/%lld/letter", (long long)v->kab, (long long)v->id), "stage", v->situation.stage), "format", STR("pdf"));
}

Str letter_place(Arena *a, Str village, Str rt, Str rw) {
    if (!rt.n && !rw.n) return village.n ? village : STR("");
    Str door = arena_fmt(a, "%s" STR_FMT "%s%s" STR_FMT, rt.n ? "RT " : "", STR_ARG(rt), rt.n && rw.n ? " " : "", rw.n ? "RW " : "", STR_ARG(rw));
    return village.n ? arena_fmt(a, STR_FMT ", " STR_FMT, STR_ARG(door), STR_ARG(village)) : door;
}

void letter_words(Arena *a, LetterView *v, const FamilyStatus *situation, Str stage, Date day) {
    Buf b = { .max = 100 };
    date_put_local(&b, day);
    v->date = arena_str(a, buf_view(&b));
    buf_free(&b);
    v->situation = *situation;
    v->stage_label = stage.n ? stage_title(a, stage) : STR("");
    v->letter = status_letter(a, situation, v->stage_label);
}

void letter_put(Pdf *p, Arena *a, const LetterView *v) {
    const FamilyStatus *s = &v->situation;
    pdf_paragraph(p, arena_fmt(a, STR_FMT ", " STR_FMT, STR_ARG(v->area_name), STR_ARG(v->date)), PDF_RIGHT);
    pdf_paragraph(p, str_c(_("To the mother or head of the family")), PDF_LEFT);
    pdf_paragraph(p, v->name, PDF_LEFT);
    if (v->address.n) pdf_paragraph(p, v->address, PDF_LEFT);
    if (v->village.n) pdf_paragraph(p, v->village, PDF_LEFT);
    pdf_small(p, arena_fmt(a, _("Family number: %lld"), (long long)v->id));
    pdf_space(p, 4);
    Str money = s->expected.known == MONEY_KNOWN ? status_money_text(a, &s->expected) : STR("");
    pdf_heading(p, arena_fmt(a, "%s%s" STR_FMT, status_title_of(s->kind), money.n ? " · " : "", STR_ARG(money)));
    pdf_paragraph(p, str_c(_("Dear Mother,")), PDF_LEFT);
    for (size_t i = 0; i < v->letter.n; i++) pdf_paragraph(p, v->letter.at[i], PDF_LEFT);
    pdf_paragraph(p, v->companion.n ? arena_fmt(a, _("If something is not clear, ask your companion, %.*s. The help is free: nobody may take a share of it."), STR_ARG(v->companion))
                                    : str_c(_("If something is not clear, ask at the office. The help is free: nobody may take a share of it.")), PDF_LEFT);
    pdf_space(p, 4);
    pdf_paragraph(p, str_c(_("With kind regards,")), PDF_LEFT);
    pdf_paragraph(p, str_c(_("Social Service, family hope programme")), PDF_LEFT);
}
