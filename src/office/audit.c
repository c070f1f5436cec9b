// audit.c: canonical bytes first, then the rows.
#include "office/audit.h"
#include "office_audit.sql.h"
#include <assert.h>
#include <stdlib.h>

#define AUDIT_DETAIL_MAX 8192          // bytes: an entry is a line, not a document

// ---- canonical bytes (pure) --------------------------------------------------------------------------------------

// RFC 8785: short escapes where they exist, \u00xx for other control characters, all else as it is.
static void json_text(Buf *b, Str s) {
    static const char SHORT[] = { [8] = 'b', [9] = 't', [10] = 'n', [12] = 'f', [13] = 'r' };
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') { buf_char(b, '\\'); buf_char(b, (char)c); }
        else if (c < sizeof SHORT && SHORT[c]) { buf_char(b, '\\'); buf_char(b, SHORT[c]); }
        else if (c < 0x20) buf_fmt(b, "\\u%04x", c);
        else buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

static int field_order(const void *a, const void *b) {
    return strcmp((*(const AuditField *const *)a)->key, (*(const AuditField *const *)b)->key);
}

static void detail_put(Buf *b, const AuditField fields[AUDIT_FIELDS_MAX]) {
    const AuditField *sorted[AUDIT_FIELDS_MAX] = { 0 };
    size_t n = 0;
    while (n < AUDIT_FIELDS_MAX && fields[n].key) { sorted[n] = &fields[n]; n++; }
    qsort(sorted, n, sizeof *sorted, field_order);
    buf_char(b, '{');
    for (size_t i = 0; i < n; i++) {
        assert(i == 0 || strcmp(sorted[i - 1]->key, sorted[i]->key) != 0);      // one value for each key
        if (i) buf_char(b, ',');
        json_text(b, str_c(sorted[i]->key));
        buf_char(b, ':');
        switch (sorted[i]->kind) {
        case AUDIT_IS_COUNT: buf_int(b, sorted[i]->count); break;
        case AUDIT_IS_TEXT: json_text(b, sorted[i]->text); break;
        case AUDIT_IS_HASH: buf_char(b, '"'); hash_put_hex(b, sorted[i]->hash); buf_char(b, '"'); break;
        }
    }
    buf_char(b, '}');
}

void audit_bytes(Buf *b, int64_t kab, int64_t n, int64_t at, int64_t actor_id, Str action, Str subject, Str detail) {
    buf_fmt(b, "[%lld,%lld,%lld,%lld,", (long long)kab, (long long)n, (long long)at, (long long)actor_id);
    json_text(b, action);
    buf_char(b, ',');
    json_text(b, subject);
    buf_char(b, ',');
    buf_str(b, detail);
    buf_char(b, ']');
}

static Hash entry_hash(const Hash *prev, Str bytes) {
    Hasher h;
    hash_start(&h);
    hash_add(&h, prev->bytes, sizeof prev->bytes);
    hash_add(&h, bytes.p, bytes.n);
    return hash_end(&h);
}

// ---- the chain ---------------------------------------------------------------------------------------------------

bool audit_head(Db *db, int64_t kab, int64_t *n, Hash *head, Err *e) {
    AuditLastRow row = { 0 };
    bool is_found = false;
    if (!audit_last(db, (AuditLastArgs){ .kab = kab }, &row, &is_found, e)) return false;
    *n = is_found ? row.n : 0;
    *head = is_found ? row.entry_hash : (Hash){ { 0 } };
    return true;
}

// Two changes of one district at the same moment both take the next number; the key lets one through, the other begins again.
static bool entry_insert(Db *db, const AuditInsertArgs *row, Err *e) {
    Err found = { 0 };
    if (audit_insert(db, *row, NULL, &found)) return true;
    if (db_was_constraint(db)) return fail(e, BUSY, "Somebody else changed district %lld at the same moment. Please try again.", (long long)row->kab);
    return fail(e, found.code, "%s", found.text);
}

bool audit_write(Db *db, const AuditEntry *entry, Err *e) {
    assert(db_in_transaction(db));                         // an entry without its change, or a change without its entry, is a lie
    AuditInsertArgs row = { .kab = entry->kab, .recorded_at = entry->at, .actor_id = entry->actor_id, .action = str_c(entry->action), .subject = entry->subject };
    if (!audit_head(db, entry->kab, &row.n, &row.prev_hash, e)) return false;
    row.n++;
    Buf detail = { .max = AUDIT_DETAIL_MAX }, bytes = { .max = 2 * AUDIT_DETAIL_MAX };
    detail_put(&detail, entry->fields);
    row.detail = buf_view(&detail);
    audit_bytes(&bytes, row.kab, row.n, row.recorded_at.ms, row.actor_id, row.action, row.subject, row.detail);
    row.entry_hash = entry_hash(&row.prev_hash, buf_view(&bytes));
    bool is_written = detail.is_full || bytes.is_full ? fail(e, LIMIT, "The audit entry for %s is too long.", entry->action) : entry_insert(db, &row, e);
    buf_free(&detail);
    buf_free(&bytes);
    return is_written;
}

bool audit_check(Db *db, int64_t kab, Violations *v, Err *e) {
    AuditAllRows rows;
    AuditAllRow row;
    bool has_row = false, is_good = audit_all(db, (AuditAllArgs){ .kab = kab }, &rows, e);
    Hash prev = { { 0 } };
    int64_t n = 0;
    Buf bytes = { .max = 2 * AUDIT_DETAIL_MAX };
    while (is_good && (is_good = audit_all_next(&rows, &row, &has_row, e)) && has_row) {
        buf_reset(&bytes);
        audit_bytes(&bytes, kab, row.n, row.recorded_at.ms, row.actor_id, row.action, row.subject, row.detail);
        Hash wanted = entry_hash(&row.prev_hash, buf_view(&bytes));
        if (row.n != n + 1) violation(v, "Audit of district %lld: after entry %lld comes %lld; entries are missing.", (long long)kab, (long long)n, (long long)row.n);
        if (!hash_eq(&row.prev_hash, &prev)) violation(v, "Audit of district %lld: entry %lld does not follow from the one before it.", (long long)kab, (long long)row.n);
        if (!hash_eq(&row.entry_hash, &wanted)) violation(v, "Audit of district %lld: entry %lld was changed after it was written.", (long long)kab, (long long)row.n);
        n = row.n;
        prev = row.entry_hash;
    }
    audit_all_end(&rows);
    buf_free(&bytes);
    return is_good;
}
