// ask.c: see ask.h. A small lexer with lists of what is allowed, and the sentence that the engine then gets.
#include "db/ask.h"
#include "db/engine.h"
#include <assert.h>

// Functions that compute from their arguments alone, on both engines or on one; and the words that stand before a parenthesis.
static const char *const FUNCTIONS[] = {
    "count", "sum", "min", "max", "avg", "total", "abs", "round", "coalesce", "nullif", "ifnull", "iif", "greatest", "least", "lower", "upper", "length", "char_length",
    "substr", "substring", "trim", "ltrim", "rtrim", "replace", "instr", "strpos", "ceil", "floor", "mod", "row_number", "rank", "dense_rank", "ntile", "lag", "lead",
    "first_value", "last_value", "percentile_cont", "percentile_disc", "string_agg", "group_concat", "cast", "numeric", "decimal", "varchar", "char",
    "in", "as", "and", "or", "not", "from", "join", "on", "where", "select", "over", "values", "filter", "exists", "any", "all", "some", "by", "having", "union", "except",
    "intersect", "then", "else", "when", "case", "between", "like", "with", "materialized", "limit", "distinct", "using", "group", "order", "partition", "is", "offset", NULL };

// Words of statements that do more than read.
static const char *const DEEDS[] = { "for", "into", "insert", "update", "delete", "returning", NULL };
// Where an engine shows itself; names that begin so are refused whether they exist or not.
static const char *const SELVES[] = { "pg_", "sqlite_", "pragma_", "information_schema", "dbstat", "bytecode", "tables_used", "json_", "fts", "rtree", NULL };

static const DbQuery NAMES_QUERY = {
    .name = "db/ask: tables",
    .sqlite = "SELECT name FROM sqlite_schema",
    .postgresql = "SELECT CAST(relname AS text) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND pg_table_is_visible(oid)",
    .params = "", .columns = "t", .columns_n = 1,
};

typedef enum { WORD, QUOTED, TEXT, NUMBER, MARK } WordKind;
typedef struct { WordKind kind; Str text; } Word;
typedef struct { Word *at; size_t n; } Words;

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_among(const char *const *list, Str word) {
    for (; *list; list++) if (str_eq_nocase(str_c(*list), word)) return true;
    return false;
}

static bool refused(Str word, Err *e) {
    return fail(e, BAD_INPUT, "\"%.*s\" cannot be used in a question. harapan sql --tables shows what can be asked.", STR_ARG(word));
}

// The end of what is quoted from `at`; 0 when the quote never closes. A doubled quote stands for itself.
static size_t quote_end(Str s, size_t at) {
    for (size_t i = at + 1; i < s.n; i++) {
        if (s.p[i] != s.p[at]) continue;
        if (i + 1 < s.n && s.p[i + 1] == s.p[at]) i++;
        else return i + 1;
    }
    return 0;
}

static bool word_read(Str s, size_t *at, Word *out, Err *e) {
    size_t i = *at;
    char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : ' ';
    if (c == '\'' || c == '"') {
        size_t end = quote_end(s, i);
        if (!end) return fail(e, BAD_INPUT, "A quotation mark in the question never closes.");
        *out = (Word){ c == '"' ? QUOTED : TEXT, str_part(s, i + 1, end - i - 2) };
        *at = end;
        return true;
    }
    if (is_letter(c) || is_digit(c)) {
        while (i < s.n && (is_letter(s.p[i]) || is_digit(s.p[i]))) i++;
        *out = (Word){ is_digit(c) ? NUMBER : WORD, str_part(s, *at, i - *at) };
        *at = i;
        // E'…', U&'…' and 'x' without a space between have rules of their own.
        return (i < s.n && (s.p[i] == '\'' || s.p[i] == '"')) ? refused(str_part(s, i, 1), e) : true;
    }
    if ((c == '-' && next == '-') || (c == '/' && next == '*')) return fail(e, BAD_INPUT, "Leave out the comments of the question.");
    if (c == ':' && next == ':') {         // a cast
        *out = (Word){ MARK, str_part(s, i, 2) };
        *at = i + 2;
        return true;
    }
    if (!c || !strchr("()+-*/%,.<>=!|", c)) return refused(str_part(s, i, 1), e);
    *out = (Word){ MARK, str_part(s, i, 1) };
    *at = i + 1;
    return true;
}

