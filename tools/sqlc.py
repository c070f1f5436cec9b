"""sqlc.py --migrations DIR --header OUT.h --source OUT.c --depfile OUT.d IN.sql: queries become typed C functions.

Each query is checked against the schema made by the migrations: a misspelt column stops the build. A file holds queries like

    -- family_by_village :many
    -- Families of a village, in the order of their ids. (These lines become the comment of the C function.)
    SELECT id, name FROM family WHERE kab = :kab AND village_id = :village_id ORDER BY id LIMIT :limit_n;

:many gives NAME, NAME_next and NAME_end; :one gives one row and a found flag; :exec changes rows and tells how many.
The ending of a column's or parameter's name is its type (schema.py: name_type). A query on a table that has a kab column
must mention kab, or say `-- all districts`. Tables marked append-only are never updated or deleted from;
columns of theirs that a migration calls erasable may be emptied, and nothing else.

may_see_family(kab, id), may_see_district(kab) and companion_today(kab, id) are predicates of src/office/may_see.sql: they are put
into the query in full, with their :see_… parameters, which SEE(sight) of office/authority.h fills.
"""
import argparse, os, re, sqlite3
import schema
from schema import Mistake

FUNCTIONS = {"count", "sum", "min", "max", "coalesce", "nullif", "length", "lower", "upper", "substr", "abs", "row_number", "rank",
             "replace", "trim", "cast", "exists", "in", "values", "over", "and", "or", "not", "on", "as", "using", "when", "then", "else",
             "where", "from", "select", "by", "distinct", "case", "having", "set", "is", "like", "between", "returning", "join", "filter",
             "lag", "lead", "sign", "all", "union", "except", "intersect"}
# C type, how to read a column (s, i), how to bind a parameter, letter of DbQuery.
TYPES = {
    "int": ("int64_t", "db_int(s, {i})", "db_bind_int(s, {i}, {v});", "i"),
    "rupiah": ("Rupiah", "(Rupiah){{ db_int(s, {i}) }}", "db_bind_int(s, {i}, {v}.rp);", "i"),
    "date": ("Date", "db_date(s, {i})", "db_bind_date(s, {i}, {v});", "i"),
    "instant": ("Instant", "(Instant){{ db_int(s, {i}) }}", "db_bind_int(s, {i}, {v}.ms);", "i"),
    "bool": ("bool", "db_int(s, {i}) > 0", "db_bind_int(s, {i}, {v});", "i"),
    "hash": ("Hash", None, "db_bind_hash(s, {i}, &{v});", "b"),
    "bytes": ("Str", "db_bytes(s, {i})", "db_bind_bytes(s, {i}, {v});", "b"),
    "text": ("Str", "db_text(s, {i})", "db_bind_text(s, {i}, {v});", "t"),
}
SAMPLE = {"i": 0, "t": "", "b": b""}


class Query:
    def __init__(self, path, line, name, kind):
        self.path, self.line, self.name, self.kind = path, line, name, kind
        self.manual, self.is_all_districts = [], False
        self.params, self.columns, self.parts = [], [], []
        self.pascal = "".join(w.capitalize() for w in name.split("_"))

    def mistake(self, line, text):
        return Mistake(f"{self.path}:{line}: {self.name}: {text}")

    def text(self, mark):
        """The query on one line, with :name as mark + number."""
        out = []
        for before, t in zip([None] + self.parts, self.parts):
            if t.kind == "param":
                t = schema.Token("word", mark + str(self.params.index(t.text[1:]) + 1), t.line)
            elif mark == "$" and before and before.is_word("AS") and t.is_word("INTEGER"):
                t = schema.Token("word", "bigint", t.line)     # CAST (x AS INTEGER): 64 bits on both engines
            out.append(t)
        return schema.joined(out)


