// rulebook.c: what a rule book holds, as tables of fields. docs/rules.md is the same in prose. Components are read in two steps,
// because one that pays by an attribute ("by: school_level") stands for one component per value. rulebook_check.c looks at the
// whole afterwards: dates that overlap or leave gaps, stages without a rate.
#include "programme/rulebook_check.h"
#include "base/lang.h"
#include "programme_files.h"

const StandardAttribute STANDARD_ATTRIBUTES[ATTR_STANDARD_N] = {
    [ATTR_BORN_ON] = { "born_on", ATTRIBUTE_DATE, { NULL } },
    [ATTR_SEX] = { "sex", ATTRIBUTE_CHOICE, { "-", "L", "P" } },
    [ATTR_SCHOOL_LEVEL] = { "school_level", ATTRIBUTE_CHOICE, { "none", "SD", "SMP", "SMA" } },
    [ATTR_PREGNANCY_NO] = { "pregnancy_no", ATTRIBUTE_INT, { NULL } },
    [ATTR_SEVERE_DISABILITY] = { "severe_disability", ATTRIBUTE_FLAG, { NULL } },
    [ATTR_RIGHTS_VICTIM] = { "rights_victim", ATTRIBUTE_FLAG, { NULL } },
    [ATTR_OUTCOME] = { "outcome", ATTRIBUTE_CHOICE, { "unknown", "met", "not_met", "excused" } },
};

Str title_here(Title t) { return lang_get() == LANG_ID ? t.id : t.en; }

// ---- dates, source and confidence: in front of every value ---------------------------------------------------------
static const char *const CONFIDENCES[] = { "H", "M", "L", "MEM", NULL };

static void read_from(Reader *r, const YamlNode *node, void *into) {
    Dated *d = into;
    d->until = DATE_NONE;
    d->switch_i = -1;
    d->line_n = node->line_n;
    (void)read_date(r, node, &d->from);
}

static void read_until(Reader *r, const YamlNode *node, void *into) {
    Dated *d = into;
    if (read_date(r, node, &d->until) && d->until.days < d->from.days) note(r, node, "empty_range", N_("\"until\" is before \"from\"."));
}

static void read_source(Reader *r, const YamlNode *node, void *into) {
    const RuleBook *book = r->book;
    Str code, *known = NEW(r->a, Str, book->source_n);
    if (!read_text(r, node, &code)) return;
    for (size_t i = 0; i < book->source_n; i++) {
        known[i] = book->sources[i].code;
        if (str_eq(code, known[i])) { ((Dated *)into)->source = book->sources[i].title; return; }
    }
    note_unknown(r, node, code, known, book->source_n);
}

static void read_switch(Reader *r, const YamlNode *node, void *into) {
    const RuleBook *book = r->book;
    Str code, *known = NEW(r->a, Str, book->switch_n);
    if (!read_text(r, node, &code)) return;
    for (size_t i = 0; i < book->switch_n; i++) {
        known[i] = book->switches[i].code;
        if (str_eq(code, known[i])) { ((Dated *)into)->switch_i = (int)i; return; }
    }
    note_unknown(r, node, code, known, book->switch_n);
}

#define DATED \
    { "from", FIELD_OWN, true, .read = read_from }, { "until", FIELD_OWN, .read = read_until }, \
    { "source", FIELD_OWN, true, .read = read_source }, { "switch", FIELD_OWN, .read = read_switch }, \
    { "confidence", FIELD_WORD, true, .offset = offsetof(Dated, confidence), .words = CONFIDENCES }, \
    { "note", FIELD_TITLE, false, .offset = offsetof(Dated, note) }
#define COUNT(table) (sizeof(table) / sizeof *(table))
#define LIST(key_, is_required_, Owner, member, member_n, table, ...) \
    { key_, FIELD_LIST, is_required_, .offset = offsetof(Owner, member), .offset_n = offsetof(Owner, member_n), \
      .size = sizeof *((Owner *)0)->member, .fields = table, .field_n = COUNT(table), __VA_ARGS__ }
#define CONDITION(Owner, of_) /* "if" */ \
    static void read_if_##Owner(Reader *r, const YamlNode *node, void *into) { ((Owner *)into)->when = read_condition(r, node, of_); }

// ---- sources, switches, attributes ---------------------------------------------------------------------------------
static const Field SOURCE_FIELDS[] = { { "code", FIELD_CODE, true, .offset = offsetof(Source, code) },
                                       { "title", FIELD_TITLE, true, .offset = offsetof(Source, title) } };
static const Field SWITCH_FIELDS[] = { { "code", FIELD_CODE, true, .offset = offsetof(Switch, code) },
                                       { "title", FIELD_TITLE, true, .offset = offsetof(Switch, title) },
                                       { "on", FIELD_YES_NO, true, .offset = offsetof(Switch, is_on) } };

static void read_values(Reader *r, const YamlNode *node, void *into) {
    Attribute *attribute = into;
    Str *choices = NEW(r->a, Str, node->child_n);
    size_t n = 0;
    if (node->kind != YAML_LIST || node->child_n > CHOICE_MAX) {
        note(r, node, "wrong_type", N_("A list of at most 64 words was expected here."));
        return;
    }
    for (const YamlNode *item = node->first; item; item = item->next) if (read_text(r, item, &choices[n])) n++;
    attribute->choices = choices;
    attribute->choice_n = n;
}

static void leave(Reader *r, const YamlNode *node, void *into) { (void)r, (void)node, (void)into; }

static const char *const ATTRIBUTE_TYPES[] = { "int", "flag", "date", "choice", "money", NULL };
static const char *const COUNTS[] = { "none", "missed_in_stage", "missed_in_a_row", "missed_in_total", "all_missed_in_a_row", NULL };
static const Field ATTRIBUTE_FIELDS[] = {
    { "name", FIELD_CODE, true, .offset = offsetof(Attribute, name) }, { "title", FIELD_TITLE, true, .offset = offsetof(Attribute, title) },
    { "type", FIELD_WORD, true, .offset = offsetof(Attribute, type), .words = ATTRIBUTE_TYPES }, { "values", FIELD_OWN, .read = read_values },
    { "min", FIELD_COUNT, false, .offset = offsetof(Attribute, low) }, { "max", FIELD_COUNT, false, .offset = offsetof(Attribute, high) },
    { "empty", FIELD_OWN, .read = leave },                 // read by finish_attribute, which knows the type
    { "counts", FIELD_WORD, false, .offset = offsetof(Attribute, counts), .words = COUNTS },
};

