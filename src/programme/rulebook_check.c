#include "programme/rulebook_check.h"
#include "base/lang.h"

#define AT(r, line, ...) (r)->a, (r)->findings, FINDING_ERROR, (line), arena_fmt((r)->a, __VA_ARGS__)

static Str day_text(Arena *a, Date day) {
    if (!date_is_known(day)) return STR("…");
    Buf b = { .max = 16 };
    date_put_iso(&b, day);
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static bool is_within(const Dated *d, Date day) { return d->from.days <= day.days && (!date_is_known(d->until) || d->until.days >= day.days); }

// ---- dates of one list: no two at once, and no day between the first and the last without a value ------------------
typedef struct { const void *list; size_t n, size; Str place; bool may_gap; } DatedList;

static const Dated *dated_at(const DatedList *l, size_t i) { return (const void *)((const char *)l->list + i * l->size); }

// The last day covered without a break from `d` on by values that always apply; DATE_NONE: for ever.
static const Dated *follower(const DatedList *l, const Dated *d) {
    if (!date_is_known(d->until)) return d;
    for (size_t i = 0; i < l->n; i++) {
        const Dated *next = dated_at(l, i);
        if (next->switch_i < 0 && is_within(next, (Date){ d->until.days + 1 })) return next;
    }
    return NULL;
}

static void check_dates(Reader *r, DatedList l) {
    for (size_t i = 0; i < l.n; i++)
        for (size_t j = 0; j < i; j++) {
            const Dated *a = dated_at(&l, i), *b = dated_at(&l, j);
            if (a->switch_i != b->switch_i || !(is_within(a, b->from) || is_within(b, a->from))) continue;
            finding_add(AT(r, a->line_n, STR_FMT, STR_ARG(l.place)), "overlap",
                        N_("Two values hold at once: from %.*s until %.*s, and the one in line %lld. End the earlier one the day before."),
                        STR_ARG(day_text(r->a, a->from)), STR_ARG(day_text(r->a, a->until)), (long long)b->line_n);
        }
    for (size_t i = 0; !l.may_gap && i < l.n; i++) {
        const Dated *d = dated_at(&l, i), *later = NULL;
        if (d->switch_i >= 0 || follower(&l, d)) continue;
        for (size_t j = 0; j < l.n; j++) {                 // the next one that begins after the gap, if any
            const Dated *next = dated_at(&l, j);
            if (next->switch_i < 0 && next->from.days > d->until.days && (!later || next->from.days < later->from.days)) later = next;
        }
        if (later)
            finding_add(AT(r, d->line_n, STR_FMT, STR_ARG(l.place)), "gap",
                        N_("No value holds after %.*s until the day before %.*s (line %lld)."), STR_ARG(day_text(r->a, d->until)),
                        STR_ARG(day_text(r->a, later->from)), (long long)later->line_n);
    }
}

#define DATES(r, items, n, ...) check_dates((r), (DatedList){ (items), (n), sizeof *(items), arena_fmt((r)->a, __VA_ARGS__), false })

static void check_all_dates(Reader *r) {
    const RuleBook *book = r->book;
    DATES(r, book->roundings, book->rounding_n, "rounding");
    DATES(r, book->choices, book->choice_n, "choose");
    check_dates(r, (DatedList){ book->sanctions, book->sanction_n, sizeof *book->sanctions, STR("sanctions"),
                                true });     // years without any are fine
    DATES(r, book->recoveries, book->recovery_n, "recovery");
    for (size_t i = 0; i < book->component_n; i++) {
        const Component *c = &book->components[i];
        DATES(r, c->when, c->when_n, STR_FMT ".when", STR_ARG(c->code));
        DATES(r, c->rates, c->rate_n, STR_FMT ".amounts", STR_ARG(c->code));
    }
    for (size_t i = 0; i < book->top_up_n; i++)
        DATES(r, book->top_ups[i].floors, book->top_ups[i].floor_n, STR_FMT ".floors", STR_ARG(book->top_ups[i].code));
    for (size_t i = 0; i < book->duty_n; i++) {
        const Duty *duty = &book->duties[i];
        DATES(r, duty->asks, duty->ask_n, STR_FMT ".asks", STR_ARG(duty->code));
        DATES(r, duty->presents, duty->present_n, STR_FMT ".present", STR_ARG(duty->code));
    }
    for (size_t i = 0; i < book->cap_n; i++) DATES(r, book->caps[i].max, book->caps[i].max_n, STR_FMT ".limits", STR_ARG(book->caps[i].code));
}

// ---- names ---------------------------------------------------------------------------------------------------------
static void check_names(Reader *r, const void *list, size_t n, size_t size, size_t code_offset, const char *place) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            Str a, b;
            memcpy(&a, (const char *)list + i * size + code_offset, sizeof a);
            memcpy(&b, (const char *)list + j * size + code_offset, sizeof b);
            if (str_eq(a, b)) finding_add(AT(r, 0, "%s", place), "taken", N_("The name \"%.*s\" is used twice."), STR_ARG(a));
        }
}
#define NAMES(r, items, n, Type, member, place) check_names((r), (items), (n), sizeof *(items), offsetof(Type, member), place)

static void check_stage_ids(Reader *r) {
    const RuleBook *book = r->book;
    for (size_t i = 0; i < book->stage_n; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(book->stages[i].id, book->stages[j].id) && book->stages[i].d.switch_i == book->stages[j].d.switch_i)
                finding_add(AT(r, book->stages[i].d.line_n, "stages"), "taken", N_("The name \"%.*s\" is used twice."), STR_ARG(book->stages[i].id));
}

