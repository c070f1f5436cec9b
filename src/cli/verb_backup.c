// verb_backup.c: backup and restore. A backup needs no log-in, so that a nightly job can make it: whoever can read the database could
// copy it anyway, and the audit trail says that one was made and by whom.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/laws.h"
#include "cli/verbs.h"
#include "office/audit.h"
#include "office/backup.h"
#include "office/change.h"
#include "office/keyring.h"
#include "registry/erase.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_OPTIONS { "--key", N_("FILE"), N_("the key file (HARAPAN_BACKUP_KEY); without one a passphrase is asked for") }, OPTION_PASSWORD_STDIN
const CliOption BACKUP_OPTIONS[] = { { "--salts", N_("FILE"), N_("also save the salts, into a file of their own that you do not keep long") }, KEY_OPTIONS,
    { "--make-key", N_("FILE"), N_("only make a new key file; keep copies of it away from the backups") }, { 0 } };
const CliOption RESTORE_OPTIONS[] = { { "--salts", N_("FILE"), N_("the newest backup of the salts") }, KEY_OPTIONS,
    { "--head", N_("FILE"), N_("a head that somebody outside kept: the backup must hold it") },
    { "--test", NULL, N_("restore into a temporary place, prove everything, and remove it again") },
    { "--in", N_("FOLDER"), N_("test: where the temporary place is (beside the database)") }, { 0 } };

static bool key_take(Cli *cli, bool is_new, BackupKey *key, Err *e) {
    const char *path = cli_option(cli, "--key");
    if (!path) path = getenv("HARAPAN_BACKUP_KEY");
    if (path && *path) return backup_key_read(path, key, e);
    *key = (BackupKey){ .is_passphrase = true };
    return actor_password(cli, _("Passphrase of the backup"), is_new, &key->passphrase, e);
}

static bool key_make(Cli *cli, Err *e) {
    BackupKey key;
    const char *path = cli_option(cli, "--make-key");
    if (!backup_key_make(path, &key, e)) return false;
    sodium_memzero(&key, sizeof key);
    if (!cli->is_json) printf(_("The key is in %s. Without it no backup can be opened: keep two copies of it, away from this machine and from the backups.\n"), path);
    return true;
}

// ---- backup ------------------------------------------------------------------------------------------------------

static bool made_work(Db *db, void *with, Err *e) { return audit_write(db, with, e); }

// Who took a copy of everybody's data out, and of which state.
static bool backup_remember(Cli *cli, Db *db, const char *path, const BackupReport *made, Err *e) {
    Session session = { 0 };
    bool is_found = false;
    const char *slash = strrchr(path, '/');
    if (!actor_session(cli, db, &session, &is_found, e)) return false;
    AuditEntry entry = { .actor_id = is_found ? session.viewer.user_id : 0, .action = "office.backup", .subject = str_c(slash ? slash + 1 : path), .at = made->made_at,
                         .fields = { AUDIT_HASH("root", &made->root), AUDIT_COUNT("entry_n", made->entry_n), AUDIT_COUNT("row_n", made->row_n), AUDIT_COUNT("salt_n", made->salt_n) } };
    return change_do(db, made_work, &entry, e);
}

static Str made_text(Cli *cli, const BackupReport *r) {
    Buf made = { .max = 40 };
    instant_put_iso(&made, r->made_at);
    Str out = arena_str(cli->arena, buf_view(&made));
    buf_free(&made);
    return out;
}

#define REPORT(cli, r, text) report_put((cli), (r), arena_fmt((cli)->arena, (text), (long long)(r)->row_n, (long long)(r)->table_n, STR_ARG(made_text((cli), (r)))))

