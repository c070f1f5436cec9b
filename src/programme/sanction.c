#include "programme/sanction.h"
#include "programme/scheme_data.h"

typedef struct { int64_t in_stage, in_a_row, in_total; } Counts;

static void month_count(Counts *c, bool is_missed, bool is_of_stage) {
    c->in_stage += is_missed && is_of_stage;
    c->in_total += is_missed;
    c->in_a_row = is_missed ? c->in_a_row + 1 : 0;
}

static int64_t attribute_count(const Attribute *attribute, const Counts *c, int64_t all_in_a_row) {
    int64_t n = 0;
    switch (attribute->counts) {
    case COUNT_NONE: return attribute->empty;
    case COUNT_STAGE: n = c->in_stage; break;
    case COUNT_IN_A_ROW: n = c->in_a_row; break;
    case COUNT_TOTAL: n = c->in_total; break;
    case COUNT_ALL_IN_A_ROW: n = all_in_a_row; break;
    }
    return n > attribute->high ? attribute->high : n < attribute->low ? attribute->low : n;
}

static void person_count(const RuleBook *book, const SanctionPerson *p, int month_n, int stage_n) {
    Counts c = { 0 };
    bool is_judged = false;
    for (int m = 0; m < month_n; m++) {
        month_count(&c, p->months[m].outcome == OUTCOME_NOT_MET, m >= month_n - stage_n);
        is_judged |= m >= month_n - stage_n && p->months[m].due >= 0;
    }
    p->facts->outcome = is_judged ? duty_sum(p->months + month_n - stage_n, stage_n).outcome : OUTCOME_UNKNOWN;
    for (size_t i = 0; i < book->person_attribute_n; i++)
        if (book->person_attributes[i].counts) p->facts->extra[i] = attribute_count(&book->person_attributes[i], &c, 0);
}

void sanction_count(const RuleBook *book, const SanctionPerson *persons, size_t n, int month_n, int stage_n, FamilyFacts *family) {
    Counts somebody = { 0 };
    int64_t all_in_a_row = 0;
    for (int m = 0; m < month_n; m++) {
        size_t due_n = 0, missed_n = 0;
        for (size_t i = 0; i < n; i++) {
            due_n += persons[i].months[m].due >= 0;
            missed_n += persons[i].months[m].due >= 0 && persons[i].months[m].outcome == OUTCOME_NOT_MET;
        }
        month_count(&somebody, missed_n > 0, m >= month_n - stage_n);
        all_in_a_row = missed_n > 0 && missed_n == due_n ? all_in_a_row + 1 : 0;
    }
    for (size_t i = 0; i < n; i++) if (persons[i].facts) person_count(book, &persons[i], month_n, stage_n);
    for (size_t i = 0; i < book->family_attribute_n; i++)
        if (book->family_attributes[i].counts) family->extra[i] = attribute_count(&book->family_attributes[i], &somebody, all_in_a_row);
}

// ---- what it takes -------------------------------------------------------------------------------------------------
static Title cut_title(const Scheme *s, const Case *c, const Entitlement *x) {
    if (x->family_cut >= 0) return s->conditions[x->family_cut].title;
    for (int i = 0; i < x->line_n; i++) {
        const EntitlementLine *line = &x->lines[i];
        if (line->kind != LINE_CUT || line->group < 0) continue;
        for (size_t k = 0; k < s->cut_n; k++)
            if (s->levels[c->groups[line->group].cut].times[k] && (s->cut_set[k] >> line->component & 1)) return s->sanction->cuts[k].title;
    }
    return s->sanction->title;
}

bool sanction_find(const Scheme *full, const Scheme *decided, int channel, const FamilyFacts *family, const PersonFacts *persons, size_t person_n, SanctionFound *out, Err *e) {
    static _Thread_local Case before, after;
    static _Thread_local Entitlement whole, left, slow;
    if (!case_make(full, family, persons, person_n, &before, e) || !entitlement_of(full, channel, &before, false, &whole, e) ||
        !case_make(decided, family, persons, person_n, &after, e) || !entitlement_of(decided, channel, &after, true, &left, e) ||
        !entitlement_slowly(decided, channel, &after, &slow, e)) return false;
    if (slow.total.rp != left.total.rp) return fail(e, CONFLICT, "The two implementations of a sanction differ. Nothing was proposed.");
    SanctionFound found = { .kind = SANCTION_NONE, .full = whole.total, .left = left.total };
    const Kernel *k = &decided->kernel;
    uint32_t flags = (uint32_t)((uint64_t)after.family_flags >> (k->channels[channel].day * k->flag_n));
    if (k->flag_n < 32) flags &= (1u << k->flag_n) - 1;
    uint32_t suspends = flags & k->suspend_flags & ~decided->exclude_flags, excludes = flags & decided->exclude_flags, warns = flags & decided->warn_flags;
    Title title = { 0 };
    if (!decided->sanction || after.standing == STANDING_SUSPENDED || !left.is_eligible) ;
    else if (excludes) found.kind = SANCTION_EXCLUDE, title = decided->conditions[__builtin_ctz(excludes)].title;
    else if (suspends) found.kind = SANCTION_SUSPEND, title = decided->conditions[__builtin_ctz(suspends)].title;
    else if (left.total.rp < whole.total.rp) found.kind = SANCTION_CUT, title = cut_title(decided, &after, &left);
    else if (warns) found.kind = SANCTION_WARN, title = decided->conditions[__builtin_ctz(warns)].title;
    found.title_id = title.id, found.title_en = title.en;
    *out = found;
    return true;
}

SanctionTerms sanction_terms(const RuleBook *book, Date on) {
    const Sanction *s = DATED_ON(book, book->sanctions, book->sanction_n, on);
    if (!s) return (SanctionTerms){ .has_any = false };
    SanctionTerms t = { .has_any = true, .is_applied = s->is_applied, .object_days = (int)s->object_days, .title_id = s->title.id, .title_en = s->title.en };
    if (s->restore_n) {
        t.has_restore = true;
        t.has_back_pay = s->restores[0].has_back_pay;
        t.met_months = (int)s->restores[0].met_months;
        t.restore_id = s->restores[0].title.id, t.restore_en = s->restores[0].title.en;
    }
    return t;
}

int64_t recovery_basis_points(const RuleBook *book, Date on) {
    const Recovery *r = DATED_ON(book, book->recoveries, book->recovery_n, on);
    return r ? r->basis_points : 0;
}
