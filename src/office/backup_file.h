// backup_file.h: the encrypted file of a backup as a stream of records (backup.h says what is in them). Private to backup.c and restore.c.
#ifndef OFFICE_BACKUP_FILE_H
#define OFFICE_BACKUP_FILE_H
#include "office/backup.h"

// What erasing destroys, table by table: in a file of its own, never with the rest. drop_strangers takes out, after a restore, what
// belongs to nothing that was restored: salts are saved more often than the rest.
typedef struct { const char *name; bool (*drop_strangers)(Db *db, int64_t *changed_n, Err *e); } BackupSalt;
extern const BackupSalt BACKUP_SALTS[];                    // a row without a name ends it
bool backup_is_salt(const char *table);
bool backup_is_reads(const char *table);                   // of the read log: on SQLite in its own file

// H what it is   M a migration   T a table begins   R a row   E the table ends   Z the end
typedef struct BackupOut BackupOut;
must_use bool backup_out_open(const char *path, const BackupKey *key, BackupOut **out, Err *e);
must_use bool backup_out_record(BackupOut *out, char kind, Str payload, Err *e);
must_use bool backup_out_finish(BackupOut *out, int64_t *bytes, Err *e);         // durable under its name; frees, also on failure
void backup_out_abort(BackupOut *out);                     // NULL is fine

typedef struct BackupIn BackupIn;
must_use bool backup_in_open(const char *path, const BackupKey *key, BackupIn **in, Err *e);
// The next record; its payload lives until the next call. A file that ends without Z fails.
must_use bool backup_in_record(BackupIn *in, char *kind, Str *payload, Err *e);
// After Z: nothing may follow.
must_use bool backup_in_end(BackupIn *in, Err *e);
void backup_in_progress(const BackupIn *in, Progress *progress, const char *what);
void backup_in_close(BackupIn *in);                        // NULL is fine
#endif