static bool words_read(Arena *a, Str s, Words *out, Err *e) {
    *out = (Words){ NEW(a, Word, s.n), 0 };
    for (size_t at = 0; at < s.n;) {
        if (s.p[at] && strchr(" \t\r\n", s.p[at])) { at++; continue; }
        if (!word_read(s, &at, &out->at[out->n], e)) return false;
        out->n++;
    }
    return true;
}

// Parentheses close what they opened, or the question would end before its place in the sentence does.
static bool is_balanced(const Words *w) {
    int64_t depth = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (w->at[i].kind != MARK) continue;
        depth += w->at[i].text.p[0] == '(' ? 1 : w->at[i].text.p[0] == ')' ? -1 : 0;
        if (depth < 0) return false;
    }
    return depth == 0;
}

static bool is_mark(const Words *w, size_t i, char mark) { return i < w->n && w->at[i].kind == MARK && w->at[i].text.p[0] == mark; }

static bool is_offered(const AskOptions *o, Str name) {
    for (size_t i = 0; i < o->table_n; i++) if (str_eq_nocase(str_c(o->tables[i].name), name)) return true;
    return false;
}

static bool tables_read(Db *db, Arena *a, Str **names, size_t *n, Err *e) {
    DbStatement *s = NULL;
    size_t cap = 0;
    bool has_row = false, is_good = db_prepare(db, &NAMES_QUERY, &s, e);
    *n = 0;
    while (is_good && (is_good = db_step(s, &has_row, e)) && has_row) {
        if (*n == cap) {
            Str *more = NEW(a, Str, cap = cap ? 2 * cap : 64);
            if (*n) memcpy(more, *names, *n * sizeof *more);
            *names = more;
        }
        (*names)[(*n)++] = arena_str(a, db_text(s, 0));
    }
    db_release(s);
    return is_good;
}

static bool name_check(const Words *w, size_t i, const AskOptions *o, const Str *tables, size_t table_n, Err *e) {
    Str word = w->at[i].text;
    bool is_part = i > 0 && is_mark(w, i - 1, '.');
    if (is_mark(w, i + 1, '(') && (w->at[i].kind != WORD || !is_among(FUNCTIONS, word))) return refused(word, e);
    if (w->at[i].kind == WORD && is_among(DEEDS, word)) return refused(word, e);
    for (const char *const *self = SELVES; *self; self++)
        if (word.n >= strlen(*self) && str_eq_nocase(str_part(word, 0, strlen(*self)), str_c(*self))) return refused(word, e);
    for (const char *const *name = o->hidden; name && *name; name++) if (str_eq_nocase(str_c(*name), word)) return refused(word, e);
    if (is_offered(o, word)) return is_part ? refused(word, e) : true;
    for (size_t k = 0; k < table_n; k++) if (str_eq_nocase(tables[k], word)) return refused(word, e);
    return true;
}

static bool is_word(const Words *w, size_t i, const char *const *list) { return i < w->n && w->at[i].kind == WORD && is_among(list, w->at[i].text); }

// SQLite takes a text for a name where only a name can stand: FROM 'person', id IN 'person', main.'person', p.'id'.
static bool may_be_name(const Words *w, size_t i) {
    static const char *const BEFORE[] = { "from", "join", "in", NULL };
    if (w->at[i].kind != TEXT) return w->at[i].kind == WORD || w->at[i].kind == QUOTED;
    return i > 0 && (is_word(w, i - 1, BEFORE) || is_mark(w, i - 1, ',') || is_mark(w, i - 1, '(') || is_mark(w, i - 1, '.'));
}

// Where `clause` is the last word that begins a part of the question: a table that is put into it, not a value of all its columns.
static bool is_put_in(const Words *w, size_t i, Str clause) {
    static const char *const PUT[] = { "from", "join", NULL };
    return i > 0 && (is_word(w, i - 1, PUT) || (is_mark(w, i - 1, ',') && is_among(PUT, clause)));
}

static bool stands_alone(const Words *w, Str name, size_t but, size_t nor) {
    for (size_t k = 0; k < w->n; k++) {
        if (k == but || k == nor || !(w->at[k].kind == WORD || w->at[k].kind == QUOTED) || !str_eq_nocase(w->at[k].text, name)) continue;
        if (!is_mark(w, k + 1, '.') && !(k > 0 && is_mark(w, k - 1, '.'))) return true;
    }
    return false;
}