static void finish_attribute(Reader *r, const YamlNode *node, void *into) {
    Attribute *attribute = into;
    const YamlNode *empty = yaml_get(node, STR("empty"));
    attribute->empty = attribute->type == ATTRIBUTE_FLAG ? 0 : EXTRA_NONE;
    if (attribute->type == ATTRIBUTE_CHOICE && attribute->choice_n == 0) note(r, node, "missing", N_("\"%.*s\" is missing here."), 6, "values");
    if (!yaml_get(node, STR("max"))) attribute->high = INT64_MAX;
    if (empty && !attribute_parse(attribute, r->book->minor_digits, empty->text, &attribute->empty))
        note(r, empty, "wrong_type", N_("This is no value of the attribute."));
    if (attribute->counts && attribute->type != ATTRIBUTE_INT) note(r, node, "wrong_type", N_("Only an attribute of type int counts missed months."));
    for (size_t i = 0; i < ATTR_STANDARD_N; i++)
        if (str_eq(attribute->name, str_c(STANDARD_ATTRIBUTES[i].name)))
            note(r, node, "taken", N_("\"%.*s\" is a standard attribute; choose another name."), STR_ARG(attribute->name));
}

bool attribute_parse(const Attribute *attribute, int64_t minor_digits, Str text, int64_t *out) {
    Date day;
    if (text.n == 0) { *out = attribute->empty; return true; }
    switch (attribute->type) {
    case ATTRIBUTE_FLAG: if (!str_eq(text, STR("0")) && !str_eq(text, STR("1"))) return false; *out = text.p[0] == '1'; return true;
    case ATTRIBUTE_DATE: if (!date_parse_iso(text, &day)) return false; *out = day.days; return true;
    case ATTRIBUTE_MONEY: return parse_money(text, minor_digits, out) && *out <= MONEY_MAX;
    case ATTRIBUTE_INT: return str_int64(text, out) && *out >= attribute->low && *out <= attribute->high;
    case ATTRIBUTE_CHOICE:
        for (size_t i = 0; i < attribute->choice_n; i++) if (str_eq(text, attribute->choices[i])) { *out = (int64_t)i; return true; }
        return false;
    }
    return false;
}

static void read_attributes(Reader *r, const YamlNode *node, void *into) {
    static const Field SIDES[] = {
        LIST("person", false, RuleBook, person_attributes, person_attribute_n, ATTRIBUTE_FIELDS, .after = finish_attribute),
        LIST("family", false, RuleBook, family_attributes, family_attribute_n, ATTRIBUTE_FIELDS, .after = finish_attribute)
    };
    RuleBook *book = into;
    read_map(r, node, SIDES, 2, book);
    if (book->person_attribute_n > EXTRA_MAX || book->family_attribute_n > EXTRA_MAX)
        note(r, node, "too_many", N_("At most %d attributes of persons and %d of families fit."), EXTRA_MAX, EXTRA_MAX);
}

// ---- components ----------------------------------------------------------------------------------------------------
typedef struct { Rate rate; const YamlNode *amount; } RawRate;
typedef struct {
    Component component;
    const RawRate *raw; size_t raw_n;
    int by;                                                // attribute whose value decides the amount, or -1
} RawComponent;

CONDITION(When, CONDITION_OF_PERSON)
static void read_if_rate(Reader *r, const YamlNode *node, void *into) { ((Rate *)into)->when = read_condition(r, node, CONDITION_OF_FAMILY); }
static void keep_amount(Reader *r, const YamlNode *node, void *into) { (void)r; ((RawRate *)into)->amount = node; }
static void read_once(Reader *r, const YamlNode *node, void *into) {
    Rate *rate = into;
    Str *stages = NEW(r->a, Str, item_count(node));
    for (const YamlNode *item = first_item(node); item; item = item->next) {
        if (read_text(r, item, &stages[rate->stage_n])) rate->stage_n++;
        if (node->kind != YAML_LIST) break;
    }
    rate->stages = stages;
}

static void read_by(Reader *r, const YamlNode *node, void *into) {
    RawComponent *raw = into;
    Str name = { 0 };
    int attr = read_text(r, node, &name) ? attribute_find(r->book, name, false) : -1;
    bool is_good = attr >= 0 && (attribute_type(r->book, attr, false) == ATTRIBUTE_CHOICE || attribute_type(r->book, attr, false) == ATTRIBUTE_FLAG);
    if (is_good) raw->by = attr + 1;                       // 0 stays "not by an attribute"
    else if (name.n) note(r, node, "unknown", N_("The name of a person's attribute of type choice or flag was expected here."));
}

static void read_calendar(Reader *r, const YamlNode *node, void *into) {
    Component *component = into;
    int64_t month = 0;
    for (const YamlNode *item = first_item(node); item; item = item->next) {
        if (read_count(r, item, 1, 12, &month)) component->calendar |= 1u << (month - 1);
        if (node->kind != YAML_LIST) break;
    }
}

static const Field WHEN_FIELDS[] = { DATED, { "if", FIELD_OWN, true, .read = read_if_When } };
static const Field PERSON_RATE_FIELDS[] = { DATED, { "amount", FIELD_OWN, true, .read = keep_amount },
    { "months", FIELD_COUNT, true, .offset = offsetof(Rate, months), .low = 1, .high = 120 } };
static const Field FAMILY_RATE_FIELDS[] = { DATED, { "amount", FIELD_MONEY, true, .offset = offsetof(Rate, amount) },
    { "months", FIELD_COUNT, false, .offset = offsetof(Rate, months), .low = 1, .high = 120 }, { "once_in", FIELD_OWN, .read = read_once },
    { "if", FIELD_OWN, .read = read_if_rate } };
static const Field PERSON_COMPONENT_FIELDS[] = {
    { "code", FIELD_CODE, true, .offset = offsetof(RawComponent, component.code) },
    { "title", FIELD_TITLE, true, .offset = offsetof(RawComponent, component.title) },
    { "by", FIELD_OWN, .read = read_by },
    { "months_of_year", FIELD_OWN, .read = read_calendar },
    { "layer", FIELD_CODE, false, .offset = offsetof(RawComponent, component.layer) },
    LIST("when", true, RawComponent, component.when, component.when_n, WHEN_FIELDS),
    LIST("amounts", true, RawComponent, raw, raw_n, PERSON_RATE_FIELDS),
};

