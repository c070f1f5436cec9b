#include "programme/rules_show.h"
#include "base/lang.h"
#include "programme/condition_read.h"
#include "programme/rules_eval.h"

typedef struct { Arena *a; const RuleBook *book; Date on; ShownRule *at; size_t n, room; } Showing;

// ---- values as text ------------------------------------------------------------------------------------------------
static Str taken(Arena *a, Buf *b) {
    Str text = arena_str(a, buf_view(b));
    buf_free(b);
    return text;
}

static Str day_text(Arena *a, Date day) {
    Buf b = { .max = 16 };
    date_put_iso(&b, day);
    return taken(a, &b);
}

static void put_amount(const Showing *s, Buf *b, int64_t amount) {
    if (str_eq(s->book->currency, STR("IDR"))) { rupiah_put(b, (Rupiah){ amount }); return; }
    buf_str(b, s->book->currency);
    buf_char(b, ' ');
    put_money(b, s->book, amount);
}

static void put_set_names(const Showing *s, Buf *b, uint64_t set) {
    uint64_t all = ((uint64_t)1 << s->book->component_n) - 1;
    if ((set & all) == all) { buf_c(b, _("all components")); return; }
    bool is_first = true;
    for (size_t i = 0; i < s->book->component_n; i++) {
        if (!(set >> i & 1)) continue;
        buf_fmt(b, "%s%.*s", is_first ? "" : ", ", STR_ARG(s->book->components[i].code));
        is_first = false;
    }
}

static void put_bound(const Showing *s, Buf *b, const Condition *c, AttributeType type, int64_t v) {
    if (type == ATTRIBUTE_MONEY) put_amount(s, b, v);
    else if (type == ATTRIBUTE_DATE && c->kind == COND_RANGE) date_put_iso(b, (Date){ (int32_t)v });
    else buf_int(b, v);
}

static void put_range(const Showing *s, Buf *b, const char *name, const Condition *c, AttributeType type) {
    buf_fmt(b, "%s ", name);
    if (c->low == c->high) { put_bound(s, b, c, type, c->low); return; }
    bool has_both = c->low != INT64_MIN && c->high != INT64_MAX;
    if (c->low != INT64_MIN) buf_c(b, has_both ? "" : "≥ "), put_bound(s, b, c, type, c->low);
    if (has_both) buf_c(b, "–");
    if (c->high != INT64_MAX) buf_c(b, has_both ? "" : "≤ "), put_bound(s, b, c, type, c->high);
}

static Str attribute_name(const RuleBook *book, int attr, bool is_family) {
    if (is_family) return book->family_attributes[attr].name;
    return attr < ATTR_STANDARD_N ? str_c(STANDARD_ATTRIBUTES[attr].name) : book->person_attributes[attr - ATTR_STANDARD_N].name;
}

static void put_condition(const Showing *s, Buf *b, const Condition *c, bool is_family) {
    Str words[CHOICE_MAX];
    const char *name;
    switch (c->kind) {
    case COND_YEARS:
        put_range(s, b,
                  c->attr == ATTR_BORN_ON && !is_family
                      ? _("age")
                      : arena_fmt(s->a, _("years since %.*s"), STR_ARG(attribute_name(s->book, c->attr, is_family))).p,
                  c, ATTRIBUTE_INT);
        return;
    case COND_MONTHS:
        put_range(s, b,
                  c->attr == ATTR_BORN_ON && !is_family
                      ? _("age in months")
                      : arena_fmt(s->a, _("months since %.*s"), STR_ARG(attribute_name(s->book, c->attr, is_family))).p,
                  c, ATTRIBUTE_INT);
        return;
    case COND_RANGE:
        name = arena_c(s->a, attribute_name(s->book, c->attr, is_family));
        if (attribute_type(s->book, c->attr, is_family) == ATTRIBUTE_FLAG) buf_fmt(b, "%s%s", c->low ? "" : _("not "), name);
        else put_range(s, b, name, c, attribute_type(s->book, c->attr, is_family));
        return;
    case COND_SET: {
        size_t n = attribute_choices(s->book, c->attr, is_family, words);
        buf_fmt(b, "%.*s", STR_ARG(attribute_name(s->book, c->attr, is_family)));
        for (size_t i = 0, shown_n = 0; i < n; i++) if (c->set >> i & 1) buf_fmt(b, "%s%.*s", shown_n++ ? "/" : " ", STR_ARG(words[i]));
        return;
    }
    case COND_COMPONENT: buf_c(b, _("fills ")); put_set_names(s, b, c->set); return;
    case COND_MEMBERS: put_range(s, b, _("members"), c, ATTRIBUTE_INT); return;
    case COND_COUNT:
        buf_c(b, _("members with ("));
        put_condition(s, b, c->first, false);
        buf_c(b, ")");
        put_range(s, b, ":", c, ATTRIBUTE_INT);
        return;
    case COND_PER_HEAD:
        put_range(s, b, arena_fmt(s->a, _("%.*s per head"), STR_ARG(attribute_name(s->book, c->attr, true))).p, c, ATTRIBUTE_MONEY);
        return;
    case COND_NOT: buf_c(b, _("not ")); buf_char(b, '('); put_condition(s, b, c->first, is_family); buf_char(b, ')'); return;
    case COND_ALL: case COND_ANY:
        for (const Condition *part = c->first; part; part = part->next) {
            if (part != c->first) buf_c(b, c->kind == COND_ALL ? _(", ") : _(" or "));
            bool is_nested = part->kind == COND_ANY;
            if (is_nested) buf_char(b, '(');
            put_condition(s, b, part, is_family);
            if (is_nested) buf_char(b, ')');
        }
    }
}

