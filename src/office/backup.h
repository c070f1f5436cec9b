// backup.h: the whole database in one encrypted file, and back. Rows, not pages of an engine: what SQLite wrote PostgreSQL can read
// and the other way round. Written from one snapshot while the office works on; the read log and the heads are in it.
//
// Encrypted in pieces of 64 KiB with libsodium's secretstream (XChaCha20-Poly1305): a changed, missing, moved or added byte is
// found before anything of its piece is used, a cut file by its missing last piece. The key comes from a file or, through
// argon2id, from a passphrase. Not in it: log-ins that are open (everybody logs in again), all key files, and the salts, which go
// into a file of their own that must not live long (or erasing would mean nothing).
#ifndef OFFICE_BACKUP_H
#define OFFICE_BACKUP_H
#include "base/progress.h"
#include "db/db.h"
#include "office/head.h"

#define PASSPHRASE_MIN 16              // bytes: some five words; argon2id makes each guess dear, not impossible
typedef struct { bool is_passphrase; Str passphrase; Hash key; } BackupKey;
must_use bool backup_key_read(const char *path, BackupKey *out, Err *e);         // one line, "harapan-backup-key-1 HEX"
must_use bool backup_key_make(const char *path, BackupKey *out, Err *e);         // CONFLICT when it is there

typedef struct {
    const BackupKey *key;
    const char *salts_path;            // the salts of the same snapshot; NULL: they are not saved
    Progress *progress;
    Instant now;
} BackupOptions;
typedef struct {
    int64_t table_n, row_n, bytes, salt_n;
    bool is_practice;
    Hash root;                         // what a head would say of all chains
    int64_t chain_n, entry_n;
    Str head_line;                     // the newest head in it; empty: none yet
    Instant made_at, salts_at;         // salts_at 0: without
} BackupReport;
// Writes `path`, whole or not at all, replacing an earlier backup of that name. Texts of the report live in the arena.
must_use bool backup_write(Str db_url, const char *path, const BackupOptions *o, Arena *a, BackupReport *out, Err *e);

typedef struct {
    const BackupKey *key;
    Progress *progress;
    const char *salts_path;            // the backup of the salts; NULL: they stay empty, and what was sealed with them stays closed
    Str head_line;                     // a head that somebody outside kept: it must be in the backup; empty: none
    Str live_url;                      // a database that goes on: the backup must be an earlier state of it; empty: none
    bool is_test;                      // leaves no entry in the audit trail
    Instant now;
} RestoreOptions;
// Makes the database `db_url` from the file. CONFLICT when there is one already, or when the restored audit trail, read log and
// heads are not what the backup recorded; BAD_INPUT for a damaged file or a wrong key. All or nothing: killed anywhere, the same
// command does it. On SQLite the name appears at the end; on PostgreSQL the rows come in one transaction into an empty schema.
must_use bool backup_restore(Str db_url, const char *path, const RestoreOptions *o, Arena *a, BackupReport *out, Err *e);
// Removes a database that is files (one that was restored for a test).
void backup_forget_files(const char *path);
#endif
