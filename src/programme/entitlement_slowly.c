// entitlement_slowly.c: the same answer by another road, for checking. It begins with the words of the rule book (rates, months,
// percentages, caps) and not with the kernel's tables, takes the family's persons one after the other, and remembers for every
// state of the caps that can be reached the best choice that leads there: all choices are looked at, none is clever.
#include "programme/scheme_data.h"
#include "base/lang.h"
#include <stdlib.h>

#define STATE_MAX ((size_t)1 << 20)                        // a family with more states of its caps cannot be rechecked

typedef struct { uint32_t mask; uint8_t cut; } Member;

// A choice for the first persons: who fills what, and what it is worth.
typedef struct {
    uint8_t places[CAP_MAX];                               // still free under each cap that could fill up
    int64_t full, after;                                   // of all persons kept
    int64_t rp[COMPONENT_MAX];
    int16_t n[COMPONENT_MAX];
} State;

typedef struct { State *at; size_t n, room; uint32_t *slots; size_t slot_n; } States;      // slots: index + 1, found by places

typedef struct {
    const Scheme *s;
    int channel;
    Member members[PERSON_MAX];
    int member_n, component_n;
    int caps[CAP_MAX], cap_n;                              // those that could fill up
    int64_t full[COMPONENT_MAX], after[LEVEL_MAX][COMPONENT_MAX];
    const Choice *choice;
} Question;

// ---- amounts, from the words ---------------------------------------------------------------------------------------
static int64_t divided(int64_t value, int64_t by, RoundMethod method) {
    int64_t down = value / by;
    if (value % by == 0 || method == ROUND_TRUNCATE) return down;
    if (method == ROUND_UP) return down + 1;
    return value - down * by < by - (value - down * by) ? down : down + 1;
}

static int64_t person_rounding(const Scheme *s, int64_t numerator, int64_t denominator) {
    const Rounding *r = s->rounding;
    if (r->is_per_family) return numerator / denominator;
    return divided(numerator, denominator * r->unit, r->method) * r->unit;
}

static int64_t amount_for_months(const Scheme *s, int channel, int component, int64_t months) {
    const SchemeChannel *c = &s->channels[channel];
    int64_t rate = c->rate[component].rp * s->kernel.scale;
    return c->rate_months[component] == 0 ? person_rounding(s, rate, 1) : person_rounding(s, rate * months, c->rate_months[component]);
}

static int64_t amount_after_cut(const Scheme *s, int channel, int component, const Level *level) {
    int64_t months = s->channels[channel].paid_months[component], full = amount_for_months(s, channel, component, months), left = full;
    for (size_t i = 0; i < s->cut_n; i++) {
        const CutRule *rule = &s->sanction->cuts[i];
        if (level->times[i] == 0 || !(s->cut_set[i] & (1u << component))) continue;
        int64_t taken = rule->value * level->times[i];
        if (rule->kind == CUT_PERCENT) left = taken > 10000 ? 0 : person_rounding(s, full * (10000 - taken), 10000);
        else if (rule->kind == CUT_AMOUNT) left = full - taken * s->kernel.scale;
        else left = amount_for_months(s, channel, component, months > taken ? months - taken : 0);
        break;                                             // the first rule that applies
    }
    return left < 0 ? 0 : left;
}

// ---- choices -------------------------------------------------------------------------------------------------------
static bool is_better(const Question *q, const State *a, const State *b) {
    if (q->s->is_by_order) {
        for (size_t i = 0; i < q->choice->order_n; i++)
            for (int c = 0; c < q->component_n; c++)
                if (q->s->place_in_book[c] == q->choice->order[i] && a->n[c] != b->n[c]) return a->n[c] > b->n[c];
    } else if (a->full != b->full) return a->full > b->full;
    if (a->after != b->after) return a->after > b->after;
    for (int c = 0; c < q->component_n; c++) {
        if (a->n[c] != b->n[c]) return a->n[c] > b->n[c];
        if (a->rp[c] != b->rp[c]) return a->rp[c] > b->rp[c];
    }
    return false;
}

static size_t slot_of(const States *t, const State *state) {
    uint64_t mixed = 1469598103934665603u;
    for (size_t i = 0; i < CAP_MAX; i++) mixed = (mixed ^ state->places[i]) * 1099511628211u;
    size_t slot = (size_t)(mixed >> 20) & (t->slot_n - 1);
    while (t->slots[slot] && memcmp(t->at[t->slots[slot] - 1].places, state->places, CAP_MAX) != 0) slot = (slot + 1) & (t->slot_n - 1);
    return slot;
}

