// audit.c: canonical bytes first, then the rows.
#include "office/audit.h"
#include "office/change.h"
#include "office_audit.sql.h"
#include <assert.h>
#include <stdlib.h>

#define AUDIT_DETAIL_MAX 8192          // bytes: an entry is a line, not a document

typedef struct { uint8_t bytes[32]; } Salt;

// ---- canonical bytes (pure) --------------------------------------------------------------------------------------

// RFC 8785: short escapes where they exist, \u00xx for other control characters, all else as it is.
void audit_put_text(Buf *b, Str s) {
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

static void number_put(Buf *b, int64_t count) {
    if (count == INT64_MIN) buf_c(b, "null");
    else buf_int(b, count);
}

static void maybe_text_put(Buf *b, Str text) {
    if (text.p) audit_put_text(b, text);
    else buf_c(b, "null");
}

static Hash commitment(const Salt *salt, Str value) {
    Hash out;
    crypto_generichash(out.bytes, sizeof out.bytes, (const unsigned char *)value.p, value.n, salt->bytes, sizeof salt->bytes);
    return out;
}

static void commitment_put(Buf *b, const Salt *salt, Str value) {
    if (!value.p) { buf_c(b, "null"); return; }
    Hash hash = commitment(salt, value);
    buf_char(b, '"');
    hash_put_hex(b, &hash);
    buf_char(b, '"');
}

static void field_put(Buf *b, const AuditField *field, const Salt *salt) {
    switch (field->kind) {
    case AUDIT_IS_COUNT: buf_int(b, field->count); return;
    case AUDIT_IS_TEXT: audit_put_text(b, field->text); return;
    case AUDIT_IS_HASH: buf_char(b, '"'); hash_put_hex(b, field->hash); buf_char(b, '"'); return;
    case AUDIT_IS_COUNT_CHANGE: buf_c(b, "{\"from\":"); number_put(b, field->old_count); buf_c(b, ",\"to\":"); number_put(b, field->count); break;
    case AUDIT_IS_TEXT_CHANGE: buf_c(b, "{\"from\":"); maybe_text_put(b, field->old_text); buf_c(b, ",\"to\":"); maybe_text_put(b, field->text); break;
    case AUDIT_IS_COMMITMENT:
        buf_c(b, "{\"from_commitment\":");
        commitment_put(b, salt, field->old_text);
        buf_c(b, ",\"to_commitment\":");
        commitment_put(b, salt, field->text);
        break;
    }
    buf_char(b, '}');
}

// salts: one for each field, in the order of the fields.
static void detail_put(Buf *b, const AuditField fields[AUDIT_FIELDS_MAX], const Salt salts[AUDIT_FIELDS_MAX]) {
    const AuditField *sorted[AUDIT_FIELDS_MAX] = { 0 };
    size_t n = 0;
    while (n < AUDIT_FIELDS_MAX && fields[n].key) { sorted[n] = &fields[n]; n++; }
    qsort(sorted, n, sizeof *sorted, field_order);
    buf_char(b, '{');
    for (size_t i = 0; i < n; i++) {
        assert(i == 0 || strcmp(sorted[i - 1]->key, sorted[i]->key) != 0);      // one value for each key
        if (i) buf_char(b, ',');
        audit_put_text(b, str_c(sorted[i]->key));
        buf_char(b, ':');
        field_put(b, sorted[i], &salts[sorted[i] - fields]);
    }
    buf_char(b, '}');
}

void audit_bytes(Buf *b, int64_t kab, int64_t n, int64_t at, int64_t actor_id, Str action, Str subject, Str detail) {
    buf_fmt(b, "[%lld,%lld,%lld,%lld,", (long long)kab, (long long)n, (long long)at, (long long)actor_id);
    audit_put_text(b, action);
    buf_char(b, ',');
    audit_put_text(b, subject);
    buf_char(b, ',');
    buf_str(b, detail);
    buf_char(b, ']');
}

Hash audit_entry_hash(const Hash *prev, Str bytes) {
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

static bool entry_insert(Db *db, const AuditInsertArgs *row, Err *e) {
    Err found = { 0 };
    return audit_insert(db, *row, NULL, &found) || change_clashed(db, row->kab, &found, e);
}

static bool salts_insert(Db *db, const AuditEntry *entry, int64_t n, const Salt salts[AUDIT_FIELDS_MAX], Err *e) {
    for (size_t i = 0; i < AUDIT_FIELDS_MAX && entry->fields[i].key; i++) {
        if (entry->fields[i].kind != AUDIT_IS_COMMITMENT) continue;
        AuditSaltInsertArgs row = { .kab = entry->kab, .n = n, .field = str_c(entry->fields[i].key), .family_id = entry->family_id,
                                    .salt_data = { (const char *)salts[i].bytes, sizeof salts[i].bytes } };
        if (!audit_salt_insert(db, row, NULL, e)) return false;
    }
    return true;
}

bool audit_write(Db *db, const AuditEntry *entry, Err *e) {
    Salt salts[AUDIT_FIELDS_MAX] = { 0 };
    for (size_t i = 0; i < AUDIT_FIELDS_MAX && entry->fields[i].key; i++)
        if (entry->fields[i].kind == AUDIT_IS_COMMITMENT) randombytes_buf(salts[i].bytes, sizeof salts[i].bytes);
    assert(db_in_transaction(db));                         // an entry without its change, or a change without its entry, is a lie
    AuditInsertArgs row = { .kab = entry->kab, .recorded_at = entry->at, .actor_id = entry->actor_id, .action = str_c(entry->action), .subject = entry->subject };
    if (!audit_head(db, entry->kab, &row.n, &row.prev_hash, e)) return false;
    row.n++;
    Buf detail = { .max = AUDIT_DETAIL_MAX }, bytes = { .max = 2 * AUDIT_DETAIL_MAX };
    detail_put(&detail, entry->fields, salts);
    row.detail = buf_view(&detail);
    audit_bytes(&bytes, row.kab, row.n, row.recorded_at.ms, row.actor_id, row.action, row.subject, row.detail);
    row.entry_hash = audit_entry_hash(&row.prev_hash, buf_view(&bytes));
    bool is_written = detail.is_full || bytes.is_full ? fail(e, LIMIT, "The audit entry for %s is too long.", entry->action) : entry_insert(db, &row, e) && salts_insert(db, entry, row.n, salts, e);
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
        Hash wanted = audit_entry_hash(&row.prev_hash, buf_view(&bytes));
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

// ---- commitments -------------------------------------------------------------------------------------------------

// The detail is ours and canonical, so the field's own bytes can be looked for.
static bool detail_says(Str detail, Str field, const Hash *wanted, bool is_new) {
    Buf start = { .max = 300 };
    buf_char(&start, ',');
    audit_put_text(&start, field);
    buf_c(&start, ":{\"from_commitment\":");
    Str key = str_part(buf_view(&start), 1, start.n), hex = { 0 };
    for (size_t i = 1; i + key.n <= detail.n && !hex.p; i++)
        if ((detail.p[i - 1] == '{' || detail.p[i - 1] == ',') && str_starts(str_part(detail, i, detail.n), key)) hex = str_part(detail, i + key.n, detail.n);
    buf_free(&start);
    Str from = str_cut(&hex, ','), to = hex;
    str_cut(&to, ':');
    Hash found;
    return hash_parse_hex(str_part(is_new ? to : from, 1, 64), &found) && hash_eq(&found, wanted);
}

bool audit_opens(Db *db, int64_t kab, int64_t n, Str field, Str value, bool is_new, bool *matches, Err *e) {
    Arena a = { 0 };
    AuditSaltReadRow salt = { 0 };
    AuditOneRow entry = { 0 };
    bool has_salt = false, has_entry = false;
    bool is_good = audit_salt_read(db, &a, (AuditSaltReadArgs){ .kab = kab, .n = n, .field = field }, &salt, &has_salt, e) &&
                   audit_one(db, &a, (AuditOneArgs){ .kab = kab, .n = n }, &entry, &has_entry, e);
    bool is_said = false;
    if (is_good && has_salt && has_entry && salt.salt_data.n == sizeof(Salt)) {
        Salt key;
        memcpy(key.bytes, salt.salt_data.p, sizeof key.bytes);
        Hash wanted = commitment(&key, value);
        is_said = detail_says(entry.detail, field, &wanted, is_new);
    }
    arena_free(&a);
    if (is_good) *matches = is_said;
    return is_good;
}

bool audit_forget(Db *db, int64_t kab, int64_t family_id, Err *e) {
    return audit_salt_forget(db, (AuditSaltForgetArgs){ .kab = kab, .family_id = family_id }, NULL, e);
}
