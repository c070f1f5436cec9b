// letter.h: the letter to a mother about her family's one status: on the page, as a PDF of its own, and many as one PDF in the order
// in which somebody walks from door to door.
#ifndef WEB_LETTER_H
#define WEB_LETTER_H
#include "files/pdf.h"
#include "web/families.h"

typedef struct {
    int64_t kab, id;
    Str name, address, village, area_name, companion, stage_label, date;       // village: with RT and RW where they are known
    FamilyStatus situation;
    Letter letter;
} LetterView;

Url letter_pdf_url(Arena *a, const LetterView *v);
// Fills what follows from status, stage and day; the caller has set who and where.
void letter_words(Arena *a, LetterView *v, const FamilyStatus *situation, Str stage, Date day);
Str letter_place(Arena *a, Str village, Str rt, Str rw);   // "RT 003 RW 005, Lubuk Buaya"
void letter_put(Pdf *p, Arena *a, const LetterView *v);    // one letter, where the document stands

// ---- those of a list -------------------------------------------------------------------------------------------------
#define LETTERS_MAX 500                                    // in one file: half a second, and what a companion can carry
#define LETTER_PARTS_MAX 50
typedef struct { int64_t n, first_n, last_n; Str from, to; } LettersPart;      // numbers within the list, from 1; places of the first and last
typedef struct {
    const FamiliesView *list;
    LettersPart *parts;
    size_t part_n;
    bool is_cut;                                           // more parts than a page shows
    Url back;
} LettersView;
Url letters_url(Arena *a, Url list);                       // the same filters, as letters
Url letters_file_url(Arena *a, Url here, int64_t part_n, const char *paper);
RouteHandler letters_get;                                  // GET /families/letters, of FAMILIES_ROUTES
#endif
