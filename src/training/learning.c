// learning.c: what the sheets of a training say: items, gain of the whole, of each topic and competence, in words that claim no more.
#include "training/learn.h"
#include "base/lang.h"
#include "training_learn.sql.h"

static bool sheets_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Learning *l, Err *e) {
    SheetRowsRows rows = { 0 };
    SheetRowsRow row;
    l->sheets = NEW(a, Sheet, 2 * TRAINING_PEOPLE_MAX);
    bool has_row, is_good = sheet_rows(db, (SheetRowsArgs){ .kab = kab, .event_id = id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = sheet_rows_next(&rows, &row, &has_row, e)) && has_row && l->sheet_n < 2 * TRAINING_PEOPLE_MAX) {
        Sheet *s = &l->sheets[l->sheet_n++];
        *s = (Sheet){ .companion_id = row.companion_id, .kind = db_keep(a, row.kind), .choices = db_keep(a, row.choices), .is_paper = str_eq(row.way, STR("paper")), .at = row.recorded_at };
        for (size_t i = 0; i < l->item_n && i < s->choices.n; i++) s->score += s->choices.p[i] == 'A' + l->items[i].right;
    }
    sheet_rows_end(&rows);
    return is_good;
}

static bool is_right(const Learning *l, const Sheet *s, size_t item) { return item < s->choices.n && s->choices.p[item] == 'A' + l->items[item].right; }

static void items_of_kind(Arena *a, const Learning *l, Str kind, ItemStatistics *items, TestStatistics *test) {
    uint8_t *right = NEW(a, uint8_t, l->sheet_n * l->item_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < l->sheet_n; i++) {
        if (!str_eq(l->sheets[i].kind, kind)) continue;
        for (size_t k = 0; k < l->item_n; k++) right[n * l->item_n + k] = is_right(l, &l->sheets[i], k);
        n++;
    }
    items_analyse(right, n, l->item_n, items, test);
}

// Of the items that `takes` chooses: the share right before and after, of each person who did both.
typedef bool ItemTakes(const Question *q, const void *with);
static TopicGain gain_of_items(Arena *a, const Learning *l, ItemTakes *takes, const void *with, Str name) {
    int64_t *before = NEW(a, int64_t, l->sheet_n + 1), *after = NEW(a, int64_t, l->sheet_n + 1);
    TopicGain g = { .name = name };
    size_t n = 0;
    int64_t before_n = 0, after_n = 0;
    for (size_t k = 0; k < l->item_n; k++) g.item_n += takes(&l->items[k], with);
    for (size_t i = 0; i < l->sheet_n && g.item_n; i++) {
        const Sheet *pre = &l->sheets[i];
        if (!str_eq(pre->kind, STR("pre"))) continue;
        for (size_t j = 0; j < l->sheet_n; j++) {
            const Sheet *post = &l->sheets[j];
            if (post->companion_id != pre->companion_id || !str_eq(post->kind, STR("post"))) continue;
            int64_t x = 0, y = 0;
            for (size_t k = 0; k < l->item_n; k++) if (takes(&l->items[k], with)) x += is_right(l, pre, k), y += is_right(l, post, k);
            before_n += x, after_n += y;
            before[n] = (x * 1000 + g.item_n / 2) / g.item_n;
            after[n++] = (y * 1000 + g.item_n / 2) / g.item_n;
        }
    }
    g.gain = gain_of(before, after, n);
    if (n) g.before = before_n * 1000 / ((int64_t)n * g.item_n), g.after = after_n * 1000 / ((int64_t)n * g.item_n);
    return g;
}

static bool takes_all(const Question *q, const void *with) { return (void)q, (void)with, true; }
static bool takes_topic(const Question *q, const void *with) { return q->competence == ((const Question *)with)->competence && str_eq(q->topic, ((const Question *)with)->topic); }
static bool takes_competence(const Question *q, const void *with) { return q->competence == *(const Competence *)with; }

bool training_learning(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Learning *out, Err *e) {
    Learning l = { 0 };
    if (!training_items(db, a, sight, kab, id, &l.items, &l.item_n, e) || !sheets_read(db, a, sight, kab, id, &l, e)) return false;
    l.pre_items = NEW(a, ItemStatistics, l.item_n + 1);
    l.post_items = NEW(a, ItemStatistics, l.item_n + 1);
    items_of_kind(a, &l, STR("pre"), l.pre_items, &l.pre);
    items_of_kind(a, &l, STR("post"), l.post_items, &l.post);
    l.gain = gain_of_items(a, &l, takes_all, NULL, STR("")).gain;
    l.both_n = l.gain.person_n;
    l.topics = NEW(a, TopicGain, l.item_n + 1);
    for (size_t i = 0; i < l.item_n; i++) {
        bool is_first = true;
        for (size_t k = 0; k < i; k++) is_first &= !takes_topic(&l.items[k], &l.items[i]);
        if (is_first) l.topics[l.topic_n++] = gain_of_items(a, &l, takes_topic, &l.items[i], l.items[i].topic);
    }
    for (Competence c = 0; c < COMPETENCES_N; c++) l.competences[c] = gain_of_items(a, &l, takes_competence, &c, str_c(competence_title(c)));
    *out = l;
    return true;
}

// ---- in words --------------------------------------------------------------------------------------------------------------
static void decimal_put(Buf *b, int64_t tenths, bool has_sign) {
    if (has_sign || tenths < 0) buf_c(b, tenths < 0 ? "-" : "+");
    int64_t n = tenths < 0 ? -tenths : tenths;
    buf_fmt(b, "%lld%s%lld", (long long)(n / 10), lang_get() == LANG_ID ? "," : ".", (long long)(n % 10));
}

static Str decimal_text(Arena *a, int64_t tenths, bool has_sign) {
    Buf b = { .max = 40 };
    decimal_put(&b, tenths, has_sign);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

Str share_text(Arena *a, int64_t thousandths) { return arena_fmt(a, "%.*s %%", STR_ARG(decimal_text(a, thousandths, false))); }

Str thousandths_text(Arena *a, int64_t thousandths) {
    int64_t n = thousandths < 0 ? -thousandths : thousandths, hundredths = (n + 5) / 10;
    return arena_fmt(a, "%s%lld%s%02lld", thousandths < 0 && hundredths ? "-" : "", (long long)(hundredths / 100), lang_get() == LANG_ID ? "," : ".", (long long)(hundredths % 100));
}

Str gain_text(Arena *a, const Gain *g) {
    if (!g->person_n) return str_c(_("Nobody did both tests yet."));
    Str mean = decimal_text(a, g->mean, true);
    if (!g->has_interval) return arena_fmt(a, _("%.*s points of 100, but only %lld people did both tests: too few to say more."), STR_ARG(mean), (long long)g->person_n);
    Str low = decimal_text(a, g->low, true), high = decimal_text(a, g->high, true);
    const char *caution = !g->is_certain ? _(" This may be chance.") : g->is_small ? _(" Few people: read it with caution.") : "";
    return arena_fmt(a, _("%.*s points of 100 (%.*s to %.*s with 95 %% certainty, %lld people).%s"), STR_ARG(mean), STR_ARG(low), STR_ARG(high), (long long)g->person_n, caution);
}
