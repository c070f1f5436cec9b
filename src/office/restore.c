// restore.c: a backup becomes a database again (backup.h). Nothing that is there is touched; what was made is proved before it counts.
#include "base/lang.h"
#include "db/dump.h"
#include "office/audit.h"
#include "office/backup_file.h"
#include "office_backup.sql.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- records -----------------------------------------------------------------------------------------------------

typedef struct {
    Arena arena, *keep;
    const RestoreOptions *o;
    BackupIn *in;
    BackupReport report;
    Db *db, *reads;                    // reads: only on SQLite
    DbTables tables, side;
    DbLoad *load, *load_reads;
    int64_t row_n;                     // of the file in hand
    char kind;                         // the record in hand
    Str payload;
} Reading;

static bool malformed(Err *e) { return fail(e, BAD_INPUT, "The backup is of a form that this program does not know. Use the version that wrote it, or a newer one."); }
static bool next(Reading *r, Err *e) { return backup_in_record(r->in, &r->kind, &r->payload, e); }

static bool take_length(Str *from, size_t *n) {
    size_t out = 0;
    for (int shift = 0; shift < 35 && from->n; shift += 7) {
        unsigned char c = (unsigned char)*from->p;
        *from = str_part(*from, 1, from->n);
        out |= (size_t)(c & 127) << shift;
        if (c < 128) return *n = out, true;
    }
    return false;
}

static bool take_value(Str *from, Str *out) {
    size_t n;
    if (!take_length(from, &n)) return false;
    if (n == 0) return *out = (Str){ 0 }, true;
    if (--n > from->n) return false;
    *out = (Str){ n ? from->p : "", n };
    *from = str_part(*from, n, from->n);
    return true;
}

static bool take_int(Str *from, int64_t *out) {
    Str bytes;
    uint64_t folded = 0;
    if (!take_value(from, &bytes)) return false;
    if (!bytes.p) return *out = INT64_MIN, true;
    if (bytes.n > 8) return false;
    for (size_t i = 0; i < bytes.n; i++) folded |= (uint64_t)(unsigned char)bytes.p[i] << (8 * i);
    *out = (int64_t)(folded >> 1 ^ (0 - (folded & 1)));
    return true;
}

static bool header_read(Reading *r, bool are_salts, Err *e) {
    BackupReport h = { 0 };
    int64_t apart, practice;
    Str root, line;
    if (!next(r, e)) return false;
    Str p = r->payload;
    if (r->kind != 'H' || !take_int(&p, &apart) || !take_int(&p, &practice) || !take_int(&p, &h.made_at.ms) || !take_int(&p, &h.chain_n) || !take_int(&p, &h.entry_n) ||
        !take_value(&p, &root) || root.n != sizeof h.root.bytes || !take_value(&p, &line)) return malformed(e);
    if (apart && !are_salts) return fail(e, BAD_INPUT, "This is a backup of the salts alone; give it with --salts beside the backup of the database.");
    if (!apart && are_salts) return fail(e, BAD_INPUT, "The file of --salts is no backup of the salts.");
    memcpy(h.root.bytes, root.p, sizeof h.root.bytes);
    h.is_practice = practice == 1;
    h.head_line = arena_str(r->keep, line);
    if (are_salts) r->report.salts_at = h.made_at;
    else r->report = h;
    return true;
}

static bool migrations_read(Reading *r, DbMigrations *out, Err *e) {
    enum { MOST = 10000 };
    DbMigrations found = { NEW(&r->arena, DbMigration, MOST), 0 };
    for (;;) {
        Str hash;
        if (!next(r, e)) return false;
        if (r->kind != 'M') break;
        Str p = r->payload;
        if (found.n == MOST || !take_int(&p, &found.at[found.n].n) || !take_value(&p, &hash) || hash.n != sizeof(Hash)) return malformed(e);
        memcpy(found.at[found.n++].checksum.bytes, hash.p, sizeof(Hash));
    }
    *out = found;
    return true;
}

static bool row_load(DbBulk *bulk, const char *types, Str p, Err *e) {
    for (; *types; types++) {
        Str v;
        int64_t n;
        if (*types == 'i') {
            if (!take_int(&p, &n)) return malformed(e);
            db_bulk_int(bulk, n);
        } else {
            if (!take_value(&p, &v)) return malformed(e);
            if (!v.p) db_bulk_null(bulk);
            else if (*types == 't') db_bulk_text(bulk, v);
            else db_bulk_bytes(bulk, v);
        }
    }
    return p.n == 0 ? db_bulk_row(bulk, e) : malformed(e);
}

