// paylist.h: the Ministry's pay list of a stage. A file is read by rows in bounded memory, each row is told whom it means by its keys
// (iddtks, NIK, KK, account, in this order), and what they do not tell waits in the tray (paylist_tray.h).
//
// Of each wave of a stage one file counts. The same file again changes nothing; a second wave is added; another file of a wave is
// read and compared, and counts in place of the first when a person says why. What was replaced stays as the trail.
#ifndef PAYLIST_PAYLIST_H
#define PAYLIST_PAYLIST_H
#include "base/progress.h"
#include "office/authority.h"
#include "paylist/paylist_row.h"
#include "registry/column_memory.h"

typedef struct {
    int64_t kab, usual_kab;            // usual_kab: of paylist_share.h, where kab is 0 and the file names no district
    Str stage;
    int64_t wave_n;                    // 0: as the file says, else 1
    const char *path;
    Str name;                          // as the sender named it; empty: the end of `path`
    Str sheet;
    char separator;                    // 0: found out
    Str source;                        // who sends it: the columns that a person showed are remembered for its next file; empty: the Ministry
    HeaderMap map;                     // "nominal" -> "Jumlah diterima"
    bool is_shared;                    // the file holds rows of other districts too: they are passed over (paylist_share.h)
    Str reason;                        // why this file counts although another one did, or although it is in doubt; empty: it then waits
} PaylistFile;

typedef enum { PAYLIST_READING, PAYLIST_STAGED, PAYLIST_LIVE, PAYLIST_REPLACED, PAYLIST_DROPPED, PAYLIST_STATES_N } PaylistState;
const char *paylist_state_title(PaylistState state);       // for people, in this thread's language
const char *paylist_state_name(PaylistState state);

typedef struct {
    int64_t kab, id, wave_n, row_n, refused_n, warning_n, actor_id, replaces_id;       // replaces_id 0: none
    Str stage, file_name, reason;
    PaylistState state;
    Rupiah amount;
    bool is_alarming;
    Hash file_hash;
    Instant read_at;
    int64_t matched_n, stranger_n, contradiction_n, twice_n, open_n;                   // rows; open_n: still in the tray
} Paylist;
typedef struct { Paylist *at; size_t n; } Paylists;
// All files of a stage but the dropped ones, by wave, the newest first. Texts live in `a`. For a sight of the whole district.
must_use bool paylist_list(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, Paylists *out, Err *e);
// NOT_FOUND also for who may not read there.
must_use bool paylist_of(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Paylist *out, Err *e);
// The stages of a district that have a list, the newest first.
must_use bool paylist_stages(Db *db, Arena *a, int64_t kab, Str **out, size_t *n, Err *e);

// How another file of a wave differs from the one that counts, by families.
typedef struct { int64_t new_n, gone_n, changed_n, same_n; Rupiah before, after; } PaylistChange;
typedef struct {
    Paylist list;
    bool was_known;                    // read before: nothing was read now
    bool is_new_live;                  // counts from now on
    int64_t live_id;                   // staged: the file that counts instead; 0: none, the file is in doubt
    PaylistChange change;              // against live_id, or against what it replaced
} PaylistRead;
// Reads, matches, and lets the file count where nothing speaks against it. In transactions of its own; killed, the next call begins
// again. ACTION_IMPORT. BAD_INPUT when it is no table with these columns; CONFLICT when the file was read for another stage or wave.
must_use bool paylist_read(Db *db, Arena *a, const Viewer *actor, const PaylistFile *file, Instant now, Progress *progress, PaylistRead *out, Err *e);
// Forgets a file that never counted.
must_use bool paylist_drop(Db *db, const Viewer *actor, int64_t kab, int64_t id, Instant now, Err *e);
// Matches the rows that no person decided about again, because the registry has changed. *changed_n: rows that mean somebody else now.
must_use bool paylist_match_again(Db *db, const Viewer *actor, int64_t kab, int64_t id, Instant now, int64_t *changed_n, Err *e);

// How the file of a list was read, for reading it again. Empty when the list is older than this was kept.
must_use bool paylist_reading(Db *db, Arena *a, int64_t kab, int64_t id, Str *source, Str *choices, Err *e);
// The columns that a person has shown of the files of a source, and the titles of a file to choose from.
Str paylist_source(Str source);                            // as it is remembered: "daftar bayar Kemensos"
typedef struct { Titles titles; Str column[PAYLIST_COLUMNS_N]; } PaylistLook;
must_use bool paylist_look(Db *db, Arena *a, const PaylistFile *file, PaylistLook *out, Err *e);
// The columns in use: what was given, and what is remembered.
must_use bool paylist_map(Db *db, Arena *a, const PaylistFile *file, HeaderMap *out, Err *e);

typedef struct { int64_t row_n; Str field, code, level, text; } PaylistFinding;
must_use bool paylist_findings(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, int64_t offset_n, int64_t limit_n, PaylistFinding **out, size_t *n, Err *e);
must_use bool paylist_count_findings(Db *db, Sight sight, int64_t kab, int64_t id, int64_t *n, Err *e);

// Bits of the keys that name a family.
enum { KEY_BIT_CODE = 1, KEY_BIT_NIK = 2, KEY_BIT_KK = 4, KEY_BIT_ACCOUNT = 8 };
void paylist_keys_put(Buf *b, int64_t bits);               // "iddtks, NIK"

// Rows of the lists of a stage that count and mean a family, by family; texts live until the next call.
typedef struct {
    int64_t family_id, list_id, row_n, wave_n, agree_n, against_n;
    Str channel;                       // empty when the file does not say
    bool is_old_period, is_excluded;
    Rupiah amount;
} PaylistEntry;
typedef bool PaylistEach(void *with, const PaylistEntry *entry, Err *e);
typedef struct { void *rows; } PaylistCursor;
must_use bool paylist_open(Db *db, int64_t kab, Str stage, int64_t first_id, int64_t last_id, PaylistCursor *out, Err *e);
must_use bool paylist_next(PaylistCursor *c, PaylistEntry *out, bool *has_row, Err *e);
void paylist_close(PaylistCursor *c);

// What the Ministry decided in a stage, where it decides (paylist_mode.h): one row a family, by family; rows of other stages and of
// amount 0 are left out. channel: of its first row, or the family's own where the list does not say.
typedef struct { int64_t family_id, village_id; Str channel; Rupiah amount; } PaylistDecided;
typedef bool PaylistDecidedEach(void *with, const PaylistDecided *decided, Err *e);
must_use bool paylist_decided_each(Db *db, int64_t kab, Str stage, PaylistDecidedEach *each, void *with, Err *e);
// Whether it may be closed from: CONFLICT when no list counts, when rows could not be read, or when rows that contradict themselves or
// name a family twice wait in the tray. Strangers do not hold it up. `lists`: over the files that count and what mended them, by wave.
must_use bool paylist_accept(Db *db, int64_t kab, Str stage, Hash *lists, Err *e);
#endif
