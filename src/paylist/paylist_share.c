#include "paylist/paylist_share.h"
#include "base/lang.h"
#include "paylist/paylist_store.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

typedef struct { RowOwners owners; PaylistShares shares; Arena *a, block; } Counting;

static PaylistShare *share_of(Counting *c, int64_t kab) {
    for (size_t i = 0; i < c->shares.n; i++) if (c->shares.at[i].kab == kab) return &c->shares.at[i];
    if (c->shares.n == PAYLIST_SHARES_MAX) return NULL;
    PaylistShare *share = &c->shares.at[c->shares.n++];
    *share = (PaylistShare){ .kab = kab, .name = arena_fmt(c->a, "%lld", (long long)kab) };
    for (size_t i = 0; i < c->owners.districts.n; i++) if (c->owners.districts.at[i].id == kab) share->name = c->owners.districts.at[i].name;
    return share;
}

// A row that cannot be read as cells is told when its district's list is read.
static bool rows_count(Counting *c, TableReader *r, const CsvHeader *header, Err *e) {
    CsvRow row;
    bool has_row = true;
    while (has_row) {
        if (!table_next(r, &row, &has_row, e)) {
            if (!table_recover(r)) return false;
            *e = (Err){ 0 };
            has_row = true;
            continue;
        }
        if (!has_row || csv_row_is_header(header, &row) || csv_row_is_total(&row) || paylist_row_is_footer(header, &row)) continue;
        arena_reset(&c->block);
        int64_t kab = row_owner(&c->owners, &c->block, header, &row);
        PaylistShare *share = kab ? share_of(c, kab) : NULL;
        if (kab && !share) return fail(e, LIMIT, "The file names more than %d districts.", PAYLIST_SHARES_MAX);
        if (share) share->row_n++;
    }
    return true;
}

// Whose rows the file holds, in their order.
static bool shares_count(Db *db, Arena *a, const PaylistFile *file, PaylistShares *out, Err *e) {
    Counting c = { .a = a, .shares = { NEW(a, PaylistShare, PAYLIST_SHARES_MAX), 0 } };
    TableReader *r = NULL;
    CsvHeader header;
    HeaderMap map;
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", file->path, strerror(errno));
    bool is_good = row_owners_open(db, a, &c.owners, e) && paylist_map(db, a, file, &map, e) &&
                   table_open_fd(fd, (TableOptions){ .separator = file->separator, .sheet = file->sheet }, &r, e) &&
                   table_header_find(r, a, PAYLIST_COLUMNS, PAYLIST_COLUMNS_N, &map, &header, e) && rows_count(&c, r, &header, e);
    table_close(r);
    close(fd);
    arena_free(&c.block);
    if (is_good) *out = c.shares;
    return is_good;
}

static void share_read(Db *db, Arena *a, const Viewer *actor, const PaylistFile *file, Instant now, Progress *progress, PaylistShare *share) {
    Err e = { 0 };
    PaylistFile own = *file;
    own.kab = share->kab;
    own.is_shared = true;
    if (file->kab && file->kab != share->kab) share->why_not = str_c(_("Not asked for: another district was named."));
    else if (!authority_allows(actor, ACTION_IMPORT, share->kab)) share->why_not = str_c(_("Outside your area: its own office reads it."));
    else if (paylist_read(db, a, actor, &own, now, progress, &share->read, &e)) share->is_read = true;
    else share->why_not = arena_str(a, str_c(e.text));
}

bool paylist_read_shares(Db *db, Arena *a, const Viewer *actor, const PaylistFile *file, Instant now, Progress *progress, PaylistShares *out, Err *e) {
    PaylistShares shares;
    if (!shares_count(db, a, file, &shares, e)) return false;
    if (shares.n < 2) {
        PaylistFile own = *file;
        if (!own.kab && shares.n == 1) own.kab = shares.at[0].kab;
        if (!own.kab) own.kab = own.usual_kab;
        if (!own.kab) return fail(e, BAD_INPUT, "The file does not say of which district it is. Say it with --kab.");
        PaylistShare *share = &shares.at[0];
        if (shares.n == 0) *share = (PaylistShare){ .name = arena_fmt(a, "%lld", (long long)own.kab) };
        share->kab = own.kab;
        share->is_read = paylist_read(db, a, actor, &own, now, progress, &share->read, e);
        *out = (PaylistShares){ shares.at, 1 };
        return share->is_read;
    }
    for (size_t i = 0; i < shares.n; i++) share_read(db, a, actor, file, now, progress, &shares.at[i]);
    *out = shares;
    return true;
}