static const DbTable *table_find(const DbTables *tables, Str name) {
    for (size_t i = 0; i < tables->n; i++) if (str_eq(str_c(tables->at[i].name), name)) return &tables->at[i];
    return NULL;
}

// A table that the salts of a newer program have and the older rest does not.
static bool rows_skip(Reading *r, Err *e) {
    do if (!next(r, e)) return false;
    while (r->kind == 'R' && ++r->row_n);
    return r->kind == 'E' || malformed(e);
}

static bool rows_load(Reading *r, Db *db, const DbTable *t, Err *e) {
    DbBulk *bulk = NULL;
    int64_t rows_n = 0, wanted_n = 0;
    if (!db_bulk_open(db, t->name, t->columns, t->types, &bulk, e)) return false;
    bool is_good = true;
    while (is_good && (is_good = next(r, e)) && r->kind == 'R') {
        is_good = row_load(bulk, t->types, r->payload, e);
        if (++r->row_n % 4096 == 0) backup_in_progress(r->in, r->o->progress, _("Restoring"));
    }
    Str p = r->payload;
    is_good = is_good && (r->kind == 'E' || malformed(e));
    is_good = is_good && (take_int(&p, &wanted_n) || malformed(e));
    Err closing = { 0 };
    bool is_closed = db_bulk_close(bulk, &rows_n, &closing);
    if (is_good && !is_closed) return fail(e, closing.code, "%s", closing.text);
    r->report.table_n++;
    return is_good && (rows_n == wanted_n || malformed(e));
}

static bool table_load(Reading *r, bool are_salts, Err *e) {
    Str p = r->payload, name, columns, types;
    if (!take_value(&p, &name) || !take_value(&p, &columns) || !take_value(&p, &types)) return malformed(e);
    const DbTable *side = r->reads ? table_find(&r->side, name) : NULL;
    bool is_side = side && backup_is_reads(side->name);
    const DbTable *t = is_side ? side : table_find(&r->tables, name);
    if (!t && are_salts) return rows_skip(r, e) && next(r, e);
    if (!t || !str_eq(columns, str_c(t->columns)) || !str_eq(types, str_c(t->types)) || are_salts != backup_is_salt(t->name)) return malformed(e);
    return rows_load(r, is_side ? r->reads : r->db, t, e) && next(r, e);
}

// From the record in hand to Z.
static bool tables_load(Reading *r, bool are_salts, Err *e) {
    int64_t wanted_n = 0;
    r->row_n = 0;
    while (r->kind == 'T') if (!table_load(r, are_salts, e)) return false;
    Str p = r->payload;
    if (r->kind != 'Z' || !take_int(&p, &wanted_n) || wanted_n != r->row_n) return malformed(e);
    if (are_salts) r->report.salt_n = r->row_n;
    else r->report.row_n = r->row_n;
    return backup_in_end(r->in, e);
}

static bool salts_load(Reading *r, Err *e) {
    BackupIn *main_in = r->in;
    DbMigrations ignored;
    if (!r->o->salts_path) return true;
    r->in = NULL;
    bool is_good = backup_in_open(r->o->salts_path, r->o->key, &r->in, e) && header_read(r, true, e) && migrations_read(r, &ignored, e) && tables_load(r, true, e);
    backup_in_close(r->in);
    r->in = main_in;
    for (const BackupSalt *s = BACKUP_SALTS; is_good && s->name; s++) is_good = s->drop_strangers(r->db, NULL, e);
    return is_good;
}

static bool live_hash(Db *live, Db *live_reads, const HeadChain *chain, Hash *out, bool *is_found, Err *e) {
    BackupAuditHashRow audit;
    BackupReadsHashRow reads;
    if (chain->log == CHAIN_AUDIT) {
        if (!backup_audit_hash(live, (BackupAuditHashArgs){ .kab = chain->kab, .n = chain->n }, &audit, is_found, e)) return false;
        if (*is_found) *out = audit.entry_hash;
        return true;
    }
    *is_found = false;
    if (!live_reads) return true;
    if (!backup_reads_hash(live_reads, (BackupReadsHashArgs){ .kab = chain->kab, .n = chain->n }, &reads, is_found, e)) return false;
    if (*is_found) *out = reads.entry_hash;
    return true;
}

// Each chain of the backup is a beginning of the same chain of the database that goes on: its last hash stands there at its place.
static bool chains_in_live(Db *live, Db *live_reads, const HeadChains *chains, Err *e) {
    for (size_t i = 0; i < chains->n; i++) {
        Hash there;
        bool is_found = false;
        if (!live_hash(live, live_reads, &chains->at[i], &there, &is_found, e)) return false;
        if (!is_found || !hash_eq(&there, &chains->at[i].entry_hash))
            return fail(e, CONFLICT, "The backup is not an earlier state of this database: they differ at entry %lld of district %lld (%s). One of the two was altered, or they are of two histories.",
                        (long long)chains->at[i].n, (long long)chains->at[i].kab, chain_name(chains->at[i].log));
    }
    return true;
}

