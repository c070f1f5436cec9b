"""The rule of the bench as plain SQL, in the strongest forms we know, for SQLite, PostgreSQL and DuckDB.

Forms, weakest first:
  window  two row_number() windows over the members: what most people write
  group   counts for each family with FILTER, the limits in closed form
  pack    the same from sums of 4-bit counters
  case    families with equal packed counters are one case: the rule is evaluated for each distinct case only

Closed form: the components in order of value, those of equal value together; a group with several components first keeps
those who met the condition, component by component, then those who failed. Walking these slots, a slot keeps
min(4, everything up to it) - min(4, everything before it).
"""
COMPONENTS = range(1, 8)
ANNUAL = {1: 3000000, 2: 3000000, 3: 900000, 4: 1500000, 5: 2000000, 6: 2400000, 7: 2400000}
STAGES = {0: 6, 1: 4}                       # by channel: bank, post
LIMIT = {1: 2, 2: 2}
KEPT_MAX, SUSPENDED_FROM, REDUCED_PERCENT = 4, 3, 75

FULL = {(channel, c): ANNUAL[c] // STAGES[channel] for channel in STAGES for c in COMPONENTS}
REDUCED = {key: amount * REDUCED_PERCENT // 100 for key, amount in FULL.items()}
GROUPS = [[c for c in COMPONENTS if ANNUAL[c] == value] for value in sorted(set(ANNUAL.values()), reverse=True)]

PAYMENT_COLUMNS = "(family_id, stage, channel, amount, branch, status)"
LEDGER = ("INSERT INTO ledger (debit_account, credit_account, amount, stage) "
          "SELECT 100001, 2000000000+family_id, amount, stage FROM payment WHERE stage=1 AND amount>0")

# Settings around the first statement of a run, which counts the members of each family.
COUNTING = {
    # The primary key of member covers its columns: an index-only scan in order of family needs no hash table, and what follows is
    # in that order too. The planner, left alone, hashes in parallel and takes 1.6 times as long.
    "postgresql": (["SET LOCAL jit=off", "SET LOCAL enable_hashagg=off", "SET LOCAL max_parallel_workers_per_gather=0"],
                   ["SET LOCAL enable_hashagg=on", "SET LOCAL max_parallel_workers_per_gather=2"]),
    # Family ids are dense: DuckDB can count by them in an array (peers.py says how large) and not in a hash table, which takes
    # half the time; for the totals a hash table is better.
    "duckdb": ([], ["RESET perfect_ht_threshold"]),
}


class Dialect:
    def __init__(self, name):
        self.name = name
        self.least = {"sqlite": "min", "postgresql": "least", "duckdb": "least"}[name]
        # A fence keeps a subquery from being merged into its reader, which would repeat its expressions.
        self.fence = {"sqlite": " LIMIT -1 OFFSET 0", "postgresql": " OFFSET 0", "duckdb": ""}[name]
        self.int = {"sqlite": "", "postgresql": "::int", "duckdb": "::int"}[name]
        self.big = {"sqlite": "", "postgresql": "::bigint", "duckdb": "::bigint"}[name]

    # ---- tables ----
    def registry(self):
        big, small = {"sqlite": ("INTEGER", "INTEGER")}.get(self.name, ("BIGINT", "SMALLINT"))
        member_key = ", PRIMARY KEY (family_id, member_id)) WITHOUT ROWID" if self.name == "sqlite" else ")"
        family_key = " PRIMARY KEY" if self.name == "sqlite" else ""     # elsewhere keys are added after loading, or not at all
        return [f"CREATE TABLE family (family_id {big} NOT NULL{family_key}, district {small} NOT NULL, branch INTEGER NOT NULL, channel {small} NOT NULL, strikes {small} NOT NULL)",
                f"CREATE TABLE member (member_id {big} NOT NULL, family_id {big} NOT NULL, component {small} NOT NULL, failed {small} NOT NULL{member_key}",
                f"CREATE TABLE rate (channel {small} NOT NULL, component {small} NOT NULL, full_amount INTEGER NOT NULL, reduced_amount INTEGER NOT NULL, max_n INTEGER NOT NULL)",
                "INSERT INTO rate VALUES " + ", ".join(f"({ch},{c},{FULL[ch, c]},{REDUCED[ch, c]},{LIMIT.get(c, 99)})" for ch, c in FULL)]

    def outputs(self, has_key=True):
        big, small = {"sqlite": ("INTEGER", "INTEGER")}.get(self.name, ("BIGINT", "SMALLINT"))
        key = ", PRIMARY KEY (stage, family_id)" if has_key else ""
        entry = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "BIGSERIAL" + (" PRIMARY KEY" if has_key else ""),
                 "duckdb": "BIGINT DEFAULT nextval('entry')"}[self.name]
        return (["CREATE SEQUENCE entry"] if self.name == "duckdb" else []) + [
            f"CREATE TABLE payment (family_id {big} NOT NULL, stage {small} NOT NULL, channel {small} NOT NULL, amount {big} NOT NULL, branch INTEGER NOT NULL, status {small} NOT NULL{key})"
            + (" WITHOUT ROWID" if self.name == "sqlite" else ""),
            f"CREATE TABLE ledger (entry_id {entry}, debit_account {big} NOT NULL, credit_account {big} NOT NULL, amount {big} NOT NULL, stage {small} NOT NULL)",
            f"CREATE TABLE totals (district {small} NOT NULL, component {small} NOT NULL, amount {big} NOT NULL, n {big} NOT NULL)"]

    # ---- counts for each family ----
    def packed(self):
        """family_id, p: 4-bit counters of the members of each component, and from bit 28 on of those who failed."""
        shift = f"4*(component{self.int}-1)"
        if self.name == "postgresql":                        # a sum of bigint is numeric there, and slow; of int it is bigint
            total = f"sum(1<<({shift})) | (sum(failed::int<<({shift}))<<28)"
        else:
            total = f"CAST(sum((1{self.big}+(failed{self.big}<<28))<<({shift})) AS BIGINT)"
        return f"SELECT family_id, {total} AS p FROM member WHERE component>0 GROUP BY family_id"

    def counted(self):
        """family_id, n1..n7, f1..f7 by conditional counts."""
        def count(condition):
            return f"sum({condition})" if self.name == "sqlite" else f"(count(*) FILTER (WHERE {condition}))::int"
        columns = ", ".join(f"{count(f'component={c}')} AS n{c}, {count(f'component={c} AND failed=1')} AS f{c}" for c in COMPONENTS)
        return f"SELECT family_id, {columns} FROM member WHERE component>0 GROUP BY family_id"

    def unpacked(self, columns, source):
        counters = ", ".join(f"((p>>{4 * (c - 1)})&15){self.int} AS n{c}, ((p>>{4 * (c + 6)})&15){self.int} AS f{c}" for c in COMPONENTS)
        return f"SELECT {columns}, {counters} FROM {source}{self.fence}"

    # ---- the rule in closed form ----
    def kept(self, columns, source):
        """From n1..n7, f1..f7: adds ok1..ok7 (kept, met) and cut1..cut7 (kept, failed)."""
        def all_of(c): return f"m{c}" if c in LIMIT else f"n{c}"
        def met_of(c): return f"u{c}" if c in LIMIT else f"(n{c}-f{c})"
        def capped(text): return f"{self.least}({KEPT_MAX}, {text})"
        limits = ", ".join(f"{self.least}(n{c}, {n}) AS m{c}, {self.least}(n{c}-f{c}, {n}) AS u{c}" for c, n in LIMIT.items())
        layer = f"SELECT {columns}, {', '.join(f'n{c}, f{c}' for c in COMPONENTS)}, {limits} FROM {source}{self.fence}"
        slots, out, before, before_name, most = [], [], "0", "0", 0
        for group in GROUPS:
            most += sum(LIMIT.get(c, 99) for c in group)
            if most <= KEPT_MAX:                             # nobody can be left out yet
                out += [f"{met_of(c)} AS ok{c}, {all_of(c)}-{met_of(c)} AS cut{c}" for c in group]
                before = "+".join(all_of(c) for g in GROUPS[:GROUPS.index(group) + 1] for c in g)
                before_name = before if most <= KEPT_MAX else capped(before)
                continue
            steps = [(c, "all", all_of(c)) for c in group] if len(group) == 1 else (
                [(c, "ok", met_of(c)) for c in group] + [(c, "cut", f"{all_of(c)}-{met_of(c)}") for c in group])
            for c, kind, text in steps:
                before = f"{before}+{text}"
                slots.append(f"{capped(before)} AS s{kind}{c}")
                kept = f"s{kind}{c}-({before_name})"
                before_name = f"s{kind}{c}"
                if kind == "all":
                    out.append(f"{self.least}({kept}, {met_of(c)}) AS ok{c}, {kept}-{self.least}({kept}, {met_of(c)}) AS cut{c}")
                else:
                    out.append(f"{kept} AS {kind}{c}")
        layer = f"SELECT *, {', '.join(slots)} FROM ({layer}) limited{self.fence}"
        return f"SELECT {columns}, {', '.join(out)} FROM ({layer}) summed{self.fence}"

    def amount(self):
        def sum_of(channel): return "+".join(f"ok{c}*{FULL[channel, c]}+cut{c}*{REDUCED[channel, c]}" for c in COMPONENTS)
        return f"CASE channel WHEN 0 THEN {sum_of(0)} ELSE {sum_of(1)} END"

    def insert_totals(self, sums):
        """From `sums` with district, channel, ok1..ok7, cut1..cut7 summed."""
        one_component = " UNION ALL ".join(f"SELECT district, channel, {c} AS component, ok{c} AS ok_n, cut{c} AS cut_n FROM s" for c in COMPONENTS)
        return (f"INSERT INTO totals WITH s AS MATERIALIZED ({sums}) SELECT t.district, t.component, sum(t.ok_n*r.full_amount+t.cut_n*r.reduced_amount), sum(t.ok_n+t.cut_n) "
                f"FROM ({one_component}) t JOIN rate r ON r.channel=t.channel AND r.component=t.component GROUP BY t.district, t.component")

    # ---- the run: a list of statements between BEGIN and COMMIT ----
    def window(self):
        kept = f"""SELECT family_id, district, component, CASE WHEN failed=1 THEN reduced_amount ELSE full_amount END AS amount
  FROM (SELECT t.*, row_number() OVER (PARTITION BY family_id ORDER BY full_amount DESC, failed, component, member_id) AS in_family
    FROM (SELECT m.family_id, f.district, m.member_id, m.component, m.failed, r.full_amount, r.reduced_amount, r.max_n,
        row_number() OVER (PARTITION BY m.family_id, m.component ORDER BY m.failed, m.member_id) AS in_component
      FROM member m JOIN family f ON f.family_id=m.family_id JOIN rate r ON r.channel=f.channel AND r.component=m.component
      WHERE m.component>0 AND f.strikes<{SUSPENDED_FROM}) t WHERE in_component<=max_n) u WHERE in_family<={KEPT_MAX}"""
        return [f"CREATE TEMP TABLE kept AS {kept}",
                f"INSERT INTO payment {PAYMENT_COLUMNS} SELECT f.family_id, 1, f.channel, coalesce(k.amount,0), f.branch, CASE WHEN f.strikes>={SUSPENDED_FROM} THEN 1 ELSE 0 END "
                "FROM family f LEFT JOIN (SELECT family_id, sum(amount) AS amount FROM kept GROUP BY family_id) k ON k.family_id=f.family_id",
                LEDGER, "INSERT INTO totals SELECT district, component, sum(amount), count(*) FROM kept GROUP BY district, component"]

    def closed_form(self, counts):
        columns = "family_id, district, branch, channel, strikes"
        kept = ", ".join(f"{kind}{c}" for c in COMPONENTS for kind in ("ok", "cut"))
        sums = ", ".join(f"sum(ok{c}){self.big} AS ok{c}, sum(cut{c}){self.big} AS cut{c}" for c in COMPONENTS)
        return [f"CREATE TEMP TABLE result AS SELECT {columns}, CASE WHEN strikes>={SUSPENDED_FROM} THEN 0 ELSE {self.amount()} END AS amount, {kept} FROM ({self.kept(columns, counts)}) k",
                f"INSERT INTO payment {PAYMENT_COLUMNS} SELECT family_id, 1, channel, amount, branch, CASE WHEN strikes>={SUSPENDED_FROM} THEN 1 ELSE 0 END FROM result",
                LEDGER, self.insert_totals(f"SELECT district, channel, {sums} FROM result WHERE strikes<{SUSPENDED_FROM} GROUP BY district, channel")]

    def group(self):
        return self.closed_form(f"(SELECT f.*, {', '.join(f'n{c}, f{c}' for c in COMPONENTS)} FROM family f JOIN ({self.counted()}) c ON c.family_id=f.family_id{self.fence}) j")

    def pack(self):
        columns = "f.family_id AS family_id, f.district AS district, f.branch AS branch, f.channel AS channel, f.strikes AS strikes"
        return self.closed_form(f"({self.unpacked(columns, f'family f JOIN ({self.packed()}) c ON c.family_id=f.family_id')}) j")

    def case(self):
        kept = ", ".join(f"{kind}{c}" for c in COMPONENTS for kind in ("ok", "cut"))
        sums = ", ".join(f"sum(families_n*ok{c}){self.big} AS ok{c}, sum(families_n*cut{c}){self.big} AS cut{c}" for c in COMPONENTS)
        suspended = f"CASE WHEN f.strikes>={SUSPENDED_FROM} THEN 1 ELSE 0 END"
        case_id = f"c.p | (f.channel{self.big}<<56)"
        key = " PRIMARY KEY" if self.name == "sqlite" else ""
        analyze = ["ANALYZE counted", "ANALYZE case_amount"] if self.name == "postgresql" else []
        count = ["CREATE TEMP TABLE case_count AS SELECT district, case_id, count(*) AS families_n FROM counted WHERE status=0 GROUP BY district, case_id"]
        if self.name == "sqlite":                            # families come in order of district: counting in place beats sorting them all
            count = ["CREATE TEMP TABLE case_count (district INTEGER, case_id INTEGER, families_n INTEGER, PRIMARY KEY (district, case_id)) WITHOUT ROWID",
                     "INSERT INTO case_count SELECT district, case_id, 1 FROM counted WHERE status=0 ON CONFLICT DO UPDATE SET families_n=families_n+1"]
        cases = "(SELECT DISTINCT case_id FROM case_count) d"
        columns = "case_id, channel"
        rule = self.kept(columns, f"({self.unpacked(columns, f'(SELECT case_id, case_id AS p, case_id>>56 AS channel FROM {cases}) x')}) u")
        return [f"CREATE TEMP TABLE counted AS SELECT f.family_id, f.district, f.branch, f.channel, {suspended} AS status, {case_id} AS case_id FROM family f JOIN ({self.packed()}) c ON c.family_id=f.family_id",
                *count,
                f"CREATE TEMP TABLE case_amount (case_id BIGINT{key}, channel INTEGER, amount BIGINT, {', '.join(f'{name} INTEGER' for name in kept.split(', '))})".replace("BIGINT PRIMARY", "INTEGER PRIMARY"),
                f"INSERT INTO case_amount SELECT case_id, channel, {self.amount()}, {kept} FROM ({rule}) k"] + analyze + [
                f"INSERT INTO payment {PAYMENT_COLUMNS} SELECT p.family_id, 1, p.channel, CASE WHEN p.status=1 THEN 0 ELSE a.amount END, p.branch, p.status "
                "FROM counted p LEFT JOIN case_amount a ON a.case_id=p.case_id",
                LEDGER, self.insert_totals(f"SELECT n.district, a.channel, {sums} FROM case_count n JOIN case_amount a ON a.case_id=n.case_id GROUP BY n.district, a.channel")]

    def run(self, form, builds_keys_after=False):
        """builds_keys_after (PostgreSQL under wal_level=minimal): the tables are made in the same transaction, which spares their
        log, and get their keys when they are full."""
        statements = {"window": self.window, "group": self.group, "pack": self.pack, "case": self.case}[form]()
        before, after = COUNTING.get(self.name, ([], [])) if form != "window" else ([], [])
        statements = before + statements[:1] + after + statements[1:]
        if builds_keys_after:
            statements = self.outputs(has_key=False) + statements + ["ALTER TABLE payment ADD PRIMARY KEY (stage, family_id)", "ALTER TABLE ledger ADD PRIMARY KEY (entry_id)"]
        return statements

    # ---- reading back, for the comparison ----
    def results(self):
        weighted = f"CAST(sum(amount*((credit_account-2000000001)%1000+1)) AS {'INTEGER' if self.name == 'sqlite' else 'BIGINT'})"
        return ["SELECT family_id, amount, status FROM payment WHERE stage=1 ORDER BY family_id",
                f"SELECT 'ledger', count(*), coalesce(sum(amount),0), coalesce({weighted},0) FROM ledger WHERE stage=1",
                "SELECT 'total', district, component, amount, n FROM totals WHERE n>0 ORDER BY district, component"]