// ---- rows ----------------------------------------------------------------------------------------------------------
static bool holds(const Showing *s, const Dated *d) {
    return d->from.days <= s->on.days && (!date_is_known(d->until) || d->until.days >= s->on.days);
}

static void add_row(Showing *s, const char *section, Str code, Str what, Buf *value, const Dated *d) {
    static const char *const CONFIDENCES[] = { "H", "M", "L", "MEM" };
    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        ShownRule *more = NEW(s->a, ShownRule, room);
        if (s->n) memcpy(more, s->at, s->n * sizeof *more);
        s->at = more;
        s->room = room;
    }
    bool is_off = d->switch_i >= 0 && !s->book->switches[d->switch_i].is_on;
    s->at[s->n++] = (ShownRule){ .section = section,
                                 .code = code,
                                 .what = what,
                                 .value = taken(s->a, value),
                                 .from = day_text(s->a, d->from),
                                 .until = day_text(s->a, d->until),
                                 .confidence = str_c(CONFIDENCES[d->confidence]),
                                 .source = title_here(d->source),
                                 .note = is_off ? arena_fmt(s->a, _("off; switch %.*s"), STR_ARG(s->book->switches[d->switch_i].code))
                                                : title_here(d->note),
                                 .is_off = is_off };
}

static void show_components(Showing *s) {
    for (size_t i = 0; i < s->book->component_n; i++) {
        const Component *c = &s->book->components[i];
        for (size_t k = 0; k < c->when_n; k++) {
            if (!holds(s, &c->when[k].d)) continue;
            Buf b = { .max = BUF_MAX };
            put_condition(s, &b, c->when[k].when, false);
            add_row(s, N_("component"), c->code, title_here(c->title), &b, &c->when[k].d);
        }
    }
}

static void show_amounts(Showing *s) {
    for (size_t i = 0; i < s->book->component_n; i++) {
        const Component *c = &s->book->components[i];
        for (size_t k = 0; k < c->rate_n; k++) {
            const Rate *rate = &c->rates[k];
            if (!holds(s, &rate->d)) continue;
            Buf b = { .max = BUF_MAX };
            put_amount(s, &b, rate->amount);
            if (rate->months) buf_fmt(&b, _(" for %d months"), (int)rate->months);
            else for (size_t j = 0; j < rate->stage_n; j++) buf_fmt(&b, j ? ", %.*s" : _(" once in stage %.*s"), STR_ARG(rate->stages[j]));
            if (rate->when) buf_c(&b, "; "), put_condition(s, &b, rate->when, true);
            add_row(s, N_("amount"), c->code, title_here(c->title), &b, &rate->d);
        }
    }
}