static void report_put(Cli *cli, const BackupReport *r, Str text) {
    Buf root = { .max = 80 };
    hash_put_hex(&root, &r->root);
    if (cli->is_json) {
        printf("{\"made_at\":\"" STR_FMT "\",\"tables\":%lld,\"rows\":%lld,\"salts\":%lld,\"bytes\":%lld,\"entries\":%lld,\"root\":\"" STR_FMT "\",\"head\":",
               STR_ARG(made_text(cli, r)), (long long)r->table_n, (long long)r->row_n, (long long)r->salt_n, (long long)r->bytes, (long long)r->entry_n, STR_ARG(buf_view(&root)));
        cli_put_json(r->head_line);
        puts("}");
    } else {
        printf(STR_FMT "\n", STR_ARG(text));
        printf(_("Root of the audit trail: %.*s (%lld entries)\n"), STR_ARG(buf_view(&root)), (long long)r->entry_n);
    }
    buf_free(&root);
}

static bool backup_do(Cli *cli, Db *db, const char *path, Err *e) {
    BackupKey key = { 0 };
    BackupReport made;
    bool is_practice;
    if (!actor_band(cli, db, &is_practice, e) || !key_take(cli, true, &key, e)) return false;
    BackupOptions o = { .key = &key, .salts_path = cli_option(cli, "--salts"), .progress = cli->progress, .now = instant_now() };
    bool is_good = backup_write(cli->db_url, path, &o, cli->arena, &made, e);
    sodium_memzero(&key, sizeof key);
    if (!is_good) return false;
    if (!backup_remember(cli, db, path, &made, e)) return fail_in(e, "The backup is written, but the audit trail could not say so: ");
    REPORT(cli, &made, _("%lld rows of %lld tables are in the backup, as they were at %.*s."));
    if (!o.salts_path && !cli->is_json) fprintf(stderr, "%s\n", _("The salts are not saved: without them what is sealed stays closed after a restore. See harapan backup --help."));
    return true;
}

