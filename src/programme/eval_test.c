// eval_test.c: files of people through rule books: three real programmes against sums made by hand, the forms a file may have,
// and what is wrong with a file.
#include "programme/programme_test.h"
#include "programme/rules_eval.h"

static const Date TODAY = { 20000 };                       // 2024-10-04

typedef struct { bool is_good; Str out; Findings findings; Err e; EvalSummary summary; } Answer;

static bool collect(void *to, Str bytes, Err *e) {
    (void)e;
    buf_bytes(to, bytes.p, bytes.n);
    return true;
}

static Answer eval_text(Arena *a, const Scheme *s, Str text, bool is_json) {
    Answer answer = { 0 };
    CsvReader *csv;
    People people;
    Buf b = { .max = BUF_MAX };
    if (!csv_open_bytes(text, (CsvOptions){ 0 }, &csv, &answer.e)) return answer;
    answer.is_good = people_read(a, s, csv, TODAY, NULL, &people, &answer.findings, &answer.e);
    csv_close(csv);
    if (!answer.is_good) return answer;
    answer.is_good = rules_eval_write(s, &people, is_json, (Sink){ collect, &b }, NULL, &answer.summary, &answer.e);
    people_free(&people);
    answer.out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return answer;
}

// Column `column` (from 0) of the record of `family` in the CSV answer.
static Str field_of(Str out, Str family, int column) {
    for (Str rest = out; rest.p;) {
        Str line = str_cut(&rest, '\n'), cell = str_cut(&line, ',');
        if (!str_eq(cell, family)) continue;
        for (int i = 0; i < column; i++) cell = str_cut(&line, ',');
        return str_trim(cell);
    }
    return STR("(no such family)");
}

static void check_golden(const char *book, const char *stage) {
    Arena a = { 0 };
    const Scheme *s = scheme_of(&a, book_read(&a, arena_fmt(&a, "%s.yaml", book).p), stage);
    Answer answer = eval_text(&a, s, source_file(&a, arena_fmt(&a, "test/rules/%s.csv", book).p), false);
    for (size_t i = 0; i < answer.findings.n; i++) print_error("%.*s\n", STR_ARG(answer.findings.at[i].text));
    check_ok(answer.is_good, answer.e);
    int n = 0;
    for (Str rest = source_file(&a, arena_fmt(&a, "test/rules/%s.expected", book).p); rest.p;) {
        Str line = str_trim(str_cut(&rest, '\n'));
        if (line.n == 0 || line.p[0] == '#') continue;
        Str family = str_cut(&line, ' '), found = field_of(answer.out, family, 4);
        if (!str_eq(found, line)) fail_msg("%s, family %.*s: found %.*s, wanted %.*s", book, STR_ARG(family), STR_ARG(found), STR_ARG(line));
        n++;
    }
    assert_int_equal(n, answer.summary.family_n);
    arena_free(&a);
}

static void three_programmes_by_hand(void **state) {
    (void)state;
    check_golden("pkh", "2024-2");
    check_golden("br-bolsa-familia", "2024-04");
    check_golden("ph-4ps", "2024-P1");
}

#define HEAD "family,channel,person,born_on,sex,school_level,pregnancy_no,severe_disability,rights_victim,outcome\n"

// The fixture of 23,964 families whose sum is known (synthetic): 1.64 and 1.69 components a family, sums by channel as computed.
static void fixture_by_counts(void **state) {
    (void)state;
    static const struct { int channel; int64_t n[5], sum; } HALVES[] = {
        { 0, { 1390, 2200, 1380, 1078, 760 }, 2033332974 }, { 1, { 6502, 10600, 6700, 5299, 4324 }, 15017900000 },
    };
    static const char *const CODES[] = { "early_childhood", "sd", "smp", "sma", "elderly" };
    Arena a = { 0 };
    const Scheme *s = scheme_of(&a, book_read(&a, "pkh.yaml"), "2024-2");
    int64_t all = 0;
    for (int h = 0; h < 2; h++) {
        int64_t sum = 0;
        for (int i = 0; i < 5; i++)
            for (int c = 0; c < s->kernel.component_n; c++)
                if (str_eq(s->components[c].code, str_c(CODES[i]))) sum += HALVES[h].n[i] * s->channels[HALVES[h].channel].amount[c].rp;
        assert_int_equal(sum, HALVES[h].sum);
        all += sum;
    }
    assert_int_equal(all % 25000, 7974);                   // only senior high at 333,333 can make this tail
    assert_int_equal((all * 3 + 1078) % 100000, 0);
    arena_free(&a);
}

