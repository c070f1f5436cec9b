// template.h: files of a payment channel as data. A bank or post office says how its file looks: columns, separator or
// widths, header and trailer, how money and dates are written; that is a YAML file in rules/channels, and no change in C.
// The keys are explained in docs/channels.md; a mistake is answered with file, line and what was expected.
//
// What the template may name is the caller's: `TemplateFields` lists the fields that it will give for the file and for each row.
#ifndef FILES_TEMPLATE_H
#define FILES_TEMPLATE_H
#include "base/arena.h"
#include "base/date.h"
#include "base/rupiah.h"
#include "files/outfile.h"

typedef enum { FIELD_TEXT, FIELD_RUPIAH, FIELD_DATE, FIELD_COUNT } FieldKind;
typedef struct { const char *name; FieldKind kind; } TemplateField;
typedef struct { const TemplateField *file, *row; size_t file_n, row_n; } TemplateFields;
typedef union { Str text; Rupiah rupiah; Date date; int64_t count; } TemplateValue;    // by the field's kind, in the field's order

typedef struct Template Template;
typedef struct {
    Str name;
    Str title_id, title_en;
    Str note;
    bool is_unconfirmed;                                   // the channel has not confirmed this layout: say so wherever the file is offered
    int64_t rows_max;                                      // what the channel takes in one file
    const char *extension;                                 // "csv", "txt"
} TemplateInfo;

// `t` lives in `a`; the fields must outlive it.
must_use bool template_parse(Str yaml, const char *file_name, TemplateFields fields, Arena *a, const Template **t, Err *e);
must_use bool template_text(const char *path, Arena *a, Str *out, Err *e);     // the bytes of a template's file
must_use bool template_load(const char *path, TemplateFields fields, Arena *a, const Template **t, Err *e);
TemplateInfo template_info(const Template *t);

typedef struct { int64_t count; Rupiah sum; } TemplateTotals;

// Writing: rows one at a time. `expected` is what the books say; if the rows do not agree, nothing is written (CONFLICT).
typedef struct TemplateWriter TemplateWriter;
must_use bool template_open(const Template *t, const char *path, const TemplateValue *file_values, TemplateTotals expected, TemplateWriter **out, Err *e);
must_use bool template_put(TemplateWriter *w, const TemplateValue *row, Err *e);       // BAD_INPUT names row and column
must_use bool template_finish(TemplateWriter *w, FileProof *proof, Err *e);            // ends w, also on failure
void template_abort(TemplateWriter *w);                    // NULL is fine

// Reads a written file back and adds it up from its bytes, without any code of the writer: rows, sum, and every row number,
// count, sum and check total that the file itself states. Fails with BAD_INPUT and the line where something does not agree.
must_use bool template_recount(const Template *t, const char *path, TemplateTotals *out, FileProof *proof, Err *e);

// ---- what comes back (the section `answer:`) ---------------------------------------------------------------------------------
// The table with which the channel answers: which column is which, and what its words mean. Columns and kinds are the caller's.
typedef struct { const char *const *columns; size_t column_n; const char *const *kinds; size_t kind_n; } TemplateAnswerNames;
typedef struct { Str word; size_t kind; } TemplateWord;    // as csv_name_put writes it; kind: index in the caller's kinds
typedef struct { Str word, code; } TemplateReason;
typedef struct {
    TemplateInfo info;
    const char **titles;                                   // by the caller's column: its titles, parted by |; NULL: the table has no such column
    int *places;                                           // … its place from 0 in a table without titles (has_titles false); -1
    bool has_titles;
    bool is_proof;                                         // what the table says is a proof (a list that the channel answers for), not only a status
    TemplateWord *words; size_t word_n;
    TemplateReason *reasons; size_t reason_n;
} TemplateAnswer;
// A file of rules/channels may hold this section beside the description of what goes out, or alone.
must_use bool template_answer_parse(Str yaml, const char *file_name, TemplateAnswerNames names, Arena *a, const TemplateAnswer **out, Err *e);
#endif