bool verb_backup(Cli *cli, Err *e) {
    Str path;
    Db *db;
    if (cli_has(cli, "--make-key")) return key_make(cli, e);
    if (!cli_arg(cli, 0, N_("The file to write"), &path, e) || !cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = backup_do(cli, db, cli->args[0], e);
    db_close(db);
    return is_good;
}

// ---- restore -----------------------------------------------------------------------------------------------------

static bool head_take(Cli *cli, Str *line, Err *e) {
    const char *path = cli_option(cli, "--head");
    Str text = STR("");
    if (path && !cli_read_file(cli->arena, path, 1 << 20, &text, e)) return false;
    text = str_trim(text);
    for (Str rest = text; rest.p; ) *line = str_cut(&rest, '\n');          // the newest of several
    *line = str_trim(*line);
    return !path || line->n || fail(e, BAD_INPUT, "There is no head in %s.", path);
}

static void say(void *context, Str text) {
    (void)context;
    fprintf(stderr, STR_FMT "\n", STR_ARG(text));
}

// Who was erased after the backup was made is erased in what was restored, too: the newest salts know it. Without the keys that has to wait.
static bool erased_again(Cli *cli, Str url, const RestoreOptions *o, Err *e) {
    int64_t family_n = 0, applied_n;
    Err later = { 0 };
    Db *db;
    if (!o->salts_path) return true;
    if (!db_open(url, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = db_migrate(db, &applied_n, &later) && erase_after_restore(db, instant_now(), &family_n, &later);
    db_close(db);
    if (!is_good && !o->is_test)
        fprintf(stderr, _("Families that were erased since this backup are not erased here yet: %s Put the keys back (harapan keys restore FILE), then call: harapan subject again\n"), later.text);
    if (is_good && family_n && !cli->is_json) fprintf(stderr, _("%lld families that the salts know as erased were gone through once more.\n"), (long long)family_n);
    return true;
}

// is_closed: without salts or keys nothing sealed can be opened, and what is restored is proved but for that.
static bool test_check(Cli *cli, Str url, bool has_salts, bool *is_closed, Err *e) {
    Violations v = { .say = say };
    Db *db;
    if (!db_open(url, (DbOptions){ .must_exist = true, .is_read_only = true }, &db, e)) return false;
    *is_closed = !has_salts || access(keyring_path(cli->arena, db).p, R_OK) != 0;
    bool is_good = laws_check(&(LawsOptions){ .db = db, .url = url, .arena = cli->arena, .progress = cli->progress, .is_closed = *is_closed }, &v, e);
    db_close(db);
    if (is_good && v.found_n) return fail(e, CONFLICT, "%lld laws do not hold in what was restored. This backup is not good; try another, and find out what happened.", (long long)v.found_n);
    return is_good;
}

static bool is_file(Str url) { return !str_starts(url, STR("postgres://")) && !str_starts(url, STR("postgresql://")); }

// Always one name, so that what a killed test leaves is removed by the next.
static const char *test_path(Cli *cli) {
    const char *folder = cli_option(cli, "--in"), *slash = is_file(cli->db_url) ? memrchr(cli->db_url.p, '/', cli->db_url.n) : NULL;
    if (folder) return arena_fmt(cli->arena, "%s/harapan-restore-test.db", folder).p;
    return arena_fmt(cli->arena, "%.*sharapan-restore-test.db", slash ? (int)(slash - cli->db_url.p) + 1 : 0, cli->db_url.p).p;
}

// Its keys open what is restored, too.
static bool live_is_there(Cli *cli, Err *e) {
    Db *db = NULL;
    Err found = { 0 };
    bool is_there = db_open(cli->db_url, (DbOptions){ .must_exist = true, .is_read_only = true }, &db, &found);
    if (is_there) keyring_use(keyring_path(cli->arena, db).p);
    db_close(db);
    return is_there || found.code == NOT_FOUND || fail(e, found.code, "%s", found.text);
}

static bool restore_test(Cli *cli, RestoreOptions *o, Err *e) {
    const char *path = test_path(cli);
    BackupReport r;
    bool is_closed = false;
    if (!live_is_there(cli, e)) return false;
    bool has_live = !is_file(cli->db_url) || access(arena_c(cli->arena, cli->db_url), F_OK) == 0;
    o->is_test = true;
    if (has_live) o->live_url = cli->db_url;
    backup_forget_files(path);
    bool is_good = backup_restore(str_c(path), cli->args[0], o, cli->arena, &r, e) && erased_again(cli, str_c(path), o, e) && test_check(cli, str_c(path), o->salts_path != NULL, &is_closed, e);
    backup_forget_files(path);
    if (!is_good) return false;
    REPORT(cli, &r, _("The backup is good: %lld rows of %lld tables, as they were at %.*s, were restored and every law holds."));
    if (cli->is_json) return true;
    puts(has_live ? _("Its audit trail and read log are an earlier state of those of this database, entry for entry.")
                  : _("There is no database here to compare it with; with --head it can be compared with a head kept outside."));
    if (is_closed) puts(_("Nothing sealed was opened: that needs the salts (--salts) and the key file (HARAPAN_KEYS)."));
    if (o->head_line.n) puts(_("It holds the head that you gave."));
    return true;
}

static bool restore_do(Cli *cli, RestoreOptions *o, Err *e) {
    BackupReport r;
    if (cli_has(cli, "--test")) return restore_test(cli, o, e);
    if (!backup_restore(cli->db_url, cli->args[0], o, cli->arena, &r, e) || !erased_again(cli, cli->db_url, o, e)) return false;
    REPORT(cli, &r, _("Restored: %lld rows of %lld tables, as they were at %.*s."));
    if (!o->salts_path && !cli->is_json) fprintf(stderr, "%s\n", _("No salts were restored: what is sealed stays closed. If you have them, restore once more with --salts."));
    return true;
}

bool verb_restore(Cli *cli, Err *e) {
    BackupKey key = { 0 };
    Str path;
    RestoreOptions o = { .key = &key, .salts_path = cli_option(cli, "--salts"), .progress = cli->progress, .now = instant_now() };
    if (!cli_arg(cli, 0, N_("The backup"), &path, e) || !head_take(cli, &o.head_line, e) || !key_take(cli, false, &key, e)) return false;
    bool is_good = restore_do(cli, &o, e);
    sodium_memzero(&key, sizeof key);
    return is_good;
}
