#include "payment/paylist_list.h"
#include "base/lang.h"
#include "payment_paylist_compare.sql.h"

static Str buf_keep(Arena *a, Buf *b) {
    Str text = arena_str(a, buf_view(b));
    buf_free(b);
    return text;
}

bool compare_words(Comparison *c, Arena *a, const CompareRow *row, CompareWords *out, Err *e) {
    CompareFamilyWordsRow family;
    bool found;
    Buf lines = { .max = 4096 }, cause = { .max = 1024 }, keys = { .max = 256 };
    if (!compare_family_words(compare_db(c), a, (CompareFamilyWordsArgs){ .kab = compare_kab(c), .id = row->family_id, SEE(compare_sight(c)) }, &family, &found, e) ||
        !compare_lines_put(c, row, &lines, e)) { buf_free(&lines); return false; }
    cause_put(&cause, compare_scheme(c), &row->cause);
    if (row->is_other_channel) buf_c(&cause, _("; through another channel"));
    if (row->old.rp > 0) buf_c(&cause, _("; also rows of another stage"));
    paylist_keys_put(&keys, row->agree_n);
    *out = (CompareWords){ .village = compare_village(c, row->village_id), .companion = compare_companion(c, row->companion_id), .our_lines = buf_keep(a, &lines),
                           .cause = buf_keep(a, &cause), .keys = buf_keep(a, &keys) };
    if (found) { out->name = family.name; out->address = family.address; }
    return true;
}

void compare_columns(TableColumn out[COMPARE_COLUMNS]) {
    const TableColumn columns[COMPARE_COLUMNS] = {
        { "family", str_c(_("Number")), TABLE_COUNT },             { "name", str_c(_("Name")), TABLE_TEXT },
        { "village_code", str_c(_("Village code")), TABLE_ID },    { "village", str_c(_("Kelurahan")), TABLE_TEXT },
        { "address", str_c(_("Address")), TABLE_TEXT },            { "companion", str_c(_("Companion")), TABLE_TEXT },
        { "kind", str_c(_("State")), TABLE_TEXT },                 { "our_channel", str_c(_("Our channel")), TABLE_TEXT },
        { "their_channel", str_c(_("Ministry's channel")), TABLE_TEXT }, { "ours", str_c(_("Our amount")), TABLE_RUPIAH },
        { "theirs", str_c(_("Ministry's amount")), TABLE_RUPIAH }, { "difference", str_c(_("Difference")), TABLE_RUPIAH },
        { "our_lines", str_c(_("Our lines")), TABLE_TEXT },        { "cause", str_c(_("Likely cause")), TABLE_TEXT },
        { "keys", str_c(_("Matched by")), TABLE_TEXT },            { "next_step", str_c(_("Next step")), TABLE_TEXT },
    };
    memcpy(out, columns, sizeof columns);
}

typedef struct { Comparison *c; TableWriter *w; Arena arena; } Writing;
static bool row_write(void *with, const CompareRow *row, Err *e) {
    Writing *x = with;
    CompareWords words;
    arena_reset(&x->arena);
    if (!compare_words(x->c, &x->arena, row, &words, e)) return false;
    table_put_n(x->w, row->family_id);
    table_put(x->w, words.name);
    table_put(x->w, arena_fmt(&x->arena, "%lld", (long long)row->village_id));
    table_put(x->w, words.village);
    table_put(x->w, words.address);
    table_put(x->w, words.companion);
    table_put(x->w, str_c(compare_title(row->kind)));
    table_put(x->w, row->our_channel);
    table_put(x->w, row->their_channel);
    table_put_rupiah(x->w, row->ours);
    table_put_rupiah(x->w, row->theirs);
    table_put_rupiah(x->w, (Rupiah){ row->theirs.rp - row->ours.rp });
    table_put(x->w, words.our_lines);
    table_put(x->w, words.cause);
    table_put(x->w, words.keys);
    table_put(x->w, str_c(compare_next_step(row->kind, &row->cause)));
    return table_end_row(x->w, e);
}

bool compare_write(Comparison *c, const CompareFilter *filter, TableWriter *w, Err *e) {
    Writing x = { .c = c, .w = w };
    bool is_good = compare_each(c, filter, row_write, &x, e);
    arena_free(&x.arena);
    return is_good;
}

typedef struct { Arena *arena; int64_t *at; size_t n, max; } Ids;
static bool id_take(void *with, const CompareRow *row, Err *e) {
    Ids *ids = with;
    (void)e;
    if (ids->n == ids->max) {
        int64_t *more = NEW(ids->arena, int64_t, ids->max = ids->max ? 2 * ids->max : 1024);
        if (ids->n) memcpy(more, ids->at, ids->n * sizeof *more);
        ids->at = more;
    }
    ids->at[ids->n++] = row->family_id;
    return true;
}

bool compare_ids(Comparison *c, const CompareFilter *filter, Arena *a, int64_t **out, size_t *n, Err *e) {
    Ids ids = { .arena = a };
    if (!compare_each(c, filter, id_take, &ids, e)) return false;
    *out = ids.at;
    *n = ids.n;
    return true;
}
