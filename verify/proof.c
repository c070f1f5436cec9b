// proof.c: see proof.h. Two walks over the file: the first takes the heads, the second the entries, which are compared with what
// the heads say at the lengths they had.
#include "proof.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_N 128                 // two hashes for each level of the deepest tree

typedef struct { uint8_t b[32]; } Hash;
typedef struct { int log; int64_t kab, n; Hash hash, root; size_t head; } Sealed;       // log: 0 audit, 1 reads
typedef struct { Bytes line, day; Hash root, prev, key; int64_t chain_n; size_t first, sealed_n; bool is_kept; } Head;
typedef struct { int64_t leaf_n; Hash at[64]; } Edge;

typedef struct {
    const VerifyOptions *o;
    Verdict verdict;
    int64_t line_n, fault_n;
    bool is_proof;
    int64_t low_kab, high_kab;
    Head *heads;
    size_t head_n, head_cap;
    Sealed *sealed;
    size_t sealed_n, sealed_cap;
    Head *kept;
    size_t kept_n, kept_cap;
    // the chain being walked
    int log;
    int64_t kab, n;
    Hash last;
    Edge edge;
    size_t next;                       // in sealed
    bool is_begun;
    int64_t entry_n[2], witnessed_n[2], proved_n;
} Verify;

#define FAULTS_SAID 20
// A finding, in one of the two languages. What stands after %.*s has been checked to be a day.
#define SAY(v, id, en, ...) do { if (!(v)->o->is_silent) { if ((v)->o->is_english) printf(en "\n", ##__VA_ARGS__); else printf(id "\n", ##__VA_ARGS__); } } while (0)
#define FAULT(v, id, en, ...) do { if ((v)->fault_n++ < FAULTS_SAID) SAY(v, id, en, ##__VA_ARGS__); (v)->verdict = ALTERED; } while (0)

static const char *log_name(const Verify *v, int log) {
    if (v->o->is_english) return log ? "record of looks" : "audit trail";
    return log ? "catatan baca" : "jejak audit";
}

static void *grow(void *at, size_t n, size_t *cap, size_t size) {
    if (n < *cap) return at;
    *cap = *cap * 2 + 64;
    at = realloc(at, *cap * size);
    if (!at) abort();
    return at;
}

// ---- hashes ------------------------------------------------------------------------------------------------------

static Hash sha256(const void *a, size_t a_n, const void *b, size_t b_n, const void *c, size_t c_n) {
    Hash out;
    crypto_hash_sha256_state s;
    crypto_hash_sha256_init(&s);
    crypto_hash_sha256_update(&s, a, a_n);
    crypto_hash_sha256_update(&s, b, b_n);
    crypto_hash_sha256_update(&s, c, c_n);
    crypto_hash_sha256_final(&s, out.b);
    return out;
}

static Hash leaf_hash(Bytes bytes) { return sha256("\0", 1, bytes.p, bytes.n, "", 0); }
static Hash node_hash(const Hash *left, const Hash *right) { return sha256("\1", 1, left, 32, right, 32); }
static bool same(const Hash *a, const Hash *b) { return memcmp(a, b, sizeof *a) == 0; }

static void edge_add(Edge *e, Bytes bytes) {
    int at = __builtin_popcountll((unsigned long long)e->leaf_n);
    e->at[at] = leaf_hash(bytes);
    for (int64_t n = e->leaf_n++; n & 1; n >>= 1, at--) e->at[at - 1] = node_hash(&e->at[at - 1], &e->at[at]);
}

static Hash edge_root(const Edge *e) {
    int n = __builtin_popcountll((unsigned long long)e->leaf_n);
    if (n == 0) return sha256("", 0, "", 0, "", 0);
    Hash root = e->at[n - 1];
    for (int i = n - 2; i >= 0; i--) root = node_hash(&e->at[i], &root);
    return root;
}

