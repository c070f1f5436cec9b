// kernel_test.c: the kernel equals the second implementation over random families of random rule books, and its lines add up.
// A failure prints the seed, the rule book and the case.
#include "programme/programme_test.h"

// ---- what must hold for every answer -------------------------------------------------------------------------------
typedef struct { const Scheme *s; Str book; int channel; const Case *c; } Asked;

static void print_asked(const Asked *q, const Entitlement *fast, const Entitlement *slow) {
    print_error("seed %llu\n%.*s\nchannel %d standing %d flags %x members %d quantities %lld %lld\n", (unsigned long long)test_seed(), STR_ARG(q->book), q->channel,
                q->c->standing, q->c->family_flags, q->c->member_n, (long long)q->c->quantity[0], (long long)q->c->quantity[1]);
    for (int i = 0; i < q->c->group_n; i++) print_error("  mask %x outcome %d cut %d n %d\n", q->c->groups[i].mask, q->c->groups[i].outcome, q->c->groups[i].cut, q->c->groups[i].n);
    print_error("total %lld against %lld\n", (long long)fast->total.rp, (long long)slow->total.rp);
    for (int i = 0; i < q->s->kernel.component_n; i++)
        print_error("  %.*s full %lld: %d %lld against %d %lld\n", STR_ARG(q->s->components[i].code), (long long)q->s->kernel.channels[q->channel].full[i],
                    fast->kept_n[i], (long long)fast->kept_rp[i].rp, slow->kept_n[i], (long long)slow->kept_rp[i].rp);
}

static const char *wrong_lines(const Asked *q, const Entitlement *x) {
    int64_t sum = 0, by_component[COMPONENT_MAX] = { 0 };
    int persons[PERSON_MAX] = { 0 }, kept[COMPONENT_MAX] = { 0 };
    for (int i = 0; i < x->line_n; i++) {
        const EntitlementLine *line = &x->lines[i];
        bool is_kept = line->kind != LINE_OVER_CAP && line->kind != LINE_NOT_ELIGIBLE && line->kind != LINE_SUSPENDED;
        sum += line->amount.rp;
        if (line->component >= 0) by_component[line->component] += line->amount.rp, kept[line->component] += is_kept;
        if (line->group >= 0) persons[line->group]++;
        if (line->kind == LINE_OVER_CAP && line->cap < 0) return "somebody is left out by no cap";
        if (!is_kept && line->amount.rp != 0) return "an amount for somebody who is not paid";
        if (line->kind == LINE_PAID && line->component != q->s->kernel.rounding_component && q->s->kernel.scale == 1 && line->amount.rp != line->full.rp) return "paid, but not in full";
    }
    if (sum != x->total.rp) return "the lines do not add up to the total";
    for (int i = 0; i < q->c->group_n; i++) {              // one in each layer in which he could fill something; else one in all
        uint32_t mask = scheme_mask_in(q->s, q->channel, q->c->groups[i].mask);
        int wanted = 0;
        for (int layer = 0; layer < q->s->kernel.layer_n; layer++) wanted += (mask & q->s->kernel.layer_mask[layer]) != 0;
        if (persons[i] != q->c->groups[i].n * (wanted && x->is_eligible ? wanted : 1)) return "a person has no line, or one too many";
    }
    for (int i = 0; i < q->s->kernel.component_n; i++) if (kept[i] != x->kept_n[i] || by_component[i] != x->kept_rp[i].rp) return "lines and sums by component differ";
    return NULL;
}

static void check_answer(const Asked *q) {
    static Entitlement fast, slow, bare;
    Err e = { 0 };
    check_ok(entitlement_of(q->s, q->channel, q->c, true, &fast, &e), e);
    check_ok(entitlement_of(q->s, q->channel, q->c, false, &bare, &e), e);
    if (!entitlement_slowly(q->s, q->channel, q->c, &slow, &e)) {
        print_asked(q, &fast, &slow);
        fail_msg("%s", e.text);
    }
    const char *wrong = wrong_lines(q, &fast);
    bool is_equal = fast.total.rp == slow.total.rp && fast.total.rp == bare.total.rp && fast.is_eligible == slow.is_eligible && fast.refused_by == slow.refused_by &&
                    fast.share_rule == slow.share_rule && fast.family_cut == slow.family_cut && fast.suspended_by == slow.suspended_by &&
                    memcmp(fast.kept_n, slow.kept_n, sizeof fast.kept_n) == 0 && memcmp(fast.kept_rp, slow.kept_rp, sizeof fast.kept_rp) == 0 &&
                    memcmp(fast.kept_rp, bare.kept_rp, sizeof fast.kept_rp) == 0;
    if (is_equal && !wrong) return;
    print_asked(q, &fast, &slow);
    fail_msg("%s", wrong ? wrong : "the two implementations differ");
}

