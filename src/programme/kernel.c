// kernel.c: reads only plain numbers (Kernel, Case), allocates nothing, calls nothing but memcpy and memset.
//
// Why it finds the best. Persons, components and caps form a network: a unit flows from a person through a component he may fill
// and up through the caps around it (nested, or apart). A set of kept persons is a flow, and a flow's value is a sum over its
// (person, component) pairs: first worth (the full amount; or, where the book chooses by order, how many are kept in its first
// component, its second, …), then the amount after cuts, then component by component how many are kept and what they get. Such values are compared one after the other, and like numbers they add and
// subtract, so these facts hold:
// - When every cap has a place for everybody who could ask for one, each takes the best for himself (choose_freely).
// - When each person may fill one component only, the sets that the caps allow are the independent sets of a laminar matroid,
//   and taking the most valuable next, as long as a place is free, is optimal (choose_greedily).
// - In general, extending the flow again and again along the most valuable path that still has room keeps it the best of its
//   size; when the best path brings nothing more, it is the best of all (choose_by_paths). A path may move persons to other
//   components and give up a place under one part of a cap for another, so no early choice binds.
// Caps that cross are no such network. They are shared out beforehand (Kernel.splits): in each way of sharing every component has
// a limit of its own; every allowed choice fits at least one way, so the best over all ways is the best.
#include "programme/kernel.h"

// The value of a choice, or the difference that a step makes.
typedef struct { int64_t worth, amount; int64_t rp[COMPONENT_MAX]; int16_t n[COMPONENT_MAX]; } Gain;

typedef struct {
    const Kernel *k;
    const KernelChannel *channel;
    const Case *c;
    int64_t keep_points, share_points;                     // what the family's cut and share leave, of 10000
    uint32_t present;                                      // components that somebody of the family may fill
    uint32_t mask[PERSON_MAX];                             // of each group, in this channel
    const uint8_t *most;                                   // by component: its limit in this way of sharing
    uint8_t taken[PERSON_MAX][COMPONENT_MAX];              // of a group, by component
    uint8_t left[PERSON_MAX];                              // of a group, not kept
    int16_t used[NODE_MAX];                                // of a component or cap
    Gain value;
} Choosing;

#define EACH_BIT(bits, i) for (uint32_t i##_rest = (bits), i; i##_rest && (i = (uint32_t)__builtin_ctz(i##_rest), 1); i##_rest &= i##_rest - 1)

static int64_t round_to(int64_t num, int64_t den, int64_t unit, RoundMethod method) {
    int64_t whole = den * unit, rest = num % whole, down = num / whole;
    bool is_up = method == ROUND_UP ? rest > 0 : method == ROUND_NEAREST && rest >= whole - rest;
    return (down + is_up) * unit;
}

static int64_t share_of(const Kernel *k, int64_t amount, int64_t basis_points) {
    return basis_points == 10000 ? amount : round_to(amount * basis_points, 10000, k->unit, k->method);
}

static int64_t shared(const Choosing *w, int64_t amount) { return share_of(w->k, share_of(w->k, amount, w->keep_points), w->share_points); }

// What a person of the group would be paid in the component, after all cuts and shares, in parts.
static int64_t amount_after(const Choosing *w, int group, uint32_t component) {
    return shared(w, w->channel->after[w->c->groups[group].cut][component]);
}

// ---- values --------------------------------------------------------------------------------------------------------
static void gain_copy(const Choosing *w, Gain *to, const Gain *from) {
    to->worth = from->worth;
    to->amount = from->amount;
    EACH_BIT(w->present, c) to->rp[c] = from->rp[c], to->n[c] = from->n[c];
}

static void gain_zero(const Choosing *w, Gain *g) {
    g->worth = g->amount = 0;
    EACH_BIT(w->present, c) g->rp[c] = g->n[c] = 0;
}

