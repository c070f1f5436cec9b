#include "http/multipart.h"
#include "base/lang.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Bytes wait in `pending` until it is certain what they are: a delimiter may lie across two pieces.
#define BOUNDARY_MAX 70                                    // RFC 2046
#define HEADERS_BYTES_MAX 4096                             // of one part
#define NAME_MAX_BYTES 200

typedef enum { AT_FIRST_LINE, AT_HEADERS, AT_BODY, AT_DELIMITER_END, AT_EPILOGUE } State;
struct Multipart {
    Hasher hasher;
    MultipartOptions o;
    Arena *arena;
    char *path;
    Buf pending, value;
    Str name, file_name;
    Fields fields;
    size_t text_n, delimiter_n;
    int64_t file_n;
    int fd;
    State state;
    bool is_file, has_file;
    char delimiter[BOUNDARY_MAX + 8];                      // CR LF - - boundary
};

static bool fail_shape(Err *e) { return fail(e, BAD_INPUT, "The browser sent a form that cannot be read. Load the page again and send it anew."); }

bool multipart_is(Str content_type) {
    Str kind = str_trim(str_cut(&content_type, ';'));
    return str_eq_nocase(kind, STR("multipart/form-data"));
}

// The value of a parameter: name=value or name="value"; p NULL when it is missing.
static Str parameter(Str text, const char *name) {
    size_t wanted = strlen(name);
    while (text.n) {
        Str rest = str_trim(text);
        size_t n = 0;
        bool is_quoted = false;
        for (; n < rest.n && (is_quoted || rest.p[n] != ';'); n++) if (rest.p[n] == '"') is_quoted = !is_quoted;
        Str piece = str_trim(str_part(rest, 0, n));
        text = str_part(rest, n + 1, rest.n);
        if (piece.n <= wanted || piece.p[wanted] != '=' || !str_eq_nocase(str_part(piece, 0, wanted), str_c(name))) continue;
        Str value = str_part(piece, wanted + 1, piece.n);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') value = str_part(value, 1, value.n - 2);
        return value.p ? value : STR("");
    }
    return (Str){ NULL, 0 };
}

bool multipart_open(Arena *a, Str content_type, MultipartOptions options, Multipart **out, Err *e) {
    Str boundary = parameter(content_type, "boundary");
    if (boundary.n == 0 || boundary.n > BOUNDARY_MAX) return fail_shape(e);
    for (size_t i = 0; i < boundary.n; i++) if ((unsigned char)boundary.p[i] <= 0x20 || (unsigned char)boundary.p[i] >= 0x7F) return fail_shape(e);
    Multipart *m = calloc(1, sizeof *m);
    if (!m) abort();
    m->o = options;
    m->arena = a;
    m->fd = -1;
    m->pending.max = (size_t)4 << 20;
    m->value.max = MULTIPART_TEXT_MAX;
    m->fields.items = NEW(a, Field, MULTIPART_FIELDS_MAX);
    m->delimiter_n = (size_t)snprintf(m->delimiter, sizeof m->delimiter, "\r\n--%.*s", STR_ARG(boundary));
    *out = m;
    return true;
}

void multipart_close(Multipart *m) {
    if (!m) return;
    if (m->fd >= 0) close(m->fd);
    if (m->path) unlink(m->path);
    if (m->value.p) sodium_memzero(m->value.p, m->value.n);
    if (m->pending.p) sodium_memzero(m->pending.p, m->pending.n);
    buf_free(&m->pending);
    buf_free(&m->value);
    free(m);
}

// ---- a part's beginning ----------------------------------------------------------------------------------------------------
// What a sender calls the file, without its folders and without what no name holds.
static Str name_clean(Arena *a, Str name) {
    for (size_t i = name.n; i > 0; i--) if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') { name = str_part(name, i, name.n); break; }
    if (!str_is_utf8(name)) return STR("berkas");
    if (name.n > NAME_MAX_BYTES) {
        size_t from = name.n - NAME_MAX_BYTES;
        while (from < name.n && ((unsigned char)name.p[from] & 0xC0) == 0x80) from++;      // never in the middle of a character
        name = str_part(name, from, name.n);
    }
    char *out = arena_c(a, name);
    for (size_t i = 0; i < name.n; i++) if ((unsigned char)out[i] < 0x20 || out[i] == 0x7F) out[i] = ' ';
    return str_trim((Str){ out, name.n });
}

static bool file_begin(Multipart *m, Err *e) {
    if (m->has_file) return fail(e, BAD_INPUT, "Send one file at a time.");
    if (m->o.may_begin && !m->o.may_begin(m->o.with, &m->fields, e)) return false;
    char *path = arena_c(m->arena, arena_fmt(m->arena, "%s/unggah-XXXXXX", m->o.folder));
    m->fd = mkstemp(path);
    if (m->fd < 0) return fail(e, IO_FAILED, "The folder for uploads %s cannot take a file: %s.", m->o.folder, strerror(errno));
    m->path = path;
    m->has_file = true;
    hash_start(&m->hasher);
    return true;
}