bool inclusion_holds(const uint8_t leaf[32], int64_t index, int64_t tree_n, const uint8_t (*path)[32], int path_n, const uint8_t root[32]) {
    Hash r;
    if (index < 0 || index >= tree_n) return false;
    int64_t fn = index, sn = tree_n - 1;
    memcpy(r.b, leaf, 32);
    for (int i = 0; i < path_n; i++) {
        Hash p;
        memcpy(p.b, path[i], 32);
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            r = node_hash(&p, &r);
            while (!(fn & 1) && fn) { fn >>= 1; sn >>= 1; }
        } else r = node_hash(&r, &p);
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(r.b, root, 32) == 0;
}

bool consistency_holds(int64_t from_n, const uint8_t from_root[32], int64_t to_n, const uint8_t to_root[32], const uint8_t (*path)[32], int path_n) {
    if (from_n < 1 || from_n > to_n) return false;
    if (from_n == to_n) return path_n == 0 && memcmp(from_root, to_root, 32) == 0;
    Hash fr, sr;
    int i = 0;
    if ((from_n & (from_n - 1)) == 0) memcpy(fr.b, from_root, 32);             // the old tree is itself the first piece
    else if (path_n > 0) memcpy(fr.b, path[i++], 32);
    else return false;
    sr = fr;
    int64_t fn = from_n - 1, sn = to_n - 1;
    while (fn & 1) { fn >>= 1; sn >>= 1; }
    for (; i < path_n; i++) {
        Hash c;
        memcpy(c.b, path[i], 32);
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            fr = node_hash(&c, &fr);
            sr = node_hash(&c, &sr);
            while (!(fn & 1) && fn) { fn >>= 1; sn >>= 1; }
        } else sr = node_hash(&sr, &c);
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(fr.b, from_root, 32) == 0 && memcmp(sr.b, to_root, 32) == 0;
}

// ---- reading -----------------------------------------------------------------------------------------------------
// The writer is canonical, so each line is read as exactly that: literal pieces, whole numbers, hexadecimal digits.

typedef struct { const char *p, *end; } Cursor;

static bool lit(Cursor *c, const char *text) {
    size_t n = strlen(text);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, text, n) != 0) return false;
    c->p += n;
    return true;
}

static bool number(Cursor *c, int64_t *out) {
    int64_t v = 0;
    const char *start = c->p;
    while (c->p < c->end && *c->p >= '0' && *c->p <= '9') if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *c->p++ - '0', &v)) return false;
    *out = v;
    return c->p > start && (c->p - start == 1 || *start != '0');
}

static bool hex(Cursor *c, uint8_t *out, size_t n) {
    size_t got = 0;
    if ((size_t)(c->end - c->p) < 2 * n) return false;
    for (size_t i = 0; i < 2 * n; i++) if (!((c->p[i] >= '0' && c->p[i] <= '9') || (c->p[i] >= 'a' && c->p[i] <= 'f'))) return false;
    if (sodium_hex2bin(out, n, c->p, 2 * n, NULL, &got, NULL) != 0 || got != n) return false;
    c->p += 2 * n;
    return true;
}

static bool log_of(Cursor *c, int *log) {
    if (lit(c, "\"audit\"")) *log = 0;
    else if (lit(c, "\"reads\"")) *log = 1;
    else return false;
    return true;
}

static bool line_take(Bytes *rest, Bytes *line) {
    const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    if (!rest->n) return false;
    *line = (Bytes){ rest->p, end ? (size_t)(end - rest->p) : rest->n };
    size_t used = line->n + (end ? 1 : 0);
    *rest = (Bytes){ rest->p + used, rest->n - used };
    return true;
}

static bool digits(Cursor *c, const char *shape) {         // 0 stands for a digit
    for (; *shape; shape++, c->p++) {
        if (c->p == c->end) return false;
        if (*shape == '0' ? *c->p < '0' || *c->p > '9' : *c->p != *shape) return false;
    }
    return true;
}