static void forms_of_a_file(void **state) {
    (void)state;
    static const char *const SAME[] = {
        HEAD "F,BRI,A,1992-07-01,P,,1,0,0,met\nF,BRI,B,2007-05-05,L,SMA,,0,0,\n",
        "\xEF\xBB\xBF" "outcome;rights_victim;severe_disability;pregnancy_no;school_level;sex;born_on;person;channel;family\r\n"
            "met;0;;1;;P;1992-07-01;A;BRI;F\r\nunknown;;0;;SMA;L;2007-05-05;B;BRI;F",
        "family|channel|person|born_on|sex|school_level|pregnancy_no|severe_disability|rights_victim|outcome\nF|BRI|B|2007-05-05|L|SMA||||\nF|BRI|A|1992-07-01|P||1||0|met\n",
        "family\tchannel\tperson\tborn_on\tsex\tschool_level\tpregnancy_no\tsevere_disability\trights_victim\toutcome\nF\tBRI\tA\t1992-07-01\tP\t\t1\t0\t0\t\nG\tPOS\tX\t1990-01-01\tL\t\t\t\t\t\nF\tBRI\tB\t2007-05-05\tL\tSMA\t\t0\t0\texcused\n",
    };
    Arena a = { 0 };
    const Scheme *s = scheme_of(&a, book_read(&a, "pkh.yaml"), "2024-2");
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        Answer answer = eval_text(&a, s, str_c(SAME[i]), false);
        if (!answer.is_good) fail_msg("form %zu: %s", i, answer.e.text);
        check_str(field_of(answer.out, STR("F"), 4), STR("833333"));
    }
    Answer json = eval_text(&a, s, str_c(SAME[0]), true);
    check_ok(json.is_good, json.e);
    check_str(json.out, STR("{\"family\":\"F\",\"channel\":\"BRI\",\"stage\":\"2024-2\",\"status\":\"paid\",\"eligible\":true,\"total\":833333,\"currency\":\"IDR\",\"lines\":["
        "{\"person\":\"A\",\"component\":\"pregnancy\",\"rate\":3000000,\"rate_months\":12,\"months\":2,\"full\":500000,\"cut\":0,\"amount\":500000,\"kind\":\"paid\",\"reason\":\"\"},"
        "{\"person\":\"B\",\"component\":\"sma\",\"rate\":2000000,\"rate_months\":12,\"months\":2,\"full\":333333,\"cut\":0,\"amount\":333333,\"kind\":\"paid\",\"reason\":\"\"}]}\n"));
    arena_free(&a);
}

