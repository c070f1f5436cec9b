// chain.c: see chain.h.
#include "office/chain.h"
#include "office/audit.h"
#include "office/read_log.h"
#include "office_chain.sql.h"

const char *chain_name(ChainLog log) { return log == CHAIN_AUDIT ? "audit" : "reads"; }

static bool each_audit(Db *db, int64_t kab, int64_t after_n, ChainTake take, void *with, Err *e) {
    ChainAuditRows rows = { 0 };
    ChainAuditRow row;
    Buf bytes = { .max = BUF_MAX };
    bool has_row = false, is_good = chain_audit(db, (ChainAuditArgs){ .kab = kab, .after_n = after_n }, &rows, e);
    while (is_good && (is_good = chain_audit_next(&rows, &row, &has_row, e)) && has_row) {
        buf_reset(&bytes);
        audit_bytes(&bytes, kab, row.n, row.recorded_at.ms, row.actor_id, row.action, row.subject, row.detail);
        is_good = take(with, &(ChainEntry){ row.n, buf_view(&bytes), row.prev_hash, row.entry_hash }, e);
    }
    chain_audit_end(&rows);
    buf_free(&bytes);
    return is_good;
}

static bool each_reads(Db *db, int64_t kab, int64_t after_n, ChainTake take, void *with, Err *e) {
    ChainReadsRows rows = { 0 };
    ChainReadsRow row;
    Buf bytes = { .max = BUF_MAX };
    bool has_row = false, is_good = chain_reads(db, (ChainReadsArgs){ .kab = kab, .after_n = after_n }, &rows, e);
    while (is_good && (is_good = chain_reads_next(&rows, &row, &has_row, e)) && has_row) {
        buf_reset(&bytes);
        reads_bytes(&bytes, kab, row.n, row.read_at.ms, row.actor_id, row.route, row.purpose, row.families);
        is_good = take(with, &(ChainEntry){ row.n, buf_view(&bytes), row.prev_hash, row.entry_hash }, e);
    }
    chain_reads_end(&rows);
    buf_free(&bytes);
    return is_good;
}

bool chain_each(Db *db, ChainLog log, int64_t kab, int64_t after_n, ChainTake take, void *with, Err *e) {
    return log == CHAIN_AUDIT ? each_audit(db, kab, after_n, take, with, e) : each_reads(db, kab, after_n, take, with, e);
}

#define DISTRICTS_MAX 10000            // a code has four digits

#define TAKE_DISTRICTS(query, Query) do { \
        Query##Rows rows = { 0 }; Query##Row row; bool has_row = false; \
        is_good = query(db, &rows, e); \
        while (is_good && (is_good = query##_next(&rows, &row, &has_row, e)) && has_row && found.n < DISTRICTS_MAX) found.at[found.n++] = row.kab; \
        query##_end(&rows); } while (0)

bool chain_districts(Db *db, ChainLog log, Arena *a, ChainDistricts *out, Err *e) {
    ChainDistricts found = { NEW(a, int64_t, DISTRICTS_MAX), 0 };
    bool is_good = true;
    if (log == CHAIN_AUDIT) TAKE_DISTRICTS(chain_audit_districts, ChainAuditDistricts);
    else TAKE_DISTRICTS(chain_reads_districts, ChainReadsDistricts);
    if (is_good) *out = found;
    return is_good;
}

bool chain_entry_holds(const ChainEntry *entry) {
    Hash wanted = audit_entry_hash(&entry->prev, entry->bytes);
    return hash_eq(&wanted, &entry->hash);
}