// Adds one person of `group` in `component`, sign times.
static void gain_add(const Choosing *w, Gain *g, int group, uint32_t component, int sign) {
    int64_t amount = amount_after(w, group, component);
    g->worth += sign * w->channel->worth[component];
    g->amount += sign * amount;
    g->rp[component] += sign * amount;
    g->n[component] = (int16_t)(g->n[component] + sign);
}

static bool gain_is_better(const Choosing *w, const Gain *a, const Gain *b) {
    for (int i = 0; i < w->k->order_n; i++) {              // the book's own order, if it chooses by order
        int c = w->k->order[i];
        if ((w->present >> c & 1) && a->n[c] != b->n[c]) return a->n[c] > b->n[c];
    }
    if (w->k->order_n == 0 && a->worth != b->worth) return a->worth > b->worth;
    if (a->amount != b->amount) return a->amount > b->amount;
    EACH_BIT(w->present, c) {
        if (a->n[c] != b->n[c]) return a->n[c] > b->n[c];
        if (a->rp[c] != b->rp[c]) return a->rp[c] > b->rp[c];
    }
    return false;
}

// ---- each person may fill one component ----------------------------------------------------------------------------
static int room_above(const Choosing *w, int component, int wanted) {
    if (w->most[component] - w->used[component] < wanted) wanted = w->most[component] - w->used[component];
    for (int node = w->k->parent[component]; node >= 0; node = w->k->parent[node]) {
        int room = w->k->cap_limit[node - COMPONENT_MAX] - w->used[node];
        if (room < wanted) wanted = room;
    }
    return wanted;
}

static bool stands_before(const Choosing *w, int a, int b) {
    int x = __builtin_ctz(w->mask[a]), y = __builtin_ctz(w->mask[b]);
    if (w->channel->worth[x] != w->channel->worth[y]) return w->channel->worth[x] > w->channel->worth[y];
    int64_t p = amount_after(w, a, (uint32_t)x), q = amount_after(w, b, (uint32_t)y);
    if (p != q) return p > q;
    if (x != y) return x < y;
    return w->c->groups[a].outcome != OUTCOME_NOT_MET && w->c->groups[b].outcome == OUTCOME_NOT_MET;
}

static void choose_greedily(Choosing *w) {
    uint8_t order[PERSON_MAX];
    int n = 0;
    for (int g = 0; g < w->c->group_n; g++) {
        if (!w->mask[g]) continue;
        int at = n++;
        for (; at > 0 && stands_before(w, g, order[at - 1]); at--) order[at] = order[at - 1];
        order[at] = (uint8_t)g;
    }
    for (int i = 0; i < n; i++) {
        int g = order[i], component = __builtin_ctz(w->mask[g]), kept = room_above(w, component, w->left[g]);
        w->taken[g][component] = (uint8_t)kept;
        w->left[g] = (uint8_t)(w->left[g] - kept);
        for (int node = component; node >= 0; node = w->k->parent[node]) w->used[node] = (int16_t)(w->used[node] + kept);
        for (int j = 0; j < kept; j++) gain_add(w, &w->value, g, (uint32_t)component, 1);
    }
}

// ---- in general: the most valuable path, again and again -----------------------------------------------------------
#define SINK NODE_MAX
typedef struct {
    Gain gain[NODE_MAX + 1];
    bool is_reached[NODE_MAX + 1], is_fresh[NODE_MAX + 1];
    int8_t from[NODE_MAX + 1];                             // the node before; -1: a person who is not kept yet
    int16_t group[NODE_MAX + 1];                           // whose person moves; -1: a step between components and caps
} Paths;

static void reach(const Choosing *w, Paths *p, int to, const Gain *gain, int from, int group) {
    if (p->is_reached[to] && !gain_is_better(w, gain, &p->gain[to])) return;
    gain_copy(w, &p->gain[to], gain);
    p->is_reached[to] = p->is_fresh[to] = true;
    p->from[to] = (int8_t)from;
    p->group[to] = (int16_t)group;
}

static void step_up(const Choosing *w, Paths *p, int node, int limit) {
    int parent = w->k->parent[node];
    if (w->used[node] < limit) reach(w, p, parent < 0 ? SINK : parent, &p->gain[node], node, -1);
}

