#include "files/csv.h"
#include "files/file_kind.h"
#include "base/lang.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

// How it works. Bytes enter a window in chunks. On entry each chunk is admitted once: decoded to UTF-8 or checked to be it,
// and searched for NUL and Ctrl-Z. What cannot be admitted stops the window there; the parser tells the place when it
// arrives. The parser then needs to look for separators and line ends only: 64 bytes at a time become a bit mask.
// A row that does not end in the window is moved to its front, and parsed again with more bytes behind it.
#define CHUNK ((size_t)256 << 10)                          // one read; stays in the second-level cache
#define BLOCK 64                                           // bytes scanned at once: the window is readable so far beyond its end
#define WINDOW (CSV_ROW_MAX + CHUNK * 3 + 4096)            // Windows-1252 grows up to three times when decoded; room for a last BLOCK
#define SAMPLE ((size_t)64 << 10)                          // bytes looked at to find the separator
#define SAMPLE_LINES 50

typedef enum { STOP_NONE, STOP_END, STOP_NUL, STOP_ENCODING, STOP_AFTER_MARK, STOP_READ } Stop;

struct CsvReader {
    int fd;
    bool owns_fd, is_source_done, is_encoding_known, is_broken, is_unread, has_separator_line;
    Str memory;                                            // what is left of it, when fd < 0
    CsvEncoding encoding;
    char separator;
    Stop stop;                                             // why nothing is admitted beyond `end`
    int read_errno;
    char *window, *raw;                                    // raw: not yet decoded, for all encodings but UTF-8
    size_t at, end;                                        // the next row starts at `at`; admitted up to `end`
    size_t raw_end;                                        // UTF-8: read up to here, an unfinished character behind `end`
    size_t raw_n;
    size_t block; uint64_t mask; bool has_mask;            // the scan: separators and line ends from window[block] on
    CsvPlace place, last;                                  // of the next row, of the row given last
    int64_t blank_n;
    size_t columns_n, named_n;                             // a row fits with named_n … columns_n cells; 0 = first row decides
    Str cells[CSV_COLUMNS_MAX];
    uint16_t escaped[CSV_COLUMNS_MAX];                     // cells with "" inside
    size_t cells_n, escaped_n;
    bool has_quotes;                                       // in this row
    int64_t inner_lines;                                   // line ends inside quotes of this row
    Err broken;                                            // why the row at `at` could not be read; said again until csv_recover
};

const char *csv_encoding_name(CsvEncoding encoding) {
    static const char *const NAMES[] = { "?", "UTF-8", "UTF-8 BOM", "UTF-16LE", "UTF-16BE", "Windows-1252" };
    return NAMES[encoding];
}

// ---- source -----------------------------------------------------------------------------------------------------

// Fills `to` as far as the source goes; less than n means the end (or a read error, which becomes a stop later).
static size_t source_read(CsvReader *r, char *to, size_t n) {
    if (r->fd < 0) {
        size_t take = n < r->memory.n ? n : r->memory.n;
        if (take) memcpy(to, r->memory.p, take);
        r->memory = str_part(r->memory, take, r->memory.n);
        r->is_source_done = take < n;
        return take;
    }
    size_t got = 0;
    while (got < n) {
        ssize_t k = read(r->fd, to + got, n - got);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) r->read_errno = errno;
        if (k <= 0) { r->is_source_done = true; break; }
        got += (size_t)k;
    }
    return got;
}

// ---- admitting bytes --------------------------------------------------------------------------------------------

// Length of the longest prefix of plain ASCII without NUL and Ctrl-Z. Reads up to 15 bytes beyond n (the window allows it).
static size_t plain_prefix(const char *p, size_t n) {
    size_t i = 0;
#ifdef __SSE2__
    const __m128i zero = _mm_setzero_si128(), mark = _mm_set1_epi8(0x1A);
    for (; i < n; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        unsigned odd = (unsigned)_mm_movemask_epi8(_mm_or_si128(v, _mm_or_si128(_mm_cmpeq_epi8(v, zero), _mm_cmpeq_epi8(v, mark))));
        if (odd) { i += (size_t)__builtin_ctz(odd); break; }
    }
    return i < n ? i : n;
#else
    while (i < n && p[i] > 0 && p[i] != 0x1A) i++;
    return i;
#endif
}