static bool live_prove(Reading *r, const HeadChains *chains, Err *e) {
    const DbOptions options = { .is_read_only = true, .must_exist = true };
    Db *live = NULL, *live_reads = NULL;
    Err none = { 0 };
    if (!r->o->live_url.n) return true;
    bool is_good = db_open(r->o->live_url, options, &live, e);
    if (is_good && !db_open_reads(r->o->live_url, options, &live_reads, &none)) is_good = none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
    is_good = is_good && chains_in_live(live, live_reads, chains, e);
    db_close(live_reads);
    db_close(live);
    return is_good;
}

// What was restored must be what was recorded, to the last entry, and what somebody outside kept.
static bool restored_prove(Reading *r, Err *e) {
    HeadChains chains;
    Violations v = { 0 };
    Db *reads = db_engine(r->db) == DB_SQLITE ? r->reads : r->db;
    if (!head_chains_now(r->db, reads, &r->arena, &chains, e)) return false;
    Hash root = head_root(&chains);
    if (!hash_eq(&root, &r->report.root) || (int64_t)chains.n != r->report.chain_n)
        return fail(e, CONFLICT, "What was restored is not what the backup recorded: its audit trail differs. Nothing was kept; try another backup.");
    if (!heads_check(r->db, reads, &v, e)) return false;
    if (v.found_n) return fail(e, CONFLICT, "The signed heads in the backup do not fit its audit trail. Nothing was kept; try another backup.");
    if (!live_prove(r, &chains, e)) return false;
    if (!r->o->head_line.n) return true;
    Head kept, found;
    bool is_found = false;
    Str line = str_trim(r->o->head_line);
    if (!head_parse(&r->arena, line, &kept, e) || !head_of(r->db, &r->arena, kept.day, &found, &is_found, e)) return false;
    return (is_found && str_eq(found.line, kept.line)) ||
           fail(e, CONFLICT, "The backup does not hold the head that you gave: it is older than that day, or of another history. Nothing was kept.");
}

// The trail goes on where it was, and says that it was taken from a backup.
static bool restored_write(Reading *r, Err *e) {
    Buf made = { .max = 30 };
    if (r->o->is_test) return true;
    instant_put_iso(&made, r->report.made_at);
    AuditEntry entry = { .action = "office.restore", .subject = buf_view(&made), .at = r->o->now,
                         .fields = { AUDIT_HASH("root", &r->report.root), AUDIT_COUNT("entry_n", r->report.entry_n), AUDIT_COUNT("row_n", r->report.row_n), AUDIT_COUNT("salt_n", r->report.salt_n) } };
    bool is_good = audit_write(r->db, &entry, e);
    buf_free(&made);
    return is_good;
}

// An empty schema, or one where a restore of this backup was killed.
static bool schema_make(Reading *r, const DbMigrations *migrations, Err *e) {
    BackupTargetRowsRow rows = { 0 };
    bool has_row;
    if (!db_migrate_as(r->db, migrations, e)) return false;
    if (!db_tables(r->db, &r->arena, &r->tables, e) || (r->reads && !db_tables(r->reads, &r->arena, &r->side, e)) || !backup_target_rows(r->db, &rows, &has_row, e)) return false;
    return rows.row_n == 0 || fail(e, CONFLICT, "There is a database with rows in it already. Restore into an empty one; nothing was overwritten.");
}

static bool loads_begin(Reading *r, Err *e) {
    return db_load_begin(r->db, &r->tables, &r->load, e) && (!r->reads || db_load_begin(r->reads, &r->side, &r->load_reads, e));
}

static bool loads_end(Reading *r, Err *e) {
    DbLoad *load = r->load, *load_reads = r->load_reads;
    r->load = r->load_reads = NULL;
    if (!db_load_end(load, e)) {
        db_load_give_up(load_reads);
        return false;
    }
    return !load_reads || db_load_end(load_reads, e);
}

// The log of each file is emptied into it, for the file alone gets its name.
static bool all_commit(Reading *r, Err *e) {
    if (r->reads && (!db_commit(r->reads, e) || !db_checkpoint(r->reads, e))) return false;
    return db_commit(r->db, e) && db_migrate(r->db, NULL, e) && db_checkpoint(r->db, e);
}

