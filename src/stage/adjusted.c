#include "stage/adjusted.h"
#include "stage_adjusted.sql.h"

static int64_t figure(const Adjusted *a, size_t i, size_t k) {
    int64_t v;
    memcpy(&v, a->p + ADJUSTED_BYTES * i + 8 * k, 8);
    return v;
}

bool adjusted_open(Str bytes, Adjusted *out, Err *e) {
    Adjusted a = { (const uint8_t *)bytes.p, bytes.n / ADJUSTED_BYTES };
    bool is_whole = bytes.n % ADJUSTED_BYTES == 0;
    for (size_t i = 0; is_whole && i < a.n; i++) is_whole = figure(&a, i, 2) > ADJUST_WARN && figure(&a, i, 2) < ADJUST_N && (i == 0 || figure(&a, i - 1, 0) <= figure(&a, i, 0));
    if (!is_whole) return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.");
    *out = a;
    return true;
}

AdjustRow adjusted_at(const Adjusted *a, size_t i) {
    return (AdjustRow){ .family_id = figure(a, i, 0), .n = figure(a, i, 1), .kind = (AdjustKind)figure(a, i, 2), .rp = figure(a, i, 3), .limit_points = figure(a, i, 4) };
}

size_t adjusted_find(const Adjusted *a, int64_t family_id) {
    size_t low = 0, high = a->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (figure(a, middle, 0) < family_id) low = middle + 1; else high = middle;
    }
    return low;
}

size_t adjusted_take(const Adjusted *a, size_t *i, int64_t family_id, AdjustRow rows[ADJUSTED_FAMILY_MAX]) {
    size_t n = 0;
    for (; *i < a->n && figure(a, *i, 0) == family_id; ++*i) if (n < ADJUSTED_FAMILY_MAX) rows[n++] = adjusted_at(a, *i);
    return n;
}

static bool row_put(Buf *b, const AdjustRow *row, Err *e) {
    int64_t figures[5] = { row->family_id, row->n, row->kind, row->rp, row->limit_points };
    buf_bytes(b, figures, sizeof figures);
    return !b->is_full || fail_memory(e);
}

static bool has_id(const uint32_t *ids, size_t n, int64_t id) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] < id) low = middle + 1; else high = middle;
    }
    return low < n && ids[low] == id;
}

bool adjusted_make(Db *db, int64_t kab, Str stage, Date today, const uint32_t *ids, size_t id_n, Buf *out, Err *e) {
    Arena a = { 0 };
    Adjustments all;
    int64_t family_id = 0;
    size_t of_family = 0;
    bool is_good = adjustment_decided(db, &a, kab, stage, &all, e);
    for (size_t i = 0; is_good && i < all.n; i++) {
        const Adjustment *x = &all.at[i];
        if (!adjustment_counts(x, stage, today) || !has_id(ids, id_n, x->family_id)) continue;
        of_family = x->family_id == family_id ? of_family + 1 : 1;
        family_id = x->family_id;
        if (of_family > ADJUSTED_FAMILY_MAX) is_good = fail(e, LIMIT, "Family %lld has more decided corrections than a closing can take.", (long long)family_id);
        is_good = is_good && row_put(out, &(AdjustRow){ x->family_id, x->n, x->amount.rp, x->limit_points, x->kind }, e);
    }
    arena_free(&a);
    return is_good;
}

bool adjusted_of(Db *db, int64_t kab, Str stage, int64_t closing_n, int64_t first_id, int64_t last_id, Buf *out, Err *e) {
    AdjustedRowsRows rows = { 0 };
    AdjustedRowsRow row;
    bool has_row, is_good = adjusted_rows(db, (AdjustedRowsArgs){ .kab = kab, .stage = stage, .closing_n = closing_n, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = adjusted_rows_next(&rows, &row, &has_row, e)) && has_row) {
        AdjustRow x = { .family_id = row.family_id, .n = row.n, .rp = row.amount_rp.rp, .limit_points = row.limit_n };
        is_good = (adjust_kind_find(row.kind, &x.kind) || fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.")) && row_put(out, &x, e);
    }
    adjusted_rows_end(&rows);
    return is_good;
}

bool adjusted_store(Db *db, int64_t kab, Str stage, int64_t closing_n, Str bytes, Err *e) {
    Adjusted list;
    bool is_good = adjusted_open(bytes, &list, e);
    for (size_t i = 0; is_good && i < list.n; i++) {
        AdjustRow x = adjusted_at(&list, i);
        AdjustedInsertArgs row = { .kab = kab, .stage = stage, .closing_n = closing_n, .family_id = x.family_id, .n = x.n, .kind = str_c(adjust_kind_name(x.kind)), .amount_rp = { x.rp }, .limit_n = x.limit_points };
        is_good = adjusted_insert(db, row, NULL, e);
    }
    return is_good;
}
