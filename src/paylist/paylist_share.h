// paylist_share.h: a file of the Ministry that holds several districts. Each district that its reader may import for gets its own rows as a
// list of its own; of every other one it is said why not. A file of one district is read whole, as paylist_read does.
#ifndef PAYLIST_PAYLIST_SHARE_H
#define PAYLIST_PAYLIST_SHARE_H
#include "paylist/paylist.h"

typedef struct {
    int64_t kab, row_n;                // row_n: rows of the file
    Str name;                          // of the district; its code where the name is not known here
    bool is_read;
    PaylistRead read;                  // is_read
    Str why_not;                       // else, in words
} PaylistShare;
typedef struct { PaylistShare *at; size_t n; } PaylistShares;
#define PAYLIST_SHARES_MAX 600         // more districts than there are
// file->kab 0: every district of the file within the actor's authority. The file is read once for each. Fails as paylist_read does
// for a file of one district; of several, each has its own answer.
must_use bool paylist_read_shares(Db *db, Arena *a, const Viewer *actor, const PaylistFile *file, Instant now, Progress *progress, PaylistShares *out, Err *e);
#endif