// Bytes of the UTF-8 character at p (n > 0 bytes there): 0 = wrong, -1 = goes on beyond n.
static int utf8_length(const char *p, size_t n) {
    unsigned char c = (unsigned char)*p;
    int length = c < 0x80 ? 1 : c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE0 && c <= 0xEF ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
    if (length == 0) return 0;
    if ((size_t)length <= n) return str_is_utf8((Str){ p, (size_t)length }) ? length : 0;
    for (size_t i = 1; i < n; i++) if (((unsigned char)p[i] & 0xC0) != 0x80) return 0;
    return -1;
}

// From the first byte above 127 on: does all that follows agree with UTF-8?
static bool looks_like_utf8(const char *p, size_t n) {
    for (size_t i = 0; i < n;) {
        int length = utf8_length(p + i, n - i);
        if (length <= 0) return length < 0;
        i += (size_t)length;
    }
    return true;
}

// Behind a Ctrl-Z only more of them and line ends may follow: else rows would be lost in silence.
static void after_mark(CsvReader *r, const char *p, size_t n) {
    char chunk[4096];
    for (;;) {
        for (size_t i = 0; i < n; i++)
            if (p[i] != 0x1A && p[i] != '\r' && p[i] != '\n' && !(p[i] == 0 && r->raw)) { r->stop = STOP_AFTER_MARK; return; }
        if (r->is_source_done) break;
        n = source_read(r, chunk, sizeof chunk);
        p = chunk;
    }
    r->stop = r->read_errno ? STOP_READ : STOP_END;
}

static void admit_utf8(CsvReader *r) {
    while (r->end < r->raw_end && r->stop == STOP_NONE) {
        const char *p = r->window + r->end;
        size_t n = r->raw_end - r->end, plain = plain_prefix(p, n);
        r->end += plain;
        p += plain;
        n -= plain;
        if (n == 0) return;
        if (*p == 0) r->stop = STOP_NUL;
        else if (*p == 0x1A) after_mark(r, p, n);
        else {
            int length = utf8_length(p, n);
            if (length > 0) r->end += (size_t)length;
            else if (length == 0 || r->is_source_done) r->stop = STOP_ENCODING;
            else return;                                   // the rest of the character comes with the next chunk
        }
    }
}

static const uint16_t WINDOWS_1252[32] = {                 // 0x80 … 0x9F; the rest is Latin-1; 0 = unused
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
};

static size_t utf8_put(char *to, uint32_t c) {
    if (c < 0x80) { to[0] = (char)c; return 1; }
    if (c < 0x800) { to[0] = (char)(0xC0 | c >> 6); to[1] = (char)(0x80 | (c & 63)); return 2; }
    if (c < 0x10000) { to[0] = (char)(0xE0 | c >> 12); to[1] = (char)(0x80 | (c >> 6 & 63)); to[2] = (char)(0x80 | (c & 63)); return 3; }
    to[0] = (char)(0xF0 | c >> 18); to[1] = (char)(0x80 | (c >> 12 & 63)); to[2] = (char)(0x80 | (c >> 6 & 63)); to[3] = (char)(0x80 | (c & 63));
    return 4;
}

static uint32_t utf16_unit(const CsvReader *r, const unsigned char *p) {
    return r->encoding == CSV_UTF16LE ? (uint32_t)(p[0] | p[1] << 8) : (uint32_t)(p[1] | p[0] << 8);
}