static void add_component(Reader *r, const YamlNode *node, Component c) {
    RuleBook *book = r->book;
    if (book->component_n == COMPONENT_BOOK_MAX) {
        note(r, node, "too_many", N_("A rule book holds at most %d components."), COMPONENT_BOOK_MAX);
        return;
    }
    for (size_t i = 0; i < book->component_n; i++)
        if (str_eq(c.code, book->components[i].code)) note(r, node, "taken", N_("There is already a component \"%.*s\"."), STR_ARG(c.code));
    if (!c.calendar) c.calendar = 0xFFF;
    c.line_n = node->line_n;
    ((Component *)book->components)[book->component_n++] = c;
}

static const Condition *and_value(Reader *r, int attr, AttributeType type, size_t value, const Condition *when) {
    Condition *all = NEW(r->a, Condition, 1), *is = NEW(r->a, Condition, 1), *rest = NEW(r->a, Condition, 1);
    *rest = *when;
    rest->next = NULL;
    *is = (Condition){ .kind = type == ATTRIBUTE_FLAG ? COND_RANGE : COND_SET, .attr = attr, .low = (int64_t)value, .high = (int64_t)value,
                       .set = (uint64_t)1 << value, .next = rest };
    *all = (Condition){ .kind = COND_ALL, .first = is };
    return all;
}

// One component for each value that has an amount: "education.SD", "education.SMP", ….
static void add_variants(Reader *r, const YamlNode *node, const RawComponent *raw) {
    int attr = raw->by - 1;
    AttributeType type = attribute_type(r->book, attr, false);
    Str words[CHOICE_MAX] = { STR("0"), STR("1") };
    size_t n = type == ATTRIBUTE_FLAG ? 2 : attribute_choices(r->book, attr, false, words);
    for (size_t i = 0; i < raw->raw_n; i++) {
        const YamlNode *amounts = raw->raw[i].amount;
        if (!amounts) continue;
        if (amounts->kind != YAML_MAP) {
            note(r, amounts, "wrong_type", N_("An amount for each value of the attribute was expected here: { value: amount, … }."));
            continue;
        }
        for (const YamlNode *child = amounts->first; child; child = child->next) {
            size_t k = 0;
            while (k < n && !str_eq(child->key, words[k])) k++;
            if (k == n) note_unknown(r, child, child->key, words, n);
        }
    }
    for (size_t v = 0; v < n; v++) {
        Component c = raw->component;
        Rate *rates = NEW(r->a, Rate, raw->raw_n);
        for (size_t i = 0; i < raw->raw_n; i++) {
            const YamlNode *amount = raw->raw[i].amount ? yaml_get(raw->raw[i].amount, words[v]) : NULL;
            if (!amount) continue;
            rates[c.rate_n] = raw->raw[i].rate;
            (void)read_money(r, amount, &rates[c.rate_n++].amount);
        }
        if (c.rate_n == 0) continue;
        When *when = NEW(r->a, When, c.when_n);
        for (size_t i = 0; i < c.when_n; i++) {
            when[i] = c.when[i];
            if (when[i].when) when[i].when = and_value(r, attr, type, v, when[i].when);
        }
        c.when = when;
        c.rates = rates;
        c.base_code = raw->component.code;
        c.code = arena_fmt(r->a, "%.*s.%.*s", STR_ARG(c.base_code), STR_ARG(words[v]));
        c.title.id = arena_fmt(r->a, "%.*s (%.*s)", STR_ARG(c.title.id), STR_ARG(words[v]));
        c.title.en = arena_fmt(r->a, "%.*s (%.*s)", STR_ARG(c.title.en), STR_ARG(words[v]));
        add_component(r, node, c);
    }
}

static void add_person_component(Reader *r, const YamlNode *node, void *into) {
    const RawComponent *raw = into;
    if (raw->by) { add_variants(r, node, raw); return; }
    Component c = raw->component;
    Rate *rates = NEW(r->a, Rate, raw->raw_n);
    for (size_t i = 0; i < raw->raw_n; i++) {
        rates[i] = raw->raw[i].rate;
        if (raw->raw[i].amount) (void)read_money(r, raw->raw[i].amount, &rates[i].amount);
    }
    c.rates = rates;
    c.rate_n = raw->raw_n;
    c.base_code = c.code;
    add_component(r, node, c);
}

static void read_components(Reader *r, const YamlNode *node, void *into) {
    RuleBook *book = into;
    struct { const RawComponent *list; size_t n; } all = { 0 };
    book->components = NEW(r->a, Component, COMPONENT_BOOK_MAX);
    const Field items = { "components", FIELD_LIST, .size = sizeof(RawComponent), .offset = 0, .offset_n = sizeof(void *),
                          .fields = PERSON_COMPONENT_FIELDS, .field_n = COUNT(PERSON_COMPONENT_FIELDS), .after = add_person_component };
    read_field(r, node, &items, &all);
    book->person_component_n = book->component_n;
}

static const Field FAMILY_COMPONENT_FIELDS[] = {
    { "code", FIELD_CODE, true, .offset = offsetof(Component, code) }, { "title", FIELD_TITLE, true, .offset = offsetof(Component, title) },
    { "months_of_year", FIELD_OWN, .read = read_calendar },
    LIST("amounts", true, Component, rates, rate_n, FAMILY_RATE_FIELDS),
};

static void add_family_component(Reader *r, const YamlNode *node, void *into) {
    Component c = *(Component *)into;
    for (size_t i = 0; i < c.rate_n; i++)
        if ((c.rates[i].months == 0) == (c.rates[i].stage_n == 0))
            note(r, node, "missing",
                 N_("Each amount of a family needs either \"months\" (paid in every stage) or \"once_in\" (the stages in which it is paid "
                    "once)."));
    c.base_code = c.code;
    add_component(r, node, c);
}