// One person too many in the component: up if there is room, or somebody who is there moves to another one.
static void step_from_component(const Choosing *w, Paths *p, int node) {
    step_up(w, p, node, w->most[node]);
    for (int g = 0; g < w->c->group_n; g++) {
        if (!w->taken[g][node]) continue;
        EACH_BIT(w->mask[g] & ~(1u << node), other) {
            Gain moved;
            gain_copy(w, &moved, &p->gain[node]);
            gain_add(w, &moved, g, (uint32_t)node, -1);
            gain_add(w, &moved, g, other, 1);
            reach(w, p, (int)other, &moved, node, g);
        }
    }
}

// One too many under the cap: up if there is room, or one that came from below goes back down.
static void step_from_cap(const Choosing *w, Paths *p, int node) {
    step_up(w, p, node, w->k->cap_limit[node - COMPONENT_MAX]);
    EACH_BIT(w->present, c) if (w->k->parent[c] == node && w->used[c] > 0) reach(w, p, (int)c, &p->gain[node], node, -1);
    for (int cap = 0; cap < w->k->cap_n; cap++)
        if (w->k->parent[COMPONENT_MAX + cap] == node && w->used[COMPONENT_MAX + cap] > 0) reach(w, p, COMPONENT_MAX + cap, &p->gain[node], node, -1);
}

static void find_paths(const Choosing *w, Paths *p) {
    memset(p->is_reached, 0, sizeof p->is_reached);
    memset(p->is_fresh, 0, sizeof p->is_fresh);
    for (int pass = 0; pass < 2; pass++)                   // of alike choices, one whose duty was met
        for (int g = 0; g < w->c->group_n; g++) {
            if (!w->left[g] || (w->c->groups[g].outcome == OUTCOME_NOT_MET) != (pass == 1)) continue;
            EACH_BIT(w->mask[g], c) {
                Gain first;
                gain_zero(w, &first);
                gain_add(w, &first, g, c, 1);
                reach(w, p, (int)c, &first, -1, g);
            }
        }
    for (bool is_more = true; is_more;) {                  // ends: a flow that is the best of its size has no circle that gains
        is_more = false;
        for (int node = 0; node < COMPONENT_MAX + w->k->cap_n; node++) {
            if (!p->is_fresh[node]) continue;
            p->is_fresh[node] = false;
            is_more = true;
            if (node < COMPONENT_MAX) step_from_component(w, p, node); else step_from_cap(w, p, node);
        }
    }
}

static void follow(Choosing *w, const Paths *p) {
    for (int node = SINK, from; node >= 0; node = from) {
        from = p->from[node];
        int g = p->group[node];
        if (g >= 0) {
            w->taken[g][node]++;
            if (from < 0) w->left[g]--; else w->taken[g][from]--;
        } else if (node == SINK || (from >= 0 && w->k->parent[from] == node)) w->used[from]++;
        else w->used[node]--;                              // down from a cap: one less goes up from here
    }
}

static void choose_by_paths(Choosing *w) {
    Paths p;
    Gain nothing;
    gain_zero(w, &nothing);
    for (;;) {
        find_paths(w, &p);
        if (!p.is_reached[SINK] || !gain_is_better(w, &p.gain[SINK], &nothing)) return;
        follow(w, &p);
        w->value.worth += p.gain[SINK].worth;
        w->value.amount += p.gain[SINK].amount;
        EACH_BIT(w->present, c) {
            w->value.rp[c] += p.gain[SINK].rp[c];
            w->value.n[c] = (int16_t)(w->value.n[c] + p.gain[SINK].n[c]);
        }
    }
}

// ---- the choice ----------------------------------------------------------------------------------------------------
static void start(Choosing *w) {
    for (int g = 0; g < w->c->group_n; g++) {
        w->left[g] = w->mask[g] ? w->c->groups[g].n : 0;
        if (w->mask[g]) memset(w->taken[g], 0, COMPONENT_MAX);
    }
    memset(w->used, 0, sizeof w->used);
    gain_zero(w, &w->value);
}