static bool rows_restore(Reading *r, const DbMigrations *migrations, Err *e) {
    return schema_make(r, migrations, e) && loads_begin(r, e) && tables_load(r, false, e) && salts_load(r, e) && loads_end(r, e) && restored_prove(r, e) &&
           restored_write(r, e) && all_commit(r, e);
}

static bool restore_into(Reading *r, Str url, const char *path, Err *e) {
    DbMigrations migrations;
    bool is_good = backup_in_open(path, r->o->key, &r->in, e) && header_read(r, false, e) && migrations_read(r, &migrations, e) && db_open(url, (DbOptions){ 0 }, &r->db, e);
    is_good = is_good && (db_engine(r->db) == DB_POSTGRESQL || db_open_reads(url, (DbOptions){ 0 }, &r->reads, e)) && rows_restore(r, &migrations, e);
    db_load_give_up(r->load_reads);
    db_load_give_up(r->load);
    db_close(r->reads);
    db_close(r->db);
    backup_in_close(r->in);
    return is_good;
}

// ---- a file that appears at the end ------------------------------------------------------------------------------

static const char *const ENDINGS[] = { "", "-wal", "-shm", "-journal", ".reads", ".reads-wal", ".reads-shm", ".reads-journal" };

static void files_remove(Arena *a, const char *path) {
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) unlink(arena_fmt(a, "%s%s", path, ENDINGS[i]).p);
}

void backup_forget_files(const char *path) {
    Arena a = { 0 };
    files_remove(&a, path);
    arena_free(&a);
}

static bool is_there(const char *path) { return access(path, F_OK) == 0; }

static bool folder_sync(Arena *a, const char *path, Err *e) {
    const char *slash = strrchr(path, '/');
    int fd = open(slash ? arena_c(a, (Str){ path, (size_t)(slash - path) + 1 }) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return is_good || fail(e, IO_FAILED, "%s was written, but may not survive a power cut: %s.", path, strerror(errno));
}

// First the read log, then the database, whose name says that all is there. Neither replaces anything.
static bool files_name(Arena *a, const char *part, const char *path, Err *e) {
    const char *part_reads = arena_fmt(a, "%s.reads", part).p, *reads = arena_fmt(a, "%s.reads", path).p;
    unlink(reads);                                         // left by a restore that was killed between the two: see target_accept
    bool is_good = link(part_reads, reads) == 0 && link(part, path) == 0;
    if (!is_good) return errno == EEXIST ? fail(e, CONFLICT, "%s is there already. Restore under another name; nothing was overwritten.", path)
                                         : fail(e, IO_FAILED, "%s cannot be written: %s. Nothing was changed.", path, strerror(errno));
    return folder_sync(a, path, e);
}

static bool target_accept(Arena *a, const char *part, const char *path, Err *e) {
    if (is_there(path)) return fail(e, CONFLICT, "%s is there already. Restore under another name; nothing was overwritten.", path);
    if (is_there(arena_fmt(a, "%s.reads", path).p) && !is_there(part))
        return fail(e, CONFLICT, "%s.reads is there without its database. Move it away, then restore.", path);
    return true;
}

static bool restore_file(Reading *r, const char *path, const char *backup_path, Err *e) {
    Arena *a = &r->arena;
    const char *part = arena_fmt(a, "%s.restoring", path).p, *lock = arena_fmt(a, "%s.restoring-lock", path).p;
    int fd = open(lock, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(e, IO_FAILED, "%s cannot be written: %s. Nothing was changed.", lock, strerror(errno));
    bool is_good = flock(fd, LOCK_EX | LOCK_NB) == 0 || fail(e, BUSY, "Somebody else is restoring %s just now.", path);
    if (is_good && (is_good = target_accept(a, part, path, e))) {
        files_remove(a, part);
        mode_t kept = umask(077);
        is_good = restore_into(r, str_c(part), backup_path, e) && files_name(a, part, path, e);
        umask(kept);
        files_remove(a, part);
    }
    if (is_good || e->code != BUSY) unlink(lock);
    close(fd);
    return is_good;
}

static bool is_postgresql(Str url) { return str_starts(url, STR("postgresql://")) || str_starts(url, STR("postgres://")); }

bool backup_restore(Str db_url, const char *path, const RestoreOptions *o, Arena *a, BackupReport *out, Err *e) {
    Reading r = { .o = o, .keep = a };
    bool is_good = is_postgresql(db_url) ? restore_into(&r, db_url, path, e) : restore_file(&r, arena_c(&r.arena, db_url), path, e);
    arena_free(&r.arena);
    if (is_good) *out = r.report;
    return is_good;
}