def read_queries(path):
    """The queries of a file, split into tokens."""
    queries, current, is_manual = [], None, False
    for t in schema.tokens(path, open(path, encoding="utf-8").read()):
        if t.kind == "space": continue
        if t.kind == "comment":
            found = re.fullmatch(r"--\s+([a-z][a-z0-9_]*)\s+:(many|one|exec)\s*", t.text)
            if found:
                if current and current.parts: raise current.mistake(t.line, "the query has no semicolon at its end")
                current, is_manual = Query(path, t.line, found[1], found[2]), True
                if any(q.name == current.name for q in queries): raise current.mistake(t.line, "the name is taken")
                queries.append(current)
            elif current and is_manual:
                line = t.text[2:].strip()
                if line == "all districts": current.is_all_districts = True
                else: current.manual.append(line)
            continue
        if not current:
            raise Mistake(f"{path}:{t.line}: a query begins with a line like: -- family_by_village :many")
        is_manual = False
        if t.is_mark(";"):
            if not current.parts: raise current.mistake(t.line, "there is no query before the semicolon")
            current = None
            continue
        current.parts.append(t)
    if current: raise current.mistake(current.line, "the query has no semicolon at its end")
    predicates = read_predicates()
    for q in queries: expand(q, predicates)
    return queries


PREDICATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../src/office/may_see.sql")


def read_predicates(path=PREDICATES):
    """NAME -> (arguments, tokens). Above each predicate stands a line: -- NAME(argument, …) :predicate"""
    found, current = {}, None
    for t in schema.tokens(path, open(path, encoding="utf-8").read()):
        head = t.kind == "comment" and re.fullmatch(r"--\s+([a-z_]+)\(([a-z_, ]+)\)\s+:predicate\s*", t.text)
        if head:
            current = []
            found[head[1]] = ([a.strip() for a in head[2].split(",")], current)
        elif t.is_mark(";"):
            current = None
        elif t.kind not in ("space", "comment"):
            if current is None: raise Mistake(f"{path}:{t.line}: a predicate begins with a line like: -- may_see_family(a_kab, an_id) :predicate")
            current.append(t)
    return found


def arguments_of(q, at):
    """The token lists between the brackets that open at `at`, and where what follows begins."""
    given, depth, i = [[]], 0, at
    while i < len(q.parts):
        t = q.parts[i]
        depth += t.is_mark("(") - t.is_mark(")")
        i += 1
        if depth == 0: return given, i
        if depth == 1 and t.is_mark(","): given.append([])
        elif not (depth == 1 and t.is_mark("(")): given[-1].append(t)
    raise q.mistake(q.parts[at].line, "a bracket is not closed")


def expand(q, predicates):
    """Puts the predicates that the query names into it, in brackets."""
    out, i = [], 0
    while i < len(q.parts):
        t = q.parts[i]
        if t.kind != "word" or t.text not in predicates or not (i + 1 < len(q.parts) and q.parts[i + 1].is_mark("(")):
            out.append(t)
            i += 1
            continue
        names, text = predicates[t.text]
        given, i = arguments_of(q, i + 1)
        if len(given) != len(names): raise q.mistake(t.line, f"{t.text} takes ({', '.join(names)})")
        mark = lambda m: schema.Token("mark", m, t.line)
        out.append(mark("("))
        for p in text:
            if p.kind == "word" and p.text in names: out += given[names.index(p.text)]
            else: out.append(schema.Token(p.kind, p.text, t.line))
        out.append(mark(")"))
    q.parts = out
    for t in out:
        if t.kind == "param" and t.text[1:] not in q.params: q.params.append(t.text[1:])


def sqlite_schema(migrations):
    db = sqlite3.connect(":memory:")
    for m in migrations:
        try:
            db.executescript(m.sqlite)
        except sqlite3.Error as error:
            raise Mistake(f"{m.path}:1: {error}")
    tables = {}
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").fetchall():
        tables[name] = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
    return db, tables