static bool grow(States *t) {
    size_t room = t->room ? t->room * 4 : 64;
    State *at = realloc(t->at, room * sizeof *at);
    if (!at) return false;
    t->at = at;
    t->room = room;
    uint32_t *slots = calloc(room * 2, sizeof *slots);
    if (!slots) return false;
    free(t->slots);
    t->slots = slots;
    t->slot_n = room * 2;
    for (size_t i = 0; i < t->n; i++) t->slots[slot_of(t, &t->at[i])] = (uint32_t)i + 1;
    return true;
}

static bool remember(const Question *q, States *t, const State *state) {
    if (t->n == t->room && (t->n >= STATE_MAX || !grow(t))) return false;
    size_t slot = slot_of(t, state);
    if (!t->slots[slot]) { t->at[t->n++] = *state; t->slots[slot] = (uint32_t)t->n; return true; }
    State *known = &t->at[t->slots[slot] - 1];
    if (is_better(q, state, known)) *known = *state;
    return true;
}

static bool take_place(const Question *q, State *state, int component) {
    for (int i = 0; i < q->cap_n; i++) {
        if (!(q->s->kernel.cap_set[q->caps[i]] & (1u << component))) continue;
        if (state->places[i] == 0) return false;
        state->places[i]--;
    }
    return true;
}

// All that can become of one more person: nothing, or any component that has a place.
static bool add_member(const Question *q, const Member *m, const States *before, States *after) {
    after->n = 0;
    if (after->slots) memset(after->slots, 0, after->slot_n * sizeof *after->slots);
    for (size_t i = 0; i < before->n; i++) {
        if (!remember(q, after, &before->at[i])) return false;
        for (int c = 0; c < q->component_n; c++) {
            State with = before->at[i];
            if (!(m->mask & (1u << c)) || !take_place(q, &with, c)) continue;
            with.full += q->full[c];
            with.after += q->after[m->cut][c];
            with.rp[c] += q->after[m->cut][c];
            with.n[c]++;
            if (!remember(q, after, &with)) return false;
        }
    }
    return true;
}

static bool best_choice(const Question *q, State *best) {
    States tables[2] = { { 0 } };
    State nobody = { 0 };
    for (int i = 0; i < q->cap_n; i++) nobody.places[i] = (uint8_t)q->s->kernel.cap_limit[q->caps[i]];
    bool is_good = remember(q, &tables[0], &nobody);
    for (int i = 0; is_good && i < q->member_n; i++) is_good = add_member(q, &q->members[i], &tables[i % 2], &tables[(i + 1) % 2]);
    const States *last = &tables[q->member_n % 2];
    if (is_good) *best = last->at[0];
    for (size_t i = 1; is_good && i < last->n; i++) if (is_better(q, &last->at[i], best)) *best = last->at[i];
    for (int i = 0; i < 2; i++) free(tables[i].at), free(tables[i].slots);
    return is_good;
}

// ---- the question and the answer -----------------------------------------------------------------------------------
static bool flag_holds(const Scheme *s, const Case *c, int channel, int flag) {
    return c->family_flags >> (s->kernel.channels[channel].day * s->kernel.flag_n + flag) & 1;
}

static int64_t share_left(const Scheme *s, int64_t amount, int64_t keep, int64_t share) {
    if (keep < 10000) amount = person_rounding(s, amount * keep, 10000);
    if (share < 10000) amount = person_rounding(s, amount * share, 10000);
    return amount;
}

static void ask(Question *q, const Case *c, int layer, int64_t keep, int64_t share) {
    const Scheme *s = q->s;
    for (int g = 0; g < c->group_n; g++)
        for (int j = 0; j < c->groups[g].n; j++) {
            uint32_t mask = 0;
            for (int i = 0; i < q->component_n; i++)
                if (s->components[i].kind == COMPONENT_PERSON && s->components[i].layer == layer &&
                    (c->groups[g].mask & (1u << (i + s->kernel.channels[q->channel].day * q->component_n))))
                    mask |= 1u << i;
            if (mask) q->members[q->member_n++] = (Member){ mask, c->groups[g].cut };
        }
    for (int i = 0; i < q->component_n; i++) {
        if (s->components[i].kind != COMPONENT_PERSON) continue;
        q->full[i] = amount_for_months(s, q->channel, i, s->channels[q->channel].paid_months[i]);
        for (int level = 0; level < s->kernel.level_n; level++)
            q->after[level][i] = share_left(s, amount_after_cut(s, q->channel, i, &s->levels[level]), keep, share);
    }
    for (int cap = 0; cap < s->kernel.cap_n; cap++) {
        int candidates = 0;
        for (int i = 0; i < q->member_n; i++) candidates += (q->members[i].mask & s->kernel.cap_set[cap]) != 0;
        if (candidates > s->kernel.cap_limit[cap]) q->caps[q->cap_n++] = cap;
    }
}

