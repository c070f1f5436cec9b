#include "files/nominative.h"
#include "base/lang.h"

#define WIB 420                                            // minutes east of Greenwich, for the day on the paper

Pdf *nominative_new(const Nominative *n) {
    Buf title = { .max = 1000 }, footer = { .max = 1000 };
    buf_fmt(&title, "%s %.*s – %.*s", _("Nominative list"), STR_ARG(n->stage), STR_ARG(n->village));
    buf_fmt(&footer, "%.*s · ", STR_ARG(n->office));
    date_put_local(&footer, date_of_instant(n->created_at, WIB));
    Pdf *p = pdf_new((PdfOptions){ .title = buf_view(&title), .author = n->office, .created_at = n->created_at, .footer = buf_view(&footer), .band = n->band });
    pdf_title(p, str_c(_("Nominative list of PKH assistance through PT Pos")));
    pdf_field(p, str_c(_("Stage")), n->stage);
    pdf_field(p, str_c(_("Kelurahan")), n->village);
    pdf_field(p, str_c(_("Kecamatan")), n->kecamatan);
    pdf_field(p, str_c(_("Regency or city")), n->kabupaten);
    pdf_field(p, str_c(_("Payment batch")), n->batch);
    pdf_space(p, 3);
    const PdfColumn columns[] = {
        { _("No."), 11, PDF_RIGHT, false }, { _("Recipient's name"), 0, PDF_LEFT, false }, { _("NIK"), 33, PDF_LEFT, false }, { _("Address"), 0, PDF_LEFT, false },
        { _("Amount (Rp)"), 24, PDF_RIGHT, false }, { _("Signature or thumbprint"), 32, PDF_LEFT, true },
    };
    pdf_table(p, (PdfTable){ .columns = columns, .n = 6, .has_sum = true, .sum_column = 4, .row_mm_min = 9 });
    buf_free(&title);
    buf_free(&footer);
    return p;
}

void nominative_row(Pdf *p, Str name, Str masked_nik, Str address, Rupiah amount) {
    Buf number = { .max = 32 };
    count_put(&number, pdf_rows_n(p) + 1);
    const Str cells[] = { buf_view(&number), name, masked_nik, address, { NULL, 0 }, { NULL, 0 } };
    pdf_row(p, cells, amount);
    buf_free(&number);
}

void nominative_end(Pdf *p, const Nominative *n) {
    Buf place = { .max = 256 }, head = { .max = 256 };
    pdf_table_end(p);
    pdf_space(p, 2);
    pdf_qr(p, n->batch, 22, str_c(_("Scan to find this list again in the programme. A copy without signatures is no proof of payment.")));
    buf_fmt(&place, "%.*s, ……………………………", STR_ARG(n->place));
    buf_fmt(&head, "%s %.*s", _("Head of kelurahan"), STR_ARG(n->village));
    const PdfSignature signatures[] = {
        { STR(" "), buf_view(&head), { NULL, 0 }, STR("NIP") }, { buf_view(&place), str_c(_("Paying officer of PT Pos")), { NULL, 0 }, STR("NIPPOS") },
    };
    pdf_signatures(p, signatures, 2);
    buf_free(&place);
    buf_free(&head);
}

void nik_put_masked(Buf *b, Str nik) {
    if (nik.n != 16 || !str_is_digits(nik)) { buf_c(b, "…"); return; }
    buf_str(b, str_part(nik, 0, 6));
    buf_c(b, "******");
    buf_str(b, str_part(nik, 12, 4));
}
