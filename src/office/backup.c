// backup.c: see backup.h.
#include "office/backup.h"
#include "base/lang.h"
#include "db/dump.h"
#include "office/backup_file.h"
#include "office/key_file.h"
#include "office/practice.h"
#include "office_backup.sql.h"

static const char *const LEFT_OUT[] = { "session", "login_pending", "passkey_challenge", NULL };   // a restored database lets nobody in without a log-in
static const char *const READS[] = { "read_page", "read_family", "read_list", NULL };     // on SQLite in a file of their own

const BackupSalt BACKUP_SALTS[] = { { "audit_salt", backup_drop_audit_salts }, { "family_salt", backup_drop_family_salts }, { "erased_family", backup_drop_erased }, { 0 } };

#define KEY_MARK "harapan-backup-key-1 "
bool backup_key_read(const char *path, BackupKey *out, Err *e) {
    Hash key;
    if (!key_file_read(path, KEY_MARK, &key, e)) return false;
    *out = (BackupKey){ .key = key };
    return true;
}

bool backup_key_make(const char *path, BackupKey *out, Err *e) {
    BackupKey made = { 0 };
    randombytes_buf(made.key.bytes, sizeof made.key.bytes);
    if (!key_file_make(path, KEY_MARK, &made.key, e)) return false;
    *out = made;
    return true;
}

static bool is_in(const char *const *list, const char *name) {
    for (; *list; list++) if (strcmp(*list, name) == 0) return true;
    return false;
}

bool backup_is_salt(const char *name) {
    for (const BackupSalt *s = BACKUP_SALTS; s->name; s++) if (strcmp(s->name, name) == 0) return true;
    return false;
}

bool backup_is_reads(const char *name) { return is_in(READS, name); }

// ---- writing -----------------------------------------------------------------------------------------------------

typedef struct {
    Arena arena, *keep;
    Db *db, *reads;                    // reads: only on SQLite
    BackupOut *out, *salts;            // the file; the file of the salts, if one is wanted
    const BackupOptions *o;
    BackupReport report;
    Buf row;
    int64_t row_n;                     // of the file that is being written
} Writing;

// A value is its length plus one, seven bits a byte and the last without the high bit (0: NULL), and its bytes; a number is folded
// (0, -1, 1, -2, …) so that small ones are short, small end first.
static void put_length(Buf *b, size_t n) {
    for (; n >= 128; n >>= 7) buf_char(b, (char)(n | 128));
    buf_char(b, (char)n);
}

static void put_value(Buf *b, Str v) {
    put_length(b, v.p ? v.n + 1 : 0);
    if (v.p) buf_str(b, v);
}

static void put_int(Buf *b, int64_t v) {
    char bytes[8];
    size_t n = 0;
    if (v == INT64_MIN) { put_length(b, 0); return; }
    for (uint64_t folded = v < 0 ? ~((uint64_t)v << 1) : (uint64_t)v << 1; folded; folded >>= 8) bytes[n++] = (char)folded;
    put_value(b, (Str){ bytes, n });
}

static bool row_put(Writing *w, BackupOut *out, const DbTable *t, DbStatement *s, Err *e) {
    buf_reset(&w->row);
    for (int i = 0; t->types[i]; i++) {
        if (t->types[i] == 'i') put_int(&w->row, db_int(s, i));
        else if (db_is_null(s, i)) put_value(&w->row, (Str){ 0 });
        else put_value(&w->row, t->types[i] == 't' ? db_text(s, i) : db_bytes(s, i));
    }
    w->row_n++;
    return backup_out_record(out, 'R', buf_view(&w->row), e);
}

static bool number_put(Writing *w, BackupOut *out, char kind, int64_t n, Err *e) {
    buf_reset(&w->row);
    put_int(&w->row, n);
    return backup_out_record(out, kind, buf_view(&w->row), e);
}

static bool table_put(Writing *w, BackupOut *out, Db *db, const DbTable *t, Err *e) {
    DbStatement *s = NULL;
    int64_t before_n = w->row_n;
    bool has_row = false;
    buf_reset(&w->row);
    put_value(&w->row, str_c(t->name));
    put_value(&w->row, str_c(t->columns));
    put_value(&w->row, str_c(t->types));
    bool is_good = backup_out_record(out, 'T', buf_view(&w->row), e) && db_prepare(db, &t->all, &s, e);
    while (is_good && (is_good = db_step(s, &has_row, e)) && has_row) {
        is_good = row_put(w, out, t, s, e);
        if (w->row_n % 4096 == 0) progress_report(w->o->progress, _("Writing the backup"), w->row_n, 0);
    }
    db_release(s);
    w->report.table_n++;
    return is_good && number_put(w, out, 'E', w->row_n - before_n, e);
}

// On SQLite the tables of the read log stand empty in the database itself.
static bool is_wanted(const Writing *w, const char *name, bool are_salts, bool is_side) {
    if (are_salts) return !is_side && backup_is_salt(name);
    if (is_side) return backup_is_reads(name);
    return !backup_is_salt(name) && !is_in(LEFT_OUT, name) && !(db_engine(w->db) == DB_SQLITE && backup_is_reads(name));
}