static void read_family_amounts(Reader *r, const YamlNode *node, void *into) {
    (void)into;
    struct { const Component *list; size_t n; } all = { 0 };
    const Field items = { "family_amounts", FIELD_LIST, .size = sizeof(Component), .offset = 0, .offset_n = sizeof(void *),
                          .fields = FAMILY_COMPONENT_FIELDS, .field_n = COUNT(FAMILY_COMPONENT_FIELDS), .after = add_family_component };
    if (!r->book->components) r->book->components = NEW(r->a, Component, COMPONENT_BOOK_MAX);
    read_field(r, node, &items, &all);
}

// ---- top-ups -------------------------------------------------------------------------------------------------------
static const char *const ROUND_METHODS[] = { "truncate", "nearest", "up", NULL };
static const char *const PER_TOP_UP[] = { "family", "person", NULL };

static void read_per(Reader *r, const YamlNode *node, void *into) {
    static const Field PER[] = { { "per", FIELD_WORD, .words = PER_TOP_UP } };
    int word = 0;
    read_field(r, node, PER, &word);
    ((TopUp *)into)->is_per_person = word == 1;
}

static void read_counts(Reader *r, const YamlNode *node, void *into) {
    TopUp *t = into;
    bool is_none = node->kind == YAML_LIST && node->child_n == 0;
    t->counts = is_none ? 0 : read_components_named(r, node);
}

static void read_income(Reader *r, const YamlNode *node, void *into) {
    Str name = { 0 };
    int attr = read_text(r, node, &name) ? attribute_find(r->book, name, true) : -1;
    if (attr >= 0 && attribute_type(r->book, attr, true) == ATTRIBUTE_MONEY) ((TopUp *)into)->income = attr + 1;
    else if (name.n) note(r, node, "unknown", N_("A money attribute of the family was expected here."));
}

static void read_own_rounding(Reader *r, const YamlNode *node, void *into) {
    static const Field FIELDS[] = { { "to", FIELD_MONEY, true, .offset = offsetof(TopUp, unit) },
                                    { "method", FIELD_WORD, true, .offset = offsetof(TopUp, method), .words = ROUND_METHODS } };
    TopUp *t = into;
    read_map(r, node, FIELDS, 2, t);
    t->has_rounding = t->unit > 0;
}

CONDITION(TopUp, CONDITION_OF_FAMILY)
static const Field TOP_UP_FIELDS[] = {
    DATED,
    { "floor", FIELD_MONEY, true, .offset = offsetof(TopUp, floor) },
    { "months", FIELD_COUNT, true, .offset = offsetof(TopUp, months), .low = 1, .high = 120 },
    { "per", FIELD_OWN, true, .read = read_per },
    { "counts", FIELD_OWN, true, .read = read_counts },
    { "income", FIELD_OWN, .read = read_income },
    { "rounding", FIELD_OWN, .read = read_own_rounding },
    { "if", FIELD_OWN, .read = read_if_TopUp },
};
static const Field TOP_UP_COMPONENT_FIELDS[] = {
    { "code", FIELD_CODE, true, .offset = offsetof(TopUpComponent, code) }, { "title", FIELD_TITLE, true, .offset = offsetof(TopUpComponent, title) },
    LIST("floors", true, TopUpComponent, floors, floor_n, TOP_UP_FIELDS),
};
static void finish_top_up(Reader *r, const YamlNode *node, void *into) { (void)r; ((TopUpComponent *)into)->line_n = node->line_n; }

// ---- caps, choice, eligibility, shares, sanctions, duties ----------------------------------------------------------
static void read_cap_components(Reader *r, const YamlNode *node, void *into) { ((Cap *)into)->components = read_components_named(r, node); }
static const Field CAP_MAX_FIELDS[] = { DATED, { "max", FIELD_COUNT, true, .offset = offsetof(CapMax, max), .high = PERSON_MAX } };
static const Field CAP_FIELDS[] = {
    { "code", FIELD_CODE, true, .offset = offsetof(Cap, code) }, { "title", FIELD_TITLE, true, .offset = offsetof(Cap, title) },
    { "components", FIELD_OWN, true, .read = read_cap_components }, LIST("limits", true, Cap, max, max_n, CAP_MAX_FIELDS),
};
static void finish_cap(Reader *r, const YamlNode *node, void *into) { (void)r; ((Cap *)into)->line_n = node->line_n; }

static void read_order(Reader *r, const YamlNode *node, void *into) {
    Choice *choice = into;
    int *order = NEW(r->a, int, COMPONENT_BOOK_MAX);
    if (node->kind != YAML_LIST) { note(r, node, "wrong_type", N_("A list of all components was expected here, the first one first.")); return; }
    uint64_t seen = 0;
    for (const YamlNode *item = node->first; item; item = item->next) {
        uint64_t set = read_components_named(r, item);
        for (int i = 0; i < COMPONENT_BOOK_MAX; i++) if (set & ~seen & ((uint64_t)1 << i)) order[choice->order_n++] = i;
        seen |= set;
    }
    choice->order = order;
}

static const char *const CHOICES[] = { "highest_total", "order", NULL };
static void read_choose_by(Reader *r, const YamlNode *node, void *into) {
    static const Field BY[] = { { "by", FIELD_WORD, .words = CHOICES } };
    int word = 0;
    read_field(r, node, BY, &word);
    ((Choice *)into)->is_by_order = word == 1;
}
static const Field CHOICE_FIELDS[] = { DATED, { "by", FIELD_OWN, true, .read = read_choose_by }, { "order", FIELD_OWN, .read = read_order } };

CONDITION(FamilyRule, CONDITION_OF_FAMILY)
CONDITION(ShareRule, CONDITION_OF_FAMILY)
CONDITION(CutRule, CONDITION_OF_MEMBER)
CONDITION(FamilyCutRule, CONDITION_OF_FAMILY)
CONDITION(SuspendRule, CONDITION_OF_FAMILY)

static const Field ELIGIBLE_FIELDS[] = { DATED,
                                         { "title", FIELD_TITLE, true, .offset = offsetof(FamilyRule, title) },
                                         { "if", FIELD_OWN, true, .read = read_if_FamilyRule } };
static const Field SHARE_FIELDS[] = { DATED,
                                      { "title", FIELD_TITLE, true, .offset = offsetof(ShareRule, title) },
                                      { "if", FIELD_OWN, true, .read = read_if_ShareRule },
                                      { "percent", FIELD_PERCENT, true, .offset = offsetof(ShareRule, basis_points) } };

