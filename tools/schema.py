"""schema.py: reads src/db/migrations/NNNN_name.sql. One text becomes two: SQLite (STRICT) and PostgreSQL.

Used by embed.py (puts both texts into the program) and sqlc.py (checks queries against the schema). It is small and strict:
what it does not know, it refuses with file and line.
"""
import hashlib, os, re, sys


class Mistake(Exception):
    """A mistake in a .sql file; the text begins with file:line."""


TOKEN = re.compile(r"""
      (?P<space>\s+) | (?P<comment>--[^\n]*) | (?P<string>'(?:[^']|'')*') | (?P<number>\d+(?![\w.]))
    | (?P<param>:[a-z][a-z0-9_]*) | (?P<word>[A-Za-z_][A-Za-z0-9_]*) | (?P<mark><>|<=|>=|!=|\|\||[-+*/%(),.;=<>])
""", re.X)


class Token:
    __slots__ = ("kind", "text", "line")

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line

    def is_word(self, *words):
        return self.kind == "word" and self.text.upper() in words

    def is_mark(self, mark):
        return self.kind == "mark" and self.text == mark


def tokens(path, text, line=1):
    """All tokens, with spaces and comments."""
    out, at = [], 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found or text.startswith("::", at):
            raise Mistake(f"{path}:{line}: {text[at:at + 12].split(chr(10))[0]!r}: only plain words, numbers, 'texts', :parameters, "
                          "operators and -- comments are understood here")
        out.append(Token(found.lastgroup, found.group(), line))
        line += found.group().count("\n")
        at = found.end()
    return out


# The ending of a name is its type. Keep in step with docs/architecture.md and db.h.
def name_type(name):
    if name in ("kab", "id", "n") or name.endswith(("_id", "_n")): return "int"
    if name.endswith("_rp"): return "rupiah"
    if name.endswith("_on"): return "date"
    if name.endswith("_at"): return "instant"
    if name.startswith("is_"): return "bool"
    if "_is_" in name: return "int"                        # prev_is_live: 0, 1 or NULL
    if name.endswith("_hash"): return "hash"
    if name.endswith("_data"): return "bytes"
    return "text"


DECLARED = {"int": "INTEGER", "rupiah": "INTEGER", "date": "INTEGER", "instant": "INTEGER", "bool": "INTEGER",
            "hash": "BLOB", "bytes": "BLOB", "text": "TEXT"}
POSTGRESQL = {"INTEGER": "bigint", "BLOB": "bytea", "TEXT": 'text COLLATE "C"'}   # "C": the order of bytes, as SQLite sorts
CONSTRAINTS = ("PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT")
REFUSED = ("AUTOINCREMENT", "GENERATED", "COLLATE", "STRICT", "TRIGGER", "TEMP", "TEMPORARY", "VIEW", "PRAGMA", "ATTACH", "REPLACE",
           "GLOB", "ROWID", "WITHOUT", "VIRTUAL", "IF")
RESERVED = ("user", "order", "group", "end", "table", "column", "check", "default", "limit", "offset", "grant", "window", "analyse",
            "references", "primary", "foreign", "unique", "all", "and", "any", "as", "both", "case", "cast", "desc", "do", "else",
            "for", "from", "in", "into", "not", "null", "on", "only", "or", "select", "some", "then", "to", "using", "when", "where",
            "with", "union", "session_user", "current_user", "placing", "trailing", "leading", "lateral", "initially", "deferrable")


