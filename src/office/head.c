// head.c: see head.h. A head reads only the entries since the last one: the tree's open edge is kept with each.
#include "office/head.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/merkle.h"
#include "office/practice.h"
#include "office_head.sql.h"
#include <assert.h>
#include <stdlib.h>

#define LINE_MAX_BYTES 1000
#define CHAINS_MAX 20000               // two for each of the codes that four digits give

// ---- the line ----------------------------------------------------------------------------------------------------

static void field_hash(Buf *b, const char *name, const Hash *hash) {
    buf_fmt(b, " %s=", name);
    hash_put_hex(b, hash);
}

// All that is signed.
static void body_put(Buf *b, const Head *head) {
    buf_c(b, "harapan-head-1 day=");
    date_put_iso(b, head->day);
    buf_c(b, " at=");
    instant_put_iso(b, head->at);
    buf_fmt(b, " mode=%s chains=%lld entries=%lld", head->is_practice ? "practice" : "real", (long long)head->chain_n, (long long)head->entry_n);
    field_hash(b, "root", &head->root);
    field_hash(b, "prev", &head->prev);
    field_hash(b, "key", &head->key);
}

static void line_sign(Buf *b, const Head *head, const HeadKey *key) {
    unsigned char signature[crypto_sign_BYTES];
    body_put(b, head);
    crypto_sign_detached(signature, NULL, (const unsigned char *)b->p, b->n, key->secret);
    buf_c(b, " sig=");
    for (size_t i = 0; i < sizeof signature; i++) buf_fmt(b, "%02x", signature[i]);
}

static Str value_of(Str *rest, const char *name) {
    Str value = str_cut(rest, ' '), found = str_cut(&value, '=');
    return str_eq(found, str_c(name)) ? value : (Str){ 0 };
}