static void read_cut_components(Reader *r, const YamlNode *node, void *into) { ((CutRule *)into)->components = read_components_named(r, node); }
static void read_cut_percent(Reader *r, const YamlNode *node, void *into) {
    static const Field VALUE[] = { { "percent", FIELD_PERCENT, .offset = offsetof(CutRule, value) } };
    ((CutRule *)into)->kind = CUT_PERCENT;
    read_field(r, node, VALUE, into);
}
static void read_cut_amount(Reader *r, const YamlNode *node, void *into) {
    ((CutRule *)into)->kind = CUT_AMOUNT;
    (void)read_money(r, node, &((CutRule *)into)->value);
}
static void read_cut_months(Reader *r, const YamlNode *node, void *into) {
    ((CutRule *)into)->kind = CUT_MONTHS;
    (void)read_count(r, node, 1, 120, &((CutRule *)into)->value);
}
static void read_each(Reader *r, const YamlNode *node, void *into) {
    Str name = { 0 };
    int attr = read_text(r, node, &name) ? attribute_find(r->book, name, false) : -1;
    const Attribute *own = attr >= ATTR_STANDARD_N ? &r->book->person_attributes[attr - ATTR_STANDARD_N] : NULL;
    if (own && own->type == ATTRIBUTE_INT && own->low >= 0 && own->high <= EACH_MAX) ((CutRule *)into)->each = attr + 1;
    else if (name.n) note(r, node, "unknown", N_("A person's attribute of type int whose \"max\" is at most %d was expected here."), EACH_MAX);
}
static const Field CUT_FIELDS[] = {
    { "title", FIELD_TITLE, true, .offset = offsetof(CutRule, title) }, { "if", FIELD_OWN, true, .read = read_if_CutRule },
    { "components", FIELD_OWN, .read = read_cut_components }, { "percent", FIELD_OWN, .read = read_cut_percent },
    { "amount", FIELD_OWN, .read = read_cut_amount }, { "months", FIELD_OWN, .read = read_cut_months }, { "each", FIELD_OWN, .read = read_each },
};
static void finish_cut(Reader *r, const YamlNode *node, void *into) {
    CutRule *cut = into;
    int ways = (yaml_get(node, STR("percent")) != NULL) + (yaml_get(node, STR("amount")) != NULL) + (yaml_get(node, STR("months")) != NULL);
    if (ways != 1) note(r, node, "missing", N_("Exactly one of \"percent\", \"amount\" and \"months\" was expected here."));
    if (!yaml_get(node, STR("components"))) cut->components = UINT64_MAX;
    cut->each -= 1;
    cut->line_n = node->line_n;
}
static const Field FAMILY_CUT_FIELDS[] = { { "title", FIELD_TITLE, true, .offset = offsetof(FamilyCutRule, title) },
                                           { "if", FIELD_OWN, true, .read = read_if_FamilyCutRule },
                                           { "percent", FIELD_PERCENT, true, .offset = offsetof(FamilyCutRule, basis_points) } };
static const Field SUSPEND_FIELDS[] = { { "title", FIELD_TITLE, true, .offset = offsetof(SuspendRule, title) },
                                        { "if", FIELD_OWN, true, .read = read_if_SuspendRule } };

static const Field RESTORE_FIELDS[] = { { "title", FIELD_TITLE, true, .offset = offsetof(RestoreRule, title) },
                                        { "met_months", FIELD_COUNT, true, .offset = offsetof(RestoreRule, met_months), .low = 1, .high = 12 },
                                        { "back_pay", FIELD_YES_NO, true, .offset = offsetof(RestoreRule, has_back_pay) } };
static const char *const LIABILITIES[] = { "individual", "joint", NULL };

// What is said of liability must be what the cuts do; and what a family loses, it must be able to get back.
static void finish_sanction(Reader *r, const YamlNode *node, void *into) {
    Sanction *s = into;
    const YamlNode *liability = yaml_get(node, STR("liability"));
    if (!liability) s->liability = s->family_cut_n ? LIABILITY_JOINT : LIABILITY_INDIVIDUAL;
    else if (s->liability == LIABILITY_INDIVIDUAL && s->family_cut_n) note(r, liability, "contradicts", N_("Individual liability cuts persons: use \"cuts\", or write \"joint\"."));
    else if (s->liability == LIABILITY_JOINT && s->cut_n) note(r, liability, "contradicts", N_("Joint liability cuts the family: use \"family_cuts\", or write \"individual\"."));
    if (s->restore_n > 1) note(r, node, "taken", N_("One line of \"restore\" was expected here."));
    if (!yaml_get(node, STR("object_days"))) s->object_days = 14;
}

static const char *const ACTIONS[] = { "propose", "apply", NULL };
static void read_action(Reader *r, const YamlNode *node, void *into) {
    static const Field ACTION[] = { { "action", FIELD_WORD, .words = ACTIONS } };
    int word = 0;
    read_field(r, node, ACTION, &word);
    ((Sanction *)into)->is_applied = word == 1;
}
static const Field SANCTION_FIELDS[] = {
    DATED, { "title", FIELD_TITLE, true, .offset = offsetof(Sanction, title) }, { "action", FIELD_OWN, true, .read = read_action },
    LIST("cuts", false, Sanction, cuts, cut_n, CUT_FIELDS, .after = finish_cut),
    LIST("family_cuts", false, Sanction, family_cuts, family_cut_n, FAMILY_CUT_FIELDS),
    LIST("suspend", false, Sanction, suspends, suspend_n, SUSPEND_FIELDS), LIST("exclude", false, Sanction, excludes, exclude_n, SUSPEND_FIELDS),
    LIST("warn", false, Sanction, warns, warn_n, SUSPEND_FIELDS), LIST("restore", false, Sanction, restores, restore_n, RESTORE_FIELDS),
    { "liability", FIELD_WORD, false, .offset = offsetof(Sanction, liability), .words = LIABILITIES },
    { "object_days", FIELD_COUNT, false, .offset = offsetof(Sanction, object_days), .low = 1, .high = 365 },
};
static const Field RECOVERY_FIELDS[] = { DATED, { "percent", FIELD_PERCENT, true, .offset = offsetof(Recovery, basis_points) } };