static bool headers_take(Multipart *m, Str headers, Err *e) {
    Str disposition = { NULL, 0 };
    while (headers.n) {
        Str value = str_cut(&headers, '\n'), key = str_cut(&value, ':');
        if (str_eq_nocase(str_trim(key), STR("Content-Disposition"))) disposition = str_trim(value);
    }
    Str rest = disposition;
    if (!str_eq_nocase(str_trim(str_cut(&rest, ';')), STR("form-data"))) return fail_shape(e);
    Str name = parameter(rest, "name"), file_name = parameter(rest, "filename");
    if (name.n == 0 || name.n > 100 || !str_is_utf8(name)) return fail_shape(e);
    m->name = arena_str(m->arena, name);
    m->is_file = file_name.p != NULL && file_name.n > 0;
    bool is_no_choice = file_name.p != NULL && file_name.n == 0;           // a file field that was left empty
    if (is_no_choice) m->name = (Str){ NULL, 0 };
    buf_reset(&m->value);
    if (!m->is_file) return m->fields.n < MULTIPART_FIELDS_MAX || fail(e, LIMIT, "The form has more than %d fields.", MULTIPART_FIELDS_MAX);
    m->file_name = name_clean(m->arena, file_name);
    return file_begin(m, e);
}

// ---- a part's content --------------------------------------------------------------------------------------------------------
static bool content_take(Multipart *m, Str bytes, Err *e) {
    if (!m->is_file) {
        m->text_n += bytes.n;
        if (m->text_n > MULTIPART_TEXT_MAX) return fail(e, LIMIT, "This form is too large. Send less at once.");
        buf_str(&m->value, bytes);
        return true;
    }
    m->file_n += (int64_t)bytes.n;
    if (m->file_n > m->o.bytes_max) return fail(e, LIMIT, "The file is larger than %lld MB. Send it in parts, or ask the administrator.", (long long)(m->o.bytes_max >> 20));
    hash_add(&m->hasher, bytes.p, bytes.n);
    while (bytes.n) {
        ssize_t n = write(m->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(e, IO_FAILED, "The folder for uploads %s cannot take the file: %s.", m->o.folder, strerror(errno));
        bytes = str_part(bytes, (size_t)n, bytes.n);
    }
    return true;
}

static bool part_finish(Multipart *m, Err *e) {
    if (m->is_file || !m->name.p) return true;
    Str value = buf_view(&m->value);
    char *out = arena_c(m->arena, value);
    size_t n = 0;
    if (!str_is_utf8(value)) return fail_shape(e);
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        bool is_break = c == '\n' || c == '\r' || c == '\t';
        if (((unsigned char)c < 0x20 && !is_break) || c == 0x7F) return fail_shape(e);
        if (c == '\n' && n && out[n - 1] == '\r') n--;
        out[n++] = c;
    }
    m->fields.items[m->fields.n++] = (Field){ m->name, { out, n } };
    return true;
}

// ---- the whole -----------------------------------------------------------------------------------------------------------------
static void pending_drop(Multipart *m, size_t n) {
    memmove(m->pending.p, m->pending.p + n, m->pending.n - n);
    m->pending.n -= n;
}

// One step on what is pending; *has_moved false when more bytes are needed.
static bool step(Multipart *m, bool *has_moved, Err *e) {
    Str p = buf_view(&m->pending);
    const char *found;
    *has_moved = true;
    switch (m->state) {
    case AT_FIRST_LINE:
        if (p.n < m->delimiter_n - 2) break;
        if (memcmp(p.p, m->delimiter + 2, m->delimiter_n - 2) != 0) return fail_shape(e);
        pending_drop(m, m->delimiter_n - 2);
        m->state = AT_DELIMITER_END;
        return true;
    case AT_DELIMITER_END:
        if (p.n < 2) break;
        if (memcmp(p.p, "\r\n", 2) != 0 && memcmp(p.p, "--", 2) != 0) return fail_shape(e);
        m->state = p.p[0] == '-' ? AT_EPILOGUE : AT_HEADERS;
        pending_drop(m, 2);
        return true;
    case AT_HEADERS:
        found = p.n ? memmem(p.p, p.n, "\r\n\r\n", 4) : NULL;
        if (!found && p.n > HEADERS_BYTES_MAX) return fail_shape(e);
        if (!found) break;
        if (!headers_take(m, str_part(p, 0, (size_t)(found - p.p)), e)) return false;
        pending_drop(m, (size_t)(found - p.p) + 4);
        m->state = AT_BODY;
        return true;
    case AT_BODY:
        found = p.n ? memmem(p.p, p.n, m->delimiter, m->delimiter_n) : NULL;
        if (!found) {
            size_t sure = p.n >= m->delimiter_n ? p.n - m->delimiter_n + 1 : 0;
            if (sure == 0) break;
            if (!content_take(m, str_part(p, 0, sure), e)) return false;
            pending_drop(m, sure);
            break;
        }
        if (!content_take(m, str_part(p, 0, (size_t)(found - p.p)), e) || !part_finish(m, e)) return false;
        pending_drop(m, (size_t)(found - p.p) + m->delimiter_n);
        m->state = AT_DELIMITER_END;
        return true;
    case AT_EPILOGUE:
        if (p.n > 2) return fail_shape(e);                 // a line end, no more
        break;
    }
    *has_moved = false;
    return true;
}

bool multipart_feed(Multipart *m, Str bytes, Err *e) {
    bool has_moved = true;
    buf_str(&m->pending, bytes);
    if (m->pending.is_full) return fail_shape(e);
    while (has_moved) if (!step(m, &has_moved, e)) return false;
    return true;
}

bool multipart_end(Multipart *m, Fields *out, Upload *file, bool *has_file, Err *e) {
    if (m->state != AT_EPILOGUE) return fail(e, BAD_INPUT, "The form did not arrive whole. Check the connection and send it again.");
    *has_file = m->has_file;
    if (m->has_file) {
        if (fsync(m->fd) != 0) return fail(e, IO_FAILED, "The folder for uploads %s cannot take the file: %s.", m->o.folder, strerror(errno));
        *file = (Upload){ .name = m->file_name, .path = m->path, .bytes_n = m->file_n, .hash = hash_end(&m->hasher) };
    }
    *out = m->fields;
    return true;
}
