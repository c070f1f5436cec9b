// scheme.c: rule book + stage -> numbers. The parts are made in order: days and channels, components and amounts, family
// conditions, caps, cuts, classes of persons. Each looks up the values in force on the stage's reference day.
#include "programme/scheme_data.h"
#include "base/lang.h"
#include <assert.h>

typedef struct {
    Arena *a;
    Scheme *s;
    const RuleBook *book;
    Err *e;
    int8_t place[COMPONENT_BOOK_MAX + CAP_MAX];
    bool is_deciding;                                      // warnings are looked at too
} Maker;     // place: book's component -> ours

int64_t rounded(__int128 num, __int128 den, int64_t unit, RoundMethod method) {
    __int128 whole = den * unit;
    __int128 add = method == ROUND_UP ? whole - 1 : method == ROUND_NEAREST ? whole / 2 : 0;
    return (int64_t)((num + add) / whole) * unit;
}

// ---- days and channels ---------------------------------------------------------------------------------------------
static const Stage *stage_find(const RuleBook *book, Str id) {
    for (size_t i = 0; i < book->stage_n; i++) {
        const Stage *stage = &book->stages[i];
        if (str_eq(stage->id, id) && (stage->d.switch_i < 0 || book->switches[stage->d.switch_i].is_on)) return stage;
    }
    return NULL;
}

static bool fail_no_stage(Arena *a, const RuleBook *book, Str id, Err *e) {
    Str all = STR("");
    for (size_t i = 0; i < book->stage_n; i++) all = arena_fmt(a, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(book->stages[i].id));
    return fail(e, NOT_FOUND, N_("The rule book %.*s has no stage \"%.*s\". It has: %.*s"), STR_ARG(book->code), STR_ARG(id), STR_ARG(all));
}