// ---- facts and duties ----------------------------------------------------------------------------------------------
static const char *const FACT_SHAPES[] = { "times", "days", NULL };
static const Field FACT_FIELDS[] = {
    { "code", FIELD_CODE, true, .offset = offsetof(FactKind, code) }, { "title", FIELD_TITLE, true, .offset = offsetof(FactKind, title) },
    { "shape", FIELD_WORD, true, .offset = offsetof(FactKind, shape), .words = FACT_SHAPES }, { "health", FIELD_YES_NO, false, .offset = offsetof(FactKind, is_health) },
};

static int fact_read(Reader *r, const YamlNode *node) {
    const RuleBook *book = r->book;
    Str code, *known = NEW(r->a, Str, book->fact_n);
    if (!read_text(r, node, &code)) return -1;
    for (size_t i = 0; i < book->fact_n; i++) {
        known[i] = book->facts[i].code;
        if (str_eq(code, known[i])) return (int)i;
    }
    note_unknown(r, node, code, known, book->fact_n);
    return -1;
}

static void read_window_fact(Reader *r, const YamlNode *node, void *into) { ((DutyWindow *)into)->fact = fact_read(r, node); }
static void read_ask_fact(Reader *r, const YamlNode *node, void *into) { ((Ask *)into)->fact = fact_read(r, node); }

#define WINDOW_MONTHS_MAX 1200                             // a life; and as many days
static void window_range(Reader *r, const YamlNode *node, DutyWindow *w) {
    static const Field RANGE[] = { { "min", FIELD_COUNT, true, .offset = offsetof(DutyWindow, low), .high = WINDOW_MONTHS_MAX },
                                   { "max", FIELD_COUNT, true, .offset = offsetof(DutyWindow, high), .high = WINDOW_MONTHS_MAX } };
    read_map(r, node, RANGE, 2, w);
    if (w->low > w->high) note(r, node, "empty_range", N_("min is larger than max: nothing can meet this."));
}
static void read_window_months(Reader *r, const YamlNode *node, void *into) { window_range(r, node, into); }
static void read_window_days(Reader *r, const YamlNode *node, void *into) { ((DutyWindow *)into)->is_days = true; window_range(r, node, into); }

static const Field WINDOW_FIELDS[] = {
    { "title", FIELD_TITLE, false, .offset = offsetof(DutyWindow, title) }, { "fact", FIELD_OWN, .read = read_window_fact },
    { "months", FIELD_OWN, .read = read_window_months }, { "days", FIELD_OWN, .read = read_window_days },
    { "times", FIELD_COUNT, false, .offset = offsetof(DutyWindow, times), .low = 1, .high = 31 },
    { "late_counts", FIELD_YES_NO, false, .offset = offsetof(DutyWindow, may_be_late) },
};
static void finish_window(Reader *r, const YamlNode *node, void *into) {
    DutyWindow *w = into;
    if (!yaml_get(node, STR("fact"))) w->fact = -1;
    if (!w->times) w->times = 1;
    w->line_n = node->line_n;
    if ((yaml_get(node, STR("months")) != NULL) == (yaml_get(node, STR("days")) != NULL))
        note(r, node, "missing", N_("Exactly one of \"%s\" and \"%s\" was expected here."), "months", "days");
}

static const char *const EVERY[] = { "month", "half_year", "year", NULL }, *const SINCE[] = { "birth", "pregnancy", "delivery", NULL };
static void read_rhythm(Reader *r, const YamlNode *node, const char *const *words, int first, Ask *ask) {
    const Field field = { "rhythm", FIELD_WORD, .words = words };
    int word = 0;
    read_field(r, node, &field, &word);
    ask->rhythm = (Rhythm)(first + word);
}
static void read_every(Reader *r, const YamlNode *node, void *into) { read_rhythm(r, node, EVERY, RHYTHM_MONTH, into); }
static void read_since(Reader *r, const YamlNode *node, void *into) { read_rhythm(r, node, SINCE, RHYTHM_BIRTH, into); }
static void read_counts_outcome(Reader *r, const YamlNode *node, void *into) {
    bool is_counting = true;
    (void)read_yes_no(r, node, &is_counting);
    ((Ask *)into)->is_only_shown = !is_counting;
}

static const Field ASK_FIELDS[] = {
    DATED, { "text", FIELD_TITLE, true, .offset = offsetof(Ask, text) }, { "fact", FIELD_OWN, .read = read_ask_fact },
    { "every", FIELD_OWN, .read = read_every }, { "since", FIELD_OWN, .read = read_since },
    { "times", FIELD_COUNT, false, .offset = offsetof(Ask, times), .low = 1, .high = 366 },
    { "percent", FIELD_PERCENT, false, .offset = offsetof(Ask, basis_points) }, { "counts", FIELD_OWN, .read = read_counts_outcome },
    LIST("windows", false, Ask, windows, window_n, WINDOW_FIELDS, .after = finish_window),
};

static bool is_of_shape(const RuleBook *book, int fact, FactShape shape) { return fact >= 0 && book->facts[fact].shape == shape; }

// What a table of fields cannot say: which of them belong together.
static void finish_ask(Reader *r, const YamlNode *node, void *into) {
    Ask *ask = into;
    bool is_windowed = ask->rhythm >= RHYTHM_BIRTH, is_share = yaml_get(node, STR("percent")) != NULL;
    if (!yaml_get(node, STR("fact"))) ask->fact = -1;
    if (!ask->times) ask->times = 1;
    if ((yaml_get(node, STR("every")) != NULL) == (yaml_get(node, STR("since")) != NULL))
        note(r, node, "missing", N_("Exactly one of \"%s\" and \"%s\" was expected here."), "every", "since");
    if (is_windowed != (ask->window_n > 0)) note(r, node, "missing", N_("\"windows\" belong to \"since\": they say how long after that day something is due."));
    if (!is_windowed && !yaml_get(node, STR("fact"))) note(r, node, "missing", N_("\"%.*s\" is missing here."), 4, "fact");
    if (is_windowed && (is_share || yaml_get(node, STR("times")))) note(r, node, "wrong_type", N_("With \"since\" each window has \"times\" of its own, and no \"percent\"."));
    if (is_share && (ask->rhythm != RHYTHM_MONTH || !is_of_shape(r->book, ask->fact, SHAPE_DAYS)))
        note(r, node, "wrong_type", N_("\"percent\" is asked every month, of a fact whose shape is days."));
    if (!is_share && is_of_shape(r->book, ask->fact, SHAPE_DAYS)) note(r, node, "missing", N_("\"%.*s\" is missing here."), 7, "percent");
    for (size_t i = 0; i < ask->window_n; i++) {
        DutyWindow *w = (DutyWindow *)&ask->windows[i];
        if (w->fact < 0) w->fact = ask->fact;
        if (w->fact < 0 || is_of_shape(r->book, w->fact, SHAPE_DAYS))
            finding_add(r->a, r->findings, FINDING_ERROR, w->line_n, yaml_path(r->a, node), "missing", "%s",
                        _("Each window needs a \"fact\" whose shape is times, of its own or of the duty."));
    }
}

