#include "payment/paylist_cause.h"
#include "base/lang.h"

static const struct { const char *name, *title; } CAUSES[CAUSE_N] = {
    [CAUSE_NONE] = { "none", N_("The same") },
    [CAUSE_MONTHS] = { "months", N_("The same components for %d months") },
    [CAUSE_CAP] = { "cap", N_("They also pay %.*s, which our cap leaves out") },
    [CAUSE_DUTY] = { "duty", N_("They pay in full what is cut or suspended with us") },
    [CAUSE_COMPONENT_MORE] = { "component_more", N_("They also pay %.*s, which we do not have") },
    [CAUSE_COMPONENT_LESS] = { "component_less", N_("They do not pay %.*s, which we have") },
    [CAUSE_COMPONENT_OTHER] = { "component_other", N_("They pay %.*s where we have %.*s") },
    [CAUSE_DOUBLE] = { "twice", N_("Exactly twice our amount") },
    [CAUSE_UNKNOWN] = { "unknown", N_("No single cause explains it") },
    [CAUSE_SUSPENDED] = { "suspended", N_("Suspended with us") },
    [CAUSE_NO_COMPONENT] = { "no_component", N_("Has no component with us") },
    [CAUSE_NOT_ELIGIBLE] = { "not_eligible", N_("Does not meet the conditions with us") },
    [CAUSE_LEFT] = { "left", N_("Has left the programme with us") },
    [CAUSE_NOT_CLOSED] = { "not_closed", N_("Was not in our closing") },
    [CAUSE_NOT_LISTED] = { "not_listed", N_("Is not on the Ministry's list") },
    [CAUSE_EXCLUDED] = { "excluded", N_("Excluded by the Ministry") },
    [CAUSE_ZERO] = { "zero", N_("On the list with amount 0") },
    [CAUSE_OLD_PERIOD] = { "old_period", N_("On the list for another stage") },
};
const char *cause_name(CauseKind kind) { return CAUSES[kind].name; }

static Str component_title(const Scheme *s, int component) {
    const SchemeComponent *list;
    size_t n = scheme_components(s, &list);
    if (component < 0 || (size_t)component >= n) return (Str){ 0 };
    return lang_get() == LANG_ID ? list[component].title_id : list[component].title_en;
}

void cause_put(Buf *b, const Scheme *s, const Cause *cause) {
    Str one = component_title(s, cause->component), two = component_title(s, cause->other);
    switch (cause->kind) {
    case CAUSE_MONTHS: buf_fmt(b, _("The same components for %d months"), cause->months); break;
    case CAUSE_CAP: buf_fmt(b, _("They also pay %.*s, which our cap leaves out"), STR_ARG(one)); break;
    case CAUSE_COMPONENT_MORE: buf_fmt(b, _("They also pay %.*s, which we do not have"), STR_ARG(one)); break;
    case CAUSE_COMPONENT_LESS: buf_fmt(b, _("They do not pay %.*s, which we have"), STR_ARG(one)); break;
    case CAUSE_COMPONENT_OTHER: buf_fmt(b, _("They pay %.*s where we have %.*s"), STR_ARG(two), STR_ARG(one)); break;
    default: buf_c(b, tr(CAUSES[cause->kind].title));
    }
}

// ---- trying ----------------------------------------------------------------------------------------------------------------
typedef struct { const Scheme *scheme; const SchemeChannel *channel; const Entitlement *ours; Rupiah theirs; size_t component_n; } Trial;

static bool is_kept(const EntitlementLine *l) { return l->amount.rp > 0 && l->component >= 0; }

// What our kept lines come to for another number of months, by the same rates; -1 when that is not how they are made.
static int64_t months_sum(const Trial *t, int months) {
    int64_t sum = 0;
    for (size_t i = 0; i < t->ours->line_n; i++) {
        const EntitlementLine *l = &t->ours->lines[i];
        if (!is_kept(l)) continue;
        int rate_months = t->channel->rate_months[l->component];
        Rupiah part;
        Err e = { 0 };
        if (rate_months <= 0 || l->kind != LINE_PAID || !rupiah_share(t->channel->rate[l->component], months, rate_months, &part, &e)) return -1;
        sum += part.rp;
    }
    return sum;
}

static bool try_months(const Trial *t, Cause *out) {
    static const int MONTHS[] = { 1, 2, 3, 4, 6, 12 };     // in which a year has been paid; eight months of SD are one component more
    for (size_t i = 0; i < sizeof MONTHS / sizeof *MONTHS; i++)
        if (MONTHS[i] != t->channel->months && months_sum(t, MONTHS[i]) == t->theirs.rp) return *out = (Cause){ CAUSE_MONTHS, -1, -1, MONTHS[i] }, true;
    return false;
}