// A head's line, and whether its signature holds.
static bool head_read(Bytes line, Head *out, bool *is_signed) {
    Cursor c = { line.p, line.p + line.n };
    Head h = { .line = line };
    int64_t entry_n;
    uint8_t signature[64];
    if (!lit(&c, "harapan-head-1 day=")) return false;
    h.day = (Bytes){ c.p, 10 };
    if (!digits(&c, "0000-00-00") || !lit(&c, " at=") || !digits(&c, "0000-00-00T00:00:00Z") || !(lit(&c, " mode=practice") || lit(&c, " mode=real")) ||
        !lit(&c, " chains=") || !number(&c, &h.chain_n) || !lit(&c, " entries=") || !number(&c, &entry_n) || !lit(&c, " root=") || !hex(&c, h.root.b, 32) ||
        !lit(&c, " prev=") || !hex(&c, h.prev.b, 32) || !lit(&c, " key=") || !hex(&c, h.key.b, 32)) return false;
    size_t body_n = (size_t)(c.p - line.p);
    if (!lit(&c, " sig=") || !hex(&c, signature, sizeof signature) || c.p != c.end) return false;
    *is_signed = crypto_sign_verify_detached(signature, (const unsigned char *)line.p, body_n, h.key.b) == 0;
    *out = h;
    return true;
}

static bool key_is_known(const Verify *v, const Head *h) { return !v->o->has_key || memcmp(h->key.b, v->o->key, 32) == 0; }

// ---- the heads in the file ---------------------------------------------------------------------------------------

static bool sealed_read(Verify *v, Cursor *c, Head *h, Edge *tree) {
    Sealed s = { .head = v->head_n };
    const char *start = c->p;
    if (!lit(c, "[") || !log_of(c, &s.log) || !lit(c, ",") || !number(c, &s.kab) || !lit(c, ",") || !number(c, &s.n) || !lit(c, ",\"") || !hex(c, s.hash.b, 32) ||
        !lit(c, "\",\"") || !hex(c, s.root.b, 32) || !lit(c, "\"]") || s.n < 1) return false;
    edge_add(tree, (Bytes){ start, (size_t)(c->p - start) });
    if (h->sealed_n) {
        const Sealed *before = &v->sealed[v->sealed_n - 1];
        if (before->kab > s.kab || (before->kab == s.kab && before->log >= s.log)) return false;     // in order, so none stands twice
    }
    v->sealed = grow(v->sealed, v->sealed_n, &v->sealed_cap, sizeof *v->sealed);
    v->sealed[v->sealed_n++] = s;
    h->sealed_n++;
    return true;
}

static void head_follow(Verify *v, const Head *h, bool is_signed, const Edge *tree) {
    Hash root = edge_root(tree);
    int day_n = (int)h->day.n;
    const char *day = h->day.p;
    if (!is_signed) FAULT(v, "Kepala tanggal %.*s: tanda tangannya tidak sah.", "The head of %.*s: its signature does not hold.", day_n, day);
    if (!key_is_known(v, h)) FAULT(v, "Kepala tanggal %.*s ditandatangani dengan kunci lain.", "The head of %.*s is signed with another key.", day_n, day);
    if (!same(&root, &h->root) || h->chain_n != (int64_t)h->sealed_n)
        FAULT(v, "Kepala tanggal %.*s: daftar rantainya bukan yang ditandatangani.", "The head of %.*s: its list of chains is not what was signed.", day_n, day);
    if (v->is_proof) return;
    const Head *before = v->head_n ? &v->heads[v->head_n - 1] : NULL;
    Hash prev = before ? sha256(before->line.p, before->line.n, "", 0, "", 0) : (Hash){ { 0 } };
    if (!same(&prev, &h->prev) || (before && memcmp(before->day.p, h->day.p, 10) >= 0))
        FAULT(v, "Kepala tanggal %.*s tidak menyambung dengan kepala sebelumnya.", "The head of %.*s does not follow from the head before it.", day_n, day);
    if (before && !same(&before->key, &h->key) && !v->o->has_key)
        SAY(v, "Perhatian: sejak %.*s kepala ditandatangani dengan kunci lain. Tanyakan alasannya.", "Note: since %.*s the heads are signed with another key. Ask why.", day_n, day);
}