static int64_t family_amount(const Scheme *s, int channel, const Case *c, int component, const int64_t *in_full) {
    if (s->components[component].kind == COMPONENT_FAMILY)
        return amount_for_months(s, channel, component, s->channels[channel].paid_months[component]);
    const KernelTopUp *t = &s->kernel.top_up[component];
    const SchemeChannel *from = &s->channels[channel];
    int64_t floor = from->rate[component].rp * s->kernel.scale * from->paid_months[component] / from->rate_months[component];
    int64_t missing = t->is_per_person ? floor * c->member_n : floor;
    for (int i = 0; i < s->kernel.component_n; i++) if (t->counts & (1u << i)) missing -= in_full[i];
    if (t->quantity >= 0) {
        if (c->quantity[t->quantity] == EXTRA_NONE) return 0;
        missing -= c->quantity[t->quantity] * from->months * s->kernel.scale;
    }
    return missing > 0 ? divided(missing, t->unit, t->method) * t->unit : 0;
}

bool entitlement_slowly(const Scheme *s, int channel, const Case *c, Entitlement *out, Err *e) {
    memset(out, 0, offsetof(Entitlement, lines));
    out->is_eligible = true;
    out->refused_by = out->share_rule = out->family_cut = -1;
    out->suspended_by = c->standing == STANDING_SUSPENDED ? -1 : -2;
    for (int flag = 0; flag < s->kernel.flag_n; flag++) {
        bool is_true = flag_holds(s, c, channel, flag);
        if ((s->kernel.eligible_flags & (1u << flag)) && !is_true && out->is_eligible) out->is_eligible = false, out->refused_by = (int16_t)flag;
        if ((s->kernel.suspend_flags & (1u << flag)) && is_true && out->suspended_by == -2) out->suspended_by = (int16_t)flag;
    }
    if (!out->is_eligible) { out->suspended_by = -2; return true; }
    int64_t keep = 10000, share = 10000;
    for (int i = s->kernel.family_cut_n - 1; i >= 0; i--)
        if (flag_holds(s, c, channel, s->kernel.family_cuts[i].flag))
            keep = s->kernel.family_cuts[i].basis_points, out->family_cut = (int16_t)s->kernel.family_cuts[i].flag;
    for (int i = s->kernel.share_n - 1; i >= 0; i--)
        if (flag_holds(s, c, channel, s->kernel.shares[i].flag))
            share = s->kernel.shares[i].basis_points, out->share_rule = (int16_t)s->kernel.shares[i].flag;

    State kept = { 0 };
    int64_t in_full[COMPONENT_MAX] = { 0 }, parts = 0;
    for (int layer = 0; layer < s->kernel.layer_n; layer++) {          // a person fills at most one component of each layer
        Question q = { .s = s, .channel = channel, .component_n = s->kernel.component_n };
        q.choice = DATED_ON(s->book, s->book->choices, s->book->choice_n, s->stage->ages_on);
        ask(&q, c, layer, keep, share);
        State best;
        if (!best_choice(&q, &best)) return fail(e, LIMIT, N_("This family is too large to be calculated a second time."));
        for (int i = 0; i < q.component_n; i++) {
            kept.n[i] = (int16_t)(kept.n[i] + best.n[i]);
            kept.rp[i] += best.rp[i];
            in_full[i] += best.n[i] * q.full[i];
        }
    }
    if (out->suspended_by != -2) return true;              // nothing is paid, nobody holds a place

    for (int i = 0; i < s->kernel.component_n; i++) {
        int64_t pays = kept.rp[i];
        out->kept_n[i] = kept.n[i];
        if (s->components[i].kind != COMPONENT_PERSON && s->components[i].kind != COMPONENT_ROUNDING &&
            (s->kernel.component_flag[i] < 0 || flag_holds(s, c, channel, s->kernel.component_flag[i]))) {
            in_full[i] = family_amount(s, channel, c, i, in_full);
            pays = share_left(s, in_full[i], keep, share);
            out->kept_n[i] = in_full[i] > 0;
        }
        parts += pays;
        out->kept_rp[i] = (Rupiah){ pays / s->kernel.scale };
        out->total.rp += out->kept_rp[i].rp;
    }
    if (s->kernel.rounding_component >= 0) {
        int64_t unit = s->rounding->unit, wanted = divided(parts, unit * s->kernel.scale, s->rounding->method) * unit;
        out->kept_rp[s->kernel.rounding_component] = (Rupiah){ wanted - out->total.rp };
        out->kept_n[s->kernel.rounding_component] = wanted != out->total.rp;
        out->total.rp = wanted;
    }
    return true;
}