// The caps that have fewer places than persons who could ask for one.
static uint32_t tight_caps(const Choosing *w) {
    uint32_t tight = 0;
    for (int cap = 0; cap < w->k->cap_n; cap++) {
        int n = 0;
        for (int g = 0; g < w->c->group_n; g++) if (w->mask[g] & w->k->cap_set[cap]) n += w->c->groups[g].n;
        if (n > w->k->cap_limit[cap]) tight |= 1u << cap;
    }
    return tight;
}

// Nobody stands in another's way: each takes the best for himself.
static void choose_freely(Choosing *w) {
    Gain best, other;
    for (int g = 0; g < w->c->group_n; g++) {
        int component = -1;
        EACH_BIT(w->mask[g], c) {
            gain_zero(w, &other);
            gain_add(w, &other, g, c, 1);
            if (component >= 0 && !gain_is_better(w, &other, &best)) continue;
            gain_copy(w, &best, &other);
            component = (int)c;
        }
        for (; component >= 0 && w->left[g]; w->left[g]--, w->taken[g][component]++) gain_add(w, &w->value, g, (uint32_t)component, 1);
    }
}

// Keeps of each group what the layer has for it.
static void set_masks(Choosing *w, uint32_t layer_mask) {
    int shift = w->channel->day * w->k->component_n;
    for (int g = 0; g < w->c->group_n; g++) w->mask[g] = (uint32_t)((uint64_t)w->c->groups[g].mask >> shift) & layer_mask;
}

static const uint8_t NO_LIMIT[COMPONENT_MAX] = { [0 ... COMPONENT_MAX - 1] = UINT8_MAX };

static void choose(Choosing *w) {
    bool is_simple = true;
    w->present = 0;
    for (int g = 0; g < w->c->group_n; g++) {
        w->present |= w->mask[g];
        is_simple &= (w->mask[g] & (w->mask[g] - 1)) == 0;
    }
    w->most = NO_LIMIT;
    uint32_t tight = tight_caps(w);
    if (tight & w->k->crossing) {
        Choosing best = *w;
        for (int way = 0; way < w->k->split_n; way++) {
            w->most = w->k->splits[way];
            start(w);
            if (is_simple) choose_greedily(w); else choose_by_paths(w);
            if (way == 0 || gain_is_better(w, &w->value, &best.value)) best = *w;
        }
        *w = best;
        return;
    }
    start(w);
    if (!tight) choose_freely(w); else if (is_simple) choose_greedily(w); else choose_by_paths(w);
}

// ---- from the choice to rupiah -------------------------------------------------------------------------------------
static int first_share(const KernelShare *list, int n, uint32_t flags) {
    for (int i = 0; i < n; i++) if (flags >> list[i].flag & 1) return i;
    return -1;
}

typedef struct { uint32_t flags; bool is_suspended; int64_t parts[COMPONENT_MAX]; } Paying;       // parts: paid so far, by component

// Whole units of what the component has been paid by now, less those of before: however parts fall, the lines of a component add
// up to its sum.
static Rupiah pay(const Kernel *k, Paying *p, int component, int64_t amount) {
    if (p->is_suspended) return (Rupiah){ 0 };
    int64_t before = p->parts[component] / k->scale;
    p->parts[component] += amount;
    return (Rupiah){ p->parts[component] / k->scale - before };
}

static void add_line(Entitlement *out, EntitlementLine line) { out->lines[out->line_n++] = line; }

static LineKind kind_of(const Choosing *w, const Paying *p, bool is_cut) {
    return p->is_suspended ? LINE_SUSPENDED : is_cut || w->keep_points < 10000 ? LINE_CUT : w->share_points < 10000 ? LINE_REDUCED : LINE_PAID;
}

