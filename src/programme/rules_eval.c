#include "programme/rules_eval.h"
#include "base/lang.h"
#include "programme/scheme_data.h"

// What became of one person, or one amount of the family.
typedef struct { const char *kind; int person, component; int64_t full, amount; Str reason; } Row;        // person -1: of the family

typedef struct {
    const Scheme *s;
    Arena reasons;                                         // of one family
    Case c;
    Entitlement answer;
    PersonFacts persons[PERSON_MAX];
    Str names[PERSON_MAX];
    int group[PERSON_MAX];                                 // of each person in the case, -1 none
    Row rows[PERSON_MAX + ENTITLEMENT_LINE_MAX];
    int person_n, row_n;
} Evaluation;

void put_json_text(Buf *b, Str text) {
    buf_char(b, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '"' || c == '\\') buf_char(b, '\\'), buf_char(b, (char)c);
        else if (c < 0x20) buf_fmt(b, "\\u%04x", c);
        else buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

void put_money(Buf *b, const RuleBook *book, int64_t amount) {
    int64_t unit = 1, size = amount < 0 ? -amount : amount;
    for (int64_t i = 0; i < book->minor_digits; i++) unit *= 10;
    if (amount < 0) buf_char(b, '-');
    buf_int(b, size / unit);
    if (unit > 1) buf_fmt(b, ".%0*lld", (int)book->minor_digits, (long long)(size % unit));
}

// ---- from the answer to a row for each person ----------------------------------------------------------------------
static void find_groups(Evaluation *v) {
    const PersonClass *classes;
    scheme_classes(v->s, &classes);
    for (int i = 0; i < v->person_n; i++) {
        const PersonClass *c = &classes[scheme_person_class(v->s, &v->persons[i])];
        v->group[i] = -1;
        for (int g = 0; g < v->c.group_n; g++)
            if (v->c.groups[g].mask == c->mask && v->c.groups[g].outcome == c->outcome && v->c.groups[g].cut == c->cut) v->group[i] = g;
    }
}

// Alike persons take the lines of their group in the order of their rows.
static int take_person(Evaluation *v, int group, int *next) {
    int i = next[group];
    while (v->group[i] != group) i++;
    next[group] = i + 1;
    return i;
}

static Row row_of(Evaluation *v, const EntitlementLine *line, int person) {
    static const char *const KINDS[] = { [LINE_PAID] = "paid", [LINE_CUT] = "cut", [LINE_REDUCED] = "reduced", [LINE_OVER_CAP] = "over_cap",
                                         [LINE_SUSPENDED] = "suspended", [LINE_NOT_ELIGIBLE] = "not_eligible" };
    const Entitlement *x = &v->answer;
    Row row = { .kind = KINDS[line->kind],
                .person = person,
                .component = line->component,
                .full = line->full.rp,
                .amount = line->amount.rp,
                .reason = STR("") };
    switch (line->kind) {
    case LINE_PAID: break;
    case LINE_CUT:
        row.reason = x->family_cut >= 0 ? scheme_condition_title(v->s, x->family_cut)
                                        : scheme_cut_title(v->s, v->c.groups[line->group].cut, line->component);
        break;
    case LINE_REDUCED: row.reason = scheme_condition_title(v->s, x->share_rule); break;
    case LINE_OVER_CAP: row.full = 0; row.reason = scheme_cap_title(v->s, line->cap); break;
    case LINE_SUSPENDED:
        row.reason = x->suspended_by >= 0 ? scheme_condition_title(v->s, x->suspended_by) : str_c(_("the family is suspended"));
        break;
    case LINE_NOT_ELIGIBLE: {
        bool is_refused = x->refused_by >= 0;
        row.reason = is_refused ? scheme_condition_title(v->s, x->refused_by) : str_c(_("fills no component"));
        if (is_refused) row.reason = arena_fmt(&v->reasons, _("not met: %.*s"), STR_ARG(row.reason));
        else row.kind = "none";
        break;
    }
    }
    return row;
}

static void make_rows(Evaluation *v) {
    int next[PERSON_MAX] = { 0 }, row_n[PERSON_MAX] = { 0 }, layer = 0;
    static _Thread_local int whose[ENTITLEMENT_LINE_MAX];
    bool is_refused = v->answer.refused_by >= 0;
    for (int i = 0; i < v->answer.line_n; i++) {
        const EntitlementLine *line = &v->answer.lines[i];
        int of = line->component >= 0 ? v->s->components[line->component].layer : layer;
        if (of != layer) memset(next, 0, sizeof next);
        layer = of;
        whose[i] = line->group >= 0 ? take_person(v, line->group, next) : -1;
        if (whose[i] >= 0) row_n[whose[i]]++;
    }
    v->row_n = 0;
    for (int i = 0; i < v->person_n; i++) {                // in the order of the file
        for (int k = 0; row_n[i] && k < v->answer.line_n; k++) if (whose[k] == i) v->rows[v->row_n++] = row_of(v, &v->answer.lines[k], i);
        if (row_n[i]) continue;
        const char *why = date_is_known(v->persons[i].born_on) ? _("fills no component") : _("fills no component (birth date not known)");
        Str refused = is_refused ? arena_fmt(&v->reasons, _("not met: %.*s"), STR_ARG(scheme_condition_title(v->s, v->answer.refused_by)))
                                 : str_c(why);
        v->rows[v->row_n++] = (Row){ .kind = is_refused ? "not_eligible" : "none", .person = i, .component = -1, .reason = refused };
    }
    for (int k = 0; k < v->answer.line_n; k++) if (whose[k] < 0) v->rows[v->row_n++] = row_of(v, &v->answer.lines[k], -1);
}

static bool evaluate(Evaluation *v, const People *p, const SomeFamily *family, Err *e) {
    FamilyFacts facts;
    arena_reset(&v->reasons);
    family_facts(v->s, family, &facts);
    v->person_n = 0;
    for (uint32_t i = family->first; i; i = p->persons[i - 1].next) {
        person_facts(v->s, &p->persons[i - 1], &v->persons[v->person_n]);
        v->names[v->person_n++] = p->persons[i - 1].name;
    }
    if (!case_make(v->s, &facts, v->persons, (size_t)v->person_n, &v->c, e) ||
        !entitlement_of(v->s, family->channel, &v->c, true, &v->answer, e))
        return false;
    find_groups(v);
    make_rows(v);
    return true;
}

// ---- writing -------------------------------------------------------------------------------------------------------
static Str name_of(const Evaluation *v, int row) { return v->rows[row].person >= 0 ? v->names[v->rows[row].person] : STR("-"); }
static Str component_of(const Evaluation *v, int row) {
    return v->rows[row].component >= 0 ? v->s->components[v->rows[row].component].code : STR("");
}

static void put_rows(Buf *b, const Evaluation *v) {
    for (int i = 0; i < v->row_n; i++) {
        Str name = name_of(v, i), component = component_of(v, i);
        buf_fmt(b, "%s%.*s:%.*s:", i ? " | " : "", STR_ARG(name), STR_ARG(component));
        put_money(b, v->s->book, v->rows[i].amount);
        buf_fmt(b, ":%s", v->rows[i].kind);
    }
}

static const char *status_of(const Entitlement *x) {
    return !x->is_eligible ? "not_eligible" : x->suspended_by != -2 ? "suspended" : x->total.rp > 0 ? "paid" : "nothing";
}

// Of a person who holds a place, whatever was cut of its amount.
static bool is_kept(const Row *row) {
    return row->person >= 0 && (strcmp(row->kind, "paid") == 0 || strcmp(row->kind, "cut") == 0 || strcmp(row->kind, "reduced") == 0);
}

static void put_csv(CsvWriter *w, Buf *cell, const Evaluation *v, const SomeFamily *family) {
    int64_t full = 0, kept_n = 0;
    for (int i = 0, last = -1; i < v->row_n; i++) {        // the rows of a person follow one another
        full += v->rows[i].full;
        if (v->rows[i].person != last && is_kept(&v->rows[i])) { kept_n++; last = v->rows[i].person; }
    }
    csv_put(w, family->name);
    csv_put(w, v->s->channels[family->channel].code);
    csv_put(w, v->s->stage->id);
    csv_put(w, str_c(status_of(&v->answer)));
    const int64_t amounts[] = { v->answer.total.rp, full, full - v->answer.total.rp };
    for (int i = 0; i < 3; i++) {
        buf_reset(cell);
        put_money(cell, v->s->book, amounts[i]);
        csv_put(w, buf_view(cell));
    }
    csv_put_int(w, v->person_n);
    csv_put_int(w, kept_n);
    buf_reset(cell);
    put_rows(cell, v);
    csv_put(w, buf_view(cell));
}

static void put_json_line(Buf *b, const Evaluation *v, const SomeFamily *family, int i) {
    const Row *row = &v->rows[i];
    const SchemeChannel *channel = &v->s->channels[family->channel];
    buf_c(b, i ? ",{\"person\":" : "{\"person\":");
    if (row->person >= 0) put_json_text(b, v->names[row->person]); else buf_c(b, "null");
    buf_c(b, ",\"component\":");
    if (row->component >= 0) put_json_text(b, v->s->components[row->component].code); else buf_c(b, "null");
    buf_c(b, ",\"rate\":");
    bool has_rate = row->component >= 0 && v->s->components[row->component].kind != COMPONENT_ROUNDING;
    if (has_rate) put_money(b, v->s->book, channel->rate[row->component].rp); else buf_c(b, "null");
    buf_fmt(b, ",\"rate_months\":%d,\"months\":%d,\"full\":", has_rate ? channel->rate_months[row->component] : 0,
            has_rate ? channel->paid_months[row->component] : 0);
    put_money(b, v->s->book, row->full);
    buf_c(b, ",\"cut\":");
    put_money(b, v->s->book, row->full - row->amount);
    buf_c(b, ",\"amount\":");
    put_money(b, v->s->book, row->amount);
    buf_fmt(b, ",\"kind\":\"%s\",\"reason\":", row->kind);
    put_json_text(b, row->reason);
    buf_char(b, '}');
}

static void put_json(Buf *b, const Evaluation *v, const SomeFamily *family) {
    buf_c(b, "{\"family\":");
    put_json_text(b, family->name);
    buf_c(b, ",\"channel\":");
    put_json_text(b, v->s->channels[family->channel].code);
    buf_c(b, ",\"stage\":");
    put_json_text(b, v->s->stage->id);
    buf_fmt(b, ",\"status\":\"%s\",\"eligible\":%s,\"total\":", status_of(&v->answer), v->answer.is_eligible ? "true" : "false");
    put_money(b, v->s->book, v->answer.total.rp);
    buf_c(b, ",\"currency\":");
    put_json_text(b, v->s->book->currency);
    buf_c(b, ",\"lines\":[");
    for (int i = 0; i < v->row_n; i++) put_json_line(b, v, family, i);
    buf_c(b, "]}\n");
}

static bool put_head(CsvWriter *w, Err *e) {
    static const char *const NAMES[] = { "family", "channel", "stage", "status", "total", "full", "cut", "persons", "kept", "lines" };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) csv_put(w, str_c(NAMES[i]));
    return csv_end_row(w, e);
}

