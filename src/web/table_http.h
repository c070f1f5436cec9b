// table_http.h: any list of the office also as CSV, XLSX and JSON: the same address with ?format=csv|xlsx|json, the same filters,
// the same authority.
//
//   TableHead head = { .name = "kpm", .title = …, .kab = v->kab, .area = …, .stage = v->stage, .columns = COLUMNS, .column_n = … };
//   TableFormat format; bool is_file;
//   if (!table_asked(r, &is_file, &format, e)) return false;
//   if (is_file) {
//       TableWriter *w;
//       if (!table_answer_open(r, &head, format, &w, e)) return false;
//       … table_put(w, …); table_put_number(r, w, head.kab, row.nik); table_end_row(w, e) … on failure table_abort(w)
//       return table_answer(r, res, &head, format, w, e);
//   }
//   in the page: {include table_links(v->here)} (web_table.page.h)
#ifndef WEB_TABLE_HTTP_H
#define WEB_TABLE_HTTP_H
#include "files/table_write.h"
#include "web/web.h"

typedef struct {
    const char *name;                          // begins the file's name: "kpm"
    Str title;                                 // above the sheet
    int64_t kab;                               // 0: of no district
    Str area, stage, filter;                   // for people, may be empty; stage as in the address ("2024-2"), for the name too
    const TableColumn *columns;
    size_t column_n;
} TableHead;

// Whether the address asks for a file. BAD_INPUT for a format that is none.
must_use bool table_asked(const Request *r, bool *is_asked, TableFormat *out, Err *e);
// `head` and what it points at live until the answer; the sheet says area, stage, filter, day and who asked.
must_use bool table_answer_open(Request *r, const TableHead *head, TableFormat format, TableWriter **out, Err *e);
// Ends the list and makes it the answer: kpm-1371-2024-2-20261208.csv. Ends w, also on failure.
must_use bool table_answer(Request *r, Response *res, const TableHead *head, TableFormat format, TableWriter *w, Err *e);
// A NIK, KK, card, account or phone number: whole for those who may see it whole, else all but its last four hidden.
void table_put_number(const Request *r, TableWriter *w, int64_t kab, Str number);
// The present address, as a file of that format.
Url table_url(Arena *a, Url here, const char *format);
#endif
