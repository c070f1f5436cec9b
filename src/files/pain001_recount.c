// The second pair of eyes: knows nothing of the writer, only what a bank would see. Streams; 32 bytes a payment for the ids.
#include "files/pain001.h"
#include "base/lang.h"
#include "files/xml.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

// Ids seen, as 128-bit fingerprints under a random key: nobody can construct two ids that look alike.
typedef struct { uint64_t (*slots)[2]; size_t cap, n; unsigned char key[crypto_shorthash_siphashx24_KEYBYTES]; } IdSet;

static void set_put(IdSet *s, const uint64_t id[2]) {
    size_t i = id[0] & (s->cap - 1);
    while (s->slots[i][0] | s->slots[i][1]) i = (i + 1) & (s->cap - 1);
    memcpy(s->slots[i], id, sizeof s->slots[i]);
}

static void set_grow(IdSet *s) {
    IdSet bigger = *s;
    bigger.cap = s->cap ? s->cap * 2 : 1024;
    bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
    if (!bigger.slots) abort();
    for (size_t i = 0; i < s->cap; i++) if (s->slots[i][0] | s->slots[i][1]) set_put(&bigger, s->slots[i]);
    free(s->slots);
    *s = bigger;
}

// False when the id was there already.
static bool set_add(IdSet *s, Str text) {
    uint64_t id[2];
    crypto_shorthash_siphashx24((unsigned char *)id, (const unsigned char *)text.p, text.n, s->key);
    if (s->n * 2 >= s->cap) set_grow(s);
    for (size_t i = id[0] & (s->cap - 1); s->slots[i][0] | s->slots[i][1]; i = (i + 1) & (s->cap - 1))
        if (s->slots[i][0] == id[0] && s->slots[i][1] == id[1]) return false;
    set_put(s, id);
    s->n++;
    return true;
}

typedef struct { int64_t count; Rupiah sum; int64_t said_count; Rupiah said_sum; } Level;

typedef struct {
    Level message, block;
    int64_t blocks_n;
    char message_id[36];
    IdSet payment_ids, block_ids;
    bool has_amount, has_id, has_account, is_rupiah;
    int64_t line_n;
} Recount;

#define MESSAGE "Document/CstmrCdtTrfInitn"
#define BLOCK MESSAGE "/PmtInf"
#define PAYMENT BLOCK "/CdtTrfTxInf"

static bool read_int(Str text, const char *what, int64_t *out, Err *e) {
    if (str_is_digits(text) && str_int64(text, out)) return true;
    return fail(e, BAD_INPUT, "%s is \"%.*s\", not a whole number.", what, STR_ARG(text));
}

static bool level_check(const Level *level, const char *what, Err *e) {
    if (level->count != level->said_count || level->sum.rp != level->said_sum.rp)
        return fail(e, BAD_INPUT, "%s says %lld payments with Rp %lld, but its payments are %lld with Rp %lld.", what, (long long)level->said_count,
                    (long long)level->said_sum.rp, (long long)level->count, (long long)level->sum.rp);
    return true;
}

static bool on_amount(Recount *r, Str text, Err *e) {
    int64_t rp = 0;
    if (!read_int(text, "InstdAmt", &rp, e)) return false;
    if (rp == 0 || r->has_amount || !r->is_rupiah) return fail(e, BAD_INPUT, "A payment needs one amount above 0, in IDR.");
    r->has_amount = true;
    r->block.count++;
    r->message.count++;
    return rupiah_add(r->block.sum, (Rupiah){ rp }, &r->block.sum, e) && rupiah_add(r->message.sum, (Rupiah){ rp }, &r->message.sum, e);
}

static bool on_payment_end(Recount *r, Err *e) {
    if (!r->has_amount || !r->has_id || !r->has_account) return fail(e, BAD_INPUT, "A payment lacks its amount, its EndToEndId or its account.");
    r->has_amount = r->has_id = r->has_account = r->is_rupiah = false;
    return true;
}

static bool on_id(Recount *r, Str text, Err *e) {
    if (r->has_id || text.n == 0 || text.n > 35 || !set_add(&r->payment_ids, text)) return fail(e, BAD_INPUT, "EndToEndId \"%.*s\" is empty, too long or comes twice.", STR_ARG(text));
    return r->has_id = true;
}

