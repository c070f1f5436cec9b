// keyring.c: see keyring.h. The file is small (one line a district) and is always rewritten whole: beside its place, then renamed.
#include "office/keyring.h"
#include "base/lang.h"
#include "office/database_name.h"
#include "office/practice.h"
#include "office_keyring.sql.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1 << 20)             // 10,000 districts with ten keys each
typedef struct { int64_t kab; Key key; } Line;
typedef struct { char *path; Line *at; size_t n; } Ring;          // the lines of one file

// ---- what the process remembers --------------------------------------------------------------------------------------
static pthread_mutex_t rings_lock = PTHREAD_MUTEX_INITIALIZER;
static Ring *rings;
static size_t ring_n;
static const char *chosen_path;
static const char *made_in;

void keyring_use(const char *path) { chosen_path = path; }

const char *keyring_made_in(void) {
    pthread_mutex_lock(&rings_lock);
    const char *path = made_in;
    made_in = NULL;
    pthread_mutex_unlock(&rings_lock);
    return path;
}

// A schema of its own in the options of an address is a database of its own.
static Str schema_of(Str options) {
    static const Str NAME = STR("search_path");
    size_t n = 0;
    while (options.n > NAME.n && !str_starts(options, NAME)) options = str_part(options, 1, options.n);
    if (options.n <= NAME.n) return (Str){ 0 };
    options = str_part(options, NAME.n, options.n);
    options = str_starts(options, STR("%3D")) ? str_part(options, 3, options.n) : str_part(options, 1, options.n);
    while (n < options.n && (options.p[n] == '_' || (options.p[n] >= '0' && options.p[n] <= '9') || (options.p[n] >= 'a' && options.p[n] <= 'z'))) n++;
    return str_part(options, 0, n);
}

Str keyring_path(Arena *a, const Db *db) {
    const char *chosen = chosen_path ? chosen_path : getenv("HARAPAN_KEYS");
    if (chosen && *chosen) return arena_str(a, str_c(chosen));
    Str rest = db_url(db);
    (void)str_cut(&rest, '?');
    Str schema = db_engine(db) == DB_POSTGRESQL ? schema_of(rest) : (Str){ 0 };
    return str_c(database_side_path(a, db, schema.n ? arena_fmt(a, STR_FMT ".keys", STR_ARG(schema)).p : "keys"));
}

static const char *path_of(Arena *a, const Db *db) {
    Str path = keyring_path(a, db);
    assert(path.p != NULL);
    return path.p;
}

// ---- the file --------------------------------------------------------------------------------------------------------
static bool line_read(Str text, Line *out) {
    Str kind = str_cut(&text, ' '), place = str_eq(kind, STR("area")) ? str_cut(&text, ' ') : STR("0"), number = str_cut(&text, ' ');
    size_t n;
    Line line;
    if (!str_eq(kind, STR("area")) && !str_eq(kind, STR("lookup"))) return false;
    if (!text.p || !str_int64(place, &line.kab) || !str_int64(number, &line.key.n) || line.key.n < 1) return false;
    if (sodium_hex2bin(line.key.bytes, KEY_BYTES, text.p, text.n, NULL, &n, NULL) != 0 || n != KEY_BYTES || text.n != 2 * KEY_BYTES) return false;
    *out = line;
    return true;
}

static bool lines_read(const char *path, Str text, Ring *ring, Err *e) {
    size_t room = 0;
    for (int64_t line_n = 1; text.p && text.n; line_n++) {
        Str line = str_trim(str_cut(&text, '\n'));
        if (line.n == 0 || line.p[0] == '#') continue;
        if (ring->n == room) {
            Line *more = realloc(ring->at, (room = room ? 2 * room : 16) * sizeof *more);
            if (!more) return fail_memory(e);
            ring->at = more;
        }
        if (!line_read(line, &ring->at[ring->n]))
            return fail(e, BAD_INPUT, "%s, line %lld: this is no key. Put the paper copy or the backup of the file in its place.", path, (long long)line_n);
        ring->n++;
    }
    return true;
}

