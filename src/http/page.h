// page.h: what compiled pages (tools/pagec.py, docs/pages.md) call to write themselves. Every value is escaped here, by its
// type and by where it stands; nothing else in the program writes markup, except the few makers of Html (chart.h).
//
// Four places a value can stand in:
//   text    between elements, and in attributes that people read: as a person reads it (1.500.000; 8 Desember 2026)
//   value   in other attributes: as a machine reads it (1500000; 2026-12-08)
//   href    a whole address: only our own or https, anything else becomes "#"
//   param   a piece of an address: percent-encoded
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H
#include "base/arena.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/lang.h"
#include "base/rupiah.h"
#include "http/url.h"

typedef struct { Str s; } Html;                            // markup that is already safe; the only raw output

// One page being written.
typedef struct {
    Buf *out;
    Arena *arena;                                          // lives as long as the answer
    Str csrf;                                              // for forms; empty when nobody is signed in
    Url here;                                              // the address of this page, with its query
    int zone_minutes;                                      // the district's own zone; 0 means WIB (420)
} Page;

void page_literal(Page *page, const char *p, size_t n);    // from the template itself
void page_csrf(Page *page);                                // the hidden field of a form; the compiler puts one in each POST form
// Writes a translated text up to its next %s and returns what follows; page_words_end writes the rest.
const char *page_words(Page *page, const char *words);
void page_words_end(Page *page, const char *words);

#define PAGE_CASES_(place) PAGE_CASES_AND_(place, page_##place##_rupiah)
#define PAGE_CASES_AND_(place, rupiah) Str: page_##place##_str, char *: page_##place##_c, const char *: page_##place##_c, bool: page_##place##_bool, \
    int: page_##place##_int, unsigned: page_##place##_int, short: page_##place##_int, long: page_##place##_int, \
    unsigned long: page_##place##_int, long long: page_##place##_int, unsigned long long: page_##place##_int, \
    Rupiah: rupiah, Date: page_##place##_date
#define page_text(page, v) _Generic((v), PAGE_CASES_(text), Instant: page_text_instant, Hash: page_text_hash, Html: page_text_html)(page, v)
// The same in running text: an amount is not parted at a line's end.
#define page_running(page, v) _Generic((v), PAGE_CASES_AND_(text, page_running_rupiah), Instant: page_text_instant, Hash: page_text_hash, Html: page_text_html)(page, v)
#define page_value(page, v) _Generic((v), PAGE_CASES_(value), Instant: page_value_instant, Hash: page_text_hash)(page, v)
#define page_param(page, v) _Generic((v), PAGE_CASES_(param))(page, v)
#define page_href(page, v) _Generic((v), Str: page_href_str, char *: page_href_c, const char *: page_href_c, Url: page_href_url)(page, v)
// A number as plain digits (a year, an RT, a row of a file), where page_text would part its thousands.
#define page_digits(page, v) page_value_int(page, v)

void page_text_str(Page *page, Str v);
void page_text_c(Page *page, const char *v);               // NULL writes nothing
void page_text_bool(Page *page, bool v);                   // Yes, No
void page_text_int(Page *page, int64_t v);                 // 23.964
void page_text_rupiah(Page *page, Rupiah v);               // Rp 1.500.000
void page_running_rupiah(Page *page, Rupiah v);            // <span class="nowrap">Rp 1.500.000</span>
void page_text_date(Page *page, Date v);                   // 8 Desember 2026; a dash when unknown
void page_text_instant(Page *page, Instant v);             // 8 Desember 2026 14.05
void page_text_hash(Page *page, Hash v);                   // 64 hexadecimal digits
void page_text_html(Page *page, Html v);
void page_value_str(Page *page, Str v);
void page_value_c(Page *page, const char *v);
void page_value_bool(Page *page, bool v);                  // 1, 0
void page_value_int(Page *page, int64_t v);                // 23964
void page_value_rupiah(Page *page, Rupiah v);              // 1500000
void page_value_date(Page *page, Date v);                  // 2026-12-08
void page_value_instant(Page *page, Instant v);            // 2026-12-08T07:05:00Z
void page_param_str(Page *page, Str v);
void page_param_c(Page *page, const char *v);
void page_param_bool(Page *page, bool v);
void page_param_int(Page *page, int64_t v);
void page_param_rupiah(Page *page, Rupiah v);
void page_param_date(Page *page, Date v);
void page_href_str(Page *page, Str v);
void page_href_c(Page *page, const char *v);
void page_href_url(Page *page, Url v);

// For makers of Html: text escaped for an element or a quoted attribute.
void html_escape(Buf *out, Str v);
#endif