// The smallest full cap around the component: why nobody more fits in.
static int cap_of(const Choosing *w, uint32_t component) {
    int best = -1;
    for (int cap = 0; cap < w->k->cap_n; cap++) {
        if (!(w->k->cap_set[cap] >> component & 1)) continue;
        int n = 0;
        EACH_BIT(w->present & w->k->cap_set[cap], c) n += w->value.n[c];
        if (n < w->k->cap_limit[cap]) continue;
        if (best < 0 || __builtin_popcount(w->k->cap_set[cap]) < __builtin_popcount(w->k->cap_set[best])) best = cap;
    }
    return best;
}

static void add_over_cap(const Choosing *w, int g, Entitlement *out) {
    uint32_t best = (uint32_t)__builtin_ctz(w->mask[g]);
    EACH_BIT(w->mask[g], c) if (w->channel->worth[c] > w->channel->worth[best]) best = c;
    add_line(out, (EntitlementLine){ .kind = LINE_OVER_CAP, .group = (int16_t)g, .component = (int16_t)best, .cap = (int16_t)cap_of(w, best),
                                     .full = { w->channel->full[best] / w->k->scale } });
}

static void pay_persons(Choosing *w, Paying *p, bool with_lines, Entitlement *out) {
    for (int g = 0; g < w->c->group_n; g++) {
        if (!w->mask[g]) continue;
        EACH_BIT(w->mask[g], c) {
            for (int j = 0; j < w->taken[g][c]; j++) {
                int64_t full = w->channel->full[c];
                Rupiah amount = pay(w->k, p, (int)c, amount_after(w, g, c));
                if (!p->is_suspended) out->kept_n[c]++;
                out->kept_rp[c].rp += amount.rp;
                if (with_lines)
                    add_line(out, (EntitlementLine){ .kind = kind_of(w, p, w->channel->after[w->c->groups[g].cut][c] < full),
                                                     .group = (int16_t)g,
                                                     .component = (int16_t)c,
                                                     .cap = -1,
                                                     .full = { full / w->k->scale },
                                                     .amount = amount });
            }
        }
        for (int j = 0; with_lines && j < w->left[g]; j++) add_over_cap(w, g, out);
    }
}

static void pay_family(const Choosing *w, Paying *p, int component, int64_t full, bool with_lines, Entitlement *out) {
    Rupiah amount = pay(w->k, p, component, shared(w, full));
    if (!p->is_suspended) out->kept_n[component] = 1;
    out->kept_rp[component] = amount;
    if (with_lines) add_line(out, (EntitlementLine){ .kind = kind_of(w, p, false), .group = -1, .component = (int16_t)component, .cap = -1,
                                                     .full = { full / w->k->scale }, .amount = amount });
}

// What is missing to the floor, of what the family would have in full: a top-up never makes good what a cut took.
static int64_t top_up_amount(const Choosing *w, const int64_t *in_full, int component) {
    const KernelTopUp *t = &w->k->top_up[component];
    int64_t floor = w->channel->full[component] * (t->is_per_person ? w->c->member_n : 1), has = 0;
    if (t->quantity >= 0) {
        if (w->c->quantity[t->quantity] == EXTRA_NONE) return 0;       // an income that is not known proves no need
        has = w->c->quantity[t->quantity] * w->channel->months * w->k->scale;
    }
    EACH_BIT(t->counts, c) has += in_full[c];
    return floor <= has ? 0 : round_to(floor - has, 1, t->unit, t->method);
}

static bool holds(const Kernel *k, int component, uint32_t flags) {
    int flag = k->component_flag[component];
    return flag < 0 || (flags >> flag & 1);
}

// Who may fill something on the day of another channel only: one line, so that nobody is passed over in silence.
static void add_lines_of_others(Choosing *w, Entitlement *out) {
    set_masks(w, w->k->person_mask);
    for (int g = 0; g < w->c->group_n; g++)
        for (int j = 0; !w->mask[g] && j < w->c->groups[g].n; j++)
            add_line(out, (EntitlementLine){ .kind = LINE_NOT_ELIGIBLE, .group = (int16_t)g, .component = -1, .cap = -1 });
}