// ---- random cases --------------------------------------------------------------------------------------------------
static int64_t any_quantity(Random *r) { return random_below(r, 12) == 0 ? EXTRA_NONE : random_between(r, 0, 3000); }

static void any_case(Random *r, const Scheme *s, int size, Case *out) {
    uint16_t sorted[PERSON_MAX];
    int n = (int)random_between(r, 0, size);
    uint16_t few = (uint16_t)random_below(r, s->class_n);  // families of alike persons are common
    memset(out, 0, sizeof *out);
    out->standing = random_below(r, 20) == 0 ? STANDING_SUSPENDED : STANDING_ACTIVE;
    out->family_flags = (uint32_t)random_next(r);
    uint32_t bits = (uint32_t)s->kernel.flag_n * (uint32_t)s->day_n;
    if (bits < 32) out->family_flags &= (1u << bits) - 1;
    if (random_below(r, 2)) out->family_flags |= s->kernel.eligible_flags;
    for (size_t i = 0; i < s->quantity_n; i++) out->quantity[i] = any_quantity(r);
    out->member_n = s->is_counting_members ? (uint16_t)n : 0;
    for (int i = 0; i < n; i++) {
        uint16_t class = random_below(r, 4) == 0 ? few : (uint16_t)random_below(r, s->class_n);
        int at = i;
        for (; at > 0 && sorted[at - 1] > class; at--) sorted[at] = sorted[at - 1];
        sorted[at] = class;
    }
    for (int i = 0; i < n; i++) {
        if (sorted[i] == 0) continue;
        if (i > 0 && sorted[i] == sorted[i - 1]) { out->groups[out->group_n - 1].n++; continue; }
        const PersonClass *c = &s->classes[sorted[i]];
        out->groups[out->group_n++] = (CaseGroup){ c->mask, c->outcome, c->cut, 1 };
    }
}

static int any_size(Random *r) {
    uint64_t kind = random_below(r, 100);
    return kind < 70 ? 6 : kind < 95 ? 12 : 30;
}

static void check_case_bytes(const Case *c) {
    static uint8_t bytes[CASE_BYTES_MAX], again[CASE_BYTES_MAX];
    static Case back;
    size_t n = case_encode(c, bytes);
    assert_true(n <= sizeof bytes);
    if (!case_decode(bytes, n, &back)) {
        for (int i = 0; i < c->group_n; i++) print_error("  mask %x outcome %d cut %d n %d\n", c->groups[i].mask, c->groups[i].outcome, c->groups[i].cut, c->groups[i].n);
        fail_msg("standing %d flags %x members %d quantity %lld groups %d are not read back", c->standing, c->family_flags, c->member_n, (long long)c->quantity[0], c->group_n);
    }
    assert_int_equal(case_encode(&back, again), n);
    assert_memory_equal(bytes, again, n);
}

// ---- random rule books ---------------------------------------------------------------------------------------------
#define SURE_LINES "from: 2020-01-01\n    source: test\n    confidence: H\n"
#define SURE "from: 2020-01-01, source: test, confidence: H"

static void put_set(Buf *b, Random *r, int component_n) {
    int least = (int)random_below(r, (uint64_t)component_n);
    buf_c(b, "[");
    for (int i = 0; i < component_n; i++) if (i == least || random_below(r, 2)) buf_fmt(b, "c%d,", i);
    b->p[b->n - 1] = ']';
}

static const char *word_of(Random *r, const char *const *words, size_t n) { return words[random_below(r, n)]; }