// The character at p (n > 0 bytes there): bytes used, 0 = wrong, -1 = goes on beyond n.
static int raw_char(const CsvReader *r, const char *raw, size_t n, uint32_t *out) {
    const unsigned char *p = (const unsigned char *)raw;
    if (r->encoding == CSV_WINDOWS_1252) {
        *out = *p >= 0x80 && *p <= 0x9F ? WINDOWS_1252[*p - 0x80] : *p;
        return *p && *out == 0 ? 0 : 1;
    }
    if (n < 2) return -1;
    uint32_t high = utf16_unit(r, p);
    *out = high;
    if (high < 0xD800 || high > 0xDFFF) return 2;
    if (high > 0xDBFF) return 0;
    if (n < 4) return -1;
    uint32_t low = utf16_unit(r, p + 2);
    if (low < 0xDC00 || low > 0xDFFF) return 0;
    *out = 0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00));
    return 4;
}

static void admit_raw(CsvReader *r) {
    size_t i = 0;
    while (i < r->raw_n && r->stop == STOP_NONE) {
        uint32_t c;
        int used = raw_char(r, r->raw + i, r->raw_n - i, &c);
        if (used < 0 && !r->is_source_done) break;
        if (used <= 0) r->stop = STOP_ENCODING;
        else if (c == 0) r->stop = STOP_NUL;
        else if (c == 0x1A) after_mark(r, r->raw + i, r->raw_n - i);
        else { r->end += utf8_put(r->window + r->end, c); i += (size_t)used; }
    }
    memmove(r->raw, r->raw + i, r->raw_n - i);
    r->raw_n -= i;
    r->raw_end = r->end;
}

static char *raw_buffer(void) {
    char *p = malloc(CHUNK + BLOCK);                       // a chunk and the unfinished character before it
    if (!p) abort();
    return p;
}

// The first bytes above 127 decide between UTF-8 and Windows-1252, with all that has been read behind them.
static void encoding_decide(CsvReader *r, size_t from) {
    size_t plain = 0, n = r->raw_end - from;
    const char *p = r->window + from;
    while (plain < n && (unsigned char)p[plain] < 0x80) plain++;
    if (plain == n || (utf8_length(p + plain, n - plain) < 0 && !r->is_source_done)) return;
    r->is_encoding_known = true;
    if (looks_like_utf8(p + plain, n - plain)) return;
    r->encoding = CSV_WINDOWS_1252;
    r->raw = raw_buffer();
    memcpy(r->raw, p, n);
    r->raw_n = n;
    r->raw_end = from;
}

// Moves the row under way to the front and admits more behind it. False when there is nothing more.
static bool window_fill(CsvReader *r) {
    if (r->stop != STOP_NONE) return false;
    memmove(r->window, r->window + r->at, r->raw_end - r->at);
    r->end -= r->at;
    r->raw_end -= r->at;
    r->at = 0;
    r->has_mask = false;
    size_t before = r->end;
    while (r->end == before && r->stop == STOP_NONE) {
        if (r->raw) r->raw_n += source_read(r, r->raw + r->raw_n, CHUNK - r->raw_n);
        else r->raw_end += source_read(r, r->window + r->raw_end, CHUNK);
        if (!r->raw && !r->is_encoding_known) encoding_decide(r, r->end);
        if (r->raw) admit_raw(r);
        else admit_utf8(r);
        if (r->stop == STOP_NONE && r->is_source_done && r->end == r->raw_end && r->raw_n == 0) r->stop = r->read_errno ? STOP_READ : STOP_END;
    }
    return r->end > before;
}

// Bytes that this admitted text has in the file.
static int64_t source_length(const CsvReader *r, const char *p, size_t n) {
    if (!r->raw || r->encoding == CSV_DETECT) return (int64_t)n;
    int64_t units = 0;
    bool is_16 = r->encoding != CSV_WINDOWS_1252;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        units += (c & 0xC0) != 0x80;
        units += is_16 && c >= 0xF0;                       // a surrogate pair
    }
    return is_16 ? units * 2 : units;
}

// ---- errors -----------------------------------------------------------------------------------------------------

// Line ends in a piece of a row that was not completed.
static int64_t lines_in(const char *p, size_t n) {
    int64_t lines = 0;
    for (size_t i = 0; i < n; i++) lines += p[i] == '\n' || (p[i] == '\r' && !(i + 1 < n && p[i + 1] == '\n'));
    return lines;
}