static void pay_families(const Choosing *w, Paying *p, int64_t *in_full, bool with_lines, Entitlement *out) {
    for (int c = 0; c < w->k->component_n; c++) {
        if (w->k->kind[c] != COMPONENT_FAMILY && w->k->kind[c] != COMPONENT_TOP_UP) continue;
        if (!holds(w->k, c, p->flags)) continue;
        in_full[c] = w->k->kind[c] == COMPONENT_FAMILY ? w->channel->full[c] : top_up_amount(w, in_full, c);
        if (in_full[c] > 0) pay_family(w, p, c, in_full[c], with_lines, out);
    }
}

static void round_sum(const Kernel *k, const Paying *p, bool with_lines, Entitlement *out) {
    int64_t sum = 0, parts = 0;
    for (int c = 0; c < k->component_n; c++) sum += out->kept_rp[c].rp, parts += p->parts[c];
    int64_t wanted = round_to(parts, 1, k->family_unit, k->family_method) / k->scale;
    if (sum == wanted) return;
    int c = k->rounding_component;
    out->kept_n[c] = 1;
    out->kept_rp[c] = (Rupiah){ wanted - sum };
    if (with_lines) add_line(out, (EntitlementLine){ .kind = LINE_PAID, .group = -1, .component = (int16_t)c, .cap = -1,
                                                     .full = { wanted - sum }, .amount = { wanted - sum } });
}

static void refuse(const Case *c, const Kernel *k, uint32_t flags, bool with_lines, Entitlement *out) {
    out->is_eligible = false;
    out->refused_by = (int16_t)__builtin_ctz(k->eligible_flags & ~flags);
    for (int g = 0; with_lines && g < c->group_n; g++)
        for (int j = 0; j < c->groups[g].n; j++)
            add_line(out, (EntitlementLine){ .kind = LINE_NOT_ELIGIBLE, .group = (int16_t)g, .component = -1, .cap = -1 });
}

void kernel_run(const Kernel *k, int channel, const Case *c, bool with_lines, Entitlement *out) {
    Choosing w;
    w.k = k;
    w.channel = &k->channels[channel];
    w.c = c;
    memset(out, 0, offsetof(Entitlement, lines));
    out->is_eligible = true;
    out->refused_by = out->share_rule = out->family_cut = -1;
    out->suspended_by = -2;
    int day = w.channel->day;
    uint32_t flags = (uint32_t)((uint64_t)c->family_flags >> (day * k->flag_n));
    if (k->flag_n < 32) flags &= (1u << k->flag_n) - 1;
    if (k->eligible_flags & ~flags) { refuse(c, k, flags, with_lines, out); return; }

    Paying p = { .flags = flags };
    w.keep_points = w.share_points = 10000;
    p.is_suspended = c->standing == STANDING_SUSPENDED || (k->suspend_flags & flags);
    if (p.is_suspended) out->suspended_by = c->standing == STANDING_SUSPENDED ? -1 : (int16_t)__builtin_ctz(k->suspend_flags & flags);
    int cut = first_share(k->family_cuts, k->family_cut_n, flags), share = first_share(k->shares, k->share_n, flags);
    if (cut >= 0) { w.keep_points = k->family_cuts[cut].basis_points; out->family_cut = (int16_t)k->family_cuts[cut].flag; }
    if (share >= 0) { w.share_points = k->shares[share].basis_points; out->share_rule = (int16_t)k->shares[share].flag; }

    int64_t in_full[COMPONENT_MAX] = { 0 };
    for (int layer = 0; layer < k->layer_n; layer++) {
        set_masks(&w, k->layer_mask[layer]);
        choose(&w);
        pay_persons(&w, &p, with_lines, out);
        EACH_BIT(w.present, i) in_full[i] = w.value.n[i] * w.channel->full[i];
    }
    if (with_lines) add_lines_of_others(&w, out);
    pay_families(&w, &p, in_full, with_lines, out);
    if (k->rounding_component >= 0) round_sum(k, &p, with_lines, out);
    for (int i = 0; i < k->component_n; i++) out->total.rp += out->kept_rp[i].rp;
}