static const char *const ABSENCES[] = { "permitted", "sick", NULL };
static void read_absences(Reader *r, const YamlNode *node, void *into) {
    const Field field = { "what", FIELD_WORD, .words = ABSENCES };
    PresentRule *rule = into;
    if (node->kind != YAML_LIST) { note(r, node, "wrong_type", N_("A list was expected here: [permitted, sick], or [] for none.")); return; }
    for (const YamlNode *item = node->first; item; item = item->next) {
        int word = -1;
        read_field(r, item, &field, &word);
        rule->is_permitted_present |= word == 0;
        rule->is_sick_present |= word == 1;
    }
}
static const Field PRESENT_FIELDS[] = { DATED, { "what", FIELD_OWN, true, .read = read_absences } };

CONDITION(Duty, CONDITION_OF_PERSON)
static void read_duty_components(Reader *r, const YamlNode *node, void *into) { ((Duty *)into)->components = read_components_named(r, node); }
static const char *const DUTY_OF[] = { "person", "family", NULL };
static void read_duty_of(Reader *r, const YamlNode *node, void *into) {
    static const Field OF[] = { { "of", FIELD_WORD, .words = DUTY_OF } };
    int word = 0;
    read_field(r, node, OF, &word);
    ((Duty *)into)->is_of_family = word == 1;
}
static const Field DUTY_FIELDS[] = {
    { "code", FIELD_CODE, true, .offset = offsetof(Duty, code) }, { "title", FIELD_TITLE, true, .offset = offsetof(Duty, title) },
    { "of", FIELD_OWN, .read = read_duty_of }, { "components", FIELD_OWN, .read = read_duty_components }, { "if", FIELD_OWN, .read = read_if_Duty },
    LIST("asks", true, Duty, asks, ask_n, ASK_FIELDS, .after = finish_ask),
    LIST("present", false, Duty, presents, present_n, PRESENT_FIELDS),
};
static void finish_duty(Reader *r, const YamlNode *node, void *into) {
    Duty *duty = into;
    duty->line_n = node->line_n;
    if (!duty->is_of_family && !duty->components && !duty->when)
        note(r, node, "missing", N_("Say of whom it is asked: \"components\", \"if\", or \"of: family\"."));
    if (duty->is_of_family && (duty->components || duty->when)) note(r, node, "wrong_type", N_("A duty of the whole family asks for no component and no condition."));
}

// ---- channels and stages -------------------------------------------------------------------------------------------
static const Field CHANNEL_FIELDS[] = { { "code", FIELD_CODE, true, .offset = offsetof(Channel, code) },
                                        { "title", FIELD_TITLE, true, .offset = offsetof(Channel, title) } };
static const Field STAGE_CHANNEL_FIELDS[] = {
    { "from", FIELD_MONTH, true, .offset = offsetof(StageChannel, first_on) },
    { "months", FIELD_COUNT, true, .offset = offsetof(StageChannel, months), .low = 1, .high = 24 },
    { "ages_on", FIELD_DATE, false, .offset = offsetof(StageChannel, ages_on) },
};

static void read_stage_channels(Reader *r, const YamlNode *node, void *into) {
    Stage *stage = into;
    const RuleBook *book = r->book;
    Str known[CHANNEL_MAX] = { { 0 } };
    for (size_t i = 0; i < book->channel_n && i < CHANNEL_MAX; i++) known[i] = book->channels[i].code;
    if (node->kind != YAML_MAP || !node->first) {
        note(r, node, "wrong_type", N_("The stage's months were expected here, by channel: { %.*s: { from: 2024-04, months: 3 } }."),
             STR_ARG(known[0]));
        return;
    }
    StageChannel *channels = NEW(r->a, StageChannel, node->child_n);
    for (const YamlNode *child = node->first; child; child = child->next) {
        StageChannel *c = &channels[stage->channel_n];
        size_t i = 0;
        while (i < book->channel_n && !str_eq(child->key, known[i])) i++;
        if (i == book->channel_n) { note_unknown(r, child, child->key, known, book->channel_n); continue; }
        *c = (StageChannel){ .channel = (int)i, .ages_on = DATE_NONE };
        read_map(r, child, STAGE_CHANNEL_FIELDS, COUNT(STAGE_CHANNEL_FIELDS), c);
        stage->channel_n++;
    }
    stage->channels = channels;
}

static void read_stage_source(Reader *r, const YamlNode *node, void *into) {
    ((Stage *)into)->d = (Dated){ .until = DATE_NONE, .switch_i = -1, .line_n = node->line_n };
    read_source(r, node, into);
}

static const Field STAGE_FIELDS[] = {
    { "id", FIELD_CODE, true, .offset = offsetof(Stage, id) },
    { "title", FIELD_TITLE, true, .offset = offsetof(Stage, title) },
    { "ages_on", FIELD_DATE, true, .offset = offsetof(Stage, ages_on) },
    { "source", FIELD_OWN, true, .read = read_stage_source },
    { "confidence", FIELD_WORD, true, .offset = offsetof(Dated, confidence), .words = CONFIDENCES },
    { "note", FIELD_TITLE, false, .offset = offsetof(Dated, note) },
    { "switch", FIELD_OWN, .read = read_switch },
    { "channels", FIELD_OWN, true, .read = read_stage_channels },
};

static void read_channels(Reader *r, const YamlNode *node, void *into) {
    RuleBook *book = into;
    const Field items = LIST("channels", true, RuleBook, channels, channel_n, CHANNEL_FIELDS);
    read_field(r, node, &items, book);
    if (book->channel_n > CHANNEL_MAX) { note(r, node, "too_many", N_("At most %d channels fit."), CHANNEL_MAX); book->channel_n = CHANNEL_MAX; }
}

