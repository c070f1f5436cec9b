// condition_read.c: { age: { max: 6 }, school_level: [SD, SMP] } -> a Condition.
#include "programme/condition_read.h"
#include "base/lang.h"

static Condition *condition_new(Reader *r, CondKind kind, int attr) {
    Condition *c = NEW(r->a, Condition, 1);
    *c = (Condition){ .kind = kind, .attr = attr, .low = INT64_MIN, .high = INT64_MAX };
    return c;
}

int attribute_find(const RuleBook *book, Str name, bool is_family) {
    for (int i = 0; !is_family && i < ATTR_STANDARD_N; i++) if (str_eq(name, str_c(STANDARD_ATTRIBUTES[i].name))) return i;
    const Attribute *list = is_family ? book->family_attributes : book->person_attributes;
    size_t n = is_family ? book->family_attribute_n : book->person_attribute_n;
    for (size_t i = 0; i < n; i++) if (str_eq(name, list[i].name)) return (int)i + (is_family ? 0 : ATTR_STANDARD_N);
    return -1;
}

AttributeType attribute_type(const RuleBook *book, int attr, bool is_family) {
    if (is_family) return book->family_attributes[attr].type;
    return attr < ATTR_STANDARD_N ? STANDARD_ATTRIBUTES[attr].type : book->person_attributes[attr - ATTR_STANDARD_N].type;
}

size_t attribute_choices(const RuleBook *book, int attr, bool is_family, Str *words) {
    size_t n = 0;
    if (!is_family && attr < ATTR_STANDARD_N) {
        for (; n < 5 && STANDARD_ATTRIBUTES[attr].choices[n]; n++) words[n] = str_c(STANDARD_ATTRIBUTES[attr].choices[n]);
        return n;
    }
    const Attribute *own = is_family ? &book->family_attributes[attr] : &book->person_attributes[attr - ATTR_STANDARD_N];
    for (; n < own->choice_n; n++) words[n] = own->choices[n];
    return n;
}

// ---- parts ---------------------------------------------------------------------------------------------------------
typedef enum { RANGE_NUMBER, RANGE_MONEY, RANGE_DATE } RangeOf;

static void read_bound(Reader *r, const YamlNode *node, RangeOf of, int64_t *out) {
    Date day;
    if (of == RANGE_NUMBER) (void)read_count(r, node, 0, 1000000000, out);
    else if (of == RANGE_MONEY) (void)read_money(r, node, out);
    else if (read_date(r, node, &day)) *out = day.days;
}

// { min: …, max: … }, both included, either left out; or one value alone.
static void read_range(Reader *r, const YamlNode *node, RangeOf of, Condition *c) {
    if (node->kind == YAML_TEXT) { read_bound(r, node, of, &c->low); c->high = c->low; return; }
    static const Str KNOWN[] = { { "min", 3 }, { "max", 3 } };
    if (node->kind != YAML_MAP || !node->first) { note(r, node, "wrong_type", N_("A value, or { min: …, max: … }, was expected here.")); return; }
    for (const YamlNode *child = node->first; child; child = child->next) {
        if (str_eq(child->key, KNOWN[0])) read_bound(r, child, of, &c->low);
        else if (str_eq(child->key, KNOWN[1])) read_bound(r, child, of, &c->high);
        else if (!str_eq(child->key, STR("who")) && !str_eq(child->key, STR("component")) && !str_eq(child->key, STR("of")))
            note_unknown(r, child, child->key, KNOWN, 2);
    }
    if (c->low > c->high) note(r, node, "empty_range", N_("min is larger than max: nothing can meet this."));
}

static void read_choices(Reader *r, const YamlNode *node, bool is_family, Condition *c) {
    Str words[CHOICE_MAX];
    size_t n = attribute_choices(r->book, c->attr, is_family, words);
    for (const YamlNode *item = first_item(node); item; item = item->next) {
        size_t i = 0;
        while (i < n && !(item->kind == YAML_TEXT && str_eq(item->text, words[i]))) i++;
        if (i < n) c->set |= (uint64_t)1 << i;
        else note_unknown(r, item, item->kind == YAML_TEXT ? item->text : STR("…"), words, n);
        if (node->kind != YAML_LIST) break;
    }
}