static bool head_line(Verify *v, Bytes line) {
    Cursor c = { line.p, line.p + line.n };
    Head h;
    bool is_signed = false;
    Edge tree = { 0 };
    if (!lit(&c, "{\"head\":\"")) return false;
    const char *end = memchr(c.p, '"', (size_t)(c.end - c.p));
    if (!end || !head_read((Bytes){ c.p, (size_t)(end - c.p) }, &h, &is_signed)) return false;
    c.p = end;
    h.first = v->sealed_n;
    if (!lit(&c, "\",\"chains\":[")) return false;
    while (!lit(&c, "]}")) if ((h.sealed_n && !lit(&c, ",")) || !sealed_read(v, &c, &h, &tree)) return false;
    if (c.p != c.end) return false;
    head_follow(v, &h, is_signed, &tree);
    v->heads = grow(v->heads, v->head_n, &v->head_cap, sizeof *v->heads);
    v->heads[v->head_n++] = h;
    return true;
}

// ---- the heads that were kept outside ----------------------------------------------------------------------------

static bool kept_read(Verify *v, Bytes file) {
    Bytes line;
    for (int64_t n = 1; line_take(&file, &line); n++) {
        Head h;
        bool is_signed = false;
        while (line.n && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == ' ')) line.n--;
        if (line.n == 0 || *line.p == '#') continue;
        if (!head_read(line, &h, &is_signed)) {
            SAY(v, "Baris %lld dari kepala yang Anda simpan tidak terbaca.", "Line %lld of the heads that you kept cannot be read.", (long long)n);
            return false;
        }
        if (!is_signed || !key_is_known(v, &h)) {
            SAY(v, "Kepala yang Anda simpan untuk %.*s tidak sah: tersalin salah, atau bukan dari kunci ini.", "The head that you kept of %.*s does not hold: copied wrongly, or not of this key.", (int)h.day.n, h.day.p);
            return false;
        }
        v->kept = grow(v->kept, v->kept_n, &v->kept_cap, sizeof *v->kept);
        v->kept[v->kept_n++] = h;
    }
    return true;
}

static void kept_compare(Verify *v) {
    for (size_t k = 0; k < v->kept_n; k++) {
        const Head *kept = &v->kept[k];
        bool is_found = false;
        for (size_t i = 0; i < v->head_n; i++) {
            Head *h = &v->heads[i];
            if (memcmp(h->day.p, kept->day.p, 10) != 0) continue;
            is_found = true;
            h->is_kept = h->line.n == kept->line.n && memcmp(h->line.p, kept->line.p, kept->line.n) == 0;
            if (!h->is_kept)
                FAULT(v, "Kepala tanggal %.*s dalam berkas bukan yang Anda simpan: riwayatnya disusun ulang.", "The head of %.*s in the file is not the one that you kept: its history was built anew.", (int)kept->day.n, kept->day.p);
        }
        if (!is_found && !v->is_proof)
            FAULT(v, "Kepala tanggal %.*s yang Anda simpan tidak ada dalam berkas: riwayatnya dihapus atau disusun ulang.", "The head of %.*s that you kept is not in the file: history was removed or built anew.", (int)kept->day.n, kept->day.p);
    }
}

// ---- the entries -------------------------------------------------------------------------------------------------

static int sealed_order(const void *a, const void *b) {
    const Sealed *x = a, *y = b;
    if (x->log != y->log) return x->log - y->log;
    if (x->kab != y->kab) return x->kab < y->kab ? -1 : 1;
    if (x->n != y->n) return x->n < y->n ? -1 : 1;
    return (x->head > y->head) - (x->head < y->head);
}

static bool is_of(const Sealed *s, int log, int64_t kab) { return s->log == log && s->kab == kab; }

// The chain under way is over: heads that say more entries were robbed.
static void chain_end(Verify *v) {
    for (; v->is_begun && v->next < v->sealed_n && is_of(&v->sealed[v->next], v->log, v->kab); v->next++) {
        const Sealed *s = &v->sealed[v->next];
        FAULT(v, "Wilayah %lld, %s: kepala tanggal %.*s mencatat %lld entri, dalam berkas hanya %lld; entri dihapus.",
              "District %lld, %s: the head of %.*s counts %lld entries, the file has only %lld; entries were removed.", (long long)v->kab, log_name(v, v->log),
              (int)v->heads[s->head].day.n, v->heads[s->head].day.p, (long long)s->n, (long long)v->n);
    }
    v->is_begun = false;
}