static bool try_cap(const Trial *t, Cause *out) {
    for (size_t i = 0; i < t->ours->line_n; i++) {
        const EntitlementLine *l = &t->ours->lines[i];
        if (l->kind == LINE_OVER_CAP && t->ours->total.rp + t->channel->amount[l->component].rp == t->theirs.rp)
            return *out = (Cause){ CAUSE_CAP, l->component, -1, 0 }, true;
    }
    return false;
}

static bool try_duty(const Trial *t, Cause *out) {
    int64_t full = 0;
    bool is_less = false;
    for (size_t i = 0; i < t->ours->line_n; i++) {
        const EntitlementLine *l = &t->ours->lines[i];
        bool is_held = l->kind == LINE_CUT || l->kind == LINE_REDUCED || l->kind == LINE_SUSPENDED;
        full += is_held ? l->full.rp : l->amount.rp;
        is_less |= is_held;
    }
    if (!is_less || full != t->theirs.rp) return false;
    *out = (Cause){ CAUSE_DUTY, -1, -1, 0 };
    return true;
}

static bool try_less(const Trial *t, Cause *out) {
    for (size_t i = 0; i < t->ours->line_n; i++) {
        const EntitlementLine *l = &t->ours->lines[i];
        if (is_kept(l) && t->ours->total.rp - l->amount.rp == t->theirs.rp) return *out = (Cause){ CAUSE_COMPONENT_LESS, l->component, -1, 0 }, true;
    }
    return false;
}

static bool try_more(const Trial *t, Cause *out) {
    for (size_t k = 0; k < t->component_n; k++)
        if (t->channel->amount[k].rp > 0 && t->ours->total.rp + t->channel->amount[k].rp == t->theirs.rp) return *out = (Cause){ CAUSE_COMPONENT_MORE, (int)k, -1, 0 }, true;
    return false;
}

// One line paid as another component: the neighbour in the book's order first, for a school level goes up by one.
static bool try_other(const Trial *t, Cause *out) {
    for (size_t distance = 1; distance < t->component_n; distance++)
        for (size_t i = 0; i < t->ours->line_n; i++) {
            const EntitlementLine *l = &t->ours->lines[i];
            if (!is_kept(l)) continue;
            for (int side = -1; side <= 1; side += 2) {
                int64_t k = l->component + side * (int64_t)distance;
                if (k < 0 || k >= (int64_t)t->component_n || t->channel->amount[k].rp <= 0) continue;
                if (t->ours->total.rp - l->amount.rp + t->channel->amount[k].rp == t->theirs.rp) return *out = (Cause){ CAUSE_COMPONENT_OTHER, l->component, (int)k, 0 }, true;
            }
        }
    return false;
}

static bool try_double(const Trial *t, Cause *out) {
    if (t->ours->total.rp <= 0 || t->theirs.rp != 2 * t->ours->total.rp) return false;
    *out = (Cause){ CAUSE_DOUBLE, -1, -1, 0 };
    return true;
}

// Paid through another channel, whose months are others.
static bool try_channel(const Scheme *s, int their_channel, const Case *c, Rupiah theirs, Cause *out, bool *is_found, Err *e) {
    static _Thread_local Entitlement there;
    const SchemeChannel *channels;
    *is_found = false;
    if (their_channel < 0) return true;
    scheme_channels(s, &channels);
    if (!entitlement_of(s, their_channel, c, false, &there, e)) return false;
    *is_found = there.total.rp == theirs.rp;
    if (*is_found) *out = (Cause){ CAUSE_MONTHS, -1, -1, channels[their_channel].months };
    return true;
}

bool paylist_cause_find(const Scheme *s, int channel, int their_channel, const Case *c, Rupiah theirs, Cause *out, Err *e) {
    static _Thread_local Entitlement ours;
    static bool (*const TRIES[])(const Trial *, Cause *) = { try_cap, try_duty, try_double, try_months, try_less, try_more, try_other };
    const SchemeChannel *channels;
    const SchemeComponent *components;
    scheme_channels(s, &channels);
    if (!entitlement_of(s, channel, c, true, &ours, e)) return false;
    Trial t = { s, &channels[channel], &ours, theirs, scheme_components(s, &components) };
    *out = (Cause){ CAUSE_NONE, -1, -1, 0 };
    if (ours.total.rp == theirs.rp) return true;
    bool is_found;
    if (!try_channel(s, their_channel == channel ? -1 : their_channel, c, theirs, out, &is_found, e)) return false;
    for (size_t i = 0; !is_found && i < sizeof TRIES / sizeof *TRIES; i++) is_found = TRIES[i](&t, out);
    if (!is_found) *out = (Cause){ CAUSE_UNKNOWN, -1, -1, 0 };
    return true;
}