static Str stage_label(Arena *a, const StageChannel *c, Str title, Lang lang) {
    static const char *const MONTHS[] = { N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
                                          N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December") };
    Lang before = lang_get();
    int y, m, d, last_y, last_m;
    date_split(c->first_on, &y, &m, &d);
    date_split(date_add_months(c->first_on, (int)c->months - 1), &last_y, &last_m, &d);
    lang_set(lang);
    Str first = arena_fmt(a, y == last_y ? "%s" : "%s %d", tr(MONTHS[m - 1]), y);
    Str label = c->months == 1 ? arena_fmt(a, "%.*s (%s %d)", STR_ARG(title), tr(MONTHS[m - 1]), y)
                               : arena_fmt(a, "%.*s (%.*s–%s %d)", STR_ARG(title), STR_ARG(first), tr(MONTHS[last_m - 1]), last_y);
    lang_set(before);
    return label;
}

static bool make_channels(Maker *m) {
    Scheme *s = m->s;
    s->kernel.channel_n = (int32_t)s->stage->channel_n;
    for (size_t i = 0; i < s->stage->channel_n; i++) {
        const StageChannel *from = &s->stage->channels[i];
        const Channel *channel = &m->book->channels[from->channel];
        Date ages_on = date_is_known(from->ages_on) ? from->ages_on : s->stage->ages_on;
        size_t day = 0;
        while (day < s->day_n && s->days[day].days != ages_on.days) day++;
        if (day == DAY_MAX) return fail(m->e, LIMIT, N_("The channels of a stage take ages on at most %d different days."), DAY_MAX);
        if (day == s->day_n) s->days[s->day_n++] = ages_on;
        s->channels[i] = (SchemeChannel){ .code = channel->code,
                                          .title_id = channel->title.id,
                                          .title_en = channel->title.en,
                                          .stage_label_id = stage_label(m->a, from, s->stage->title.id, LANG_ID),
                                          .stage_label_en = stage_label(m->a, from, s->stage->title.en, LANG_EN),
                                          .first_on = from->first_on,
                                          .months = (int)from->months,
                                          .reference_on = ages_on };
        s->kernel.channels[i].months = (int32_t)from->months;
        s->kernel.channels[i].day = (int32_t)day;
    }
    return true;
}

static int months_counted(const SchemeChannel *c, uint32_t calendar) {
    int n = 0, y, month, d;
    for (int i = 0; i < c->months; i++) {
        date_split(date_add_months(c->first_on, i), &y, &month, &d);
        n += calendar >> (month - 1) & 1;
    }
    return n;
}

// ---- components and amounts ----------------------------------------------------------------------------------------
static int64_t common_multiple(int64_t a, int64_t b) {
    int64_t x = a, y = b;
    while (y) { int64_t rest = x % y; x = y; y = rest; }
    return a / x * b;
}

static int add_component(Maker *m, Str code, Title title, Title source, ComponentKind kind, size_t book_place) {
    Scheme *s = m->s;
    int i = s->kernel.component_n++;
    s->components[i] = (SchemeComponent){
        .code = code, .title_id = title.id, .title_en = title.en, .source_id = source.id, .source_en = source.en, .kind = kind
    };
    s->kernel.kind[i] = kind;
    s->kernel.component_flag[i] = -1;
    s->place_in_book[i] = (int32_t)book_place;
    m->place[book_place] = (int8_t)i;
    return i;
}

static bool is_paid_in(const Rate *rate, Str stage) {
    for (size_t i = 0; i < rate->stage_n; i++) if (str_eq(rate->stages[i], stage)) return true;
    return rate->stage_n == 0;
}

// In full, for one person or family, in every channel.
static bool set_amounts(Maker *m, int i, const Rate *rate, uint32_t calendar) {
    Scheme *s = m->s;
    for (int c = 0; c < s->kernel.channel_n; c++) {
        SchemeChannel *channel = &s->channels[c];
        int months = rate->months ? months_counted(channel, calendar) : 0;
        __int128 num = (__int128)rate->amount * s->kernel.scale * (rate->months ? months : 1), den = rate->months ? rate->months : 1;
        if (num / den > KERNEL_AMOUNT_MAX) return fail(m->e, LIMIT, N_("The amount of \"%.*s\" is too large."), STR_ARG(s->components[i].code));
        s->kernel.channels[c].full[i] = rounded(num, den, s->kernel.unit, s->kernel.method);
        channel->amount[i] = (Rupiah){ s->kernel.channels[c].full[i] / s->kernel.scale };
        channel->rate[i] = (Rupiah){ rate->amount };
        channel->rate_months[i] = (int)rate->months;
        channel->paid_months[i] = months;
    }
    return true;
}

static bool has_room(Maker *m) {
    return m->s->kernel.component_n < COMPONENT_MAX - 1 ||
           fail(m->e, LIMIT, N_("A stage holds at most %d components."), COMPONENT_MAX - 1);
}

static bool set_layer(Maker *m, int i, Str layer) {
    Scheme *s = m->s;
    int n = 0;
    while (n < s->kernel.layer_n && !str_eq(s->layers[n], layer)) n++;
    if (n == LAYER_MAX) return fail(m->e, LIMIT, N_("A stage holds at most %d layers of components."), LAYER_MAX);
    if (n == s->kernel.layer_n) s->layers[s->kernel.layer_n++] = layer;
    s->kernel.layer_mask[n] |= 1u << i;
    s->components[i].layer = n;
    return true;
}

static const Rate *rate_on(const Maker *m, const Component *c) { return DATED_ON(m->book, c->rates, c->rate_n, m->s->stage->ages_on); }

static bool make_components(Maker *m) {
    Scheme *s = m->s;
    const RuleBook *book = m->book;
    Date on = s->stage->ages_on;
    int64_t multiple = 1;
    for (size_t i = 0; i < book->component_n; i++) {
        const Rate *rate = rate_on(m, &book->components[i]);
        if (rate && rate->months) multiple = common_multiple(multiple, rate->months);
    }
    s->rounding = DATED_ON(book, book->roundings, book->rounding_n, on);
    if (!s->rounding) return fail(m->e, BAD_INPUT, N_("The rule book has no rounding for the stage %.*s."), STR_ARG(s->stage->id));
    bool is_family = s->rounding->is_per_family;
    if (multiple > 120) return fail(m->e, LIMIT, N_("The rates stand for too many different numbers of months."));
    s->kernel.scale = is_family ? multiple : 1;
    s->kernel.unit = is_family ? 1 : s->rounding->unit;
    s->kernel.method = is_family ? ROUND_TRUNCATE : s->rounding->method;
    s->kernel.family_unit = is_family ? s->rounding->unit * multiple : 0;
    s->kernel.family_method = s->rounding->method;
    s->kernel.rounding_component = -1;
    for (size_t i = 0; i < book->component_n; i++) {
        const Component *c = &book->components[i];
        bool is_person = i < book->person_component_n;
        const When *when = is_person ? DATED_ON(book, c->when, c->when_n, on) : NULL;
        const Rate *rate = rate_on(m, c);
        if (!rate || (is_person && !when) || !is_paid_in(rate, s->stage->id)) continue;
        if (!has_room(m)) return false;
        int k = add_component(m, c->code, c->title, rate->d.source, is_person ? COMPONENT_PERSON : COMPONENT_FAMILY, i);
        if (!set_amounts(m, k, rate, c->calendar)) return false;
        if (!is_person) continue;
        s->kernel.person_mask |= 1u << k;
        if (!set_layer(m, k, c->layer)) return false;
        for (size_t day = 0; day < s->day_n; day++) s->person_when[day][k] = condition_on(m->a, when->when, s->days[day]);
    }
    return true;
}

static int quantity_of(Maker *m, int attr) {
    Scheme *s = m->s;
    size_t i = 0;
    while (i < s->quantity_n && s->quantity_attr[i] != attr) i++;
    if (i == QUANTITY_MAX) return -1;
    if (i == s->quantity_n) s->quantity_attr[s->quantity_n++] = attr;
    return (int)i;
}

static uint32_t set_here(const Maker *m, uint64_t set) {
    uint32_t here = 0;
    for (size_t i = 0; i < COMPONENT_BOOK_MAX; i++) if ((set >> i & 1) && m->place[i] >= 0) here |= 1u << m->place[i];
    return here;
}

static bool make_top_ups(Maker *m) {
    Scheme *s = m->s;
    for (size_t i = 0; i < m->book->top_up_n; i++) {
        const TopUpComponent *c = &m->book->top_ups[i];
        const TopUp *t = DATED_ON(m->book, c->floors, c->floor_n, s->stage->ages_on);
        if (!t) continue;
        if (!has_room(m)) return false;
        int k = add_component(m, c->code, c->title, t->d.source, COMPONENT_TOP_UP, m->book->component_n + i);
        Rate rate = { .amount = t->floor, .months = t->months };
        RoundMethod method = s->kernel.method;
        int64_t unit = s->kernel.unit;
        s->kernel.unit = 1, s->kernel.method = ROUND_TRUNCATE;         // a floor is rounded after what it lacks is known
        bool is_good = set_amounts(m, k, &rate, 0xFFF);
        s->kernel.unit = unit, s->kernel.method = method;
        if (!is_good) return false;
        for (int channel = 0; channel < s->kernel.channel_n; channel++)
            if (s->kernel.channels[channel].full[k] > KERNEL_AMOUNT_MAX / (PERSON_MAX + 1))
                return fail(m->e, LIMIT, N_("The amount of \"%.*s\" is too large."), STR_ARG(c->code));
        int quantity = t->income ? quantity_of(m, t->income - 1) : -1;
        if (t->income && quantity < 0) return fail(m->e, LIMIT, N_("Top-ups use at most %d different incomes."), QUANTITY_MAX);
        s->kernel.top_up[k] = (KernelTopUp){ .is_per_person = t->is_per_person, .quantity = quantity, .counts = set_here(m, t->counts),
            .unit = t->has_rounding ? t->unit * s->kernel.scale : unit, .method = t->has_rounding ? t->method : method };
        s->is_counting_members |= t->is_per_person;
    }
    if (s->kernel.family_unit) {
        static const Title ROUNDING = { { "Pembulatan", sizeof "Pembulatan" - 1 }, { "Rounding", sizeof "Rounding" - 1 } };
        s->kernel.rounding_component = add_component(m, STR("rounding"), ROUNDING, s->rounding->d.source, COMPONENT_ROUNDING, COMPONENT_BOOK_MAX);
    }
    return true;
}

// ---- family conditions ---------------------------------------------------------------------------------------------
// The components a condition names, in this stage's numbering.
static void renumber(const Maker *m, const Condition *c) {
    for (; c; c = c->next) {
        if (c->kind == COND_COMPONENT) ((Condition *)c)->set = set_here(m, c->set);      // our own copy, made by condition_on
        renumber(m, c->first);
    }
}

static bool add_condition(Maker *m, Title title, const Condition *when, int32_t *flag) {
    Scheme *s = m->s;
    if (!when) { *flag = -1; return true; }
    if ((size_t)(s->kernel.flag_n + 1) * s->day_n > FLAG_MAX)
        return fail(m->e, LIMIT,
                    N_("A stage holds at most %d conditions of families (fewer when its channels take ages on different days)."), FLAG_MAX);
    *flag = s->kernel.flag_n++;
    s->conditions[*flag].title = title;
    for (size_t day = 0; day < s->day_n; day++) {
        s->conditions[*flag].by_day[day] = condition_on(m->a, when, s->days[day]);
        renumber(m, s->conditions[*flag].by_day[day]);
    }
    return true;
}

static bool make_conditions(Maker *m) {
    Scheme *s = m->s;
    Kernel *k = &s->kernel;
    const RuleBook *book = m->book;
    Date on = s->stage->ages_on;
    int32_t flag = 0;
    for (size_t i = 0; i < book->eligible_n; i++) {
        const FamilyRule *rule = DATED_ON(book, &book->eligible[i], 1, on);
        if (!rule) continue;
        if (!add_condition(m, rule->title, rule->when, &flag)) return false;
        k->eligible_flags |= 1u << flag;
    }
    for (int i = 0; i < k->component_n; i++) {
        size_t place = (size_t)s->place_in_book[i];
        const Condition *when = NULL;
        if (k->kind[i] == COMPONENT_FAMILY) when = rate_on(m, &book->components[place])->when;
        if (k->kind[i] == COMPONENT_TOP_UP)
            when = ((const TopUp *)DATED_ON(book, book->top_ups[place - book->component_n].floors,
                                            book->top_ups[place - book->component_n].floor_n, on))
                       ->when;
        if (!add_condition(m, (Title){ s->components[i].title_id, s->components[i].title_en }, when, &k->component_flag[i])) return false;
    }
    for (size_t i = 0; i < book->share_n; i++) {
        const ShareRule *rule = DATED_ON(book, &book->shares[i], 1, on);
        if (!rule) continue;
        if (!add_condition(m, rule->title, rule->when, &flag)) return false;
        k->shares[k->share_n++] = (KernelShare){ flag, rule->basis_points };
    }
    for (size_t i = 0; s->sanction && i < s->sanction->family_cut_n; i++) {
        const FamilyCutRule *rule = &s->sanction->family_cuts[i];
        if (!add_condition(m, rule->title, rule->when, &flag)) return false;
        k->family_cuts[k->family_cut_n++] = (KernelShare){ flag, 10000 - rule->basis_points };
    }
    for (size_t i = 0; s->sanction && i < s->sanction->suspend_n; i++) {
        if (!add_condition(m, s->sanction->suspends[i].title, s->sanction->suspends[i].when, &flag)) return false;
        k->suspend_flags |= 1u << flag;
    }
    for (size_t i = 0; s->sanction && i < s->sanction->exclude_n; i++) {       // the first exclusion that holds stands before any suspension
        if (!add_condition(m, s->sanction->excludes[i].title, s->sanction->excludes[i].when, &flag)) return false;
        k->suspend_flags |= 1u << flag;
        s->exclude_flags |= 1u << flag;
    }
    for (size_t i = 0; s->sanction && m->is_deciding && i < s->sanction->warn_n; i++) {
        if (!add_condition(m, s->sanction->warns[i].title, s->sanction->warns[i].when, &flag)) return false;
        s->warn_flags |= 1u << flag;
    }
    return true;
}

// ---- caps ----------------------------------------------------------------------------------------------------------
static bool is_apart_or_nested(uint32_t a, uint32_t b) { return (a & b) == 0 || (a & b) == a || (a & b) == b; }

// Caps that cross are taken apart: every way to share out their places among their components, so that within one way each
// component has a limit of its own. The kernel tries all ways.
static bool make_splits(Maker *m) {
    Kernel *k = &m->s->kernel;
    uint8_t (*rows)[COMPONENT_MAX] = (void *)arena_alloc(m->a, COMPONENT_MAX, 1, SPLIT_MAX);
    int32_t n = 1;
    memset(rows[0], PERSON_MAX, COMPONENT_MAX);
    for (int cap = 0; cap < k->cap_n; cap++) {
        if (!(k->crossing >> cap & 1)) continue;
        uint8_t (*more)[COMPONENT_MAX] = (void *)arena_alloc(m->a, COMPONENT_MAX, 1, SPLIT_MAX);
        int members[COMPONENT_MAX], member_n = 0;
        for (int c = 0; c < k->component_n; c++) if (k->cap_set[cap] >> c & 1) members[member_n++] = c;
        int32_t more_n = 0;
        int share[COMPONENT_MAX] = { 0 };
        share[member_n - 1] = k->cap_limit[cap];           // the last takes what the others leave: all compositions of the limit
        for (bool is_more = true; is_more;) {
            for (int32_t row = 0; row < n; row++) {
                if (more_n == SPLIT_MAX)
                    return fail(m->e, LIMIT,
                                N_("The cap \"%.*s\" crosses another cap and is too large: let one lie inside the other, or lower it."),
                                STR_ARG(m->s->caps[cap]->code));
                memcpy(more[more_n], rows[row], COMPONENT_MAX);
                for (int i = 0; i < member_n; i++) if (share[i] < more[more_n][members[i]]) more[more_n][members[i]] = (uint8_t)share[i];
                more_n++;
            }
            int i = 0, left = share[member_n - 1];
            is_more = false;
            for (; i < member_n - 1 && !is_more; i++) {    // count up, the last share being what is left
                if (left > 0) { share[i]++; left--; is_more = true; }
                else { left += share[i]; share[i] = 0; }
            }
            share[member_n - 1] = left;
        }
        rows = more;
        n = more_n;
    }
    k->splits = (const uint8_t (*)[COMPONENT_MAX])rows;
    k->split_n = n;
    return true;
}

static bool make_caps(Maker *m) {
    Scheme *s = m->s;
    Kernel *k = &s->kernel;
    for (size_t i = 0; i < m->book->cap_n; i++) {
        const Cap *cap = &m->book->caps[i];
        const CapMax *max = DATED_ON(m->book, cap->max, cap->max_n, s->stage->ages_on);
        uint32_t set = set_here(m, cap->components) & k->person_mask;
        if (!max || !set) continue;
        if (k->cap_n == CAP_MAX) return fail(m->e, LIMIT, N_("A stage holds at most %d caps."), CAP_MAX);
        int layer = s->components[__builtin_ctz(set)].layer;
        if (set & ~k->layer_mask[layer])
            return fail(m->e, LIMIT, N_("The cap \"%.*s\" reaches into two layers of components. Give each layer a cap of its own."),
                        STR_ARG(cap->code));
        s->caps[k->cap_n] = cap;
        k->cap_set[k->cap_n] = set;
        k->cap_limit[k->cap_n++] = (int32_t)max->max;
    }
    for (int i = 0; i < k->cap_n; i++)
        for (int j = 0; j < i; j++)
            if (!(k->crossing >> j & 1) && !is_apart_or_nested(k->cap_set[i], k->cap_set[j])) k->crossing |= 1u << i;
    memset(k->parent, -1, sizeof k->parent);
    for (int node = 0; node < COMPONENT_MAX + k->cap_n; node++) {      // the smallest cap around; of equal caps the later lies around the earlier
        if (node >= k->component_n && node < COMPONENT_MAX) continue;
        int own = node - COMPONENT_MAX;
        uint32_t set = own >= 0 ? k->cap_set[own] : 1u << node;
        for (int cap = 0; cap < k->cap_n; cap++) {
            bool is_around = (set & k->cap_set[cap]) == set && cap != own && !(own >= 0 && k->cap_set[cap] == set && cap < own);
            if (!is_around || (k->crossing >> cap & 1) || (own >= 0 && (k->crossing >> own & 1))) continue;
            int best = k->parent[node] < 0 ? -1 : k->parent[node] - COMPONENT_MAX;
            if (best < 0 || __builtin_popcount(k->cap_set[cap]) < __builtin_popcount(k->cap_set[best]))
                k->parent[node] = (int8_t)(COMPONENT_MAX + cap);
        }
    }
    return make_splits(m);
}

static bool make_choice(Maker *m) {
    Scheme *s = m->s;
    Kernel *k = &s->kernel;
    const Choice *choice = DATED_ON(m->book, m->book->choices, m->book->choice_n, s->stage->ages_on);
    if (!choice) return fail(m->e, BAD_INPUT, N_("The rule book does not say how to choose in the stage %.*s."), STR_ARG(s->stage->id));
    s->is_by_order = choice->is_by_order;
    for (size_t i = 0; choice->is_by_order && i < choice->order_n; i++)
        if (m->place[choice->order[i]] >= 0) k->order[k->order_n++] = m->place[choice->order[i]];
    for (int channel = 0; channel < k->channel_n; channel++) {
        KernelChannel *c = &k->channels[channel];
        memcpy(c->worth, c->full, sizeof c->worth);
        for (int i = 0; i < k->order_n; i++) c->worth[k->order[i]] = COMPONENT_MAX - i;
    }
    return true;
}

// ---- cuts ----------------------------------------------------------------------------------------------------------
static bool make_cuts(Maker *m) {
    Scheme *s = m->s;
    s->cut_n = s->sanction ? s->sanction->cut_n : 0;
    if (s->cut_n > CUT_RULE_MAX) return fail(m->e, LIMIT, N_("At most %d cuts fit in one sanction."), CUT_RULE_MAX);
    for (size_t i = 0; i < s->cut_n; i++) {
        s->cut_when[i] = condition_on(m->a, s->sanction->cuts[i].when, s->days[0]);
        renumber(m, s->cut_when[i]);
        s->cut_set[i] = set_here(m, s->sanction->cuts[i].components) & s->kernel.person_mask;
    }
    return true;
}

static Level level_of(const Scheme *s, const int64_t *values, uint32_t mask) {
    Level level = { { 0 } };
    uint32_t first_day = mask & s->kernel.person_mask;
    for (size_t i = 0; i < s->cut_n; i++) {
        const CutRule *rule = &s->sanction->cuts[i];
        if (!(first_day & s->cut_set[i]) || condition_of_person(s->cut_when[i], values, first_day) != TRUE_) continue;
        int64_t times = rule->each < 0 ? 1 : values[rule->each];
        level.times[i] = times == EXTRA_NONE || times < 0 ? 0 : (uint8_t)(times > EACH_MAX ? EACH_MAX : times);
    }
    return level;
}

static int level_find(const Scheme *s, Level level) {
    for (int i = 0; i < s->kernel.level_n; i++) if (memcmp(&s->levels[i], &level, sizeof level) == 0) return i;
    return -1;
}

// What the first rule that applies to the component leaves of its amount.
static int64_t cut_amount(const Scheme *s, int channel, int c, const Level *level) {
    const Kernel *k = &s->kernel;
    const SchemeChannel *from = &s->channels[channel];
    int64_t full = k->channels[channel].full[c];
    for (size_t i = 0; i < s->cut_n; i++) {
        const CutRule *rule = &s->sanction->cuts[i];
        int64_t taken = rule->value * level->times[i];
        if (!level->times[i] || !(s->cut_set[i] >> c & 1)) continue;
        if (rule->kind == CUT_PERCENT) return taken >= 10000 ? 0 : rounded((__int128)full * (10000 - taken), 10000, k->unit, k->method);
        if (rule->kind == CUT_AMOUNT) return taken * k->scale >= full ? 0 : full - taken * k->scale;
        if (taken >= from->paid_months[c]) return 0;
        return rounded((__int128)from->rate[c].rp * k->scale * (from->paid_months[c] - taken), from->rate_months[c], k->unit, k->method);
    }
    return full;
}

static void set_amounts_after(Scheme *s) {
    for (int channel = 0; channel < s->kernel.channel_n; channel++)
        for (int level = 0; level < s->kernel.level_n; level++)
            for (int c = 0; c < s->kernel.component_n; c++)
                s->kernel.channels[channel].after[level][c] = cut_amount(s, channel, c, &s->levels[level]);
}

// ---- classes of persons --------------------------------------------------------------------------------------------
static uint32_t person_mask(const Scheme *s, const int64_t *values) {
    uint32_t mask = 0;
    for (size_t day = 0; day < s->day_n; day++)
        for (int c = 0; c < s->kernel.component_n; c++)
            if ((s->kernel.person_mask >> c & 1) && condition_of_person(s->person_when[day][c], values, 0) == TRUE_)
                mask |= 1u << (c + (int)day * s->kernel.component_n);
    return mask;
}

// Values that stand for all others of an attribute: one from each stretch between two bounds, each choice, and none.
#define VALUE_MAX 160
typedef struct { int64_t at[VALUE_MAX]; size_t n; } Values;

static void value_add(Values *v, int64_t value) {
    size_t i = v->n;
    for (size_t k = 0; k < v->n; k++) if (v->at[k] == value) return;
    if (v->n == VALUE_MAX) return;
    for (; i > 0 && v->at[i - 1] > value; i--) v->at[i] = v->at[i - 1];
    v->at[i] = value;
    v->n++;
}

static void collect(Values *all, const Condition *c) {
    for (; c; c = c->next) {
        if (c->kind == COND_RANGE) {
            value_add(&all[c->attr], c->low == INT64_MIN ? INT64_MIN + 1 : c->low);
            if (c->low > INT64_MIN + 1) value_add(&all[c->attr], c->low - 1);
            if (c->high != INT64_MAX) value_add(&all[c->attr], c->high + 1), value_add(&all[c->attr], c->high);
        }
        if (c->kind == COND_SET) for (int64_t i = 0; i < CHOICE_MAX; i++) if (c->set >> i & 1) value_add(&all[c->attr], i);
        if (c->kind == COND_SET) value_add(&all[c->attr], CHOICE_MAX);       // a choice that is in no set
        collect(all, c->first);
    }
}

static void collect_all(const Scheme *s, Values *all) {
    for (size_t day = 0; day < s->day_n; day++)
        for (int c = 0; c < s->kernel.component_n; c++) if (s->person_when[day][c]) collect(all, s->person_when[day][c]);
    for (size_t i = 0; i < s->cut_n; i++) {
        collect(all, s->cut_when[i]);
        int each = s->sanction->cuts[i].each;
        for (int64_t v = 0; each >= 0 && v <= EACH_MAX; v++) value_add(&all[each], v);
    }
    all[ATTR_OUTCOME].n = 0;                               // always one of the four, whatever the cuts ask
    for (int64_t outcome = OUTCOME_UNKNOWN; outcome <= OUTCOME_EXCUSED; outcome++) value_add(&all[ATTR_OUTCOME], outcome);
    for (int i = 0; i < ATTR_MAX; i++) if (all[i].n && i != ATTR_OUTCOME) value_add(&all[i], EXTRA_NONE);
}

static int class_order(const PersonClass *a, const PersonClass *b) {
    if (a->mask != b->mask) return a->mask < b->mask ? -1 : 1;
    if (a->outcome != b->outcome) return a->outcome < b->outcome ? -1 : 1;
    return (a->cut > b->cut) - (a->cut < b->cut);
}

// Where a class stands or should stand.
static size_t class_place(const PersonClass *list, size_t n, const PersonClass *wanted) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (class_order(&list[middle], wanted) < 0) low = middle + 1; else high = middle;
    }
    return low;
}

