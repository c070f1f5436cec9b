// paper.h: what a training puts on paper, and into a calendar. Letters are in Indonesian whatever the language of the thread: they go to the
// office, to hotels and to companions. A letter that is not signed yet says on every page that it is a draft.
#ifndef TRAINING_PAPER_H
#define TRAINING_PAPER_H
#include "files/sink.h"
#include "training/certificate.h"

// Doors: a code for each session, to hang on the wall. Questions: the test, to be filled with a pen.
typedef enum { PAPER_ASSIGNMENT, PAPER_INVITATION, PAPER_ATTENDANCE, PAPER_DOORS, PAPER_QUESTIONS, PAPER_GOODS, PAPER_CERTIFICATE, PAPER_REPORT, PAPERS_N } TrainingPaper;
must_use bool training_paper_find(Str name, TrainingPaper *out);       // "surat-tugas", "undangan", …
const char *training_paper_name(TrainingPaper paper);
const char *training_paper_title(TrainingPaper paper);                 // for people, in this thread's language

// origin: our own address, for the codes to lead to ("https://padang.example"); empty: the code alone. area: "Kota Padang". band: of a practice
// database. session_n: of the attendance list; 0: all. companion_id: of invitation and certificate; 0: all that the sight shows.
typedef struct { int64_t kab, id, session_n, companion_id; Sight sight; Str area, origin, band; Instant now; } PaperAsk;
// Writes the document. NOT_FOUND when the sight does not show it, CONFLICT when there is nothing to print yet. A companion (own sight) gets the
// letter, the own invitation and the own certificate; everything else is NOT_FOUND for him.
must_use bool training_paper(Db *db, Arena *a, const PaperAsk *ask, TrainingPaper paper, Sink sink, Err *e);
// The sessions as RFC 5545: for every calendar. The same training later has a higher SEQUENCE.
void training_calendar(Arena *a, const Training *t, Str origin, Instant now, Buf *out);
// Address of the page that verifies a certificate.
Str certificate_address(Arena *a, const Certificate *c, Str origin);
#endif
