// ask_test.c: questions from outside: what is answered, what is refused before the database sees it, and the limits.
#include "db/ask.h"
#include "db/db_test.h"

typedef struct { Buf text; } Answer;

static bool answer_take(void *with, const AskRow *row, Err *e) {
    Answer *answer = with;
    (void)e;
    for (size_t i = 0; i < row->n; i++) {
        if (i) buf_char(&answer->text, ',');
        if (!row->values) buf_str(&answer->text, row->names[i]);
        else if (!row->values[i].p) buf_c(&answer->text, "NULL");
        else buf_fmt(&answer->text, row->is_number[i] ? "%.*s" : "'%.*s'", STR_ARG(row->values[i]));
    }
    buf_char(&answer->text, ';');
    return true;
}

static const char *const HIDDEN[] = { "secret_rows", NULL };

static AskOptions options(const DbTest *t, AskTable *table) {
    *table = (AskTable){ "migration", t->engine == DB_SQLITE ? STR("SELECT n, name FROM main.migration WHERE n <= 3") : STR("SELECT n, name FROM migration WHERE n <= 3") };
    return (AskOptions){ .tables = table, .table_n = 1, .hidden = HIDDEN, .limit_ms = 1000, .limit_row_n = 2 };
}

static bool ask(DbTest *t, const char *question, Answer *answer, bool *is_cut) {
    AskTable table;
    AskOptions o = options(t, &table);
    Db *reader;
    t->err = (Err){ 0 };
    check_ok(db_open_again(t->db, (DbOptions){ .is_read_only = true }, &reader, &t->err), t->err);
    check_ok(db_begin_read(reader, &t->err), t->err);
    bool is_good = db_ask(reader, str_c(question), &o, answer_take, answer, is_cut, &t->err);
    db_close(reader);
    return is_good;
}