#define COMBINATIONS_MAX 4000000                           // a second of work; PKH has some thousand

static bool make_classes(Maker *m) {
    Scheme *s = m->s;
    Values *all = NEW(m->a, Values, ATTR_MAX);
    PersonClass *list = NEW(m->a, PersonClass, CLASS_MAX);
    size_t n = 1, digit[ATTR_MAX] = { 0 };
    collect_all(s, all);
    int64_t values[ATTR_MAX], combinations = 1;
    for (int i = 0; i < ATTR_MAX; i++)
        if (all[i].n)
            combinations = combinations * (int64_t)all[i].n > COMBINATIONS_MAX ? COMBINATIONS_MAX + 1 : combinations * (int64_t)all[i].n;
    if (combinations > COMBINATIONS_MAX)
        return fail(m->e, LIMIT,
                    N_("The components ask for too many different things of a person: more than four million kinds of persons."));
    s->kernel.level_n = 1;                                 // level 0: nothing is cut
    for (bool is_more = true; is_more;) {
        for (int i = 0; i < ATTR_MAX; i++) values[i] = all[i].n ? all[i].at[digit[i]] : EXTRA_NONE;
        PersonClass found = { .mask = person_mask(s, values), .outcome = (Outcome)values[ATTR_OUTCOME] };
        if (found.mask) {
            Level level = level_of(s, values, found.mask);
            int cut = level_find(s, level);
            if (cut < 0 && s->kernel.level_n == LEVEL_MAX)
                return fail(m->e, LIMIT, N_("The cuts of a stage lead to more than %d different results for a person."), LEVEL_MAX);
            if (cut < 0) s->levels[cut = s->kernel.level_n++] = level;
            found.cut = (uint8_t)cut;
            size_t at = class_place(list, n, &found);
            if (at == n || class_order(&list[at], &found) != 0) {
                if (n == CLASS_MAX) return fail(m->e, LIMIT, N_("More than %d kinds of persons: the components overlap too much."), CLASS_MAX);
                memmove(&list[at + 1], &list[at], (n - at) * sizeof *list);
                list[at] = found;
                n++;
            }
        }
        int i = 0;
        for (; i < ATTR_MAX; i++) {
            if (!all[i].n) continue;
            if (++digit[i] < all[i].n) break;
            digit[i] = 0;
        }
        is_more = i < ATTR_MAX;
    }
    s->classes = list;
    s->class_n = n;
    Date *bounds = NEW(m->a, Date, VALUE_MAX);
    for (size_t i = 1; i < all[ATTR_BORN_ON].n; i++) {     // a bound is a day whose person may differ from one born the day before
        int64_t day = all[ATTR_BORN_ON].at[i];
        if (day > INT32_MIN && day <= INT32_MAX && all[ATTR_BORN_ON].at[i - 1] == day - 1) bounds[s->birth_bound_n++] = (Date){ (int32_t)day };
    }
    s->birth_bounds = bounds;
    set_amounts_after(s);
    return true;
}