static bool fail_at(CsvReader *r, const char *where, const char *msgid, Err *e) {
    size_t n = (size_t)(where - (r->window + r->at));
    r->is_broken = true;
    fail(e, BAD_INPUT, "%s", tr(msgid));
    fail_in(e, "Line %lld, column %zu (byte %lld of the file): ",
            (long long)(r->place.line_n + 1 + lines_in(r->window + r->at, n)), r->cells_n + 1,
            (long long)(r->place.byte + source_length(r, r->window + r->at, n)));
    r->broken = *e;
    return false;
}

static bool fail_stop(CsvReader *r, Err *e) {
    static const char *const TEXTS[] = {
        [STOP_NUL] = N_("a NUL byte: this is not plain text. Save it again as \"CSV UTF-8\"."),
        [STOP_ENCODING] = N_("these bytes do not fit the encoding of the rest of the file. Save it again as \"CSV UTF-8\", or say which encoding it has."),
        [STOP_AFTER_MARK] = N_("an end-of-file mark (Ctrl-Z) with more text after it. Remove the mark, or what follows it."),
    };
    if (r->stop == STOP_READ) {
        r->is_broken = true;
        fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(r->read_errno));
        r->broken = *e;
        return false;
    }
    return fail_at(r, r->window + r->end, TEXTS[r->stop], e);
}

// ---- rows -------------------------------------------------------------------------------------------------------

static inline uint64_t block_mask(const char *p, char separator) {
#ifdef __SSE2__
    const __m128i sep = _mm_set1_epi8(separator), lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    uint64_t mask = 0;
    for (int i = 0; i < BLOCK / 16; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i * 16));
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, sep), _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr)));
        mask |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << (i * 16);
    }
    return mask;
#else
    uint64_t mask = 0;
    for (int i = 0; i < BLOCK; i++) mask |= (uint64_t)(p[i] == separator || p[i] == '\n' || p[i] == '\r') << i;
    return mask;
#endif
}

static void scan_from(CsvReader *r, size_t at) {
    r->block = at;
    r->mask = block_mask(r->window + at, r->separator);
    r->has_mask = true;
}

// Takes the next separator or line end; `end` when there is none before it.
static inline size_t scan_next(CsvReader *r) {
    while (r->mask == 0) {
        r->block += BLOCK;
        if (r->block >= r->end) { r->has_mask = false; return r->end; }
        r->mask = block_mask(r->window + r->block, r->separator);
    }
    size_t hit = r->block + (size_t)__builtin_ctzll(r->mask);
    r->mask &= r->mask - 1;
    return hit < r->end ? hit : r->end;
}

typedef enum { PARSED_ROW, PARSED_MORE, PARSED_WRONG } Parsed;

// The quoted cell whose quote is at `open`. Its end, the byte after the closing quote, in *after.
static Parsed parse_quoted(CsvReader *r, size_t open, Str *cell, size_t *after, Err *e) {
    char *start = r->window + open + 1, *end = r->window + r->end, *p = start;
    char *limit = (size_t)(end - start) > CSV_CELL_MAX ? start + CSV_CELL_MAX + 1 : end;
    const bool is_last = r->stop != STOP_NONE;
    bool is_escaped = false;
    for (;;) {
        char *quote = p < limit ? memchr(p, '"', (size_t)(limit - p)) : NULL;
        bool is_at_end = quote ? quote + 1 == end : limit == end;
        if (is_at_end && !is_last) return PARSED_MORE;
        if (!quote && is_at_end && r->stop != STOP_END) { fail_stop(r, e); return PARSED_WRONG; }
        if (!quote) {
            fail_at(r, start - 1, N_("the quote that opens here is not closed (a cell may hold 64 KB). Close it, or double the quotes inside the text (\"\")."), e);
            return PARSED_WRONG;
        }
        if (!is_at_end && quote[1] == '"') { is_escaped = true; p = quote + 2; continue; }
        *cell = (Str){ start, (size_t)(quote - start) };
        *after = (size_t)(quote + 1 - r->window);
        r->inner_lines += lines_in(start, cell->n);
        r->has_quotes = true;
        if (is_escaped) r->escaped[r->escaped_n++] = (uint16_t)r->cells_n;
        return PARSED_ROW;
    }
}