static void ring_forget(Ring *ring) {
    if (ring->at) sodium_memzero(ring->at, ring->n * sizeof *ring->at);
    free(ring->at);
    ring->at = NULL;
    ring->n = 0;
}

static bool file_check(int file, const char *path, Err *e) {
    struct stat about;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return fail(e, IO_FAILED, "The key file %s is no plain file.", path);
    if (about.st_size > FILE_MAX) return fail(e, BAD_INPUT, "The key file %s is too long to be one.", path);
    return (about.st_mode & 077) == 0 ||
           fail(e, FORBIDDEN, "Others may read the key file %s. Close it first: chmod 600 %s", path, path);
}

// A missing file is an empty ring.
static bool file_read(const char *path, Ring *out, Err *e) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0 && errno == ENOENT) return true;
    if (file < 0) return fail(e, IO_FAILED, "The key file %s cannot be read: %s.", path, strerror(errno));
    char *text = malloc(FILE_MAX);
    ssize_t n = 0, got = 1;
    bool is_good = text ? file_check(file, path, e) : fail_memory(e);
    while (is_good && got > 0 && n < FILE_MAX)
        if ((got = read(file, text + n, (size_t)(FILE_MAX - n))) > 0) n += got;
    if (is_good && got < 0) is_good = fail(e, IO_FAILED, "The key file %s cannot be read: %s.", path, strerror(errno));
    Ring ring = { 0 };
    is_good = is_good && lines_read(path, (Str){ text, (size_t)n }, &ring, e);
    if (text) sodium_memzero(text, FILE_MAX);
    free(text);
    close(file);
    if (!is_good) { ring_forget(&ring); return false; }
    out->at = ring.at;
    out->n = ring.n;
    return true;
}

static bool lines_write(int file, const Ring *ring) {
    char hex[2 * KEY_BYTES + 1];
    bool is_good = dprintf(file, "%s",
        "# Kunci Harapan. Tanpa berkas ini tak seorang pun dapat membaca NIK, KK dan rekening. Simpan salinan kertasnya (docs/keys.md).\n"
        "# Keys of Harapan. Without this file nobody can read NIK, KK and accounts. Keep its paper copy (docs/keys.md).\n") > 0;
    for (size_t i = 0; is_good && i < ring->n; i++) {
        const Line *line = &ring->at[i];
        sodium_bin2hex(hex, sizeof hex, line->key.bytes, KEY_BYTES);
        is_good = line->kab == KEYRING_LOOKUP ? dprintf(file, "lookup %lld %s\n", (long long)line->key.n, hex) > 0
                                              : dprintf(file, "area %lld %lld %s\n", (long long)line->kab, (long long)line->key.n, hex) > 0;
    }
    sodium_memzero(hex, sizeof hex);
    return is_good && fsync(file) == 0;
}

static bool file_write(const char *path, int folder, const Ring *ring, Err *e) {
    Arena a = { 0 };
    const char *fresh = arena_fmt(&a, "%s.new", path).p;
    (void)unlink(fresh);
    int file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool is_good = file >= 0 && lines_write(file, ring);
    if (file >= 0) is_good = close(file) == 0 && is_good;
    is_good = is_good && rename(fresh, path) == 0 && fsync(folder) == 0;
    if (!is_good) (void)fail(e, IO_FAILED, "The key file %s cannot be written: %s. Nothing was changed.", path, strerror(errno));
    arena_free(&a);
    return is_good;
}