// Chains stand in the order of log and district; what is passed over has no entry in the file.
static void chain_pass(Verify *v, int log, int64_t kab) {
    for (; v->next < v->sealed_n; v->next++) {
        const Sealed *s = &v->sealed[v->next];
        if (s->log > log || (s->log == log && s->kab >= kab)) return;
        if (s->kab < v->low_kab || s->kab > v->high_kab) continue;
        FAULT(v, "Wilayah %lld, %s: kepala tanggal %.*s mencatat %lld entri, dalam berkas tidak ada satu pun.",
              "District %lld, %s: the head of %.*s counts %lld entries, the file has none.", (long long)s->kab, log_name(v, s->log),
              (int)v->heads[s->head].day.n, v->heads[s->head].day.p, (long long)s->n);
        int64_t gone_kab = s->kab;
        int gone_log = s->log;
        while (v->next + 1 < v->sealed_n && is_of(&v->sealed[v->next + 1], gone_log, gone_kab)) v->next++;
    }
}

static bool chain_begin(Verify *v, int log, int64_t kab) {
    bool is_ordered = !v->entry_n[0] && !v->entry_n[1] ? true : log > v->log || (log == v->log && kab > v->kab);
    chain_end(v);
    if (!is_ordered) return false;
    chain_pass(v, log, kab);
    v->log = log;
    v->kab = kab;
    v->n = 0;
    v->last = (Hash){ { 0 } };
    v->edge = (Edge){ 0 };
    v->is_begun = true;
    return true;
}

static Hash chained_hash(const Hash *prev, Bytes entry) {
    Hash out;
    crypto_generichash_state s;
    crypto_generichash_init(&s, NULL, 0, 32);
    crypto_generichash_update(&s, prev->b, 32);
    crypto_generichash_update(&s, (const unsigned char *)entry.p, entry.n);
    crypto_generichash_final(&s, out.b, 32);
    return out;
}

static void entry_follow(Verify *v, int64_t n, const Hash *prev, const Hash *hash, Bytes entry) {
    long long kab = v->kab;
    const char *log = log_name(v, v->log);
    Hash wanted = chained_hash(prev, entry);
    if (n != v->n + 1)
        FAULT(v, "Wilayah %lld, %s: setelah entri %lld datang %lld; entri dihapus, disisipkan atau ditukar.", "District %lld, %s: after entry %lld comes %lld; entries were removed, inserted or reordered.", kab, log, (long long)v->n, (long long)n);
    if (!same(&wanted, hash)) FAULT(v, "Wilayah %lld, %s: entri %lld diubah.", "District %lld, %s: entry %lld was changed.", kab, log, (long long)n);
    if (!same(prev, &v->last)) FAULT(v, "Wilayah %lld, %s: entri %lld tidak menyambung dengan yang sebelumnya.", "District %lld, %s: entry %lld does not follow from the one before it.", kab, log, (long long)n);
    v->n = n;
    v->last = *hash;
    edge_add(&v->edge, entry);
    v->entry_n[v->log]++;
    Hash root = edge_root(&v->edge);
    for (; v->next < v->sealed_n && is_of(&v->sealed[v->next], v->log, v->kab) && v->sealed[v->next].n <= v->n; v->next++) {
        const Sealed *s = &v->sealed[v->next];
        const Head *h = &v->heads[s->head];
        if (s->n != v->edge.leaf_n || !same(&s->root, &root) || !same(&s->hash, hash))
            FAULT(v, "Wilayah %lld, %s: sampai entri %lld isinya bukan yang ditandatangani pada %.*s.", "District %lld, %s: up to entry %lld it is not what was signed on %.*s.", kab, log, (long long)s->n, (int)h->day.n, h->day.p);
    }
}