static bool is_cell_end(const CsvReader *r, size_t at) {
    return at == r->end || r->window[at] == r->separator || r->window[at] == '\n' || r->window[at] == '\r';
}

// Cells of the row at `at`, still with doubled quotes inside; *next is where the following row starts.
static Parsed parse_row(CsvReader *r, size_t *next, Err *e) {
    const bool is_last = r->stop != STOP_NONE;             // nothing will come behind `end`
    size_t cell = r->at;
    r->cells_n = r->escaped_n = 0;
    r->inner_lines = 0;
    r->has_quotes = false;
    if (!r->has_mask) scan_from(r, cell);
    for (;;) {
        if (r->cells_n == CSV_COLUMNS_MAX) {
            fail_at(r, r->window + cell, N_("more than 1000 columns. Is the separator right?"), e);
            return PARSED_WRONG;
        }
        size_t hit;
        Str *out = &r->cells[r->cells_n];
        if (cell < r->end && r->window[cell] == '"') {
            Parsed parsed = parse_quoted(r, cell, out, &hit, e);
            if (parsed != PARSED_ROW) return parsed;
            if (!is_cell_end(r, hit)) {
                fail_at(r, r->window + hit, N_("text after a closing quote. Double the quotes inside the text (\"\"), or remove them."), e);
                return PARSED_WRONG;
            }
            scan_from(r, hit);
            hit = scan_next(r);
        } else {
            hit = scan_next(r);
            *out = (Str){ r->window + cell, hit - cell };
            if (out->n > CSV_CELL_MAX) {
                fail_at(r, r->window + cell, N_("this cell is larger than 64 KB. Is a quote missing?"), e);
                return PARSED_WRONG;
            }
        }
        if (hit == r->end && !is_last) return PARSED_MORE;
        if (hit == r->end && r->stop != STOP_END) { fail_stop(r, e); return PARSED_WRONG; }
        r->cells_n++;
        cell = hit + 1;
        if (hit < r->end && r->window[hit] == r->separator) continue;
        if (hit < r->end && r->window[hit] == '\r') {
            if (cell == r->end && !is_last) return PARSED_MORE;
            if (cell < r->end && r->window[cell] == '\n') {
                cell++;
                if (r->mask) r->mask &= r->mask - 1;       // this line feed is the next hit
                else scan_from(r, cell);                   // … or the first of the next block
            }
        }
        *next = cell < r->end ? cell : r->end;
        return PARSED_ROW;
    }
}

// Parses the row at `at`, with more bytes if it needs them. *has_row false at the end.
static bool row_find(CsvReader *r, size_t *next, bool *has_row, Err *e) {
    for (;;) {
        if (r->at == r->end && !window_fill(r)) {
            r->cells_n = 0;
            if (r->stop != STOP_END) return fail_stop(r, e);
            *has_row = false;
            return true;
        }
        Parsed parsed = parse_row(r, next, e);
        if (parsed == PARSED_WRONG) return false;
        *has_row = true;
        if (parsed == PARSED_ROW) return true;
        r->has_mask = false;
        if (r->end - r->at > CSV_ROW_MAX) return fail_at(r, r->window + r->at, N_("this row is larger than 1 MB. Is the separator right?"), e);
        window_fill(r);                                    // the stop it may find is read by the next parse
    }
}

static void row_pass(CsvReader *r, size_t next) {
    r->place.byte += source_length(r, r->window + r->at, next - r->at);
    r->place.row_n++;
    r->place.line_n += 1 + r->inner_lines;
    r->at = next;
}