static void show_top_ups(Showing *s) {
    for (size_t i = 0; i < s->book->top_up_n; i++)
        for (size_t k = 0; k < s->book->top_ups[i].floor_n; k++) {
            const TopUp *t = &s->book->top_ups[i].floors[k];
            if (!holds(s, &t->d)) continue;
            Buf b = { .max = BUF_MAX };
            buf_c(&b, t->is_per_person ? _("up to a floor per person of ") : _("up to a floor per family of "));
            put_amount(s, &b, t->floor);
            buf_fmt(&b, _(" for %d months"), (int)t->months);
            if (t->counts) buf_c(&b, _("; counts ")), put_set_names(s, &b, t->counts);
            if (t->income) buf_fmt(&b, _("; counts %.*s"), STR_ARG(s->book->family_attributes[t->income - 1].name));
            add_row(s, N_("top-up"), s->book->top_ups[i].code, title_here(s->book->top_ups[i].title), &b, &t->d);
        }
}

static void show_caps(Showing *s) {
    static const char *const METHODS[] = { N_("truncated"), N_("to the nearest"), N_("rounded up") };
    for (size_t i = 0; i < s->book->cap_n; i++)
        for (size_t k = 0; k < s->book->caps[i].max_n; k++) {
            const Cap *cap = &s->book->caps[i];
            if (!holds(s, &cap->max[k].d)) continue;
            Buf b = { .max = BUF_MAX };
            buf_fmt(&b, "≤ %d: ", (int)cap->max[k].max);
            put_set_names(s, &b, cap->components);
            add_row(s, N_("cap"), cap->code, title_here(cap->title), &b, &cap->max[k].d);
        }
    for (size_t i = 0; i < s->book->choice_n; i++) {
        const Choice *c = &s->book->choices[i];
        if (!holds(s, &c->d)) continue;
        Buf b = { .max = BUF_MAX };
        if (!c->is_by_order) buf_c(&b, _("the highest total"));
        for (size_t k = 0; c->is_by_order && k < c->order_n; k++)
            buf_fmt(&b, "%s%.*s", k ? " > " : "", STR_ARG(s->book->components[c->order[k]].code));
        add_row(s, N_("choice"), STR("choose"), str_c(_("Which persons are kept")), &b, &c->d);
    }
    for (size_t i = 0; i < s->book->rounding_n; i++) {
        const Rounding *r = &s->book->roundings[i];
        if (!holds(s, &r->d)) continue;
        Buf b = { .max = BUF_MAX };
        buf_fmt(&b, "%s ", tr(METHODS[r->method]));
        put_amount(s, &b, r->unit);
        buf_c(&b, r->is_per_family ? _(", per family") : _(", per person"));
        add_row(s, N_("rounding"), STR("rounding"), str_c(_("Rounding")), &b, &r->d);
    }
}

static void put_percent(Buf *b, int64_t basis_points) {
    buf_int(b, basis_points / 100);
    if (basis_points % 100) buf_fmt(b, ".%02d", (int)(basis_points % 100));
    buf_c(b, "%");
}

static void show_cut(Showing *s, const CutRule *cut, const Dated *d) {
    Buf b = { .max = BUF_MAX };
    buf_c(&b, "− ");
    if (cut->kind == CUT_PERCENT) put_percent(&b, cut->value);
    else if (cut->kind == CUT_AMOUNT) put_amount(s, &b, cut->value);
    else buf_fmt(&b, _("the amount of %d months"), (int)cut->value);
    if (cut->each >= 0) buf_fmt(&b, _(" for each of %.*s"), STR_ARG(attribute_name(s->book, cut->each, false)));
    buf_c(&b, "; ");
    put_condition(s, &b, cut->when, false);
    add_row(s, N_("cut"), STR("cut"), title_here(cut->title), &b, d);
}