static bool tables_put(Writing *w, BackupOut *out, bool are_salts, bool is_side, Err *e) {
    DbTables tables;
    Db *db = is_side ? w->reads : w->db;
    if (!db_tables(db, &w->arena, &tables, e)) return false;
    for (size_t i = 0; i < tables.n; i++)
        if (is_wanted(w, tables.at[i].name, are_salts, is_side) && !table_put(w, out, db, &tables.at[i], e)) return false;
    return true;
}

static bool state_read(Writing *w, Err *e) {
    HeadChains chains;
    BackupLastHeadRow head;
    bool has_head = false, is_practice;
    BackupReport *r = &w->report;
    Db *reads = db_engine(w->db) == DB_SQLITE ? w->reads : w->db;
    if (!practice_is(w->db, &is_practice, e) || !backup_last_head(w->db, w->keep, &head, &has_head, e)) return false;
    if (!head_chains_now(w->db, reads, &w->arena, &chains, e))
        return fail_in(e, "This backup could never be proved, so it is not written; keep the backups you have, and a copy of the database as it is. ");
    r->is_practice = is_practice;
    r->root = head_root(&chains);
    r->chain_n = (int64_t)chains.n;
    for (size_t i = 0; i < chains.n; i++) r->entry_n += chains.at[i].n;
    r->head_line = has_head ? head.line : STR("");
    r->made_at = w->o->now;
    return true;
}

static bool header_put(Writing *w, BackupOut *out, bool are_salts, Err *e) {
    const BackupReport *r = &w->report;
    buf_reset(&w->row);
    put_int(&w->row, are_salts);
    put_int(&w->row, r->is_practice);
    put_int(&w->row, r->made_at.ms);
    put_int(&w->row, r->chain_n);
    put_int(&w->row, r->entry_n);
    put_value(&w->row, (Str){ (const char *)r->root.bytes, sizeof r->root.bytes });
    put_value(&w->row, r->head_line);
    return backup_out_record(out, 'H', buf_view(&w->row), e);
}

static bool migrations_put(Writing *w, BackupOut *out, Err *e) {
    DbMigrations migrations;
    if (!db_migrations(w->db, &w->arena, &migrations, e)) return false;
    for (size_t i = 0; i < migrations.n; i++) {
        buf_reset(&w->row);
        put_int(&w->row, migrations.at[i].n);
        put_value(&w->row, (Str){ (const char *)migrations.at[i].checksum.bytes, sizeof(Hash) });
        if (!backup_out_record(out, 'M', buf_view(&w->row), e)) return false;
    }
    return true;
}

static bool file_put(Writing *w, BackupOut *out, bool are_salts, Err *e) {
    w->row_n = 0;
    bool is_good = header_put(w, out, are_salts, e) && migrations_put(w, out, e) && tables_put(w, out, are_salts, false, e) &&
                   (are_salts || !w->reads || tables_put(w, out, false, true, e)) && number_put(w, out, 'Z', w->row_n, e);
    if (are_salts) w->report.salt_n = w->row_n;
    else w->report.row_n = w->row_n;
    return is_good;
}

// The snapshots: first the database, then the read log, so that no head speaks of looks that are not there.
static bool snapshots_open(Writing *w, Str url, Err *e) {
    const DbOptions options = { .is_read_only = true, .must_exist = true };
    Err none = { 0 };
    if (!db_open(url, options, &w->db, e) || !db_begin_read(w->db, e)) return false;
    if (db_engine(w->db) == DB_POSTGRESQL) return true;
    if (!db_open_reads(url, options, &w->reads, &none)) return none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
    return db_begin_read(w->reads, e);
}

// The salts first: they are small, and a backup without them must not look like one with them.
static bool files_finish(Writing *w, Err *e) {
    BackupOut *salts = w->salts, *out = w->out;
    int64_t bytes;
    w->salts = NULL;
    if (salts && !backup_out_finish(salts, &bytes, e)) return false;
    w->out = NULL;
    return backup_out_finish(out, &w->report.bytes, e);
}

static bool salts_put(Writing *w, Err *e) {
    if (!w->o->salts_path) return true;
    w->report.salts_at = w->o->now;
    return backup_out_open(w->o->salts_path, w->o->key, &w->salts, e) && file_put(w, w->salts, true, e);
}

static bool names_accept(const char *path, const BackupOptions *o, Err *e) {
    if (o->salts_path && strcmp(path, o->salts_path) == 0) return fail(e, BAD_INPUT, "The salts must not lie in the same file as the rest: give another name after --salts.");
    if (o->key->is_passphrase && o->key->passphrase.n < PASSPHRASE_MIN)
        return fail(e, BAD_INPUT, "The passphrase is too short: take at least five words (%d letters).", PASSPHRASE_MIN);
    return true;
}

bool backup_write(Str db_url, const char *path, const BackupOptions *o, Arena *a, BackupReport *out, Err *e) {
    Writing w = { .keep = a, .o = o, .row = { .max = BUF_MAX } };
    bool is_good = names_accept(path, o, e) && snapshots_open(&w, db_url, e) && backup_out_open(path, o->key, &w.out, e) && state_read(&w, e) && file_put(&w, w.out, false, e) &&
                   salts_put(&w, e) && files_finish(&w, e);
    backup_out_abort(w.salts);
    backup_out_abort(w.out);
    buf_free(&w.row);
    db_close(w.reads);
    db_close(w.db);
    arena_free(&w.arena);
    if (is_good) *out = w.report;
    return is_good;
}