// "" becomes " in place: the row is complete and will not be parsed again.
static void row_unescape(CsvReader *r) {
    for (size_t i = 0; i < r->escaped_n; i++) {
        Str *cell = &r->cells[r->escaped[i]];
        char *from = r->window + (cell->p - r->window), *to = from, *end = from + cell->n;
        while (from < end) {
            from += *from == '"';                          // inside quotes they come in pairs
            *to++ = *from++;
        }
        cell->n = (size_t)(to - cell->p);
    }
}

// Only separators: nothing in it, and nothing quoted (a written row of empty cells is no blank row).
static bool row_is_blank(const CsvReader *r) {
    if (r->has_quotes) return false;
    for (size_t i = 0; i < r->cells_n; i++) if (r->cells[i].n) return false;
    return true;
}

static void row_measure(CsvReader *r, CsvRow *row) {
    if (r->columns_n == 0) r->columns_n = r->named_n = r->cells_n;
    size_t n = r->cells_n;
    while (n > r->columns_n && r->cells[n - 1].n == 0) n--;
    row->found_n = n;
    row->fit = n < r->named_n ? CSV_ROW_SHORT : n > r->columns_n ? CSV_ROW_LONG : CSV_ROW_FITS;
    while (n < r->columns_n) r->cells[n++] = STR("");
    row->cells = r->cells;
    row->marks = NULL;
    row->n = n;
}

bool csv_next(CsvReader *r, CsvRow *row, bool *has_row, Err *e) {
    if (r->is_broken) { *e = r->broken; return false; }
    if (r->is_unread) {
        r->is_unread = false;
        row->at = r->last;
        row_measure(r, row);
        return *has_row = true;
    }
    for (;;) {
        size_t next = 0;
        bool found = false;
        if (!row_find(r, &next, &found, e)) return false;
        row->at = r->last = r->place;
        if (found) row_pass(r, next);
        if (found && row_is_blank(r)) { r->blank_n++; continue; }
        if (found) { row_unescape(r); row_measure(r, row); }
        *has_row = found;
        return true;
    }
}

bool csv_recover(CsvReader *r) {
    if (!r->is_broken) return true;
    for (;;) {
        const char *p = r->window + r->at;
        size_t n = r->end - r->at, i = 0;
        while (i < n && p[i] != '\n' && p[i] != '\r') i++;
        if (i + 1 < n || (i < n && r->stop != STOP_NONE)) {
            size_t next = r->at + i + 1;
            if (p[i] == '\r' && i + 1 < n && p[i + 1] == '\n') next++;
            r->inner_lines = 0;
            row_pass(r, next);
            r->has_mask = r->is_broken = false;
            return true;
        }
        if (n > CSV_ROW_MAX || !window_fill(r)) return false;
    }
}

bool csv_row_check(const CsvReader *r, const CsvRow *row, Err *e) {
    if (row->fit == CSV_ROW_FITS) return true;
    return fail(e, BAD_INPUT, "Row %lld has %zu columns instead of %zu.", (long long)row->at.row_n + 1, row->found_n, r->columns_n);
}

void csv_unread(CsvReader *r) { r->is_unread = true; }
CsvPlace csv_place(const CsvReader *r) { return r->is_unread ? r->last : r->place; }
size_t csv_columns_n(const CsvReader *r) { return r->columns_n; }

void csv_expect(CsvReader *r, size_t named_n, size_t columns_n) {
    r->named_n = named_n;
    r->columns_n = columns_n;
}

CsvSummary csv_summary(const CsvReader *r) {
    int64_t n = r->place.row_n;
    return (CsvSummary){ .encoding = r->encoding, .separator = r->separator, .has_separator_line = r->has_separator_line,
                         .rows_n = n, .blank_n = r->blank_n, .is_full_sheet = n == 1048576 || n == 65536 };
}