static bool entry_head(Cursor *c, int *log, int64_t *kab, int64_t *n) {
    return lit(c, "{\"log\":") && log_of(c, log) && lit(c, ",\"kab\":") && number(c, kab) && lit(c, ",\"n\":") && number(c, n);
}

// The entry itself: the rest of the line but its last bracket. It must name its own district and number.
static bool entry_bytes(Cursor *c, int64_t kab, int64_t n, Bytes *out) {
    char own[64];
    if (!lit(c, ",\"entry\":") || c->end - c->p < 3 || c->end[-1] != '}' || c->end[-2] != ']') return false;
    *out = (Bytes){ c->p, (size_t)(c->end - c->p) - 1 };
    snprintf(own, sizeof own, "[%lld,%lld,", (long long)kab, (long long)n);
    return lit(c, own);
}

static bool entry_line(Verify *v, Bytes line) {
    Cursor c = { line.p, line.p + line.n };
    int log;
    int64_t kab, n;
    Hash prev, hash;
    Bytes entry;
    if (!entry_head(&c, &log, &kab, &n) || !lit(&c, ",\"prev\":\"") || !hex(&c, prev.b, 32) || !lit(&c, "\",\"hash\":\"") || !hex(&c, hash.b, 32) || !lit(&c, "\"") ||
        !entry_bytes(&c, kab, n, &entry) || kab < v->low_kab || kab > v->high_kab) return false;
    if ((!v->is_begun || v->log != log || v->kab != kab) && !chain_begin(v, log, kab)) {
        FAULT(v, "Baris %lld: rantai wilayah %lld muncul dua kali.", "Line %lld: the chain of district %lld stands there twice.", (long long)v->line_n, (long long)kab);
        v->is_begun = true;
        v->log = log;
        v->kab = kab;
        v->next = v->sealed_n;
    }
    entry_follow(v, n, &prev, &hash, entry);
    return true;
}

// ---- proofs ------------------------------------------------------------------------------------------------------

static const Sealed *sealed_find(const Verify *v, size_t head, int log, int64_t kab) {
    for (size_t i = 0; i < v->sealed_n; i++) if (v->sealed[i].head == head && is_of(&v->sealed[i], log, kab)) return &v->sealed[i];
    return NULL;
}

static bool path_read(Cursor *c, uint8_t (*path)[32], int *n) {
    *n = 0;
    if (!lit(c, ",\"path\":[")) return false;
    while (!lit(c, "]")) {
        if (*n == PATH_MAX_N || (*n && !lit(c, ",")) || !lit(c, "\"") || !hex(c, path[*n], 32) || !lit(c, "\"")) return false;
        ++*n;
    }
    return true;
}

static bool inclusion_line(Verify *v, Cursor c, int log, int64_t kab, int64_t n) {
    uint8_t path[PATH_MAX_N][32];
    int path_n;
    Bytes entry;
    if (v->head_n != 1 || !path_read(&c, path, &path_n) || !entry_bytes(&c, kab, n, &entry)) return false;
    const Sealed *s = sealed_find(v, 0, log, kab);
    Hash leaf = leaf_hash(entry);
    if (!s || !inclusion_holds(leaf.b, n - 1, s->n, path, path_n, s->root.b))
        FAULT(v, "Wilayah %lld, %s: entri %lld tidak ada dalam yang ditandatangani.", "District %lld, %s: entry %lld does not stand in what was signed.", (long long)kab, log_name(v, log), (long long)n);
    v->proved_n++;
    return true;
}

