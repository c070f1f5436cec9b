#include "stage/explain.h"
#include "base/lang.h"
#include "registry/picture.h"
#include "stage/adjusted.h"
#include "stage/closing.h"
#include "stage/run.h"
#include "stage_stage.sql.h"

typedef FamilyPicture Frozen;

static bool frozen_read(Db *db, Arena *a, const CaseBook *book, const Closing *c, int64_t family_id, Frozen *out, Err *e) {
    bool found;
    if (!family_picture(db, a, book, c->kab, c->epoch_n, family_id, out, &found, e)) return false;
    return found || fail(e, NOT_FOUND, "Family %lld was not in the closing of this stage.", (long long)family_id);
}

static bool names_read(Db *db, Arena *a, int64_t kab, int64_t family_id, ExplainedLine *lines, size_t n, Err *e) {
    ExplainedNamesRows rows = { 0 };
    ExplainedNamesRow row;
    bool has_row, is_good = explained_names(db, (ExplainedNamesArgs){ .kab = kab, .family_id = family_id }, &rows, e);
    while (is_good && (is_good = explained_names_next(&rows, &row, &has_row, e)) && has_row)
        for (size_t i = 0; i < n; i++) if (lines[i].person_id == row.id) lines[i].name = arena_str(a, row.name);
    explained_names_end(&rows);
    return is_good;
}

static bool in_group(const Scheme *s, const PersonFacts *p, const CaseGroup *g) {
    const PersonClass *classes;
    scheme_classes(s, &classes);
    const PersonClass *c = &classes[scheme_person_class(s, p)];
    return c->mask == g->mask && c->outcome == g->outcome && c->cut == g->cut;
}

static void line_fill(const Scheme *s, int channel, const EntitlementLine *from, ExplainedLine *to) {
    const SchemeComponent *components;
    const SchemeChannel *channels;
    scheme_components(s, &components);
    scheme_channels(s, &channels);
    to->kind = from->kind;
    to->component = from->component;
    to->full = from->full;
    to->amount = from->amount;
    if (from->component >= 0) {
        const SchemeComponent *c = &components[from->component];
        to->title = lang_get() == LANG_ID ? c->title_id : c->title_en;
        to->source = lang_get() == LANG_ID ? c->source_id : c->source_en;
        to->rate = channels[channel].rate[from->component];
        to->rate_months = channels[channel].rate_months[from->component];
        to->paid_months = channels[channel].paid_months[from->component];
    }
    if (from->kind == LINE_OVER_CAP) to->cap = scheme_cap_title(s, from->cap);
}

// Gives each line of a group to a person of that group, in order of their ids: within a group persons are alike.
static size_t lines_make(Arena *a, const Scheme *s, int channel, const Frozen *f, const Case *c, const Entitlement *paid, ExplainedLine **out) {
    ExplainedLine *lines = NEW(a, ExplainedLine, f->person_n + COMPONENT_MAX);
    const SchemeChannel *channels;
    scheme_channels(s, &channels);
    for (size_t i = 0; i < f->person_n; i++) {
        bool has_age = date_is_known(f->persons[i].born_on);
        lines[i] = (ExplainedLine){ .person_id = f->ids[i], .facts = f->persons[i], .component = -1, .kind = LINE_NOT_ELIGIBLE,
                                    .age_years = has_age ? date_age_years(f->persons[i].born_on, channels[channel].reference_on) : -1 };
    }
    size_t n = f->person_n;
    bool *is_taken = NEW(a, bool, f->person_n + 1);
    for (size_t k = 0; k < paid->line_n; k++) {
        const EntitlementLine *line = &paid->lines[k];
        if (line->group < 0) {
            lines[n] = (ExplainedLine){ .age_years = -1 };
            line_fill(s, channel, line, &lines[n++]);
            continue;
        }
        for (size_t i = 0; i < f->person_n; i++) {
            if (is_taken[i] || !in_group(s, &f->persons[i], &c->groups[line->group])) continue;
            is_taken[i] = true;
            line_fill(s, channel, line, &lines[i]);
            break;
        }
    }
    *out = lines;
    return n;
}

static bool due_take(void *with, const Due *due, Err *e) {
    (void)e;
    *(Due *)with = *due;
    return true;
}