static void show_sanctions(Showing *s) {
    for (size_t i = 0; i < s->book->sanction_n; i++) {
        const Sanction *sanction = &s->book->sanctions[i];
        if (!holds(s, &sanction->d)) continue;
        Buf b = { .max = BUF_MAX };
        buf_c(&b, sanction->is_applied ? _("taken off by the program") : _("recorded and proposed; nothing is taken off by the program"));
        add_row(s, N_("sanction"), STR("sanction"), title_here(sanction->title), &b, &sanction->d);
        for (size_t k = 0; k < sanction->cut_n; k++) show_cut(s, &sanction->cuts[k], &sanction->d);
        for (size_t k = 0; k < sanction->family_cut_n; k++) {
            Buf cut = { .max = BUF_MAX };
            buf_c(&cut, "− ");
            put_percent(&cut, sanction->family_cuts[k].basis_points);
            buf_c(&cut, "; ");
            put_condition(s, &cut, sanction->family_cuts[k].when, true);
            add_row(s, N_("family cut"), STR("family_cut"), title_here(sanction->family_cuts[k].title), &cut, &sanction->d);
        }
        for (size_t k = 0; k < sanction->suspend_n; k++) {
            Buf suspend = { .max = BUF_MAX };
            put_condition(s, &suspend, sanction->suspends[k].when, true);
            add_row(s, N_("suspension"), STR("suspend"), title_here(sanction->suspends[k].title), &suspend, &sanction->d);
        }
        for (size_t k = 0; k < sanction->exclude_n; k++) {
            Buf exclude = { .max = BUF_MAX };
            put_condition(s, &exclude, sanction->excludes[k].when, true);
            add_row(s, N_("exclusion"), STR("exclude"), title_here(sanction->excludes[k].title), &exclude, &sanction->d);
        }
        for (size_t k = 0; k < sanction->warn_n; k++) {
            Buf warn = { .max = BUF_MAX };
            put_condition(s, &warn, sanction->warns[k].when, true);
            add_row(s, N_("warning"), STR("warn"), title_here(sanction->warns[k].title), &warn, &sanction->d);
        }
        for (size_t k = 0; k < sanction->restore_n; k++) {
            Buf restore = { .max = BUF_MAX };
            buf_fmt(&restore, sanction->restores[k].has_back_pay ? _("after %d months without a miss, with back-pay") : _("after %d months without a miss, without back-pay"),
                    (int)sanction->restores[k].met_months);
            add_row(s, N_("restoration"), STR("restore"), title_here(sanction->restores[k].title), &restore, &sanction->d);
        }
    }
}

static void show_families(Showing *s) {
    for (size_t i = 0; i < s->book->eligible_n; i++) {
        if (!holds(s, &s->book->eligible[i].d)) continue;
        Buf b = { .max = BUF_MAX };
        put_condition(s, &b, s->book->eligible[i].when, true);
        add_row(s, N_("eligible"), STR("eligible"), title_here(s->book->eligible[i].title), &b, &s->book->eligible[i].d);
    }
    for (size_t i = 0; i < s->book->share_n; i++) {
        if (!holds(s, &s->book->shares[i].d)) continue;
        Buf b = { .max = BUF_MAX };
        put_percent(&b, s->book->shares[i].basis_points);
        buf_c(&b, "; ");
        put_condition(s, &b, s->book->shares[i].when, true);
        add_row(s, N_("share"), STR("share"), title_here(s->book->shares[i].title), &b, &s->book->shares[i].d);
    }
}

// ---- duties ----------------------------------------------------------------------------------------------------------
static void put_who(const Showing *s, Buf *b, const Duty *duty) {
    if (duty->is_of_family) buf_c(b, _("the family"));
    if (duty->components) buf_c(b, _("fills ")), put_set_names(s, b, duty->components);
    if (duty->components && duty->when) buf_c(b, ", ");
    if (duty->when) put_condition(s, b, duty->when, false);
}

static void put_window(const Showing *s, Buf *b, const Ask *ask, const DutyWindow *w) {
    Str name = w->title.id.n ? title_here(w->title) : w->fact != ask->fact ? title_here(s->book->facts[w->fact].title) : STR("");
    if (name.n) buf_fmt(b, "%.*s ", STR_ARG(name));
    if (w->times > 1) buf_fmt(b, "%d× ", (int)w->times);
    buf_fmt(b, w->is_days ? _("day %d–%d") : _("month %d–%d"), (int)w->low, (int)w->high);
    if (w->may_be_late) buf_c(b, _(" (later counts too)"));
}

static void put_ask(const Showing *s, Buf *b, const Duty *duty, const Ask *ask) {
    static const char *const RHYTHMS[] = { N_("each month"), N_("each half year"), N_("each year"), N_("since the birth"), N_("since the pregnancy began"), N_("since the delivery") };
    buf_str(b, title_here(ask->text));
    buf_c(b, " [");
    put_who(s, b, duty);
    buf_fmt(b, "; %s", tr(RHYTHMS[ask->rhythm]));
    if (ask->basis_points) buf_c(b, " ≥ "), put_percent(b, ask->basis_points);
    else if (!ask->window_n) buf_fmt(b, " ≥ %d×", (int)ask->times);
    for (size_t i = 0; i < ask->window_n; i++) buf_c(b, i ? "; " : ": "), put_window(s, b, ask, &ask->windows[i]);
    if (ask->is_only_shown) buf_c(b, _("; shown, the outcome does not depend on it"));
    buf_char(b, ']');
}