static bool on_block_end(Recount *r, Err *e) {
    r->blocks_n++;
    bool ok = level_check(&r->block, "PmtInf", e);
    r->block = (Level){ 0 };
    return ok;
}

static bool on_end(Recount *r, const XmlEvent *v, Err *e) {
    Str path = v->path, text = v->text;
    if (v->depth > 3 && str_starts(path, STR(PAYMENT))) {  // nearly all events
        if (str_eq(path, STR(PAYMENT "/Amt/InstdAmt"))) return on_amount(r, text, e);
        if (str_eq(path, STR(PAYMENT "/PmtId/EndToEndId"))) return on_id(r, text, e);
        if (str_eq(path, STR(PAYMENT "/CdtrAcct/Id/Othr/Id"))) r->has_account = text.n > 0;
        return !str_eq(path, STR(PAYMENT)) || on_payment_end(r, e);
    }
    if (str_eq(path, STR(BLOCK "/NbOfTxs"))) return read_int(text, "NbOfTxs", &r->block.said_count, e);
    if (str_eq(path, STR(BLOCK "/CtrlSum"))) return read_int(text, "CtrlSum", &r->block.said_sum.rp, e);
    if (str_eq(path, STR(BLOCK "/PmtInfId")) && !set_add(&r->block_ids, text)) return fail(e, BAD_INPUT, "PmtInfId \"%.*s\" comes twice.", STR_ARG(text));
    if (str_eq(path, STR(BLOCK))) return on_block_end(r, e);
    if (str_eq(path, STR(MESSAGE "/GrpHdr/NbOfTxs"))) return read_int(text, "NbOfTxs", &r->message.said_count, e);
    if (str_eq(path, STR(MESSAGE "/GrpHdr/CtrlSum"))) return read_int(text, "CtrlSum", &r->message.said_sum.rp, e);
    if (str_eq(path, STR(MESSAGE "/GrpHdr/MsgId"))) memcpy(r->message_id, text.p, text.n < 35 ? text.n : 35);
    if (str_eq(path, STR("Document"))) return level_check(&r->message, "GrpHdr", e);
    return true;
}

static bool on_start(Recount *r, const XmlEvent *v, Err *e) {
    if (v->depth == 1 && (!str_eq(v->path, STR("Document")) || !str_eq(v->namespace_uri, STR("urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"))))
        return fail(e, BAD_INPUT, "This is no pain.001.001.09 message.");
    if (str_eq(v->name, STR("InstdAmt")))
        for (size_t i = 0; i < v->attributes_n; i++) if (str_eq(v->attributes[i].name, STR("Ccy"))) r->is_rupiah = str_eq(v->attributes[i].value, STR("IDR"));
    return true;
}

static bool recount(Recount *r, XmlReader *xml, Err *e) {
    XmlEvent v;
    for (;;) {
        if (!xml_next(xml, &v, e)) return false;
        if (v.kind == XML_DONE) return r->message.count > 0 || fail(e, BAD_INPUT, "The message holds no payments.");
        if (!(v.kind == XML_START ? on_start(r, &v, e) : on_end(r, &v, e))) return fail_in(e, "Line %lld: ", (long long)v.line_n);
    }
}

bool pain001_recount(const char *path, PainCount *out, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", path, strerror(errno));
    Recount r = { 0 };
    FileProof proof;
    randombytes_buf(r.payment_ids.key, sizeof r.payment_ids.key);
    randombytes_buf(r.block_ids.key, sizeof r.block_ids.key);
    XmlReader *xml = xml_read_fd(fd, (XmlOptions){ 0 });
    bool ok = file_prove(fd, &proof, e) && recount(&r, xml, e);
    xml_reader_close(xml);
    close(fd);
    free(r.payment_ids.slots);
    free(r.block_ids.slots);
    if (!ok) return fail_in(e, "%s: ", path);
    *out = (PainCount){ .count = r.message.count, .blocks_n = r.blocks_n, .sum = r.message.sum, .proof = proof };
    memcpy(out->message_id, r.message_id, sizeof r.message_id);
    return true;
}