// ---- the whole -----------------------------------------------------------------------------------------------------
static void note_reads(uint32_t *person, uint32_t *family, const Condition *c, bool is_family) {
    for (; c; c = c->next) {
        bool has_attr = c->kind == COND_RANGE || c->kind == COND_SET;
        if (has_attr && is_family) *family |= 1u << c->attr;
        if (has_attr && !is_family) *person |= 1u << c->attr;
        if (c->kind == COND_PER_HEAD) *family |= 1u << c->attr;
        note_reads(person, family, c->first, is_family && c->kind != COND_COUNT);
    }
}

static void make_reads(Scheme *s) {
    for (int c = 0; c < s->kernel.component_n; c++)
        if (s->person_when[0][c]) note_reads(&s->reads_person, &s->reads_family, s->person_when[0][c], false);
    for (size_t i = 0; i < s->cut_n; i++) {
        note_reads(&s->reads_person, &s->reads_family, s->cut_when[i], false);
        if (s->sanction->cuts[i].each >= 0) s->reads_person |= 1u << s->sanction->cuts[i].each;
    }
    for (int i = 0; i < s->kernel.flag_n; i++) note_reads(&s->reads_person, &s->reads_family, s->conditions[i].by_day[0], true);
    for (size_t i = 0; i < s->quantity_n; i++) s->reads_family |= 1u << s->quantity_attr[i];
    for (size_t i = 0; i < s->book->person_attribute_n; i++) s->extra_person[i] = s->book->person_attributes[i].name;
    for (size_t i = 0; i < s->book->family_attribute_n; i++) s->extra_family[i] = s->book->family_attributes[i].name;
}