// PostgreSQL gives a whole row for the name of its table, or for the name that the question gives it: SELECT f FROM family f.
static bool names_row(const Words *w, const AskOptions *o) {
    static const char *const CLAUSES[] = { "select", "from", "join", "on", "where", "group", "having", "order", "limit", "union", NULL };
    static const char *const JOINS[] = { "left", "right", "full", "inner", "cross", "natural", "window", NULL };
    static const char *const AS[] = { "as", NULL };
    Str clause = STR("");
    for (size_t i = 0; i < w->n; i++) {
        if (is_word(w, i, CLAUSES)) clause = w->at[i].text;
        if (!(w->at[i].kind == WORD || w->at[i].kind == QUOTED) || !is_offered(o, w->at[i].text) || !is_put_in(w, i, clause)) continue;
        size_t alias = is_word(w, i + 1, AS) ? i + 2 : i + 1;
        bool has_alias = alias < w->n && (w->at[alias].kind == QUOTED || (w->at[alias].kind == WORD && !is_among(FUNCTIONS, w->at[alias].text) && !is_among(JOINS, w->at[alias].text)));
        if (has_alias ? stands_alone(w, w->at[alias].text, alias, i) : stands_alone(w, w->at[i].text, i, i)) return true;
    }
    return false;
}

bool ask_check(Db *db, Str question, const AskOptions *o, bool *is_about_one, Err *e) {
    Arena a = { 0 };
    Words w;
    Str *tables = NULL;
    size_t table_n = 0;
    *is_about_one = false;
    if (question.n > ASK_BYTES_MAX) return fail(e, LIMIT, "The question is longer than %d characters.", ASK_BYTES_MAX);
    bool is_good = words_read(&a, question, &w, e) && tables_read(db, &a, &tables, &table_n, e);
    if (is_good && (w.n == 0 || w.at[0].kind != WORD || !(str_eq_nocase(w.at[0].text, STR("SELECT")) || str_eq_nocase(w.at[0].text, STR("WITH")))))
        is_good = fail(e, BAD_INPUT, "A question begins with SELECT. harapan sql --tables shows what can be asked.");
    if (is_good && !is_balanced(&w)) is_good = fail(e, BAD_INPUT, "The parentheses of the question do not close.");
    for (size_t i = 0; is_good && i < w.n; i++) {
        const Word *word = &w.at[i];
        bool is_name = may_be_name(&w, i);
        if (is_name) is_good = name_check(&w, i, o, tables, table_n, e);
        *is_about_one |= is_mark(&w, i, '*') && !(i > 0 && is_mark(&w, i - 1, '(') && is_mark(&w, i + 1, ')'));
        *is_about_one |= is_name && (str_eq_nocase(word->text, STR("id")) || str_eq_nocase(word->text, STR("family_id")));
    }
    if (is_good) *is_about_one |= names_row(&w, o);
    arena_free(&a);
    return is_good;
}

typedef struct { AskEach *each; void *with; int64_t row_n, limit_row_n; bool is_cut; } Counting;

static bool counted(void *with, const AskRow *row, Err *e) {
    Counting *c = with;
    if (row->values && ++c->row_n > c->limit_row_n) { c->is_cut = true; return true; }
    return c->each(c->with, row, e);
}

bool db_ask(Db *db, Str question, const AskOptions *o, AskEach *each, void *with, bool *is_cut, Err *e) {
    assert(db->options.is_read_only && db->tx == TX_READ);
    bool is_about_one;
    Buf sql = { 0 };
    Counting counting = { each, with, 0, o->limit_row_n, false };
    if (!ask_check(db, question, o, &is_about_one, e)) return false;
    for (size_t i = 0; i < o->table_n; i++) buf_fmt(&sql, "%s%s AS (%.*s)", i ? ", " : "WITH ", o->tables[i].name, STR_ARG(o->tables[i].select));
    buf_fmt(&sql, " SELECT * FROM (%.*s\n) AS answer LIMIT %lld", STR_ARG(question), (long long)o->limit_row_n + 1);
    buf_char(&sql, 0);
    bool is_good = !sql.is_full ? db->engine->ask(db, sql.p, o->limit_ms, counted, &counting, e) : fail_memory(e);
    buf_free(&sql);
    *is_cut = counting.is_cut;
    return is_good;
}