bool rules_eval_write(const Scheme *s, const People *p, bool is_json, Sink sink, Progress *progress, EvalSummary *out, Err *e) {
    Arena a = { 0 };
    Evaluation *v = NEW(&a, Evaluation, 1);
    Buf b = { .max = BUF_MAX }, cell = { .max = BUF_MAX };
    CsvWriter w = csv_writer(&b, sink, (CsvWriteOptions){ .separator = ',' });
    v->s = s;
    *out = (EvalSummary){ .family_n = (int64_t)p->family_n, .person_n = (int64_t)p->person_n };
    bool is_good = is_json || put_head(&w, e);
    for (size_t i = 0; is_good && i < p->family_n; i++) {
        is_good = evaluate(v, p, &p->families[i], e) && rupiah_add(out->total, v->answer.total, &out->total, e);
        if (!is_good) break;
        out->paid_n += v->answer.total.rp > 0;
        if (is_json) { put_json(&b, v, &p->families[i]); is_good = sink_take(sink, &b, SINK_FULL, e); }
        else { put_csv(&w, &cell, v, &p->families[i]); is_good = csv_end_row(&w, e); }
        if ((i + 1) % 8192 == 0) progress_report(progress, _("Computing families"), (int64_t)i, (int64_t)p->family_n);
    }
    is_good = is_good && (is_json ? sink_take(sink, &b, 0, e) : csv_end(&w, e));
    buf_free(&b);
    buf_free(&cell);
    arena_free(&v->reasons);
    arena_free(&a);
    return is_good;
}