static bool scheme_make_with(Arena *a, const RuleBook *book, Str stage, SchemeSanctions sanctions, const Scheme **out, Err *e) {
    Scheme *s = NEW(a, Scheme, 1);
    Maker m = { .a = a, .s = s, .book = book, .e = e, .is_deciding = sanctions == SANCTIONS_DECIDED };
    memset(m.place, -1, sizeof m.place);
    s->book = book;
    s->stage = stage_find(book, stage);
    if (!s->stage) return fail_no_stage(a, book, stage, e);
    const Sanction *sanction = DATED_ON(book, book->sanctions, book->sanction_n, s->stage->ages_on);
    bool is_taken = sanctions == SANCTIONS_DECIDED || (sanctions == SANCTIONS_OF_BOOK && sanction && sanction->is_applied);
    s->sanction = is_taken ? sanction : NULL;
    if (!make_channels(&m) || !make_components(&m) || !make_top_ups(&m) || !make_conditions(&m) || !make_caps(&m) || !make_choice(&m) ||
        !make_cuts(&m))
        return false;
    if ((size_t)s->kernel.component_n * s->day_n > 32)
        return fail(e, LIMIT, N_("%d components and %zu different days for ages do not fit: their product is at most 32."),
                    s->kernel.component_n, s->day_n);
    if (!make_classes(&m)) return false;
    make_reads(s);
    *out = s;
    return true;
}