// ---- stages --------------------------------------------------------------------------------------------------------
static bool has_stage(const RuleBook *book, Str id) {
    for (size_t i = 0; i < book->stage_n; i++) if (str_eq(book->stages[i].id, id)) return true;
    return false;
}

static void check_rate_in_stage(Reader *r, const Component *c, const Stage *stage, const Rate *rate) {
    const RuleBook *book = r->book;
    for (size_t i = 0; i < stage->channel_n; i++) {
        const StageChannel *channel = &stage->channels[i];
        Date last = { date_add_months(channel->first_on, (int)channel->months).days - 1 };
        const Rate *at_first = DATED_ON(book, c->rates, c->rate_n, channel->first_on), *at_last = DATED_ON(book, c->rates, c->rate_n, last);
        bool is_same = at_first && at_last && at_first->amount == rate->amount && at_last->amount == rate->amount &&
                       at_first->months == rate->months && at_last->months == rate->months;
        if (!is_same)
            finding_add(AT(r, rate->d.line_n, STR_FMT ".amounts", STR_ARG(c->code)), "changes_inside",
                        N_("The amount changes within the months of stage %.*s (channel %.*s). Divide the stage, or move the date."),
                        STR_ARG(stage->id), STR_ARG(book->channels[channel->channel].code));
    }
}

static void check_stage(Reader *r, const Stage *stage) {
    const RuleBook *book = r->book;
    size_t component_n = 0;
    for (size_t i = 0; i < book->component_n; i++) {
        const Component *c = &book->components[i];
        bool is_person = i < book->person_component_n;
        const When *when = DATED_ON(book, c->when, c->when_n, stage->ages_on);
        const Rate *rate = DATED_ON(book, c->rates, c->rate_n, stage->ages_on);
        component_n += rate != NULL;
        if (is_person && when && !rate)
            finding_add(AT(r, c->line_n, STR_FMT ".amounts", STR_ARG(c->code)), "no_amount",
                        N_("Stage %.*s (%.*s) has no amount for this component, but says who fills it."), STR_ARG(stage->id),
                        STR_ARG(day_text(r->a, stage->ages_on)));
        if (is_person && rate && !when)
            finding_add(AT(r, c->line_n, STR_FMT ".when", STR_ARG(c->code)), "no_condition",
                        N_("Stage %.*s (%.*s) has an amount for this component, but does not say who fills it."), STR_ARG(stage->id),
                        STR_ARG(day_text(r->a, stage->ages_on)));
        if (rate && rate->months) check_rate_in_stage(r, c, stage, rate);
    }
    if (component_n == 0)
        finding_add(AT(r, stage->d.line_n, "stages"), "no_amount", N_("No component has an amount in stage %.*s."), STR_ARG(stage->id));
    if (!DATED_ON(book, book->roundings, book->rounding_n, stage->ages_on))
        finding_add(AT(r, stage->d.line_n, "stages"), "no_rounding", N_("The rule book has no rounding for the stage %.*s."), STR_ARG(stage->id));
    if (!DATED_ON(book, book->choices, book->choice_n, stage->ages_on))
        finding_add(AT(r, stage->d.line_n, "stages"), "no_choice", N_("The rule book does not say how to choose in the stage %.*s."),
                    STR_ARG(stage->id));
    for (size_t i = 0; i < stage->channel_n; i++)
        for (size_t j = 0; j < i; j++)
            if (stage->channels[i].channel == stage->channels[j].channel)
                finding_add(AT(r, stage->d.line_n, "stages"), "taken", N_("The name \"%.*s\" is used twice."), STR_ARG(stage->id));
}

static void check_orders(Reader *r) {
    for (size_t i = 0; i < r->book->choice_n; i++) {
        const Choice *c = &r->book->choices[i];
        if (c->is_by_order && c->order_n != r->book->person_component_n)
            finding_add(AT(r, c->d.line_n, "choose"), "missing",
                        N_("\"order\" must name each component of persons once; it names %zu of %zu."), c->order_n,
                        r->book->person_component_n);
    }
}

static void check_once(Reader *r) {
    for (size_t i = r->book->person_component_n; i < r->book->component_n; i++) {
        const Component *c = &r->book->components[i];
        for (size_t k = 0; k < c->rate_n; k++)
            for (size_t s = 0; s < c->rates[k].stage_n; s++)
                if (!has_stage(r->book, c->rates[k].stages[s]))
                    finding_add(AT(r, c->rates[k].d.line_n, STR_FMT ".amounts", STR_ARG(c->code)), "unknown",
                                N_("There is no stage \"%.*s\"."), STR_ARG(c->rates[k].stages[s]));
    }
}

void rulebook_check(Reader *r) {
    const RuleBook *book = r->book;
    NAMES(r, book->sources, book->source_n, Source, code, "sources");
    NAMES(r, book->switches, book->switch_n, Switch, code, "switches");
    NAMES(r, book->person_attributes, book->person_attribute_n, Attribute, name, "attributes.person");
    NAMES(r, book->family_attributes, book->family_attribute_n, Attribute, name, "attributes.family");
    NAMES(r, book->caps, book->cap_n, Cap, code, "caps");
    NAMES(r, book->facts, book->fact_n, FactKind, code, "facts");
    NAMES(r, book->duties, book->duty_n, Duty, code, "duties");
    NAMES(r, book->channels, book->channel_n, Channel, code, "channels");
    check_stage_ids(r);
    check_all_dates(r);
    check_orders(r);
    check_once(r);
    for (size_t i = 0; i < book->stage_n; i++) check_stage(r, &book->stages[i]);
}