bool csv_unwrap(Str *cell) {
    Str s = *cell, curly = STR("\u2019"), curly_open = STR("\u2018");
    if (str_starts(s, STR("=\"")) && s.n >= 3 && s.p[s.n - 1] == '"') *cell = str_part(s, 2, s.n - 3);
    else if (str_starts(s, STR("'"))) *cell = str_part(s, 1, s.n);
    else if (str_starts(s, curly) || str_starts(s, curly_open)) *cell = str_part(s, curly.n, s.n);
    else return false;
    return true;
}

// ---- opening ----------------------------------------------------------------------------------------------------

// Files that carry the wrong ending (or the right one, and belong elsewhere).
static bool check_kind(const char *p, size_t n, Err *e) {
    bool is_zip;
    const char *what = file_kind_words((Str){ p, n }, &is_zip);
    return !what || fail(e, BAD_INPUT, "This file is %s, not CSV. Open it and save it as \"CSV UTF-8\".", tr(what));
}

static const char SEPARATORS[] = "|;\t,";

// Columns of the lines in the sample, if they were separated by `separator`. A line that the sample cuts is left out.
static int sample_columns(Str sample, bool is_whole, char separator, int columns[SAMPLE_LINES]) {
    int lines = 0, n = 1;
    bool in_quotes = false, is_start = true, is_empty = true;
    for (size_t i = 0; i < sample.n && lines < SAMPLE_LINES; i++) {
        char c = sample.p[i];
        if (in_quotes) { in_quotes = c != '"'; continue; }  // the second quote of "" opens it again
        if (c == '"' && (is_start || (i && sample.p[i - 1] == '"'))) { in_quotes = true; is_start = is_empty = false; continue; }
        is_start = strchr(SEPARATORS, c) != NULL;           // of any kind: the others must not count what is quoted
        if (c == '\n' || c == '\r') {
            if (!is_empty) columns[lines++] = n;
            n = 1;
            is_start = is_empty = true;
        } else {
            n += c == separator;
            is_empty = false;
        }
    }
    if (is_whole && !is_empty && !in_quotes && lines < SAMPLE_LINES) columns[lines++] = n;
    return lines;
}

// The one that gives most lines the same number of columns; then the one that gives more columns.
static char separator_find(Str sample, bool is_whole) {
    char best = ',';
    int best_lines = 0, best_columns = 0, columns[SAMPLE_LINES];
    for (size_t k = 0; k < sizeof SEPARATORS - 1; k++) {
        int lines = sample_columns(sample, is_whole, SEPARATORS[k], columns);
        for (int i = 0; i < lines; i++) {
            int equal = 0;
            if (columns[i] < 2) continue;
            for (int j = 0; j < lines; j++) equal += columns[j] == columns[i];
            if (equal < best_lines || (equal == best_lines && columns[i] <= best_columns)) continue;
            best = SEPARATORS[k];
            best_lines = equal;
            best_columns = columns[i];
        }
    }
    return best;
}

// `sep=;` as the whole first line. It belongs to the separator, not to the rows: spreadsheets do not show it either.
static void separator_line(CsvReader *r, CsvOptions options) {
    Str text = { r->window, r->end };
    size_t n = 0;
    while (n < text.n && n < 16 && text.p[n] != '\n' && text.p[n] != '\r') n++;
    if (n != 5 || !str_eq_nocase(str_part(text, 0, 4), STR("sep="))) return;
    r->has_separator_line = true;
    if (options.separator == 0) r->separator = text.p[4];
    size_t next = n + (n < text.n);
    if (next < text.n && text.p[n] == '\r' && text.p[next] == '\n') next++;
    r->place.byte += source_length(r, text.p, next);
    r->place.line_n++;
    r->at = next;
}