static void questions_are_answered(DbTest *t) {
    static const struct { const char *question, *answer; bool is_cut; } CASES[] = {
        { "SELECT count(*) AS n FROM migration", "n;3;", false },
        { "select n, name from migration order by n", "n,name;1,'database';2,'office';", true },
        { "SELECT n FROM migration WHERE n > 100", "n;", false },
        { "WITH few AS (SELECT n FROM migration WHERE n IN (1, 2)) SELECT sum(n) AS total FROM few", "total;3;", false },
        { "SELECT m.n, NULL AS missing, 'it''s, (so)' AS word FROM migration AS m WHERE (m.n = 2)", "n,missing,word;2,NULL,'it's, (so)';", false },
        { "SELECT coalesce(max(n), 0) AS \"the last\" FROM migration", "the last;3;", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Answer answer = { { 0 } };
        bool is_cut = false;
        if (!ask(t, CASES[i].question, &answer, &is_cut)) fail_msg("%s: %s", CASES[i].question, t->err.text);
        check_str(buf_view(&answer.text), str_c(CASES[i].answer));
        assert_int_equal(is_cut, CASES[i].is_cut);
        buf_free(&answer.text);
    }
}
DB_TEST(questions_are_answered)

static void what_reaches_further_is_refused(DbTest *t) {
    static const char *const CASES[] = {
        "SELECT * FROM app_user", "SELECT * FROM \"app_user\"", "SELECT * FROM APP_USER", "SELECT * FROM main.migration", "SELECT * FROM public . migration", "SELECT (SELECT login FROM app_user LIMIT 1)",
        "SELECT * FROM sqlite_schema", "SELECT * FROM pg_class", "SELECT * FROM pg_catalog.pg_class", "SELECT * FROM information_schema.tables", "SELECT * FROM secret_rows",
        "SELECT * FROM pragma_table_info", "SELECT * FROM json_each", "SELECT load_extension('x')", "SELECT set_config('role', 'none', false)", "SELECT \"set_config\"('a', 'b', true)",
        "SELECT query_to_xml('SELECT 1', true, true, '')", "SELECT pg_read_file('/etc/passwd')", "SELECT pg_sleep(100)", "SELECT readfile('x')", "SELECT randomblob(1000000000)",
        "SELECT 1; SELECT 2", "SELECT 1) AS a; DROP TABLE app_user; SELECT (1", "SELECT 1) AS answer, (SELECT 2", "SELECT 1 -- and the rest", "SELECT 1 /* and */ + 1", "SELECT E'\\'' || n FROM migration",
        "SELECT U&'\\0061'", "SELECT $$a$$", "SELECT `n` FROM migration", "SELECT [n] FROM migration", "SELECT 'open", "DELETE FROM migration", "INSERT INTO migration VALUES (1)", "", "   ", "EXPLAIN SELECT 1",
        "SELECT ((1)", "SELECT n FROM migration WHERE name = :name", "SELECT ?1", "VALUES (1)", "SELECT n OPERATOR(pg_catalog.+) 1 FROM migration", "WITH x AS (DELETE FROM app_user RETURNING id) SELECT * FROM x",
        "SELECT * FROM 'app_user'", "SELECT u.login FROM main.'app_user' u", "SELECT count(*) FROM migration, 'app_user'", "SELECT count(*) FROM ('app_user')", "SELECT 1 WHERE 1 IN 'app_user'",
        "SELECT count(*) FROM migration JOIN 'App_User'", "SELECT * FROM 'sqlite_schema'", "SELECT * FROM main.'migration'", "SELECT * FROM 'secret_rows'",
        "SELECT * FROM migration FOR UPDATE", "SELECT n INTO stolen FROM migration", "SELECT nothing FROM migration",
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Answer answer = { { 0 } };
        bool is_cut = false;
        if (ask(t, CASES[i], &answer, &is_cut)) fail_msg("answered: %s: %.*s", CASES[i], STR_ARG(buf_view(&answer.text)));
        if (t->err.code != BAD_INPUT && t->err.code != FORBIDDEN) fail_msg("%s: %s: %s", CASES[i], err_name(t->err.code), t->err.text);
        buf_free(&answer.text);
    }
}
DB_TEST(what_reaches_further_is_refused)

static void a_long_question_ends(DbTest *t) {
    Answer answer = { { 0 } };
    bool is_cut = false;
    const char *forever = "WITH a AS (SELECT n FROM migration UNION ALL SELECT n + 3 FROM migration UNION ALL SELECT n + 6 FROM migration UNION ALL SELECT n + 9 FROM migration) "
                          "SELECT count(*) FROM a AS b, a AS c, a AS d, a AS e, a AS f, a AS g, a AS h, a AS i, a AS j, a AS k WHERE b.n + c.n + d.n + e.n + f.n + g.n + h.n + i.n + j.n + k.n = 1000";
    assert_false(ask(t, forever, &answer, &is_cut));
    assert_int_equal(t->err.code, LIMIT);
    buf_free(&answer.text);
}
DB_TEST(a_long_question_ends)

static void only_what_names_rows_is_about_one(DbTest *t) {
    static const struct { const char *question; bool is_about_one; } CASES[] = {
        { "SELECT count(*) FROM migration", false }, { "SELECT sum(n) FROM migration", false }, { "SELECT 'id' AS word", false },
        { "SELECT count(m.n) FROM migration m WHERE m.n IN (1, 2) GROUP BY m.name ORDER BY m.name", false }, { "SELECT sum(n) FROM migration LEFT JOIN migration ON 1 = 1", true },
        { "SELECT max(a.n) FROM migration a, migration AS b", false }, { "SELECT m.'id' FROM migration m", true }, { "SELECT migration FROM migration", true },
        { "SELECT m FROM migration AS m", true }, { "SELECT 1, m::text FROM migration m", true },
        { "SELECT * FROM migration", true }, { "SELECT m.* FROM migration m", true }, { "SELECT Family_Id AS a FROM migration", true }, { "SELECT \"id\" FROM migration", true },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        AskTable table;
        AskOptions o = options(t, &table);
        bool is_about_one;
        check_ok(ask_check(t->db, str_c(CASES[i].question), &o, &is_about_one, &t->err), t->err);
        if (is_about_one != CASES[i].is_about_one) fail_msg("%s", CASES[i].question);
    }
}
DB_TEST(only_what_names_rows_is_about_one)

static const struct CMUnitTest TESTS[] = {
    DB_TESTS(questions_are_answered), DB_TESTS(what_reaches_further_is_refused), DB_TESTS(a_long_question_ends), DB_TESTS(only_what_names_rows_is_about_one),
};
TEST_MAIN(TESTS)