class Migration:
    def __init__(self, path):
        found = re.fullmatch(r"(\d{4})_([a-z][a-z0-9_]*)\.sql", os.path.basename(path))
        if not found:
            raise Mistake(f"{path}:1: a migration is called NNNN_name.sql")
        self.path, self.n, self.name = path, int(found[1]), found[2]
        raw = open(path, "rb").read()
        self.checksum = hashlib.blake2b(raw, digest_size=32).digest()
        self.text = raw.decode("utf-8")
        self.append_only, self.erasable, self.tables, self.dropped = [], [], {}, []
        self.sqlite, self.postgresql = self._both()

    def _statements(self):
        """Yields (is_append_only, significant tokens without the semicolon)."""
        marked, current = False, []
        for t in tokens(self.path, self.text):
            if t.kind == "comment":
                if t.text.strip() == "-- append-only": marked = True
                if t.text.startswith("-- erasable:"): self._erasable(t)
            elif t.kind == "param":
                raise Mistake(f"{self.path}:{t.line}: a migration has no parameters")
            elif t.is_mark(";"):
                if current: yield marked, current
                marked, current = False, []
            elif t.kind != "space":
                current.append(t)
        if current:
            raise Mistake(f"{self.path}:{current[-1].line}: the last statement has no semicolon")

    def _erasable(self, t):
        """-- erasable: table column, column, … : of a table that only grows, what is emptied when a family is erased."""
        table, _, columns = t.text[len("-- erasable:"):].strip().partition(" ")
        columns = [c.strip() for c in columns.split(",")]
        if not table or not all(re.fullmatch(r"[a-z][a-z0-9_]*", c) and name_type(c) == "text" for c in columns):
            raise Mistake(f"{self.path}:{t.line}: write \"-- erasable: table column, column\", with columns that are texts")
        self.erasable += [(table, c) for c in columns]

    def _both(self):
        sqlite, postgresql = [], []
        for is_append_only, part in self._statements():
            verb = " ".join(t.text.upper() for t in part[:2])
            if verb == "CREATE TABLE":
                a, b = self._create_table(part, is_append_only)
            elif verb in ("CREATE INDEX", "CREATE UNIQUE", "INSERT INTO", "UPDATE", "DELETE FROM", "DROP TABLE", "DROP INDEX") or part[0].is_word("UPDATE"):
                for t in part: self._refuse(t)
                if verb == "DROP TABLE": self.dropped.append(part[2].text)
                a = b = joined(part)
            elif verb == "ALTER TABLE":
                a, b = self._alter_table(part)
            else:
                raise Mistake(f"{self.path}:{part[0].line}: {verb}: a migration creates, alters or drops tables and indexes, and moves rows")
            if is_append_only and verb != "CREATE TABLE":
                raise Mistake(f"{self.path}:{part[0].line}: -- append-only stands directly before CREATE TABLE")
            sqlite.append(a + ";\n")
            postgresql.append(b + ";\n")
        return "".join(sqlite), "".join(postgresql)

    def _refuse(self, t):
        if t.is_word(*REFUSED):
            raise Mistake(f"{self.path}:{t.line}: {t.text} is not the same on both engines")

    def _column(self, table, name, kind):
        wanted = DECLARED[name_type(name.text)]
        if name.text != name.text.lower() or name.text in RESERVED:
            raise Mistake(f"{self.path}:{name.line}: {table}.{name.text}: a column's name is in small letters and no word of SQL")
        if not kind.is_word(wanted):
            raise Mistake(f"{self.path}:{name.line}: {table}.{name.text} must be {wanted}, by the ending of its name (found {kind.text})")
        storage = f";\nALTER TABLE {table} ALTER COLUMN {name.text} SET STORAGE EXTERNAL" if name.text.endswith("_data") else ""
        return POSTGRESQL[kind.text.upper()], storage

    def _create_table(self, part, is_append_only):
        if len(part) < 5 or part[2].kind != "word" or not part[3].is_mark("("):
            raise Mistake(f"{self.path}:{part[0].line}: CREATE TABLE name ( … ) is what is understood here")
        table, depth, columns, i = part[2].text, 0, [], 3
        if table != table.lower() or table in RESERVED:
            raise Mistake(f"{self.path}:{part[2].line}: {table}: a table's name is in small letters and no word of SQL")
        postgresql, after = list(part[:3]), ""
        while True:
            t = part[i]
            self._refuse(t)
            postgresql.append(t)
            depth += t.is_mark("(") - t.is_mark(")")
            if depth == 0: break
            starts = depth == 1 and (t.is_mark("(") or t.is_mark(","))
            if starts and i + 2 < len(part) and not part[i + 1].is_word(*CONSTRAINTS):
                kind, storage = self._column(table, part[i + 1], part[i + 2])
                columns.append(part[i + 1].text)
                postgresql += [part[i + 1], Token("word", kind, t.line)]
                after += storage
                i += 2
            i += 1
            if i >= len(part):
                raise Mistake(f"{self.path}:{part[0].line}: {table}: a bracket is not closed")
        tail = " ".join(t.text.upper() for t in part[i + 1:])
        if tail not in ("", "WITHOUT ROWID"):
            raise Mistake(f"{self.path}:{part[i].line}: {table}: after the bracket only WITHOUT ROWID may follow")
        self.tables[table] = columns
        if is_append_only: self.append_only.append(table)
        return joined(part[:i + 1]) + " STRICT" + (", WITHOUT ROWID" if tail else ""), joined(postgresql) + after

    def _alter_table(self, part):
        for t in part: self._refuse(t)
        words = [t.text.upper() for t in part]
        if words[3:5] == ["ADD", "COLUMN"] and len(part) >= 7:
            kind, storage = self._column(part[2].text, part[5], part[6])
            self.tables.setdefault(part[2].text, []).append(part[5].text)
            return joined(part), joined(part[:6] + [Token("word", kind, part[0].line)] + part[7:]) + storage
        if words[3:4] == ["RENAME"] or (words[3:5] == ["DROP", "COLUMN"] and len(part) == 6):
            return joined(part), joined(part)
        raise Mistake(f"{self.path}:{part[0].line}: ALTER TABLE name ADD COLUMN, DROP COLUMN or RENAME is what both engines know")


def joined(part):
    """Tokens as one text, readable enough to stand in an error message."""
    out = ""
    for t in part:
        if out and not (t.kind == "mark" and t.text in "),." or out[-1] in "(."): out += " "
        out += t.text
    return out


def read_all(folder):
    found = [Migration(os.path.join(folder, f)) for f in sorted(os.listdir(folder)) if f.endswith(".sql")]
    for before, after in zip(found, found[1:]):
        if before.n == after.n:
            raise Mistake(f"{after.path}:1: the number {after.n:04d} is already taken by {before.path}")
    for i, m in enumerate(found):                              # what a later migration drops needs no guard any more
        m.append_only = [t for t in m.append_only if not any(t in later.dropped for later in found[i + 1:])]
    grows = {t for m in found for t in m.append_only}
    for m in found:
        for table, column in m.erasable:
            if table not in grows:
                raise Mistake(f"{m.path}:1: {table}.{column} is called erasable, but {table} is no table that only grows")
    return found


def write_depfile(path, target, folder, more=()):
    """So that ninja builds again when a migration is changed or added."""
    here = os.path.dirname(os.path.abspath(__file__))
    files = [folder] + [os.path.join(folder, f) for f in sorted(os.listdir(folder)) if f.endswith(".sql")] + [os.path.join(here, "schema.py"), *more]
    with open(path, "w") as out:
        out.write(target.replace(" ", "\\ ") + ": " + " ".join(f.replace(" ", "\\ ") for f in files) + "\n")


def c_text(s, indent="        "):
    """A C string literal, one line of it for each line of s."""
    def one(line):
        return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\' else "\\%03o" % b for b in line.encode()) + '"'
    return ("\n" + indent).join(one(line) for line in (s.splitlines(True) or [""]))


def run(main):
    try:
        main()
    except Mistake as mistake:
        sys.exit(str(mistake))