// "2026-11-24T03:00:00Z"
static bool instant_parse(Str s, Instant *out) {
    Date day;
    if (s.n != 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' || s.p[19] != 'Z' || !date_parse_iso(str_part(s, 0, 10), &day)) return false;
    int64_t hour, minute, second;
    if (!str_is_digits(str_part(s, 11, 2)) || !str_is_digits(str_part(s, 14, 2)) || !str_is_digits(str_part(s, 17, 2)) || !str_int64(str_part(s, 11, 2), &hour) ||
        !str_int64(str_part(s, 14, 2), &minute) || !str_int64(str_part(s, 17, 2), &second) || hour > 23 || minute > 59 || second > 59) return false;
    *out = (Instant){ (((int64_t)day.days * 24 + hour) * 60 + minute) * 60000 + second * 1000 };
    return true;
}

static bool signature_holds(Str line, const Hash *key) {
    static const char MARK[] = " sig=";
    unsigned char signature[crypto_sign_BYTES];
    size_t hex_n = 2 * crypto_sign_BYTES, got = 0;
    if (line.n < hex_n + sizeof MARK) return false;
    size_t body_n = line.n - hex_n - (sizeof MARK - 1);
    if (memcmp(line.p + body_n, MARK, sizeof MARK - 1) != 0) return false;
    if (sodium_hex2bin(signature, sizeof signature, line.p + line.n - hex_n, hex_n, NULL, &got, NULL) != 0 || got != sizeof signature) return false;
    return crypto_sign_verify_detached(signature, (const unsigned char *)line.p, body_n, key->bytes) == 0;
}

bool head_parse(Arena *a, Str line, Head *out, Err *e) {
    Head head = { .line = line };
    Str rest = line;
    bool is_head = str_eq(str_cut(&rest, ' '), STR("harapan-head-1")) && date_parse_iso(value_of(&rest, "day"), &head.day) &&
                   instant_parse(value_of(&rest, "at"), &head.at);
    Str mode = value_of(&rest, "mode");
    head.is_practice = str_eq(mode, STR("practice"));
    is_head = is_head && (head.is_practice || str_eq(mode, STR("real"))) && str_int64(value_of(&rest, "chains"), &head.chain_n) &&
              str_int64(value_of(&rest, "entries"), &head.entry_n) && hash_parse_hex(value_of(&rest, "root"), &head.root) &&
              hash_parse_hex(value_of(&rest, "prev"), &head.prev) && hash_parse_hex(value_of(&rest, "key"), &head.key);
    if (!is_head) return fail(e, BAD_INPUT, "This is no line of a head; it begins with harapan-head-1 and is copied whole.");
    if (!signature_holds(line, &head.key)) return fail(e, BAD_INPUT, "The signature of the head of this day does not hold: the line was changed or copied wrongly.");
    head.line = arena_str(a, line);
    *out = head;
    return true;
}

// ---- the chains --------------------------------------------------------------------------------------------------

void head_chain_put(Buf *b, const HeadChain *chain) {
    buf_fmt(b, "[\"%s\",%lld,%lld,\"", chain_name(chain->log), (long long)chain->kab, (long long)chain->n);
    hash_put_hex(b, &chain->entry_hash);
    buf_c(b, "\",\"");
    hash_put_hex(b, &chain->root);
    buf_c(b, "\"]");
}

Hash head_root(const HeadChains *chains) {
    MerkleEdge edge = { 0 };
    for (size_t i = 0; i < chains->n; i++) {
        Buf b = { .max = 400 };
        head_chain_put(&b, &chains->at[i]);
        Hash leaf = merkle_leaf(buf_view(&b));
        buf_free(&b);
        merkle_add(&edge, &leaf);
    }
    return merkle_root(&edge);
}

// One chain being followed from where the last head left it.
typedef struct { HeadChain chain; MerkleEdge edge; bool is_joined; } Follow;

static bool broken(const Follow *f, int64_t n, Err *e) {
    return fail(e, CONFLICT, f->chain.log == CHAIN_AUDIT ? N_("The audit chain of district %lld does not hold at entry %lld, so no head is signed. Type: harapan check")
                                                         : N_("The read log of district %lld does not hold at entry %lld, so no head is signed. Type: harapan check"),
                (long long)f->chain.kab, (long long)n);
}

// The first one taken is the last that was sealed: it must be as it was.
static bool follow_take(void *with, const ChainEntry *entry, Err *e) {
    Follow *f = with;
    if (!chain_entry_holds(entry)) return broken(f, entry->n, e);
    if (!f->is_joined) {
        f->is_joined = true;
        return (entry->n == f->chain.n && hash_eq(&entry->hash, &f->chain.entry_hash)) || broken(f, f->chain.n, e);
    }
    if (entry->n != f->chain.n + 1 || !hash_eq(&entry->prev, &f->chain.entry_hash)) return broken(f, f->chain.n + 1, e);
    Hash leaf = merkle_leaf(entry->bytes);
    merkle_add(&f->edge, &leaf);
    f->chain.n = entry->n;
    f->chain.entry_hash = entry->hash;
    return true;
}

static bool follow(Db *db, Db *source, ChainLog log, int64_t kab, bool is_whole, Follow *f, Err *e) {
    Arena a = { 0 };
    HeadChainLastRow last = { 0 };
    bool is_sealed = false;
    *f = (Follow){ .chain = { .log = log, .kab = kab } };
    bool is_good = is_whole || head_chain_last(db, &a, (HeadChainLastArgs){ .kab = kab, .log = str_c(chain_name(log)) }, &last, &is_sealed, e);
    if (is_good && is_sealed) {
        f->chain.n = last.n;
        f->chain.entry_hash = last.entry_hash;
        is_good = merkle_edge_read(last.n, last.edge_data, &f->edge, e);
    }
    f->is_joined = f->chain.n == 0;
    arena_free(&a);
    if (!is_good || !chain_each(source, log, kab, f->is_joined ? 0 : f->chain.n - 1, follow_take, f, e)) return false;
    if (!f->is_joined) return broken(f, f->chain.n, e);
    f->chain.root = merkle_root(&f->edge);
    return true;
}

typedef struct { Follow *at; size_t n; } Follows;

static void place_add(HeadChains *places, ChainLog log, int64_t kab) {
    for (size_t i = 0; i < places->n; i++) if (places->at[i].log == log && places->at[i].kab == kab) return;
    assert(places->n < CHAINS_MAX);
    places->at[places->n++] = (HeadChain){ .log = log, .kab = kab };
}

static int place_order(const void *a, const void *b) {
    const HeadChain *x = a, *y = b;
    return x->kab != y->kab ? (x->kab > y->kab) - (x->kab < y->kab) : (x->log > y->log) - (x->log < y->log);
}

// Those that were sealed, also when they have no entry any more.
static bool places_sealed(Db *db, HeadChains *places, Err *e) {
    HeadChainNamesRows rows = { 0 };
    HeadChainNamesRow row;
    bool has_row = false, is_good = head_chain_names(db, &rows, e);
    while (is_good && (is_good = head_chain_names_next(&rows, &row, &has_row, e)) && has_row)
        place_add(places, str_eq(row.log, STR("audit")) ? CHAIN_AUDIT : CHAIN_READS, row.kab);
    head_chain_names_end(&rows);
    return is_good;
}

static bool places_now(Db *db, Arena *a, ChainLog log, HeadChains *places, Err *e) {
    ChainDistricts districts;
    if (!chain_districts(db, log, a, &districts, e)) return false;
    for (size_t i = 0; i < districts.n; i++) place_add(places, log, districts.at[i]);
    return true;
}

// is_whole: from the first entry of each chain, whatever earlier heads say.
static bool follow_all(Db *db, Db *reads, Arena *a, bool is_whole, Follows *out, Err *e) {
    HeadChains places = { NEW(a, HeadChain, CHAINS_MAX), 0 };
    if (!places_now(db, a, CHAIN_AUDIT, &places, e) || (reads && !places_now(reads, a, CHAIN_READS, &places, e)) ||
        (!is_whole && !places_sealed(db, &places, e))) return false;
    if (places.n) qsort(places.at, places.n, sizeof *places.at, place_order);
    Follows all = { NEW(a, Follow, places.n + 1), places.n };
    for (size_t i = 0; i < all.n; i++) {
        ChainLog log = places.at[i].log;
        Db *source = log == CHAIN_AUDIT ? db : reads;
        if (!source) return fail(e, NOT_FOUND, "The read log is missing, though earlier heads sealed it. Put its file back from a backup.");
        if (!follow(db, source, log, places.at[i].kab, is_whole, &all.at[i], e)) return false;
    }
    *out = all;
    return true;
}

static HeadChains chains_of(Arena *a, const Follows *all) {
    HeadChains chains = { NEW(a, HeadChain, all->n + 1), all->n };
    for (size_t i = 0; i < all->n; i++) chains.at[i] = all->at[i].chain;
    return chains;
}

bool head_chains_now(Db *db, Db *reads, Arena *a, HeadChains *out, Err *e) {
    Follows all = { 0 };
    if (!follow_all(db, reads, a, true, &all, e)) return false;
    *out = chains_of(a, &all);
    return true;
}

// ---- making a head -----------------------------------------------------------------------------------------------

typedef struct { Db *reads; Arena *arena; const HeadOptions *o; Head head; bool is_new; } Making;

static bool before_accept(Db *db, const Making *m, const Head *before, Err *e) {
    HeadKeyAgreedRow agreed;
    bool is_agreed = false;
    if (m->head.day.days < before->day.days)
        return fail(e, CONFLICT, "The clock stands before the day of the last head. Set the clock right, then try again.");
    if (hash_eq(&before->key, &m->o->key->public_key)) return true;
    if (!head_key_agreed(db, (HeadKeyAgreedArgs){ .key_hash = m->o->key->public_key }, &agreed, &is_agreed, e)) return false;
    return is_agreed || fail(e, CONFLICT, "Another key signed the heads up to now. Put its file back; if it is lost for good, type: harapan head --new-key, which a second person must sign, and tell those who keep the heads.");
}

static bool chains_insert(Db *db, const Follows *all, Date day, Err *e) {
    for (size_t i = 0; i < all->n; i++) {
        const Follow *f = &all->at[i];
        HeadChainInsertArgs row = { .kab = f->chain.kab, .log = str_c(chain_name(f->chain.log)), .day_on = day, .n = f->chain.n, .entry_hash = f->chain.entry_hash,
                                    .root_hash = f->chain.root, .edge_data = merkle_edge_bytes(&f->edge) };
        if (!head_chain_insert(db, row, NULL, e)) return false;
    }
    return true;
}

static bool head_write(Db *db, Making *m, const Follows *all, Err *e) {
    Buf line = { .max = LINE_MAX_BYTES }, day = { .max = 20 };
    Head *head = &m->head;
    HeadChains chains = chains_of(m->arena, all);
    head->root = head_root(&chains);
    head->chain_n = (int64_t)chains.n;
    for (size_t i = 0; i < chains.n; i++) head->entry_n += chains.at[i].n;
    line_sign(&line, head, m->o->key);
    assert(!line.is_full);
    head->line = arena_str(m->arena, buf_view(&line));
    buf_free(&line);
    date_put_iso(&day, head->day);
    AuditEntry entry = { .actor_id = m->o->actor_id, .action = "audit.head", .subject = arena_str(m->arena, buf_view(&day)), .at = m->o->now,
                         .fields = { AUDIT_HASH("root", &head->root), AUDIT_COUNT("entry_n", head->entry_n) } };
    buf_free(&day);
    m->is_new = true;
    return head_insert(db, (HeadInsertArgs){ .day_on = head->day, .signed_at = head->at, .line = head->line }, NULL, e) &&
           chains_insert(db, all, head->day, e) && audit_write(db, &entry, e);
}

static bool making_work(Db *db, void *with, Err *e) {
    Making *m = with;
    HeadLastRow last;
    Follows all = { 0 };
    bool is_found = false;
    m->is_new = false;
    m->head = (Head){ .day = date_of_instant(m->o->now, HEAD_ZONE_MINUTES), .at = { m->o->now.ms / 1000 * 1000 }, .key = m->o->key->public_key };
    if (!practice_is(db, &m->head.is_practice, e) || !head_last(db, m->arena, &last, &is_found, e)) return false;
    if (is_found) {
        Head before;
        if (!head_parse(m->arena, last.line, &before, e)) return false;
        if (before.day.days == m->head.day.days) return m->head = before, true;
        if (!before_accept(db, m, &before, e)) return false;
        m->head.prev = sha256_of(last.line.p, last.line.n);
    }
    if (!m->reads) return follow_all(db, NULL, m->arena, false, &all, e) && head_write(db, m, &all, e);
    bool is_good = db_begin_read(m->reads, e) && follow_all(db, m->reads, m->arena, false, &all, e);
    db_rollback(m->reads);
    return is_good && head_write(db, m, &all, e);
}

bool head_make(Db *db, Db *reads, Arena *a, const HeadOptions *o, Head *out, bool *is_new, Err *e) {
    Making m = { .reads = reads, .arena = a, .o = o };
    if (!change_do(db, making_work, &m, e)) return false;
    *out = m.head;
    *is_new = m.is_new;
    return true;
}

// A first key is made only where nothing was signed yet.
static bool key_find(Db *db, Arena *a, const HeadToday *today, HeadKey *key, bool *is_new_key, Err *e) {
    Err found = { 0 };
    HeadLastRow last;
    bool was_signed = false;
    *is_new_key = false;
    if (head_key_read(today->key_path, key, &found)) return true;
    if (found.code != NOT_FOUND) return fail(e, found.code, "%s", found.text);
    if (!head_last(db, a, &last, &was_signed, e)) return false;
    if (was_signed)
        return fail(e, NOT_FOUND, "The key that signed the heads up to now is not in %s. Put the file back; if it is lost for good, type: harapan head --new-key, which a second person must sign, and tell those who keep the heads.", today->key_path);
    Err made = { 0 };
    *is_new_key = head_key_make(today->key_path, key, &made);
    if (*is_new_key) return true;
    return made.code == CONFLICT ? head_key_read(today->key_path, key, e) : fail(e, made.code, "%s", made.text);     // somebody else was faster
}

bool head_today(Db *db, Arena *a, const HeadToday *today, Head *out, bool *is_new, bool *is_new_key, Err *e) {
    HeadKey key = { 0 };
    Db *reads = NULL;
    Head head;
    bool is_there = false;
    *is_new = *is_new_key = false;
    if (!head_of(db, a, date_of_instant(today->now, HEAD_ZONE_MINUTES), &head, &is_there, e)) return false;
    if (is_there) return *out = head, true;
    bool is_good = key_find(db, a, today, &key, is_new_key, e) && db_open_reads(today->db_url, (DbOptions){ 0 }, &reads, e) &&
                   head_make(db, reads, a, &(HeadOptions){ &key, today->actor_id, today->now }, out, is_new, e);
    db_close(reads);
    head_key_forget(&key);
    return is_good;
}

// ---- reading -----------------------------------------------------------------------------------------------------

bool heads_read(Db *db, Arena *a, int64_t limit_n, Heads *out, Err *e) {
    HeadNewestRows rows = { 0 };
    HeadNewestRow row;
    Heads heads = { NEW(a, Head, limit_n + 1), 0 };
    bool has_row = false, is_good = head_newest(db, (HeadNewestArgs){ .limit_n = limit_n }, &rows, e);
    while (is_good && (is_good = head_newest_next(&rows, &row, &has_row, e)) && has_row) is_good = head_parse(a, row.line, &heads.at[heads.n], e) && ++heads.n;
    head_newest_end(&rows);
    if (is_good) *out = heads;
    return is_good;
}

bool head_of(Db *db, Arena *a, Date day, Head *out, bool *is_found, Err *e) {
    HeadByDayRow row;
    return head_by_day(db, a, (HeadByDayArgs){ .day_on = day }, &row, is_found, e) && (!*is_found || head_parse(a, row.line, out, e));
}

bool head_chains(Db *db, Arena *a, Date day, HeadChains *out, Err *e) {
    HeadChainsOfDayRows rows = { 0 };
    HeadChainsOfDayRow row;
    HeadChains chains = { NEW(a, HeadChain, CHAINS_MAX), 0 };
    bool has_row = false, is_good = head_chains_of_day(db, (HeadChainsOfDayArgs){ .day_on = day }, &rows, e);
    while (is_good && (is_good = head_chains_of_day_next(&rows, &row, &has_row, e)) && has_row && chains.n < CHAINS_MAX)
        chains.at[chains.n++] = (HeadChain){ str_eq(row.log, STR("audit")) ? CHAIN_AUDIT : CHAIN_READS, row.kab, row.n, row.entry_hash, row.root_hash };
    head_chains_of_day_end(&rows);
    if (is_good) *out = chains;
    return is_good;
}

// ---- checking ----------------------------------------------------------------------------------------------------

// One chain from its first entry, against every head that sealed it.
typedef struct { HeadChainOfRow *at; size_t n, next; MerkleEdge edge; } Sealed;

static bool sealed_take(void *with, const ChainEntry *entry, Err *e) {
    Sealed *s = with;
    Hash leaf = merkle_leaf(entry->bytes);
    (void)e;
    merkle_add(&s->edge, &leaf);
    Hash root = merkle_root(&s->edge);
    for (; s->next < s->n && s->at[s->next].n == entry->n; s->next++)
        if (!hash_eq(&s->at[s->next].root_hash, &root) || !hash_eq(&s->at[s->next].entry_hash, &entry->hash)) return s->edge.leaf_n = -1, false;
    return true;
}

static bool sealed_read(Db *db, Arena *a, ChainLog log, int64_t kab, Sealed *out, Err *e) {
    HeadChainOfRows rows = { 0 };
    HeadChainOfRow row;
    size_t cap = 0;
    bool has_row = false, is_good = head_chain_of(db, (HeadChainOfArgs){ .kab = kab, .log = str_c(chain_name(log)) }, &rows, e);
    while (is_good && (is_good = head_chain_of_next(&rows, &row, &has_row, e)) && has_row) {
        if (out->n == cap) {
            HeadChainOfRow *more = NEW(a, HeadChainOfRow, cap * 2 + 64);
            if (out->n) memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
            cap = cap * 2 + 64;
        }
        out->at[out->n++] = row;
    }
    head_chain_of_end(&rows);
    return is_good;
}

static bool chain_check(Db *db, Db *source, ChainLog log, int64_t kab, Violations *v, Err *e) {
    Arena a = { 0 };
    Sealed sealed = { 0 };
    Err found = { 0 };
    bool is_good = sealed_read(db, &a, log, kab, &sealed, e);
    bool holds = is_good && source && chain_each(source, log, kab, 0, sealed_take, &sealed, &found) && sealed.next == sealed.n;
    is_good = is_good && (!found.code || fail(e, found.code, "%s", found.text));
    if (is_good && !holds)
        violation(v, log == CHAIN_AUDIT ? N_("The audit chain of district %lld is not what its signed heads say: entries that were sealed are missing or changed.")
                                        : N_("The read log of district %lld is not what its signed heads say: entries that were sealed are missing or changed."), (long long)kab);
    arena_free(&a);
    return is_good;
}

static bool key_check(Db *db, const Head *head, Str day, Hash *key, Violations *v, Err *e) {
    HeadKeyAgreedRow agreed;
    bool is_agreed = sodium_is_zero(key->bytes, sizeof key->bytes) || hash_eq(key, &head->key);
    if (!is_agreed && !head_key_agreed(db, (HeadKeyAgreedArgs){ .key_hash = head->key }, &agreed, &is_agreed, e)) return false;
    if (!is_agreed) violation(v, "The head of %.*s was signed with another key, and no two people agreed to it.", STR_ARG(day));
    *key = head->key;
    return true;
}

static bool line_check(Db *db, Arena *a, Date day, Str line, Hash *prev, Hash *key, Violations *v, Err *e) {
    Head head;
    HeadChains chains;
    Err found = { 0 };
    Buf text = { .max = 20 };
    date_put_iso(&text, day);
    Str day_text = arena_str(a, buf_view(&text));
    buf_free(&text);
    if (!head_chains(db, a, day, &chains, e)) return false;
    Hash root = head_root(&chains);
    if (!head_parse(a, line, &head, &found) || head.day.days != day.days || !hash_eq(&head.root, &root) || head.chain_n != (int64_t)chains.n)
        violation(v, "The head of %.*s was changed after it was signed.", STR_ARG(day_text));
    else if (!hash_eq(&head.prev, prev)) violation(v, "The head of %.*s does not follow from the head before it.", STR_ARG(day_text));
    *prev = sha256_of(line.p, line.n);
    return found.code || key_check(db, &head, day_text, key, v, e);
}

bool heads_check(Db *db, Db *reads, Violations *v, Err *e) {
    Arena a = { 0 };
    HeadAllRows rows = { 0 };
    HeadAllRow row;
    Hash prev = { { 0 } }, key = { { 0 } };
    HeadChains places = { NEW(&a, HeadChain, CHAINS_MAX), 0 };
    bool has_row = false, is_good = places_sealed(db, &places, e);
    for (size_t i = 0; is_good && i < places.n; i++) {
        ChainLog log = places.at[i].log;
        is_good = chain_check(db, log == CHAIN_AUDIT ? db : reads, log, places.at[i].kab, v, e);
    }
    is_good = is_good && head_all(db, &rows, e);
    while (is_good && (is_good = head_all_next(&rows, &row, &has_row, e)) && has_row) {
        Arena line = { 0 };
        is_good = line_check(db, &line, row.day_on, row.line, &prev, &key, v, e);
        arena_free(&line);
    }
    head_all_end(&rows);
    arena_free(&a);
    return is_good;
}