uint64_t read_components_named(Reader *r, const YamlNode *node) {
    const RuleBook *book = r->book;
    Str known[COMPONENT_BOOK_MAX + 1];
    size_t known_n = 0;
    known[known_n++] = STR("all");
    for (size_t i = 0; i < book->component_n; i++)
        if (i == 0 || !str_eq(book->components[i].base_code, known[known_n - 1])) known[known_n++] = book->components[i].base_code;
    uint64_t set = 0;
    if (book->component_n == 0) return 0;                  // said already where the components should stand
    for (const YamlNode *item = first_item(node); item; item = item->next) {
        uint64_t found = 0;
        for (size_t i = 0; item->kind == YAML_TEXT && i < book->component_n; i++)
            if (str_eq(item->text, STR("all")) || str_eq(item->text, book->components[i].code) ||
                str_eq(item->text, book->components[i].base_code))
                found |= (uint64_t)1 << i;
        if (!found) note_unknown(r, item, item->kind == YAML_TEXT ? item->text : STR("…"), known, known_n);
        set |= found;
        if (node->kind != YAML_LIST) break;
    }
    return set;
}

static const Condition *read_date_condition(Reader *r, const YamlNode *node, int attr) {
    static const Str KNOWN[] = { { "min", 3 }, { "max", 3 }, { "years", 5 }, { "months", 6 } };
    Condition *all = condition_new(r, COND_ALL, 0), *range = condition_new(r, COND_RANGE, attr);
    bool has_range = node->kind == YAML_TEXT;
    for (const YamlNode *child = node->kind == YAML_MAP ? node->first : NULL; child; child = child->next) {
        bool is_years = str_eq(child->key, KNOWN[2]), is_months = str_eq(child->key, KNOWN[3]);
        if (!is_years && !is_months) {
            has_range = true;
            if (!str_eq(child->key, KNOWN[0]) && !str_eq(child->key, KNOWN[1])) note_unknown(r, child, child->key, KNOWN, 4);
            continue;
        }
        Condition *part = condition_new(r, is_years ? COND_YEARS : COND_MONTHS, attr);
        read_range(r, child, RANGE_NUMBER, part);
        part->next = all->first;
        all->first = part;
    }
    if (node->kind == YAML_TEXT) read_range(r, node, RANGE_DATE, range);
    else if (node->kind == YAML_MAP) {
        const YamlNode *low = yaml_get(node, KNOWN[0]), *high = yaml_get(node, KNOWN[1]);
        if (low) read_bound(r, low, RANGE_DATE, &range->low);
        if (high) read_bound(r, high, RANGE_DATE, &range->high);
    } else note(r, node, "wrong_type", N_("A day, or { min: …, max: …, years: …, months: … }, was expected here."));
    if (has_range) { range->next = all->first; all->first = range; }
    return all;
}

static const Condition *read_attribute(Reader *r, const YamlNode *node, int attr, bool is_family) {
    AttributeType type = attribute_type(r->book, attr, is_family);
    if (type == ATTRIBUTE_DATE) return read_date_condition(r, node, attr);
    Condition *c = condition_new(r, type == ATTRIBUTE_CHOICE ? COND_SET : COND_RANGE, attr);
    bool is_yes = false;
    if (type == ATTRIBUTE_CHOICE) read_choices(r, node, is_family, c);
    else if (type == ATTRIBUTE_FLAG) { (void)read_yes_no(r, node, &is_yes); c->low = c->high = is_yes; }
    else read_range(r, node, type == ATTRIBUTE_MONEY ? RANGE_MONEY : RANGE_NUMBER, c);
    return c;
}

static const Condition *read_parts(Reader *r, const YamlNode *node, CondKind kind, ConditionOf of) {
    Condition *c = condition_new(r, kind, 0), *last = NULL;
    if (kind == COND_NOT) { c->first = read_condition(r, node, of); return c; }
    if (node->kind != YAML_LIST) { note(r, node, "wrong_type", N_("A list of conditions was expected here.")); return c; }
    for (const YamlNode *item = node->first; item; item = item->next) {
        Condition *copy = NEW(r->a, Condition, 1);
        *copy = *read_condition(r, item, of);
        copy->next = NULL;
        if (last) last->next = copy; else c->first = copy;
        last = copy;
    }
    if (!c->first) note(r, node, "empty", N_("At least one condition was expected here."));
    return c;
}

