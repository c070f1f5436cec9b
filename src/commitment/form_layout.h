// form_layout.h: the three official forms of verification, column by column. Their words are those of the official forms and stay Indonesian in
// every language, as what comes back is read by them too (form_in.h). Education is the 25 columns of e-PKH; health and social forms have the same
// shape: who, then the same columns for each of three months, then remarks and companion.
#ifndef COMMITMENT_FORM_LAYOUT_H
#define COMMITMENT_FORM_LAYOUT_H
#include "files/formfile.h"

typedef enum { FORM_EDUCATION, FORM_HEALTH, FORM_SOCIAL, FORM_KINDS_N } FormKind;
typedef struct { int year, quarter; } FormPeriod;          // quarter 1 … 4

#define FORM_MONTHS 3
typedef struct {
    const char *name;                                      // "education": in addresses and in the shell
    const char *title;                                     // "FORMULIR VERIFIKASI KOMITMEN PENDIDIKAN"
    const char *place_title, *place_name_title;            // "NPSN", "Nama sekolah"
    const char *signer, *other_signer;                     // "Kepala sekolah", "Pendamping PKH"
    const char *notes[FORM_NOTES_MAX];                     // how to fill it; ends with NULL
    FormFileColumn lead[8]; size_t lead_n;
    FormFileColumn month[5]; size_t month_n;
    FormFileColumn tail[2]; size_t tail_n;
} FormLayout;
extern const FormLayout FORM_LAYOUTS[FORM_KINDS_N];

must_use bool form_kind_find(Str name, FormKind *out);
// "2026-4", "2026-T4"; from 2007, when the programme began, to 2100.
must_use bool form_period_find(Str text, FormPeriod *out);
FormPeriod form_period_of(Date day);
Date form_period_first(FormPeriod period);
Date form_period_end(FormPeriod period);                   // the first day that no longer belongs to it
const char *form_month_name(FormPeriod period, int month); // month 0 … 2: "Oktober"
#endif