static bool consistency_line(Verify *v, Bytes line) {
    Cursor c = { line.p, line.p + line.n };
    uint8_t path[PATH_MAX_N][32];
    int path_n, log;
    int64_t kab, from_n, to_n;
    if (v->head_n != 2 || !lit(&c, "{\"log\":") || !log_of(&c, &log) || !lit(&c, ",\"kab\":") || !number(&c, &kab) || !lit(&c, ",\"from_n\":") || !number(&c, &from_n) ||
        !lit(&c, ",\"to_n\":") || !number(&c, &to_n) || !path_read(&c, path, &path_n) || !lit(&c, "}") || c.p != c.end) return false;
    const Sealed *from = sealed_find(v, 0, log, kab), *to = sealed_find(v, 1, log, kab);
    // In the order of the first head's list, so that each is proved once.
    if (!from || from != &v->sealed[v->proved_n] || !to || from->n != from_n || to->n != to_n || !consistency_holds(from_n, from->root.b, to_n, to->root.b, path, path_n))
        FAULT(v, "Wilayah %lld, %s: kepala kedua bukan lanjutan dari yang pertama.", "District %lld, %s: the second head does not continue the first.", (long long)kab, log_name(v, log));
    v->proved_n++;
    return v->proved_n <= (int64_t)v->heads[0].sealed_n;
}

static bool proof_line(Verify *v, Bytes line) {
    Cursor c = { line.p, line.p + line.n };
    int log;
    int64_t kab, n;
    return entry_head(&c, &log, &kab, &n) ? inclusion_line(v, c, log, kab, n) : consistency_line(v, line);
}

// ---- the file ----------------------------------------------------------------------------------------------------

static bool starts(Bytes line, const char *text) { return line.n >= strlen(text) && memcmp(line.p, text, strlen(text)) == 0; }

static bool first_line(Verify *v, Bytes line) {
    Cursor c = { line.p, line.p + line.n };
    v->is_proof = lit(&c, "{\"harapan\":\"audit-proof\",\"version\":1}");
    if (v->is_proof) return c.p == c.end;
    return lit(&c, "{\"harapan\":\"audit-export\",\"version\":1,\"mode\":") && (lit(&c, "\"practice\"") || lit(&c, "\"real\"")) && lit(&c, ",\"low_kab\":") &&
           number(&c, &v->low_kab) && lit(&c, ",\"high_kab\":") && number(&c, &v->high_kab) && lit(&c, "}") && c.p == c.end;
}

static bool is_last_line(const Verify *v, Bytes line, Bytes rest) {
    Cursor c = { line.p, line.p + line.n };
    int64_t n;
    return lit(&c, "{\"end\":") && number(&c, &n) && lit(&c, "}") && c.p == c.end && rest.n == 0 && n == v->line_n - 1;
}

static bool unreadable(Verify *v) {
    SAY(v, "Baris %lld tidak terbaca, atau berkas terpotong di sana. Tidak ada yang terbukti; minta berkas yang utuh.", "Line %lld cannot be read, or the file is cut off there. Nothing is proved; ask for a whole file.", (long long)v->line_n);
    v->verdict = UNREADABLE;
    return false;
}

// One walk: calls `take` for each line that begins with what the walk is about, and insists on a first and a last line.
static bool walk(Verify *v, Bytes file, bool wants_heads) {
    Bytes rest = file, line;
    v->line_n = 0;
    bool is_whole = false;
    while (line_take(&rest, &line)) {
        v->line_n++;
        if (v->line_n == 1) { if (!first_line(v, line)) return unreadable(v); continue; }
        if ((is_whole = is_last_line(v, line, rest))) break;
        bool is_head = starts(line, "{\"head\":");
        if (is_head && wants_heads && !head_line(v, line)) return unreadable(v);
        if (!is_head && !wants_heads && !(v->is_proof ? proof_line(v, line) : entry_line(v, line))) return unreadable(v);
    }
    return is_whole || unreadable(v);
}

// The newest head that was kept outside covers so many entries; what came later is only chained to them.
static const Head *newest_kept(const Verify *v) {
    const Head *newest = NULL;
    for (size_t i = 0; i < v->head_n; i++) if (v->heads[i].is_kept) newest = &v->heads[i];
    return newest;
}

static void witnessed_count(Verify *v, const Head *kept) {
    for (size_t i = 0; i < v->sealed_n; i++) {
        const Sealed *s = &v->sealed[i];
        if (&v->heads[s->head] == kept && s->kab >= v->low_kab && s->kab <= v->high_kab) v->witnessed_n[s->log] += s->n;
    }
}