static void mistakes_in_a_file(void **state) {
    (void)state;
    static const struct { const char *rows; int64_t row_n; const char *field, *code; } MISTAKES[] = {
        { "F,BNI,A,1992-07-01,P,,1,0,0,met\n", 2, "channel", "unknown_value" },
        { "F,,A,1992-07-01,P,,1,0,0,met\n", 2, "channel", "unknown_value" },
        { "F,BRI,A,1992-02-30,P,,1,0,0,met\n", 2, "born_on", "unknown_value" },
        { "F,BRI,A,01/07/1992,P,,1,0,0,met\n", 2, "born_on", "unknown_value" },
        { "F,BRI,A,2024-10-05,P,,1,0,0,met\n", 2, "born_on", "future" },
        { "F,BRI,A,2024-07-01,P,,1,0,0,met\n", 2, "born_on", "future" },            // after the stage
        { "F,BRI,A,1992-07-01,X,,1,0,0,met\n", 2, "sex", "unknown_value" },
        { "F,BRI,A,1992-07-01,P,SMK,1,0,0,met\n", 2, "school_level", "unknown_value" },
        { "F,BRI,A,1992-07-01,P,,yes,0,0,met\n", 2, "pregnancy_no", "unknown_value" },
        { "F,BRI,A,1992-07-01,P,,-1,0,0,met\n", 2, "pregnancy_no", "unknown_value" },
        { "F,BRI,A,1992-07-01,P,,1,2,0,met\n", 2, "severe_disability", "unknown_value" },
        { "F,BRI,A,1992-07-01,P,,1,0,ya,met\n", 2, "rights_victim", "unknown_value" },
        { "F,BRI,A,1992-07-01,P,,1,0,0,Met\n", 2, "outcome", "unknown_value" },
        { "F,BRI,A,1992-07-01,P,,1,0,0,met\nF,POS,B,1992-07-01,P,,1,0,0,met\n", 3, "channel", "two_channels" },
        { "F,BRI,A,1992-07-01,P,,1,0,0,met\nG,BRI,A,1992-07-01,P,,1,0,0,met\nF,BRI,A,1992-07-01,P,,1,0,0,met\n", 4, "person", "duplicate" },
        { ",BRI,A,1992-07-01,P,,1,0,0,met\n", 2, "family", "empty" },
        { "F,BRI,,1992-07-01,P,,1,0,0,met\n", 2, "person", "empty" },
        { "F,BRI,A,1992-07-01\n", 2, "", "columns" },
    };
    Arena a = { 0 };
    const Scheme *s = scheme_of(&a, book_read(&a, "pkh.yaml"), "2024-2");
    Str all = STR(HEAD);
    for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++) {
        Answer answer = eval_text(&a, s, arena_fmt(&a, HEAD "%s", MISTAKES[i].rows), false);
        const Finding *f = answer.findings.at;
        if (answer.is_good || answer.findings.error_n != 1) fail_msg("%s: %zu findings", MISTAKES[i].rows, answer.findings.error_n);
        if (f->line_n != MISTAKES[i].row_n || !str_eq(f->field, str_c(MISTAKES[i].field)) || !str_eq(f->code, str_c(MISTAKES[i].code)))
            fail_msg("%s: row %lld, field %.*s, code %.*s", MISTAKES[i].rows, (long long)f->line_n, STR_ARG(f->field), STR_ARG(f->code));
        assert_int_equal(answer.e.code, BAD_INPUT);
        if (i < 13) all = arena_fmt(&a, "%.*sX%zu%s", STR_ARG(all), i, MISTAKES[i].rows);
    }
    assert_int_equal(eval_text(&a, s, all, false).findings.error_n, 13);             // all at once
    Answer missing = eval_text(&a, s, STR("family,channel,person,born_on\nF,BRI,A,1990-01-01\n"), false);
    assert_true(!missing.is_good && missing.e.code == BAD_INPUT);
    assert_non_null(strstr(missing.e.text, "school_level"));
    Answer near = eval_text(&a, s, STR("family,channel,person,born_on,school_level,pregnancy_no,severe_disability,rights_victim,outcom\nF,BRI,A,1990-01-01,,,,,met\n"), false);
    assert_true(!near.is_good && near.findings.error_n == 1 && str_contains(near.findings.at[0].text, STR("outcome")));
    arena_free(&a);
}

// A family's record does not depend on the order of its rows, nor on where they stand.
static void order_of_rows_changes_nothing(void **state) {
    (void)state;
    Arena a = { 0 };
    Random r = { test_seed() };
    const Scheme *s = scheme_of(&a, book_read(&a, "pkh.yaml"), "2024-2");
    for (int try = 0; try < 200; try++) {
        Str rows[24];
        for (int i = 0; i < 24; i++)
            rows[i] = arena_fmt(&a, "F%d,%s,P%d,%04d-0%d-1%d,%s,%s,%s,%d,%d,%s\n", i % 4, i % 4 < 2 ? "BRI" : "POS", i, (int)random_between(&r, 1940, 2023), (int)random_between(&r, 1, 9),
                (int)random_below(&r, 10), random_below(&r, 2) ? "L" : "P", ((const char *[]){ "", "SD", "SMP", "SMA" })[random_below(&r, 4)], random_below(&r, 6) ? "" : "1",
                random_below(&r, 8) == 0, random_below(&r, 20) == 0, random_below(&r, 2) ? "not_met" : "met");
        Str totals[4];
        for (int order = 0; order < 3; order++) {
            Str text = STR(HEAD);
            for (int i = 0; i < 24; i++) text = arena_fmt(&a, "%.*s%.*s", STR_ARG(text), STR_ARG(rows[i]));
            Answer answer = eval_text(&a, s, text, false);
            check_ok(answer.is_good, answer.e);
            for (int f = 0; f < 4; f++) {
                Str total = field_of(answer.out, arena_fmt(&a, "F%d", f), 4);
                if (order == 0) totals[f] = total; else check_str(total, totals[f]);
            }
            for (int i = 23; i > 0; i--) {
                size_t k = random_below(&r, (uint64_t)i + 1);
                Str other = rows[i];
                rows[i] = rows[k];
                rows[k] = other;
            }
        }
    }
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(three_programmes_by_hand), cmocka_unit_test(fixture_by_counts), cmocka_unit_test(forms_of_a_file),
    cmocka_unit_test(mistakes_in_a_file), cmocka_unit_test(order_of_rows_changes_nothing),
};
TEST_MAIN(TESTS)