static const Condition *read_count_condition(Reader *r, const YamlNode *node) {
    Condition *c = condition_new(r, COND_COUNT, 0);
    const YamlNode *who = yaml_get(node, STR("who")), *component = yaml_get(node, STR("component"));
    if (node->kind != YAML_MAP || !(who || component)) { note(r, node, "missing", N_("\"%.*s\" is missing here."), 3, "who"); return c; }
    if (who) c->first = read_condition(r, who, CONDITION_OF_MEMBER);
    else {
        Condition *fills = condition_new(r, COND_COMPONENT, 0);
        fills->set = read_components_named(r, component);
        c->first = fills;
    }
    read_range(r, node, RANGE_NUMBER, c);
    return c;
}

static const Condition *read_per_head(Reader *r, const YamlNode *node) {
    Condition *c = condition_new(r, COND_PER_HEAD, 0);
    const YamlNode *of = yaml_get(node, STR("of"));
    if (!of || of->kind != YAML_TEXT) { note(r, node, "missing", N_("\"%.*s\" is missing here."), 2, "of"); return c; }
    int attr = attribute_find(r->book, of->text, true);
    if (attr < 0 || attribute_type(r->book, attr, true) != ATTRIBUTE_MONEY) {
        note(r, of, "unknown", N_("A money attribute of the family was expected here."));
        return c;
    }
    c->attr = attr;
    read_range(r, node, RANGE_MONEY, c);
    return c;
}

static const Condition *read_key(Reader *r, const YamlNode *child, ConditionOf of) {
    bool is_family = of == CONDITION_OF_FAMILY;
    if (str_eq(child->key, STR("all"))) return read_parts(r, child, COND_ALL, of);
    if (str_eq(child->key, STR("any"))) return read_parts(r, child, COND_ANY, of);
    if (str_eq(child->key, STR("not"))) return read_parts(r, child, COND_NOT, of);
    if (!is_family && (str_eq(child->key, STR("age")) || str_eq(child->key, STR("age_months")))) {
        Condition *c = condition_new(r, child->key.n == 3 ? COND_YEARS : COND_MONTHS, ATTR_BORN_ON);
        read_range(r, child, RANGE_NUMBER, c);
        return c;
    }
    if (of == CONDITION_OF_MEMBER && str_eq(child->key, STR("component"))) {
        Condition *c = condition_new(r, COND_COMPONENT, 0);
        c->set = read_components_named(r, child);
        return c;
    }
    if (is_family && str_eq(child->key, STR("count"))) return read_count_condition(r, child);
    if (is_family && str_eq(child->key, STR("per_head"))) return read_per_head(r, child);
    if (is_family && str_eq(child->key, STR("members"))) {
        Condition *c = condition_new(r, COND_MEMBERS, 0);
        read_range(r, child, RANGE_NUMBER, c);
        return c;
    }
    int attr = attribute_find(r->book, child->key, is_family);
    if (attr >= 0) return read_attribute(r, child, attr, is_family);
    Str known[ATTR_MAX + 10];
    size_t n = 0;
    known[n++] = STR("all"), known[n++] = STR("any"), known[n++] = STR("not");
    if (is_family) known[n++] = STR("count"), known[n++] = STR("per_head"), known[n++] = STR("members");
    else known[n++] = STR("age"), known[n++] = STR("age_months");
    if (of == CONDITION_OF_MEMBER) known[n++] = STR("component");
    for (int i = 0; !is_family && i < ATTR_STANDARD_N; i++) known[n++] = str_c(STANDARD_ATTRIBUTES[i].name);
    for (size_t i = 0; !is_family && i < r->book->person_attribute_n; i++) known[n++] = r->book->person_attributes[i].name;
    for (size_t i = 0; is_family && i < r->book->family_attribute_n; i++) known[n++] = r->book->family_attributes[i].name;
    note_unknown(r, child, child->key, known, n);
    return condition_new(r, COND_ALL, 0);
}

const Condition *read_condition(Reader *r, const YamlNode *node, ConditionOf of) {
    Condition *all = condition_new(r, COND_ALL, 0), *last = NULL;
    if (node->kind == YAML_TEXT && str_eq(node->text, STR("everyone"))) return all;     // nothing is asked
    if (node->kind != YAML_MAP || !node->first) {
        note(r, node, "wrong_type", N_("A condition was expected here, such as { age: { min: 60 } }, or: everyone."));
        return all;
    }
    for (const YamlNode *child = node->first; child; child = child->next) {
        Condition *copy = NEW(r->a, Condition, 1);
        *copy = *read_key(r, child, of);
        copy->next = NULL;
        if (last) last->next = copy; else all->first = copy;
        last = copy;
    }
    return all->first->next ? all : all->first;
}
