#include "http/page.h"
#include "http/guard.h"
#include <inttypes.h>

void page_literal(Page *page, const char *p, size_t n) { buf_bytes(page->out, p, n); }

void html_escape(Buf *out, Str v) {
    size_t from = 0;
    for (size_t i = 0; i < v.n; i++) {
        unsigned char c = (unsigned char)v.p[i];
        const char *as = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : c == '\'' ? "&#39;"
                       : (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F ? "\xEF\xBF\xBD" : NULL;     // control bytes become U+FFFD
        if (!as) continue;
        buf_bytes(out, v.p + from, i - from);
        buf_c(out, as);
        from = i + 1;
    }
    if (v.n > from) buf_bytes(out, v.p + from, v.n - from);
}

void page_csrf(Page *page) {
    if (!page->csrf.n) return;                             // nobody signed in: the origin check alone guards the form
    buf_c(page->out, "<input type=\"hidden\" name=\"csrf\" value=\"");
    csrf_put_masked(page->out, page->csrf);
    buf_c(page->out, "\">");
}

const char *page_words(Page *page, const char *words) {
    for (;;) {
        size_t n = strcspn(words, "%");
        html_escape(page->out, (Str){ words, n });
        words += n;
        if (!*words) return words;                         // fewer places than values: tools/po_check.py does not let it come to this
        if (words[1] == 's') return words + 2;
        buf_char(page->out, '%');
        words += words[1] == '%' ? 2 : 1;
    }
}

void page_words_end(Page *page, const char *words) {
    while (*words) words = page_words(page, words);
}

// ---- text: as a person reads it
void page_text_str(Page *page, Str v) { html_escape(page->out, v); }
void page_text_c(Page *page, const char *v) { html_escape(page->out, str_c(v)); }
void page_text_bool(Page *page, bool v) { page_text_c(page, v ? _("Yes") : _("No")); }
void page_text_int(Page *page, int64_t v) { count_put(page->out, v); }
void page_text_rupiah(Page *page, Rupiah v) { rupiah_put(page->out, v); }
void page_running_rupiah(Page *page, Rupiah v) {
    buf_c(page->out, "<span class=\"nowrap\">");
    rupiah_put(page->out, v);
    buf_c(page->out, "</span>");
}

void page_text_hash(Page *page, Hash v) { hash_put_hex(page->out, &v); }
void page_text_html(Page *page, Html v) { buf_str(page->out, v.s); }

void page_text_date(Page *page, Date v) {
    if (date_is_known(v)) date_put_local(page->out, v);
    else buf_c(page->out, "–");
}

void page_text_instant(Page *page, Instant v) {
    int zone = page->zone_minutes ? page->zone_minutes : 420;
    int64_t day_ms = (v.ms + zone * 60000LL) % 86400000, day_minute = (day_ms < 0 ? day_ms + 86400000 : day_ms) / 60000;
    date_put_local(page->out, date_of_instant(v, zone));
    buf_fmt(page->out, lang_get() == LANG_ID ? " %02d.%02d" : " %02d:%02d", (int)(day_minute / 60), (int)(day_minute % 60));
}

// ---- value: as a machine reads it
void page_value_str(Page *page, Str v) { html_escape(page->out, v); }
void page_value_c(Page *page, const char *v) { html_escape(page->out, str_c(v)); }
void page_value_bool(Page *page, bool v) { buf_char(page->out, v ? '1' : '0'); }
void page_value_int(Page *page, int64_t v) { buf_int(page->out, v); }
void page_value_rupiah(Page *page, Rupiah v) { buf_int(page->out, v.rp); }
void page_value_date(Page *page, Date v) { date_put_iso(page->out, v); }
void page_value_instant(Page *page, Instant v) { instant_put_iso(page->out, v); }

// ---- param: a piece of an address
void page_param_str(Page *page, Str v) { url_encode(page->out, v); }
void page_param_c(Page *page, const char *v) { url_encode(page->out, str_c(v)); }
void page_param_bool(Page *page, bool v) { page_value_bool(page, v); }
void page_param_int(Page *page, int64_t v) { buf_int(page->out, v); }
void page_param_rupiah(Page *page, Rupiah v) { buf_int(page->out, v.rp); }
void page_param_date(Page *page, Date v) { date_put_iso(page->out, v); }

// ---- href: a whole address
void page_href_str(Page *page, Str v) {
    bool is_ours = v.n && (v.p[0] == '#' || v.p[0] == '?' || url_is_local(v));
    html_escape(page->out, is_ours || str_starts(v, STR("https://")) ? v : STR("#"));
}
void page_href_c(Page *page, const char *v) { page_href_str(page, str_c(v)); }
void page_href_url(Page *page, Url v) { page_href_str(page, v.s); }