bool scheme_make(Arena *a, const RuleBook *book, Str stage, const Scheme **out, Err *e) { return scheme_make_with(a, book, stage, SANCTIONS_OF_BOOK, out, e); }
bool scheme_make_as(Arena *a, const RuleBook *book, Str stage, SchemeSanctions sanctions, const Scheme **out, Err *e) { return scheme_make_with(a, book, stage, sanctions, out, e); }

Str scheme_stage(const Scheme *s) { return s->stage->id; }
Date scheme_reference_on(const Scheme *s) { return s->days[0]; }
size_t scheme_components(const Scheme *s, const SchemeComponent **out) { *out = s->components; return (size_t)s->kernel.component_n; }
size_t scheme_channels(const Scheme *s, const SchemeChannel **out) { *out = s->channels; return (size_t)s->kernel.channel_n; }
size_t scheme_classes(const Scheme *s, const PersonClass **out) { *out = s->classes; return s->class_n; }
size_t scheme_birth_bounds(const Scheme *s, const Date **out) { *out = s->birth_bounds; return s->birth_bound_n; }
bool scheme_has_quantities(const Scheme *s) { return s->quantity_n > 0; }
bool scheme_is_case_of_groups(const Scheme *s) { return s->kernel.flag_n == 0 && s->quantity_n == 0 && !s->is_counting_members; }