static Str any_book(Arena *a, Random *r) {
    static const char *const METHODS[] = { "truncate", "nearest", "up" }, *const PER[] = { "person", "family" };
    static const int UNITS[] = { 1, 1, 1, 10, 100 };
    Buf b = { .max = BUF_MAX };
    int component_n = (int)random_between(r, 1, 5), cap_n = (int)random_below(r, 5), rate_step = random_below(r, 2) ? 120 : 7;
    bool has_each = random_below(r, 3) == 0, is_by_order = random_below(r, 5) == 0;
    int split = random_below(r, 4) == 0 ? (int)random_below(r, (uint64_t)component_n) + 1 : component_n;     // components of the first layer; the others make a second
    buf_c(&b, "book: test\ntitle: t\ncountry: c\ncurrency: { code: XTS, minor_digits: 0 }\nsources: [ { code: test, title: t } ]\nattributes:\n"
              "  family:\n    - { name: income, title: t, type: money }\n    - { name: score, title: t, type: int, max: 9 }\n  person:\n");
    for (int i = 0; i < component_n; i++) buf_fmt(&b, "    - { name: f%d, title: t, type: flag }\n", i);
    if (has_each) buf_c(&b, "    - { name: strikes, title: t, type: int, max: 3, empty: 0 }\n");
    buf_fmt(&b, "rounding: [ { " SURE ", to: %d, method: %s, per: %s } ]\ncomponents:\n", UNITS[random_below(r, 5)], word_of(r, METHODS, 3), word_of(r, PER, 2));
    for (int i = 0; i < component_n; i++)
        buf_fmt(&b, "  - { code: c%d, title: t, when: [ { " SURE ", if: { f%d: yes } } ], amounts: [ { " SURE ", amount: %d, months: %d } ]%s%s }\n", i, i,
                (int)random_between(r, 0, 6) * rate_step, random_below(r, 3) ? 12 : 1, random_below(r, 6) == 0 ? ", months_of_year: [1, 3, 5]" : "", i < split ? "" : ", layer: second");
    buf_c(&b, "caps:\n");
    for (int i = 0; i < cap_n; i++) {
        buf_fmt(&b, "  - { code: k%d, title: t, components: ", i);
        if (split == component_n && random_below(r, 3) == 0) buf_c(&b, "all"); else put_set(&b, r, split);
        buf_fmt(&b, ", limits: [ { " SURE ", max: %d } ] }\n", (int)random_between(r, 0, 4));
    }
    if (!cap_n) { b.n -= 6; }
    buf_fmt(&b, "choose: [ { " SURE ", by: %s", is_by_order ? "order, order: [" : "highest_total } ]\n");
    for (int i = 0; is_by_order && i < component_n; i++) buf_fmt(&b, "%sc%d", i ? ", " : "", (i * 3 + 1) % component_n == i ? i : component_n - 1 - i);
    if (is_by_order) buf_c(&b, "] } ]\n");
    if (random_below(r, 3) == 0) {
        buf_fmt(&b, "family_amounts:\n  - { code: fixed, title: t, amounts: [ { " SURE ", amount: %d, months: 1, if: { score: { min: 5 } } } ] }\n", (int)random_below(r, 500));
        buf_fmt(&b, "  - { code: once, title: t, amounts: [ { " SURE ", amount: %d, once_in: [s] } ] }\n", (int)random_below(r, 500));
    }
    if (random_below(r, 3) == 0) {
        buf_fmt(&b, "top_ups:\n  - { code: top, title: t, floors: [ { " SURE ", floor: %d, months: 1, per: %s, counts: ", (int)random_below(r, 900), random_below(r, 2) ? "family" : "person");
        if (random_below(r, 2)) buf_c(&b, "all"); else put_set(&b, r, component_n);
        if (random_below(r, 2)) buf_c(&b, ", income: income");
        if (random_below(r, 2)) buf_fmt(&b, ", rounding: { to: %d, method: up }", (int)random_between(r, 1, 50));
        buf_c(&b, " } ] }\n");
    }
    if (random_below(r, 3) == 0) buf_c(&b, "eligible:\n  - { " SURE ", title: t, if: { score: { max: 4 } } }\n  - { " SURE ", title: u, if: { members: { min: 1 } } }\n");
    if (random_below(r, 3) == 0) buf_c(&b, "shares:\n  - { " SURE ", title: t, if: { per_head: { of: income, min: 100 } }, percent: 33.33 }\n  - { " SURE ", title: t, if: { score: 3 }, percent: 50 }\n");
    if (random_below(r, 2)) {
        buf_fmt(&b, "sanctions:\n  - " SURE_LINES "    title: t\n    action: apply\n    cuts:\n");
        if (has_each) buf_fmt(&b, "      - { title: t, if: { outcome: not_met }, each: strikes, %s, components: c0 }\n", word_of(r, (const char *const[]){ "percent: 40", "amount: 25", "months: 1" }, 3));
        buf_fmt(&b, "      - { title: t, if: { outcome: not_met }, percent: %d }\n", (int)random_below(r, 101));
        buf_c(&b, "      - { title: t, if: { outcome: unknown }, components: [c0], amount: 30 }\n");
        if (random_below(r, 2)) buf_c(&b, "    family_cuts:\n      - { title: t, if: { count: { who: { outcome: not_met }, min: 2 } }, percent: 50 }\n"
                                          "      - { title: t, if: { count: { who: { outcome: not_met }, min: 1 } }, percent: 12.5 }\n");
        if (random_below(r, 2)) buf_c(&b, "    suspend:\n      - { title: t, if: { count: { component: c0, min: 3 } } }\n");
    }
    buf_fmt(&b, "channels: [ { code: A, title: a }, { code: B, title: b } ]\nstages:\n  - { id: s, title: t, ages_on: 2024-01-01, source: test, confidence: H, "
                "channels: { A: { from: 2024-01, months: %d }, B: { from: 2024-01, months: 3 } } }\n", (int)random_between(r, 1, 3));
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static void kernel_equals_the_slow_one_on_random_books(void **state) {
    (void)state;
    Random r = { test_seed() };
    static Case c;
    int64_t tries = test_tries(300000) * 2 / 3, book_n = 0, refused_n = 0;
    for (int64_t done = 0; done < tries;) {
        Arena a = { 0 };
        Str text = any_book(&a, &r);
        const Scheme *s = NULL;
        Err e = { 0 };
        book_n++;
        if (!scheme_make(&a, book_parse(&a, STR("random"), text), STR("s"), &s, &e)) {
            if (e.code != LIMIT) fail_msg("%s\n%.*s", e.text, STR_ARG(text));
            refused_n++;                                   // caps that cross in more ways than fit: rare, and said so
            arena_free(&a);
            assert_true(refused_n <= 2 + book_n / 100);
            continue;
        }
        for (int i = 0; i < 500; i++, done++) {
            any_case(&r, s, any_size(&r), &c);
            check_answer(&(Asked){ s, text, (int)random_below(&r, 2), &c });
            check_case_bytes(&c);
        }
        arena_free(&a);
    }
}

static void kernel_equals_the_slow_one_on_pkh(void **state) {
    (void)state;
    Random r = { test_seed() + 1 };
    Arena a = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    static Case c;
    static const char *const STAGES[] = { "2024-2", "2024-3", "2019-1", "2021-4", "2024-2" };
    for (size_t k = 0; k < 5; k++) {
        if (k == 4) for (size_t i = 0; i < book->switch_n; i++) book->switches[i].is_on = true;       // the limits and the order of the press list
        const Scheme *s = scheme_of(&a, book, STAGES[k]);
        for (int64_t i = 0; i < test_tries(300000) / 15; i++) {
            any_case(&r, s, any_size(&r), &c);
            check_answer(&(Asked){ s, str_c(STAGES[k]), (int)random_below(&r, (uint64_t)s->kernel.channel_n), &c });
        }
    }
    arena_free(&a);
}

// Thirty children; everybody everything at once; the largest family there can be; nobody.
static void absurd_families(void **state) {
    (void)state;
    Arena a = { 0 };
    const Scheme *s = scheme_of(&a, book_read(&a, "pkh.yaml"), "2024-2");
    static Case c;
    for (int kind = 0; kind < 5; kind++) {
        memset(&c, 0, sizeof c);
        if (kind == 1) c.groups[c.group_n++] = (CaseGroup){ 1u << 1, OUTCOME_MET, 0, 30 };
        if (kind == 2) c.groups[c.group_n++] = (CaseGroup){ s->classes[s->class_n - 1].mask, OUTCOME_MET, 0, PERSON_MAX };
        if (kind >= 3) for (size_t i = 1; i < s->class_n && c.group_n < PERSON_MAX; i++)
            c.groups[c.group_n++] = (CaseGroup){ s->classes[i].mask, s->classes[i].outcome, s->classes[i].cut, 1 };
        if (kind == 4) c.standing = STANDING_SUSPENDED;
        for (int channel = 0; channel < 2; channel++) check_answer(&(Asked){ s, STR("pkh"), channel, &c });
    }
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(absurd_families), cmocka_unit_test(kernel_equals_the_slow_one_on_pkh), cmocka_unit_test(kernel_equals_the_slow_one_on_random_books),
};
TEST_MAIN(TESTS)
