// backup_file.c: see backup_file.h. "HARAPAN-BACKUP-1\n", K or P (key file, passphrase), salt of argon2id, header of the secretstream,
// and a keyed hash of all these, which tells a wrong key from a damaged file; then pieces: length (4 bytes, small end first) and
// ciphertext. The last piece carries the tag FINAL.
#include "office/backup_file.h"
#include "files/outfile.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MARK "HARAPAN-BACKUP-1\n"
#define MARK_N (sizeof MARK - 1)
#define STREAM_HEADER crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define SEAL_N crypto_secretstream_xchacha20poly1305_ABYTES
#define CHECK_N 16
#define HEAD_N (MARK_N + 1 + crypto_pwhash_SALTBYTES + STREAM_HEADER + CHECK_N)
#define PIECE ((size_t)64 << 10)
#define RECORD_MAX BUF_MAX

typedef struct { unsigned char bytes[HEAD_N]; } FileHead;
#define SALT_OF(head) ((head)->bytes + MARK_N + 1)
#define STREAM_OF(head) ((head)->bytes + MARK_N + 1 + crypto_pwhash_SALTBYTES)
#define CHECK_OF(head) ((head)->bytes + HEAD_N - CHECK_N)

// The stream's key from what the owner has. argon2id: 64 MB and three passes for each guess.
static bool stream_key(const BackupKey *key, const FileHead *head, Hash *out, Err *e) {
    if (!key->is_passphrase) return *out = key->key, true;
    return crypto_pwhash(out->bytes, sizeof out->bytes, key->passphrase.p, key->passphrase.n, SALT_OF(head), crypto_pwhash_OPSLIMIT_MODERATE,
                         crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0 ||
           fail(e, LIMIT, "There is not enough memory to make a key from the passphrase (64 MB are needed).");
}

static void key_check(const FileHead *head, const Hash *secret, unsigned char out[CHECK_N]) {
    crypto_generichash(out, CHECK_N, head->bytes, HEAD_N - CHECK_N, secret->bytes, sizeof secret->bytes);
}

static void put_32(unsigned char *to, size_t n) { for (int i = 0; i < 4; i++) to[i] = (unsigned char)(n >> (8 * i)); }
static size_t get_32(const unsigned char *from) { return (size_t)from[0] | (size_t)from[1] << 8 | (size_t)from[2] << 16 | (size_t)from[3] << 24; }

// ---- writing -----------------------------------------------------------------------------------------------------

struct BackupOut {
    OutFile *file;
    FileHead head;
    crypto_secretstream_xchacha20poly1305_state stream;
    Buf plain;
    int64_t bytes;
    unsigned char piece[4 + PIECE + SEAL_N];
};

bool backup_out_open(const char *path, const BackupKey *key, BackupOut **out, Err *e) {
    BackupOut *o = calloc(1, sizeof *o);
    Hash secret;
    assert(o);
    o->plain.max = RECORD_MAX + PIECE;
    memcpy(o->head.bytes, MARK, MARK_N);
    o->head.bytes[MARK_N] = key->is_passphrase ? 'P' : 'K';
    randombytes_buf(SALT_OF(&o->head), crypto_pwhash_SALTBYTES);
    bool is_good = stream_key(key, &o->head, &secret, e);
    if (is_good) {
        crypto_secretstream_xchacha20poly1305_init_push(&o->stream, STREAM_OF(&o->head), secret.bytes);
        key_check(&o->head, &secret, CHECK_OF(&o->head));
    }
    sodium_memzero(&secret, sizeof secret);
    is_good = is_good && outfile_open(path, &o->file, e) && outfile_write(o->file, (Str){ (char *)o->head.bytes, HEAD_N }, e);
    o->bytes = HEAD_N;
    if (is_good) *out = o;
    else backup_out_abort(o);
    return is_good;
}

static bool piece_write(BackupOut *o, const char *p, size_t n, bool is_last, Err *e) {
    unsigned long long sealed_n = 0;
    crypto_secretstream_xchacha20poly1305_push(&o->stream, o->piece + 4, &sealed_n, (const unsigned char *)p, n, o->head.bytes, HEAD_N,
                                               is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    put_32(o->piece, (size_t)sealed_n);
    o->bytes += 4 + (int64_t)sealed_n;
    return outfile_write(o->file, (Str){ (char *)o->piece, 4 + (size_t)sealed_n }, e);
}

bool backup_out_record(BackupOut *o, char kind, Str payload, Err *e) {
    unsigned char start[5] = { (unsigned char)kind };
    put_32(start + 1, payload.n);
    if (payload.n > RECORD_MAX) return fail(e, LIMIT, "A row is too long for a backup.");
    buf_bytes(&o->plain, start, sizeof start);
    buf_str(&o->plain, payload);
    if (o->plain.is_full) return fail(e, LIMIT, "There is not enough memory for the backup.");
    size_t at = 0;
    for (; o->plain.n - at > PIECE; at += PIECE) if (!piece_write(o, o->plain.p + at, PIECE, false, e)) return false;
    if (at) memmove(o->plain.p, o->plain.p + at, o->plain.n - at);
    o->plain.n -= at;
    return true;
}

bool backup_out_finish(BackupOut *o, int64_t *bytes, Err *e) {
    bool is_good = piece_write(o, o->plain.p, o->plain.n, true, e);
    if (is_good) {
        OutFile *file = o->file;
        o->file = NULL;
        is_good = outfile_finish(file, NULL, e);
    }
    if (is_good) *bytes = o->bytes;
    backup_out_abort(o);
    return is_good;
}

void backup_out_abort(BackupOut *o) {
    if (!o) return;
    outfile_abort(o->file);
    if (o->plain.p) sodium_memzero(o->plain.p, o->plain.cap);
    buf_free(&o->plain);
    sodium_memzero(o, sizeof *o);
    free(o);
}

// ---- reading -----------------------------------------------------------------------------------------------------

struct BackupIn {
    FILE *file;
    const char *path;
    FileHead head;
    crypto_secretstream_xchacha20poly1305_state stream;
    unsigned char piece[4 + PIECE + SEAL_N], plain[PIECE];
    size_t at, n;
    bool is_last;
    int64_t done_n, all_n;             // bytes of the file: how far we are
    Buf payload;
};

static bool damaged(const BackupIn *in, Err *e) {
    return fail(e, BAD_INPUT, "%s is damaged. Nothing was restored; try another copy of the backup.", in->path);
}

static bool bytes_read(BackupIn *in, void *to, size_t n, Err *e) {
    size_t got = fread(to, 1, n, in->file);
    in->done_n += (int64_t)got;
    if (got == n) return true;
    if (ferror(in->file)) return fail(e, IO_FAILED, "%s cannot be read: %s.", in->path, strerror(errno));
    return fail(e, BAD_INPUT, "%s is cut off: its end is missing. Nothing was restored; try another copy of the backup.", in->path);
}

static bool kind_accept(const BackupIn *in, const BackupKey *key, Err *e) {
    static const char OURS[] = "HARAPAN-BACKUP-";
    char kind = (char)in->head.bytes[MARK_N];
    if (memcmp(in->head.bytes, OURS, sizeof OURS - 1) != 0) return fail(e, BAD_INPUT, "%s is no backup of Harapan.", in->path);
    if (memcmp(in->head.bytes, MARK, MARK_N) != 0 || (kind != 'K' && kind != 'P'))
        return fail(e, BAD_INPUT, "%s was written by another version of this program. Use that version, or a newer one.", in->path);
    if (kind == 'P' && !key->is_passphrase) return fail(e, BAD_INPUT, "%s was made with a passphrase: leave out --key and type it.", in->path);
    if (kind == 'K' && key->is_passphrase) return fail(e, BAD_INPUT, "%s was made with a key file: give it with --key.", in->path);
    return true;
}

static bool key_accept(BackupIn *in, const Hash *secret, bool is_passphrase, Err *e) {
    unsigned char check[CHECK_N];
    key_check(&in->head, secret, check);
    if (sodium_memcmp(check, CHECK_OF(&in->head), sizeof check) != 0) {
        if (is_passphrase) return fail(e, BAD_INPUT, "%s: the passphrase is another one, or the beginning of the file is damaged. Nothing was restored.", in->path);
        return fail(e, BAD_INPUT, "%s: the key is another one, or the beginning of the file is damaged. Nothing was restored.", in->path);
    }
    return crypto_secretstream_xchacha20poly1305_init_pull(&in->stream, STREAM_OF(&in->head), secret->bytes) == 0 || damaged(in, e);
}

static bool head_read(BackupIn *in, const BackupKey *key, Err *e) {
    Hash secret;
    if (!bytes_read(in, in->head.bytes, HEAD_N, e) || !kind_accept(in, key, e) || !stream_key(key, &in->head, &secret, e)) return false;
    bool is_good = key_accept(in, &secret, key->is_passphrase, e);
    sodium_memzero(&secret, sizeof secret);
    return is_good;
}

bool backup_in_open(const char *path, const BackupKey *key, BackupIn **out, Err *e) {
    FILE *file = fopen(path, "rb");
    if (!file) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be read: %s.", path, strerror(errno));
    BackupIn *in = calloc(1, sizeof *in);
    assert(in);
    in->file = file;
    in->path = path;
    in->payload.max = RECORD_MAX;
    struct stat about;
    if (fstat(fileno(file), &about) == 0) in->all_n = about.st_size;
    if (!head_read(in, key, e)) {
        backup_in_close(in);
        return false;
    }
    *out = in;
    return true;
}

static bool piece_read(BackupIn *in, Err *e) {
    unsigned long long n = 0;
    unsigned char tag = 0;
    if (in->is_last) return damaged(in, e);
    if (!bytes_read(in, in->piece, 4, e)) return false;
    size_t sealed_n = get_32(in->piece);
    if (sealed_n < SEAL_N || sealed_n > PIECE + SEAL_N) return damaged(in, e);
    if (!bytes_read(in, in->piece + 4, sealed_n, e)) return false;
    if (crypto_secretstream_xchacha20poly1305_pull(&in->stream, in->plain, &n, &tag, in->piece + 4, sealed_n, in->head.bytes, HEAD_N) != 0) return damaged(in, e);
    in->is_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    in->at = 0;
    in->n = (size_t)n;
    return true;
}

static bool plain_take(BackupIn *in, char *to, size_t n, Err *e) {
    while (n) {
        if (in->at == in->n) {
            if (!piece_read(in, e)) return false;
            continue;
        }
        size_t part = in->n - in->at < n ? in->n - in->at : n;
        memcpy(to, in->plain + in->at, part);
        in->at += part;
        to += part;
        n -= part;
    }
    return true;
}

bool backup_in_record(BackupIn *in, char *kind, Str *payload, Err *e) {
    char start[5];
    if (!plain_take(in, start, sizeof start, e)) return false;
    size_t n = get_32((unsigned char *)start + 1);
    buf_reset(&in->payload);
    char *to = n ? buf_space(&in->payload, n) : NULL;
    if (n && !to) return damaged(in, e);
    if (n && !plain_take(in, to, n, e)) return false;
    *kind = start[0];
    *payload = (Str){ n ? to : "", n };
    return true;
}

bool backup_in_end(BackupIn *in, Err *e) {
    if (!in->is_last && in->at == in->n && !piece_read(in, e)) return false;
    return (in->is_last && in->at == in->n && fgetc(in->file) == EOF) || damaged(in, e);
}

void backup_in_progress(const BackupIn *in, Progress *progress, const char *what) { progress_report(progress, what, in->done_n, in->all_n); }

void backup_in_close(BackupIn *in) {
    if (!in) return;
    fclose(in->file);
    buf_free(&in->payload);
    sodium_memzero(in, sizeof *in);
    free(in);
}