static void show_duties(Showing *s) {
    for (size_t i = 0; i < s->book->duty_n; i++) {
        const Duty *duty = &s->book->duties[i];
        for (size_t k = 0; k < duty->ask_n; k++) {
            if (!holds(s, &duty->asks[k].d)) continue;
            Buf b = { .max = BUF_MAX };
            put_ask(s, &b, duty, &duty->asks[k]);
            add_row(s, N_("duty"), duty->code, title_here(duty->title), &b, &duty->asks[k].d);
        }
        for (size_t k = 0; k < duty->present_n; k++) {
            const PresentRule *rule = &duty->presents[k];
            if (!holds(s, &rule->d)) continue;
            Buf b = { .max = BUF_MAX };
            buf_c(&b, rule->is_permitted_present && rule->is_sick_present ? _("days with leave and sick days count as present")
                      : rule->is_sick_present ? _("sick days count as present") : rule->is_permitted_present ? _("days with leave count as present")
                      : _("days with leave and sick days lower the rate"));
            add_row(s, N_("duty"), duty->code, title_here(duty->title), &b, &rule->d);
        }
    }
}

// Stages that pay for the month of the day.
static void show_stages(Showing *s) {
    for (size_t i = 0; i < s->book->stage_n; i++) {
        const Stage *stage = &s->book->stages[i];
        for (size_t k = 0; k < stage->channel_n; k++) {
            const StageChannel *c = &stage->channels[k];
            Date last = { date_add_months(c->first_on, (int)c->months).days - 1 }, ages_on = date_is_known(c->ages_on) ? c->ages_on : stage->ages_on;
            Dated d = stage->d;
            d.from = c->first_on;
            d.until = last;
            if (!holds(s, &d)) continue;
            Buf b = { .max = BUF_MAX };
            buf_fmt(&b, _("%.*s: %d months; ages on "), STR_ARG(s->book->channels[c->channel].code), (int)c->months);
            date_put_local(&b, ages_on);
            add_row(s, N_("stage"), stage->id, title_here(stage->title), &b, &d);
        }
    }
}

size_t rules_show(Arena *a, const RuleBook *book, Date on, const ShownRule **out) {
    Showing s = { .a = a, .book = book, .on = on };
    show_stages(&s);
    show_families(&s);
    show_components(&s);
    show_amounts(&s);
    show_top_ups(&s);
    show_caps(&s);
    show_sanctions(&s);
    show_duties(&s);
    *out = s.at;
    return s.n;
}

bool rules_try_stages(Arena *a, const RuleBook *book, Findings *findings, StagesTried *out, Err *e) {
    size_t before_n = findings->error_n;
    *out = (StagesTried){ .is_case_of_groups = true };
    for (size_t i = 0; i < book->stage_n; i++) {
        const Stage *stage = &book->stages[i];
        if (stage->d.switch_i >= 0 && !book->switches[stage->d.switch_i].is_on) continue;
        Arena own = { 0 };
        Err failed = { 0 };
        const Scheme *s;
        const SchemeComponent *components;
        const PersonClass *classes;
        if (!scheme_make(&own, book, stage->id, &s, &failed))
            finding_add(a, findings, FINDING_ERROR, stage->d.line_n, arena_fmt(a, "stages." STR_FMT, STR_ARG(stage->id)), "stage", "%s", failed.text);
        else {
            out->stage_n++;
            out->component_n = scheme_components(s, &components);
            out->class_n = scheme_classes(s, &classes);
            if (!scheme_is_case_of_groups(s)) { out->is_case_of_groups = false; out->wide_stage = stage->id; }
            out->has_quantities |= scheme_has_quantities(s);
        }
        arena_free(&own);
    }
    if (findings->error_n > before_n) return fail(e, BAD_INPUT, N_("%zu stages cannot be made."), findings->error_n - before_n);
    return true;
}