// ---- the whole -----------------------------------------------------------------------------------------------------
static const Field CURRENCY_FIELDS[] = { { "code", FIELD_CODE, true, .offset = offsetof(RuleBook, currency) },
                                         { "minor_digits", FIELD_COUNT, true, .offset = offsetof(RuleBook, minor_digits), .high = 3 } };
static void read_currency(Reader *r, const YamlNode *node, void *into) { read_map(r, node, CURRENCY_FIELDS, 2, into); }

static const char *const PER_ROUNDING[] = { "person", "family", NULL };
static void read_rounding_per(Reader *r, const YamlNode *node, void *into) {
    static const Field PER[] = { { "per", FIELD_WORD, .words = PER_ROUNDING } };
    int word = 0;
    read_field(r, node, PER, &word);
    ((Rounding *)into)->is_per_family = word == 1;
}
static const Field ROUNDING_FIELDS[] = { DATED,
                                         { "to", FIELD_MONEY, true, .offset = offsetof(Rounding, unit) },
                                         { "method", FIELD_WORD, true, .offset = offsetof(Rounding, method), .words = ROUND_METHODS },
                                         { "per", FIELD_OWN, true, .read = read_rounding_per } };

// In this order: what is referred to comes before what refers to it.
static const Field BOOK_FIELDS[] = {
    { "book", FIELD_CODE, true, .offset = offsetof(RuleBook, code) }, { "title", FIELD_TITLE, true, .offset = offsetof(RuleBook, title) },
    { "country", FIELD_TITLE, true, .offset = offsetof(RuleBook, country) }, { "currency", FIELD_OWN, true, .read = read_currency },
    LIST("sources", true, RuleBook, sources, source_n, SOURCE_FIELDS),
    LIST("switches", false, RuleBook, switches, switch_n, SWITCH_FIELDS),
    { "attributes", FIELD_OWN, .read = read_attributes },
    LIST("rounding", true, RuleBook, roundings, rounding_n, ROUNDING_FIELDS),
    { "components", FIELD_OWN, true, .read = read_components },
    LIST("caps", false, RuleBook, caps, cap_n, CAP_FIELDS, .after = finish_cap),
    LIST("choose", true, RuleBook, choices, choice_n, CHOICE_FIELDS),
    { "family_amounts", FIELD_OWN, .read = read_family_amounts },
    LIST("top_ups", false, RuleBook, top_ups, top_up_n, TOP_UP_COMPONENT_FIELDS, .after = finish_top_up),
    LIST("eligible", false, RuleBook, eligible, eligible_n, ELIGIBLE_FIELDS),
    LIST("shares", false, RuleBook, shares, share_n, SHARE_FIELDS),
    LIST("sanctions", false, RuleBook, sanctions, sanction_n, SANCTION_FIELDS, .after = finish_sanction),
    LIST("recovery", false, RuleBook, recoveries, recovery_n, RECOVERY_FIELDS),
    LIST("facts", false, RuleBook, facts, fact_n, FACT_FIELDS),
    LIST("duties", false, RuleBook, duties, duty_n, DUTY_FIELDS, .after = finish_duty),
    { "channels", FIELD_OWN, true, .read = read_channels },
    LIST("stages", true, RuleBook, stages, stage_n, STAGE_FIELDS),
};

bool rulebook_parse(Arena *a, Str file, Str yaml, const RuleBook **out, Findings *findings, Err *e) {
    size_t before_n = findings->error_n;
    RuleBook *book = NEW(a, RuleBook, 1);
    Reader r = { .a = a, .findings = findings, .book = book };
    book->file = arena_str(a, file);
    book->hash = hash_of(yaml.p, yaml.n);
    const YamlNode *root = yaml_tree(a, yaml, findings);
    if (root) read_map(&r, root, BOOK_FIELDS, COUNT(BOOK_FIELDS), book);
    if (root && findings->error_n == before_n) rulebook_check(&r);
    size_t error_n = findings->error_n - before_n;
    if (error_n) return fail(e, BAD_INPUT, N_("%.*s has %zu mistakes. The first: line %lld: %.*s"), STR_ARG(file), error_n,
                             (long long)findings->at[0].line_n, STR_ARG(findings->at[0].text));
    *out = book;
    return true;
}

bool rulebook_open(Arena *a, Str file, Str yaml, const RuleBook **out, Err *e) {
    Findings findings = { 0 };
    Err found = { 0 };
    if (rulebook_parse(a, file, yaml, out, &findings, &found)) return true;
    const Finding *first = findings.at;
    if (findings.n == 0) return fail(e, found.code, "%s", found.text);
    return fail(e, BAD_INPUT, "%.*s, line %lld: %.*s harapan rules check shows all.", STR_ARG(file), (long long)first->line_n, STR_ARG(first->text));
}

Str rulebook_pkh(void) { return RULES_PKH_YAML; }
Str rulebook_code(const RuleBook *book) { return book->code; }
Hash rulebook_hash(const RuleBook *book) { return book->hash; }

static Str stage_beside(const RuleBook *book, Str stage, bool is_after) {
    for (size_t i = 0; i < book->stage_n; i++) {
        if (!str_eq(book->stages[i].id, stage)) continue;
        if (is_after) return i + 1 < book->stage_n ? book->stages[i + 1].id : (Str){ 0 };
        return i > 0 ? book->stages[i - 1].id : (Str){ 0 };
    }
    return is_after && stage.n == 0 && book->stage_n ? book->stages[0].id : (Str){ 0 };
}
Str rulebook_stage_before(const RuleBook *book, Str stage) { return stage_beside(book, stage, false); }
Str rulebook_stage_after(const RuleBook *book, Str stage) { return stage_beside(book, stage, true); }

const void *dated_on(const RuleBook *book, const void *list, size_t n, size_t size, Date day) {
    const void *found = NULL;
    for (size_t i = 0; i < n; i++) {
        const Dated *d = (const void *)((const char *)list + i * size);
        bool is_on = d->switch_i < 0 || book->switches[d->switch_i].is_on;
        if (!is_on || d->from.days > day.days || (date_is_known(d->until) && d->until.days < day.days)) continue;
        if (!found || d->switch_i >= 0) found = d;
    }
    return found;
}