def words(q):
    return [t.text.lower() if t.kind == "word" else t.text for t in q.parts]


def check_dialect(q):
    """Refuses what only one engine knows."""
    for t, after in zip(q.parts, q.parts[1:] + [schema.Token("mark", ";", 0)]):
        if t.is_word("GLOB", "ROWID", "REPLACE", "COLLATE", "PRAGMA", "RECURSIVE", "OID") and not after.is_mark("("):
            raise q.mistake(t.line, f"{t.text} is not the same on both engines")
        if t.kind == "word" and after.is_mark("(") and t.text.lower() not in FUNCTIONS and not is_table_list(q, t):
            raise q.mistake(t.line, f"{t.text}(…) is not known to be the same on both engines (tools/sqlc.py: FUNCTIONS)")
        if t.is_word("OR") and after.is_word("REPLACE", "IGNORE", "ABORT", "FAIL", "ROLLBACK"):
            raise q.mistake(t.line, "write ON CONFLICT (…) DO …, which both engines know")
    for i, t in enumerate(q.parts):
        if t.is_word("MIN", "MAX") and q.parts[i + 1].is_mark("(") and has_comma(q.parts, i + 1):
            raise q.mistake(t.line, f"{t.text} of several values is not the same on both engines; write CASE")
    if not q.parts[0].is_word("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
        raise q.mistake(q.parts[0].line, "a query is SELECT, INSERT, UPDATE, DELETE or WITH")


def is_table_list(q, t):
    """INSERT INTO t (…), WITH t (…), REFERENCES-like positions: a name before a bracket that is no function."""
    before = q.parts[q.parts.index(t) - 1] if q.parts.index(t) else None
    return before is not None and (before.is_word("INTO", "WITH", "CONFLICT", "DO", "AS") or before.is_mark(",") and q.parts[0].is_word("WITH")) \
        or t.is_word("CONFLICT")


def has_comma(parts, i):
    depth = 0
    for t in parts[i:]:
        depth += t.is_mark("(") - t.is_mark(")")
        if depth == 0: return False
        if depth == 1 and t.is_mark(","): return True
    return False


def only_empties(w, table, erasable):
    """The words after UPDATE table: SET column = NULL or '', of columns that an erasure empties, and then WHERE."""
    if w[:1] != ["set"]: return False
    i = 1
    while w[i + 1:i + 2] == ["="] and (table, w[i]) in erasable and w[i + 2:i + 3] in (["null"], ["''"]):
        if w[i + 3:i + 4] != [","]: return w[i + 3:i + 4] == ["where"]
        i += 4
    return False


def check_tables(q, tables, append_only, erasable):
    w = words(q)
    used = {b for a, b in zip(w, w[1:]) if a in ("from", "join", "into", "update") and b in tables}
    used |= {w[i + 1] for i, a in enumerate(w[:-1]) if a == "," and w[i + 1] in tables and "from" in w[:i]}
    large = sorted(t for t in used if "kab" in tables[t])
    if large and "kab" not in w and ":kab" not in w and not q.is_all_districts:
        raise q.mistake(q.line, f"{large[0]} is kept by district, but the query does not mention kab (or say so: -- all districts)")
    for i, a in enumerate(w[:-1]):
        target = w[i + 1] if a in ("update", "into") else w[i + 2] if a == "delete" and i + 2 < len(w) else None
        if target not in append_only or (a == "update" and only_empties(w[i + 2:], target, erasable)): continue
        if a != "into" or ("conflict" in w and "update" in w[w.index("conflict"):]):
            raise q.mistake(q.parts[i].line, f"{target} is append-only: rows are never changed or deleted")


def returning_columns(q):
    """The names after RETURNING: plain columns or expression AS name."""
    at = max((i for i, t in enumerate(q.parts) if t.is_word("RETURNING")), default=None)
    if at is None: return []
    names, depth, last = [], 0, None
    for t in q.parts[at + 1:] + [schema.Token("mark", ",", 0)]:
        depth += t.is_mark("(") - t.is_mark(")")
        if depth == 0 and t.is_mark(","):
            names.append(last.text)
            last = None
        else:
            last = t
    return names


def check_with_sqlite(q, db):
    values = [SAMPLE[TYPES[schema.name_type(p)][3]] for p in q.params]
    try:
        db.execute("EXPLAIN " + q.text("?"), values)
        if q.parts[0].is_word("SELECT") or q.parts[0].is_word("WITH") and q.kind != "exec":
            q.columns = [d[0] for d in db.execute(q.text("?"), values).description]
        else:
            q.columns = returning_columns(q)
    except sqlite3.Error as error:
        found = re.search(r"(?:no such column|no such table|no such function): (?:\w+\.)?(\w+)|near \"(\w+)\"", str(error))
        name = found and (found[1] or found[2])
        line = next((t.line for t in q.parts if name and t.text == name), q.line)
        raise q.mistake(line, str(error))
    for c in q.columns:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", c):
            raise q.mistake(q.line, f"the column {c!r} needs a name: … AS name_n")
    if len(set(q.columns)) != len(q.columns):
        raise q.mistake(q.line, "two columns have one name; rename one with AS")
    if q.kind == "exec" and q.columns:
        raise q.mistake(q.line, "the query gives rows: make it :one or :many")
    if q.kind != "exec" and not q.columns:
        raise q.mistake(q.line, "the query gives no rows: make it :exec")


C_WORDS = {"int", "char", "long", "default", "register", "static", "case", "for", "do", "if", "else", "return", "switch", "short", "double",
           "float", "signed", "union", "struct", "enum", "void", "while", "break", "continue", "auto", "const", "bool", "inline", "s", "e", "db"}


def field(name):
    return name + "_" if name in C_WORDS - {"s", "e", "db"} else name


def struct(q, suffix, names):
    lines = [f"    {TYPES[schema.name_type(n)][0]} {field(n)};" for n in names]
    return "typedef struct {\n" + "\n".join(lines) + f"\n}} {q.pascal}{suffix};\n"


def wants_arena(q):
    return q.kind == "one" and any(schema.name_type(c) in ("text", "bytes") for c in q.columns)


def signature(q):
    args = f", {q.pascal}Args args" if q.params else ""
    if q.kind == "many": return f"bool {q.name}(Db *db{args}, {q.pascal}Rows *rows, Err *e)"
    if q.kind == "exec": return f"bool {q.name}(Db *db{args}, int64_t *changed_n, Err *e)"
    arena = "Arena *arena, " if wants_arena(q) else ""
    return f"bool {q.name}(Db *db, {arena}{args[2:] + ', ' if args else ''}{q.pascal}Row *row, bool *found, Err *e)"


def header(q):
    out = "".join(f"// {line}".rstrip() + "\n" for line in q.manual)
    if q.params: out += struct(q, "Args", q.params)
    if q.columns: out += struct(q, "Row", q.columns)
    if q.kind == "many":
        out += f"typedef struct {{ DbStatement *statement; }} {q.pascal}Rows;\n"
    out += f"must_use {signature(q)};\n"
    if q.kind == "many":
        out += f"must_use bool {q.name}_next({q.pascal}Rows *rows, {q.pascal}Row *row, bool *has_row, Err *e);\n"
        out += f"void {q.name}_end({q.pascal}Rows *rows);\n"
    return out


def read_row(q, indent, arena):
    """Lines that fill `out` from the statement s and set is_good."""
    lines = [f"{q.pascal}Row out = {{ 0 }};"]
    for i, c in enumerate(q.columns):
        kind = schema.name_type(c)
        if kind == "hash":
            lines.append(f"is_good = is_good && db_hash(s, {i}, &out.{field(c)}, e);")
        else:
            value = TYPES[kind][1].format(i=i)
            if arena and kind in ("text", "bytes"): value = f"db_keep(arena, {value})"
            lines.append(f"out.{field(c)} = {value};")
    lines.append("if (is_good) *row = out;")
    return "".join(" " * indent + line + "\n" for line in lines)


def body(q, room):
    letters = lambda names: "".join(TYPES[schema.name_type(n)][3] for n in names)
    out = f"static const DbQuery {q.name}_query = {{\n    .name = \"{room}: {q.name}\",\n    .sqlite = {schema.c_text(q.text('?'))},\n"
    out += f"    .postgresql = {schema.c_text(q.text('$'))},\n    .params = \"{letters(q.params)}\", .columns = \"{letters(q.columns)}\",\n"
    out += f"    .params_n = {len(q.params)}, .columns_n = {len(q.columns)},\n}};\nDB_QUERY_LISTED({q.name}_query);\n\n"
    bind = "".join("    " + TYPES[schema.name_type(p)][2].format(i=i, v="args." + field(p)) + "\n" for i, p in enumerate(q.params))
    prepare = f"    DbStatement *s = NULL;\n    if (!db_prepare(db, &{q.name}_query, &s, e)) return false;\n{bind}"
    if q.kind == "many":
        out += f"{signature(q)} {{\n    rows->statement = NULL;\n{prepare}    rows->statement = s;\n    return true;\n}}\n\n"
        out += f"bool {q.name}_next({q.pascal}Rows *rows, {q.pascal}Row *row, bool *has_row, Err *e) {{\n    DbStatement *s = rows->statement;\n"
        out += f"    bool is_good = db_step(s, has_row, e);\n    if (!is_good || !*has_row) return is_good;\n{read_row(q, 4, False)}    return is_good;\n}}\n\n"
        out += f"void {q.name}_end({q.pascal}Rows *rows) {{\n    db_release(rows->statement);\n    rows->statement = NULL;\n}}\n"
    elif q.kind == "one":
        out += f"{signature(q)} {{\n{prepare}    bool is_good = db_step(s, found, e);\n    if (is_good && *found) {{\n{read_row(q, 8, wants_arena(q))}    }}\n"
        out += "    db_release(s);\n    return is_good;\n}\n"
    else:
        out += f"{signature(q)} {{\n{prepare}    bool has_row, is_good = db_step(s, &has_row, e);\n"
        out += "    if (is_good && changed_n) *changed_n = db_changed_n(s);\n    db_release(s);\n    return is_good;\n}\n"
    return out


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("--migrations", "--header", "--source"):
        arguments.add_argument(name, required=True)
    arguments.add_argument("--depfile")
    arguments.add_argument("file")
    a = arguments.parse_args()
    migrations = schema.read_all(a.migrations)
    append_only = {t for m in migrations for t in m.append_only}
    erasable = {e for m in migrations for e in m.erasable}
    db, tables = sqlite_schema(migrations)
    queries = read_queries(a.file)
    for q in queries:
        check_dialect(q)
        check_tables(q, tables, append_only, erasable)
        check_with_sqlite(q, db)
    name = os.path.basename(a.header)
    guard = re.sub(r"\W", "_", name).upper()
    room = name.replace(".sql.h", "").replace("_", "/", 1)
    with open(a.header, "w") as out:
        out.write(f"// Made from {os.path.basename(a.file)} by tools/sqlc.py.\n#ifndef {guard}\n#define {guard}\n#include \"db/db.h\"\n\n")
        out.write("\n".join(header(q) for q in queries) + "#endif\n")
    with open(a.source, "w") as out:
        out.write(f"// Made from {os.path.basename(a.file)} by tools/sqlc.py.\n#include \"{name}\"\n\n" + "\n".join(body(q, room) for q in queries))
    if a.depfile: schema.write_depfile(a.depfile, a.header, a.migrations, (PREDICATES,))


schema.run(main)