// What was decided about the family, in the order in which it changed the amount.
static bool changes_make(Db *db, Arena *a, const Closing *c, Str stage, Sight sight, int64_t family_id, Rupiah own, Explanation *out, Err *e) {
    Buf bytes = { .max = BUF_MAX };
    Adjusted list = { 0 };
    Adjustments told;
    AdjustRow rows[ADJUSTED_FAMILY_MAX];
    Rupiah applied[ADJUSTED_FAMILY_MAX];
    size_t at = 0;
    bool is_good = adjusted_of(db, c->kab, stage, c->closing_n, family_id, family_id, &bytes, e) && adjusted_open(buf_view(&bytes), &list, e);
    size_t n = is_good ? adjusted_take(&list, &at, family_id, rows) : 0;
    is_good = is_good && adjust_amount(own, rows, n, &out->paid, applied, e) && (n == 0 || adjustment_list(db, a, sight, c->kab, family_id, &told, e));
    buf_free(&bytes);
    if (!is_good) return false;
    ExplainedChange *changes = NEW(a, ExplainedChange, n + 1);
    for (AdjustKind kind = 0; kind < ADJUST_N; kind++)
        for (size_t i = 0; i < n; i++) {
            if (rows[i].kind != kind) continue;
            ExplainedChange *x = &changes[out->change_n++];
            *x = (ExplainedChange){ .n = rows[i].n, .kind = kind, .amount = applied[i] };
            for (size_t k = 0; k < told.n; k++) if (told.at[k].n == rows[i].n) x->rule = adjust_rule_title(&told.at[k]), x->about_stage = told.at[k].about_stage;
        }
    out->changes = changes;
    return true;
}

// The explanation of a frozen family; false also when it is not what the run stored.
static bool explain_frozen(Db *db, Arena *a, const Closing *closing, const Scheme *s, const CaseBook *book, int64_t family_id, Sight sight, Explanation *out, Err *e) {
    static _Thread_local Case c;
    static _Thread_local Entitlement paid;
    Frozen *f = NEW(a, Frozen, 1);
    if (!frozen_read(db, a, book, closing, family_id, f, e)) return false;
    int channel = scheme_channel_find(s, str_c(PACK_CHANNELS[f->channel]));
    FamilyFacts family = casebook_family(book, f->status == PACK_SUSPENDED ? STANDING_SUSPENDED : STANDING_ACTIVE, f->decile);
    if (channel < 0) return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.");
    if (!case_make(s, &family, f->persons, f->person_n, &c, e) || !entitlement_of(s, channel, &c, true, &paid, e)) return false;
    Due due = { .family_id = 0 };
    if (!due_each(db, closing->kab, scheme_stage(s), family_id, family_id, due_take, &due, e)) return false;
    if (due.family_id != family_id || due.own.rp != paid.total.rp)
        return fail(e, CONFLICT, "Family %lld: the amount computed now is not the one that was stored. It is not shown; harapan check tells more.", (long long)family_id);
    const SchemeChannel *channels;
    scheme_channels(s, &channels);
    const SchemeChannel *ch = &channels[channel];
    ExplainedLine *lines;
    size_t line_n = lines_make(a, s, channel, f, &c, &paid, &lines);
    if (!names_read(db, a, closing->kab, family_id, lines, line_n, e)) return false;
    *out = (Explanation){
        .kab = closing->kab, .family_id = family_id, .village_id = f->village_id, .stage = arena_str(a, scheme_stage(s)), .channel = str_c(PACK_CHANNELS[f->channel]),
        .stage_label = lang_get() == LANG_ID ? ch->stage_label_id : ch->stage_label_en, .first_on = ch->first_on, .reference_on = ch->reference_on,
        .months = ch->months, .standing = family.standing, .is_eligible = paid.is_eligible, .total = paid.total, .is_decided = due.is_decided, .decided = due.amount, .closed_at = closing->closed_at,
        .closing_hash = closing->closing_hash, .lines = lines, .line_n = line_n,
        .refused_by = paid.is_eligible ? (Str){ 0 } : scheme_condition_title(s, paid.refused_by),
        .reduced_by = paid.share_rule >= 0 ? scheme_condition_title(s, paid.share_rule) : (Str){ 0 },
    };
    if (due.is_decided) return true;
    if (!changes_make(db, a, closing, scheme_stage(s), sight, family_id, paid.total, out, e)) return false;
    return out->paid.rp == due.amount.rp || fail(e, CONFLICT, "Family %lld: the amount computed now is not the one that was stored. It is not shown; harapan check tells more.", (long long)family_id);
}

bool explain_family(Db *db, Arena *a, int64_t kab, Str stage, int64_t family_id, Sight sight, Explanation *out, Err *e) {
    ExplainedSeenRow seen;
    bool may_see = false;
    Closing closing;
    const Scheme *s;
    CaseBook *book;
    if (family_id > 0 && !explained_seen(db, (ExplainedSeenArgs){ .kab = kab, .id = family_id, SEE(sight) }, &seen, &may_see, e)) return false;
    if (!may_see) return fail(e, NOT_FOUND, "Family %lld was not in the closing of this stage.", (long long)family_id);
    if (!closing_read(db, kab, stage, &closing, e) || !closing_scheme(db, a, &closing.book_hash, stage, &s, e) || !casebook_open(s, &book, e)) return false;
    bool is_good = explain_frozen(db, a, &closing, s, book, family_id, sight, out, e);
    casebook_close(book);
    return is_good;
}