static void export_answer(Verify *v) {
    const Head *kept = newest_kept(v);
    SAY(v, "Dibaca: %lld perubahan, %lld catatan baca, %zu kepala; wilayah %lld sampai %lld.", "Read: %lld changes, %lld looks, %zu heads; districts %lld to %lld.",
        (long long)v->entry_n[0], (long long)v->entry_n[1], v->head_n, (long long)v->low_kab, (long long)v->high_kab);
    if (v->verdict == ALTERED) {
        SAY(v, "TIDAK TERBUKTI: %lld hal tidak cocok. Simpan berkas ini dan laporkan.", "NOT PROVED: %lld things do not fit. Keep this file and report it.", (long long)v->fault_n);
        return;
    }
    if (!kept) {
        v->verdict = UNWITNESSED;
        SAY(v, "Berkas ini cocok dengan dirinya sendiri, tetapi tanpa kepala yang Anda simpan tidak terbukti bahwa ia tidak disusun ulang.",
            "The file agrees with itself, but without a head that you kept nothing proves that it was not built anew.");
        return;
    }
    witnessed_count(v, kept);
    SAY(v, "TERBUKTI: sampai %.*s tidak ada yang diubah, dihapus, disisipkan, ditukar atau disusun ulang (%lld perubahan, %lld catatan baca).",
        "PROVED: up to %.*s nothing was changed, removed, inserted, reordered or built anew (%lld changes, %lld looks).", (int)kept->day.n, kept->day.p,
        (long long)v->witnessed_n[0], (long long)v->witnessed_n[1]);
    int64_t newer_n = v->entry_n[0] + v->entry_n[1] - v->witnessed_n[0] - v->witnessed_n[1];
    if (newer_n > 0) SAY(v, "%lld entri lebih baru dari kepala terakhir yang Anda simpan.", "%lld entries are newer than the last head that you kept.", (long long)newer_n);
}

static void proof_answer(Verify *v) {
    bool is_kept = v->head_n > 0;
    for (size_t i = 0; i < v->head_n; i++) is_kept = is_kept && v->heads[i].is_kept;
    if (v->verdict != ALTERED && (v->proved_n == 0 || (v->head_n == 2 && v->proved_n != (int64_t)v->heads[0].sealed_n))) {
        v->verdict = UNREADABLE;
        SAY(v, "Bukti ini tidak lengkap.", "This proof is not complete.");
    } else if (v->verdict == ALTERED) SAY(v, "TIDAK TERBUKTI.", "NOT PROVED.");
    else if (!is_kept) {
        v->verdict = UNWITNESSED;
        SAY(v, "Bukti ini cocok dengan kepala di dalamnya, tetapi kepala itu bukan yang Anda simpan.", "The proof fits the head in it, but that is not a head that you kept.");
    } else if (v->head_n == 2)
        SAY(v, "TERBUKTI: %.*s adalah lanjutan dari %.*s; tidak ada yang diubah di antaranya.", "PROVED: %.*s continues %.*s; nothing was changed in between.",
            (int)v->heads[1].day.n, v->heads[1].day.p, (int)v->heads[0].day.n, v->heads[0].day.p);
    else SAY(v, "TERBUKTI: entri ini ada dalam yang ditandatangani pada %.*s.", "PROVED: the entry stands in what was signed on %.*s.", (int)v->heads[0].day.n, v->heads[0].day.p);
}

static void check(Verify *v, Bytes file, Bytes heads) {
    if (!kept_read(v, heads)) { v->verdict = UNREADABLE; return; }
    if (!walk(v, file, true)) return;
    kept_compare(v);
    if (!v->is_proof && v->sealed_n) qsort(v->sealed, v->sealed_n, sizeof *v->sealed, sealed_order);
    if (!walk(v, file, false)) return;
    if (v->is_proof) { proof_answer(v); return; }
    chain_end(v);
    chain_pass(v, 2, 0);
    export_answer(v);
}

Verdict verify(Bytes file, Bytes heads, const VerifyOptions *options) {
    Verify v = { .o = options, .verdict = PROVED };
    check(&v, file, heads);
    free(v.heads);
    free(v.sealed);
    free(v.kept);
    return v.verdict;
}