// Takes the mark off the front of the window, and turns to decoding if it says so.
static void encoding_mark(CsvReader *r, CsvOptions options) {
    Str start = { r->window, r->raw_end };
    size_t n = str_starts(start, STR("\xEF\xBB\xBF")) ? 3 : str_starts(start, STR("\xFF\xFE")) || str_starts(start, STR("\xFE\xFF")) ? 2 : 0;
    CsvEncoding marked = n == 3 ? CSV_UTF8_MARKED : n == 0 ? CSV_DETECT : start.p[0] == '\xFF' ? CSV_UTF16LE : CSV_UTF16BE;
    r->is_encoding_known = options.encoding != CSV_DETECT || marked != CSV_DETECT;
    r->encoding = options.encoding != CSV_DETECT ? options.encoding : marked != CSV_DETECT ? marked : CSV_UTF8;
    if (r->encoding == CSV_UTF8 && marked == CSV_UTF8_MARKED) r->encoding = CSV_UTF8_MARKED;
    if (marked != r->encoding) n = 0;                      // another encoding was asked for: no mark but text
    r->at = r->end = n;
    r->place.byte += (int64_t)n;
}

static bool reader_start(CsvReader *r, CsvOptions options, Err *e) {
    r->separator = options.separator;
    r->columns_n = r->named_n = options.columns_n;
    r->raw_end = source_read(r, r->window, CHUNK);
    bool is_continued = options.from.byte > 0;
    if (!is_continued && !check_kind(r->window, r->raw_end, e)) return false;
    if (is_continued) {
        r->place = options.from;
        r->encoding = options.encoding;
        r->is_encoding_known = options.encoding != CSV_UTF8;
    } else encoding_mark(r, options);
    if (r->encoding != CSV_UTF8 && r->encoding != CSV_UTF8_MARKED) {
        r->raw = raw_buffer();
        r->raw_n = r->raw_end - r->at;
        memcpy(r->raw, r->window + r->at, r->raw_n);
        r->at = r->end = r->raw_end = 0;
    } else if (!r->is_encoding_known) encoding_decide(r, r->end);
    if (r->raw) admit_raw(r);
    else admit_utf8(r);
    if (r->stop == STOP_NONE && r->is_source_done && r->end == r->raw_end && r->raw_n == 0) r->stop = r->read_errno ? STOP_READ : STOP_END;
    if (r->stop == STOP_READ) return fail_stop(r, e);
    memmove(r->window, r->window + r->at, r->raw_end - r->at);
    r->end -= r->at;
    r->raw_end -= r->at;
    r->at = 0;
    if (!is_continued) separator_line(r, options);
    Str sample = str_part((Str){ r->window, r->end }, r->at, SAMPLE);
    if (r->separator == 0) r->separator = separator_find(sample, r->stop != STOP_NONE && sample.n < SAMPLE);
    return true;
}

static bool reader_open(int fd, bool owns_fd, Str bytes, CsvOptions options, CsvReader **out, Err *e) {
    assert(options.from.byte == 0 || (options.separator && options.encoding && options.columns_n));
    CsvReader *r = calloc(1, sizeof *r);
    if (r) r->window = calloc(1, WINDOW);
    if (!r || !r->window) abort();
    r->fd = fd;
    r->owns_fd = owns_fd;
    r->memory = bytes;
    if (fd >= 0 && options.from.byte > 0 && lseek(fd, options.from.byte, SEEK_SET) < 0) {
        fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
        csv_close(r);
        return false;
    }
    if (fd < 0) r->memory = str_part(bytes, (size_t)options.from.byte, bytes.n);
    if (!reader_start(r, options, e)) { csv_close(r); return false; }
    *out = r;
    return true;
}

bool csv_open_fd(int fd, CsvOptions options, CsvReader **out, Err *e) {
    assert(fd >= 0);
    return reader_open(fd, false, (Str){ 0 }, options, out, e);
}

bool csv_open_bytes(Str bytes, CsvOptions options, CsvReader **out, Err *e) { return reader_open(-1, false, bytes, options, out, e); }

bool csv_open_path(const char *path, CsvOptions options, CsvReader **out, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", path, strerror(errno));
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return reader_open(fd, true, (Str){ 0 }, options, out, e) || fail_in(e, "%s: ", path);
}

void csv_close(CsvReader *r) {
    if (!r) return;
    if (r->owns_fd) close(r->fd);
    free(r->window);
    free(r->raw);
    free(r);
}
