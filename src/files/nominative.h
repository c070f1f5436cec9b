// nominative.h: the printed nominative list (daftar nominatif, "danom") of one kelurahan, signed by each recipient at the post
// office or in the village, then by the paying officer and the head of the kelurahan.
#ifndef FILES_NOMINATIVE_H
#define FILES_NOMINATIVE_H
#include "files/pdf.h"

typedef struct {
    Str office;                                            // "Dinas Sosial Kota Padang"
    Str stage;                                             // "Tahap II 2024"
    Str village, kecamatan, kabupaten;
    Str batch;                                             // number of the payment batch; also in the QR code of the list
    Str place;                                             // where it is signed: "Padang"
    Instant created_at;
    Str band;                                              // of a practice database; empty = a real one
} Nominative;

// Tells the head of the list; then one nominative_row a payment; then nominative_end; then pdf_write.
Pdf *nominative_new(const Nominative *n);
void nominative_row(Pdf *p, Str name, Str masked_nik, Str address, Rupiah amount);
void nominative_end(Pdf *p, const Nominative *n);
// 1371011203900001 -> 137101******0001: enough to compare with a card, too little to misuse. Anything but 16 digits becomes dots.
void nik_put_masked(Buf *b, Str nik);
#endif