int scheme_channel_find(const Scheme *s, Str code) {
    for (int i = 0; i < s->kernel.channel_n; i++) if (str_eq(s->channels[i].code, code)) return i;
    return -1;
}

size_t scheme_extra_names(const Scheme *s, const Str **person, size_t *person_n, const Str **family, size_t *family_n) {
    *person = s->extra_person;
    *person_n = s->book->person_attribute_n;
    *family = s->extra_family;
    *family_n = s->book->family_attribute_n;
    return *person_n + *family_n;
}

int64_t scheme_person_empty(const Scheme *s, size_t i) { return s->book->person_attributes[i].empty; }
int64_t scheme_family_empty(const Scheme *s, size_t i) { return s->book->family_attributes[i].empty; }
bool scheme_reads_person(const Scheme *s, size_t i) { return s->reads_person >> (ATTR_STANDARD_N + i) & 1; }
bool scheme_reads_family(const Scheme *s, size_t i) { return s->reads_family >> i & 1; }

uint32_t scheme_mask_in(const Scheme *s, int channel, uint32_t mask) {
    return (uint32_t)((uint64_t)mask >> (s->kernel.channels[channel].day * s->kernel.component_n)) & s->kernel.person_mask;
}

uint16_t scheme_person_class(const Scheme *s, const PersonFacts *p) {
    int64_t values[ATTR_MAX];
    person_values(p, values);
    PersonClass wanted = { .mask = person_mask(s, values), .outcome = p->outcome };
    if (!wanted.mask) return 0;
    int cut = level_find(s, level_of(s, values, wanted.mask));
    assert(cut >= 0);                                      // make_classes met every kind of person
    wanted.cut = (uint8_t)cut;
    size_t at = class_place(s->classes, s->class_n, &wanted);
    assert(at < s->class_n && class_order(&s->classes[at], &wanted) == 0);
    return (uint16_t)at;
}

Str scheme_cap_title(const Scheme *s, int cap) { return title_here(s->caps[cap]->title); }
Str scheme_condition_title(const Scheme *s, int condition) { return title_here(s->conditions[condition].title); }

Str scheme_cut_title(const Scheme *s, int cut, int component) {
    for (size_t i = 0; i < s->cut_n; i++)
        if (s->levels[cut].times[i] && (s->cut_set[i] >> component & 1)) return title_here(s->sanction->cuts[i].title);
    return STR("");
}

bool entitlement_of(const Scheme *s, int channel, const Case *c, bool with_lines, Entitlement *out, Err *e) {
    (void)e;
    kernel_run(&s->kernel, channel, c, with_lines, out);
    return true;
}