// The folder is locked while the file is read, added to and replaced: two programs that both need a new key get one each.
static int folder_lock(const char *path, Err *e) {
    Arena a = { 0 };
    const char *slash = strrchr(path, '/');
    Str name = !slash ? STR(".") : slash == path ? STR("/") : (Str){ path, (size_t)(slash - path) };
    int folder = open(arena_c(&a, name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    arena_free(&a);
    if (folder >= 0 && flock(folder, LOCK_EX) == 0) return folder;
    (void)fail(e, IO_FAILED, "The folder of the key file %s cannot be opened: %s.", path, strerror(errno));
    if (folder >= 0) close(folder);
    return -1;
}

// ---- finding a key -----------------------------------------------------------------------------------------------------
static Ring *ring_of(const char *path) {
    for (size_t i = 0; i < ring_n; i++) if (strcmp(rings[i].path, path) == 0) return &rings[i];
    Ring *more = realloc(rings, (ring_n + 1) * sizeof *more);
    char *name = more ? strdup(path) : NULL;
    if (more) rings = more;
    if (!name) return NULL;
    rings[ring_n] = (Ring){ .path = name };
    return &rings[ring_n++];
}

// n 0: the newest of the place.
static bool ring_find(const Ring *ring, int64_t kab, int64_t n, Key *out) {
    bool is_found = false;
    for (size_t i = 0; i < ring->n; i++) {
        const Line *line = &ring->at[i];
        if (line->kab != kab || (n && line->key.n != n) || (is_found && line->key.n < out->n)) continue;
        *out = line->key;
        is_found = true;
    }
    return is_found;
}

static bool ring_read_again(Ring *ring, Err *e) {
    Ring fresh = { .path = ring->path };
    if (!file_read(ring->path, &fresh, e)) return false;
    ring_forget(ring);
    ring->at = fresh.at;
    ring->n = fresh.n;
    return true;
}

typedef struct { const char *path; int64_t kab, n; const Hash *check; } Wanted;
static bool is_wanted(const Wanted *w, const Key *key) {
    Hash check = key_check_hash(w->kab, key);
    return !w->check || hash_eq(&check, w->check);
}

// From memory, else from the file: it may have been put back or added to since.
static bool key_look(const Wanted *w, Key *out, bool *is_found, Err *e) {
    pthread_mutex_lock(&rings_lock);
    Ring *ring = ring_of(w->path);
    bool is_good = ring != NULL || fail_memory(e);
    *is_found = is_good && w->check && ring_find(ring, w->kab, w->n, out) && is_wanted(w, out);      // before a key is made the file is asked
    if (is_good && !*is_found) {
        is_good = ring_read_again(ring, e);
        *is_found = is_good && ring_find(ring, w->kab, w->n, out);
    }
    pthread_mutex_unlock(&rings_lock);
    return is_good;
}

static bool line_add(Ring *ring, Line line, Err *e) {
    Line *more = realloc(ring->at, (ring->n + 1) * sizeof *more);
    if (!more) return fail_memory(e);
    ring->at = more;
    ring->at[ring->n++] = line;
    return true;
}

static bool key_add(const char *path, int64_t kab, const Key *key, Err *e) {
    int folder = folder_lock(path, e);
    if (folder < 0) return false;
    pthread_mutex_lock(&rings_lock);
    Ring *ring = ring_of(path);
    Key there;
    bool is_good = ring ? ring_read_again(ring, e) : fail_memory(e);
    if (is_good && ring_find(ring, kab, key->n, &there))
        is_good = fail(e, BUSY, "Somebody else made a key at the same moment. Nothing was changed; try again.");
    is_good = is_good && line_add(ring, (Line){ kab, *key }, e) && file_write(path, folder, ring, e);
    if (!is_good && ring) ring_forget(ring);               // what is remembered is what the file says
    if (is_good) made_in = ring->path;                     // rings are never forgotten, only their lines
    pthread_mutex_unlock(&rings_lock);
    close(folder);
    return is_good;
}

// ---- keys and the database -----------------------------------------------------------------------------------------------
void key_derive(const Key *key, const char *purpose, void *out, size_t n) {
    assert(n >= crypto_generichash_BYTES_MIN && n <= crypto_generichash_BYTES_MAX);
    crypto_generichash(out, n, (const uint8_t *)purpose, strlen(purpose), key->bytes, KEY_BYTES);
}

Hash key_check_hash(int64_t kab, const Key *key) {
    Hash out = { 0 };
    char purpose[40];
    snprintf(purpose, sizeof purpose, "check %lld", (long long)kab);
    key_derive(key, purpose, out.bytes, sizeof out.bytes);
    return out;
}

void key_put_fingerprint(Buf *b, const Hash *check) { for (int i = 0; i < 4; i++) buf_fmt(b, "%02x", check->bytes[i]); }

// The look-up key of every practice database: known to all, so that a seed gives the same hashes everywhere.
// The first one and each that follows it when it is changed.
static void practice_key(Key *out) {
    char text[64] = "Harapan: practice look-up key";
    if (out->n > 1) snprintf(text + strlen(text), sizeof text - strlen(text), " %lld", (long long)out->n);
    Hash hash = hash_of(text, strlen(text));
    memcpy(out->bytes, hash.bytes, KEY_BYTES);
}

// A real database takes no practice file and the other way round.
static bool kind_check(Db *db, const char *path, int64_t kab, const Key *key, bool *is_practice, Err *e) {
    Key known = { .n = key->n };
    practice_key(&known);
    if (!practice_is(db, is_practice, e)) return false;
    if (kab != KEYRING_LOOKUP || (sodium_memcmp(known.bytes, key->bytes, KEY_BYTES) == 0) == *is_practice) return true;
    return *is_practice ? fail(e, CONFLICT, "%s holds the keys of a real database; this one is for practice. Nothing was changed.", path)
                        : fail(e, CONFLICT, "%s holds practice keys, which everybody knows; this database is a real one. Nothing was changed.", path);
}

// The file is written first: a key that no database uses harms nobody, a database without its key is lost.
static bool key_make(Db *db, const char *path, int64_t kab, Key *out, Err *e) {
    Key key = { .n = 0 };
    bool is_found, is_practice;
    assert(db_in_transaction(db));
    if (!key_look(&(Wanted){ .path = path, .kab = kab }, &key, &is_found, e) || !practice_is(db, &is_practice, e)) return false;
    if (is_found && !kind_check(db, path, kab, &key, &is_practice, e)) return false;
    if (!is_found) {
        key.n = 1;
        randombytes_buf(key.bytes, KEY_BYTES);
        if (is_practice && kab == KEYRING_LOOKUP) practice_key(&key);
        if (!key_add(path, kab, &key, e)) return false;
    }
    SealKeyPutArgs args = { .kab = kab, .n = key.n, .check_hash = key_check_hash(kab, &key), .made_at = instant_now() };
    if (!seal_key_put(db, args, NULL, e)) return false;
    *out = key;
    return true;
}

static bool key_fetch(const char *path, int64_t kab, int64_t n, const Hash *check, Key *out, Err *e) {
    Key key;
    bool is_found;
    Wanted wanted = { path, kab, n, check };
    if (!key_look(&wanted, &key, &is_found, e)) return false;
    if (!is_found && access(path, F_OK) != 0)
        return fail(e, IO_FAILED, "The key file %s is missing. Put it back from its copy (docs/keys.md); nothing was changed.", path);
    if (!is_found)
        return fail(e, IO_FAILED, "The key file %s has no key %lld for %lld. Put the complete file back (docs/keys.md); nothing was changed.", path,
                    (long long)n, (long long)kab);
    if (!is_wanted(&wanted, &key))
        return fail(e, CONFLICT, "The key file %s belongs to another database: key %lld for %lld is not the one used here. Nothing was changed.", path,
                    (long long)n, (long long)kab);
    *out = key;
    return true;
}

// Which number is in a state; 0: none. n > 0 on input: that number in whatever state but gone.
static bool row_find(Db *db, int64_t kab, Str state, int64_t *n, Hash *check, bool *is_any, Err *e) {
    SealKeysRows rows = { 0 };
    SealKeysRow row;
    int64_t wanted = *n;
    *n = 0;
    *is_any = false;
    bool has_row, is_good = seal_keys(db, (SealKeysArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = seal_keys_next(&rows, &row, &has_row, e)) && has_row) {
        *is_any = true;
        if (wanted ? row.n == wanted : str_eq(row.state, state)) { *n = row.n; *check = row.check_hash; }
    }
    seal_keys_end(&rows);
    return is_good;
}

static bool key_of(Db *db, int64_t kab, int64_t n, Str state, bool may_make, Key *out, Err *e) {
    Arena a = { 0 };
    Hash check;
    bool is_any, is_practice, is_good = row_find(db, kab, state, &n, &check, &is_any, e);
    const char *path = path_of(&a, db);
    if (is_good && n) is_good = key_fetch(path, kab, n, &check, out, e) && kind_check(db, path, kab, out, &is_practice, e);
    else if (is_good && may_make && !is_any) is_good = key_make(db, path, kab, out, e);
    else if (is_good) *out = (Key){ .n = 0 };
    arena_free(&a);
    return is_good;
}

bool keyring_make(Db *db, int64_t kab, Key *out, Err *e) { return key_of(db, kab, 0, STR("current"), true, out, e); }

bool keyring_current(Db *db, int64_t kab, Key *out, Err *e) {
    Key key = { 0 };
    if (!key_of(db, kab, 0, STR("current"), false, &key, e)) return false;
    if (key.n == 0) return fail(e, NOT_FOUND, "Nothing was sealed yet for %lld: no key was made.", (long long)kab);
    *out = key;
    return true;
}
bool keyring_leaving(Db *db, int64_t kab, Key *out, Err *e) { return key_of(db, kab, 0, STR("leaving"), false, out, e); }

bool keyring_key(Db *db, int64_t kab, int64_t n, Key *out, Err *e) {
    Key key = { 0 };
    if (!key_of(db, kab, n, STR(""), false, &key, e)) return false;
    if (key.n == 0) return fail(e, NOT_FOUND, "The database was never sealed with key %lld for %lld.", (long long)n, (long long)kab);
    *out = key;
    return true;
}

bool keyring_has(Db *db, int64_t kab, bool *is_made, Err *e) {
    int64_t n = 0;
    Hash check;
    return row_find(db, kab, STR("current"), &n, &check, is_made, e);
}

// ---- care ----------------------------------------------------------------------------------------------------------------
static bool state_find(Db *db, int64_t kab, Str state, int64_t *n, Err *e) {
    Hash check;
    bool is_any;
    *n = 0;
    return row_find(db, kab, state, n, &check, &is_any, e);
}

// A killed change may have left the number in the file without the database knowing it: then that key is taken.
bool keyring_change(Db *db, int64_t kab, Key *out, Err *e) {
    Arena a = { 0 };
    Key now, next = { .n = 0 };
    int64_t leaving_n;
    bool is_found = false;
    const char *path = path_of(&a, db);
    assert(db_in_transaction(db));
    bool is_good = keyring_current(db, kab, &now, e) && state_find(db, kab, STR("leaving"), &leaving_n, e) &&
                   (leaving_n == 0 || fail(e, CONFLICT, "Key %lld of district %lld is still leaving; let that come to its end first.", (long long)leaving_n, (long long)kab)) &&
                   key_look(&(Wanted){ .path = path, .kab = kab, .n = now.n + 1 }, &next, &is_found, e);
    bool is_practice = false;
    is_good = is_good && practice_is(db, &is_practice, e);
    if (is_good && !is_found) {
        next.n = now.n + 1;
        randombytes_buf(next.bytes, KEY_BYTES);
        if (is_practice && kab == KEYRING_LOOKUP) practice_key(&next);
        is_good = key_add(path, kab, &next, e);
    }
    SealKeyPutArgs put = { .kab = kab, .n = next.n, .check_hash = key_check_hash(kab, &next), .made_at = instant_now() };
    is_good = is_good && seal_key_state(db, (SealKeyStateArgs){ .kab = kab, .n = now.n, .state = STR("leaving") }, NULL, e) && seal_key_put(db, put, NULL, e);
    if (is_good) *out = next;
    sodium_memzero(&now, sizeof now);
    arena_free(&a);
    return is_good;
}

bool keyring_leave_done(Db *db, int64_t kab, int64_t n, Err *e) {
    return seal_key_state(db, (SealKeyStateArgs){ .kab = kab, .n = n, .state = STR("gone") }, NULL, e);
}

static bool about_read(Db *db, Arena *a, KeyAbout **out, size_t *n, Err *e) {
    SealKeysAllRows rows = { 0 };
    SealKeysAllRow row;
    size_t room = 16, count = 0;
    KeyAbout *list = NEW(a, KeyAbout, room);
    bool has_row, is_good = seal_keys_all(db, &rows, e);
    while (is_good && (is_good = seal_keys_all_next(&rows, &row, &has_row, e)) && has_row) {
        if (count == room) {
            KeyAbout *more = NEW(a, KeyAbout, room *= 2);
            memcpy(more, list, count * sizeof *more);
            list = more;
        }
        list[count++] = (KeyAbout){ .kab = row.kab, .n = row.n, .check = row.check_hash, .state = arena_str(a, row.state), .made_at = row.made_at };
    }
    seal_keys_all_end(&rows);
    *out = list;
    *n = count;
    return is_good;
}

static bool is_of(const KeyAbout *k, const Line *line) { return k->kab == line->kab && k->n == line->key.n; }
static bool is_right(const KeyAbout *k, const Line *line) {
    Hash check = key_check_hash(line->kab, &line->key);
    return hash_eq(&check, &k->check);
}

bool keyring_list(Db *db, Arena *a, KeyAbout **out, size_t *n, Err *e) {
    Ring ring = { 0 };
    if (!about_read(db, a, out, n, e) || !file_read(path_of(a, db), &ring, e)) return false;
    for (size_t i = 0; i < *n; i++)
        for (size_t k = 0; k < ring.n; k++) {
            if (!is_of(&(*out)[i], &ring.at[k])) continue;
            (*out)[i].is_in_file = true;
            (*out)[i].is_right = is_right(&(*out)[i], &ring.at[k]);
        }
    ring_forget(&ring);
    return true;
}

// What `change` makes of the lines of the file at `path` is what stands in it afterwards, and what this process remembers.
typedef bool LinesChange(Ring *lines, void *with, Err *e);
static bool file_change(const char *path, LinesChange *change, void *with, Err *e) {
    int folder = folder_lock(path, e);
    if (folder < 0) return false;
    pthread_mutex_lock(&rings_lock);
    Ring *ring = ring_of(path);
    bool is_good = (ring != NULL || fail_memory(e)) && ring_read_again(ring, e) && change(ring, with, e) && file_write(path, folder, ring, e);
    if (!is_good && ring) ring_forget(ring);
    pthread_mutex_unlock(&rings_lock);
    close(folder);
    return is_good;
}

typedef struct { const KeyAbout *at; size_t n; const Ring *from; int64_t *added_n; } Keys;

static bool lines_prune(Ring *ring, void *with, Err *e) {
    const Keys *keys = with;
    size_t kept_n = 0;
    (void)e;
    for (size_t i = 0; i < ring->n; i++) {
        bool is_gone = false;
        for (size_t k = 0; k < keys->n; k++) is_gone |= is_of(&keys->at[k], &ring->at[i]) && str_eq(keys->at[k].state, STR("gone"));
        if (!is_gone) ring->at[kept_n++] = ring->at[i];
    }
    if (kept_n < ring->n) sodium_memzero(&ring->at[kept_n], (ring->n - kept_n) * sizeof *ring->at);
    ring->n = kept_n;
    return true;
}

bool keyring_prune(Db *db, Err *e) {
    Arena a = { 0 };
    KeyAbout *list;
    size_t n;
    bool is_good = about_read(db, &a, &list, &n, e) && file_change(path_of(&a, db), lines_prune, &(Keys){ .at = list, .n = n }, e);
    arena_free(&a);
    return is_good;
}

// Every key in use is there and right; those that are gone may have left the file.
static bool keys_whole(const Keys *keys, const Ring *ring, const char *path, Err *e) {
    for (size_t i = 0; i < keys->n; i++) {
        bool is_there = str_eq(keys->at[i].state, STR("gone"));
        for (size_t k = 0; !is_there && k < ring->n; k++) is_there = is_of(&keys->at[i], &ring->at[k]) && is_right(&keys->at[i], &ring->at[k]);
        if (!is_there)
            return fail(e, CONFLICT, "%s does not hold key %lld for %lld of this database. Nothing was changed.", path, (long long)keys->at[i].n, (long long)keys->at[i].kab);
    }
    return keys->n > 0 || fail(e, NOT_FOUND, "Nothing was sealed yet in this database: there are no keys.");
}

static bool file_make(const char *to, const Ring *ring, Err *e) {
    int file = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) return fail(e, CONFLICT, "%s is there already. Nothing was overwritten.", to);
    if (file < 0) return fail(e, IO_FAILED, "%s cannot be written: %s. Nothing was changed.", to, strerror(errno));
    bool is_good = lines_write(file, ring);
    is_good = close(file) == 0 && is_good;
    if (is_good) return true;
    (void)fail(e, IO_FAILED, "%s cannot be written: %s. Nothing was changed.", to, strerror(errno));
    unlink(to);
    return false;
}

bool keyring_copy(Db *db, const char *to, Err *e) {
    Arena a = { 0 };
    Ring ring = { 0 };
    Keys keys = { 0 };
    KeyAbout *list;
    const char *path = path_of(&a, db);
    bool is_good = about_read(db, &a, &list, &keys.n, e) && file_read(path, &ring, e);
    keys.at = list;
    is_good = is_good && keys_whole(&keys, &ring, path, e) && file_make(to, &ring, e);
    ring_forget(&ring);
    arena_free(&a);
    return is_good;
}

// A line of the file that is wrong gives way to the right one of the copy.
static bool lines_restore(Ring *ring, void *with, Err *e) {
    const Keys *keys = with;
    for (size_t i = 0; i < keys->n; i++) {
        Line *there = NULL;
        const Line *kept = NULL;
        for (size_t k = 0; k < ring->n; k++) if (is_of(&keys->at[i], &ring->at[k])) there = &ring->at[k];
        for (size_t k = 0; k < keys->from->n; k++) if (is_of(&keys->at[i], &keys->from->at[k]) && is_right(&keys->at[i], &keys->from->at[k])) kept = &keys->from->at[k];
        if (!kept || (there && is_right(&keys->at[i], there))) continue;
        if (there) *there = *kept;
        else if (!line_add(ring, *kept, e)) return false;
        ++*keys->added_n;
    }
    return true;
}

// A copy that has nothing of this database is of another one; one that is older than the last change of keys gives what it has.
static bool copy_check(const Keys *keys, const Ring *copy, const char *from, Err *e) {
    bool is_any = false;
    if (copy->n == 0) return fail(e, NOT_FOUND, "There are no keys in %s.", from);
    for (size_t i = 0; i < keys->n; i++)
        for (size_t k = 0; k < copy->n; k++) {
            if (!is_of(&keys->at[i], &copy->at[k])) continue;
            if (!is_right(&keys->at[i], &copy->at[k]))
                return fail(e, CONFLICT, "%s belongs to another database: its key %lld for %lld is not the one used here. Nothing was changed.", from,
                            (long long)keys->at[i].n, (long long)keys->at[i].kab);
            is_any = true;
        }
    return is_any || fail(e, CONFLICT, "%s holds no key of this database. Nothing was changed.", from);
}

bool keyring_restore(Db *db, const char *from, int64_t *added_n, Err *e) {
    Arena a = { 0 };
    Ring copy = { 0 };
    Keys keys = { .from = &copy, .added_n = added_n };
    KeyAbout *list;
    *added_n = 0;
    bool is_good = about_read(db, &a, &list, &keys.n, e) && file_read(from, &copy, e);
    keys.at = list;
    is_good = is_good && copy_check(&keys, &copy, from, e) && file_change(path_of(&a, db), lines_restore, &keys, e);
    ring_forget(&copy);
    arena_free(&a);
    return is_good;
}
