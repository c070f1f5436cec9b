"""Harapan's own side, measured like the peers. Its registry is the real one (names, numbers, addresses and all), and what runs is what
`harapan close` and `harapan run` call. engine_s is the whole process: of ourselves we count more than of the peers."""
import subprocess
from peers import Cost, HERE, Postgres, ServerUse

RULE_BOOK = str(HERE / "rule.yaml")
CLOSING_TABLES = ["closing_case", "closing_chunk", "closing"]


class Harapan:
    """On SQLite. A run is taken back by deleting what it wrote: at ten million families a copy would be 7 GB."""
    name, forms = "Harapan", ["from the registry", "from the registry, not prepared", "from a closing"]

    def __init__(self, tools, families_n):
        self.tools, self.families_n = tools, families_n
        self.database, self.log = tools.work / "harapan.db", tools.work / "harapan.log"

    def ours(self, verb, *arguments): return [self.tools.program("ours"), verb, str(self.database), *arguments]

    def load(self, csv):
        wall_s = self.tools.measured(self.ours("load", str(self.families_n)), log=self.log)[0].wall_s
        return wall_s + self.tools.measured(self.ours("prepare", RULE_BOOK), log=self.log)[0].wall_s

    def taken_back(self, form):
        """The statements that bring the database to where the form begins."""
        if form == "from a closing": return ["DELETE FROM run"]
        view = ["DELETE FROM draft_view"] if "not prepared" in form else []             # without a stage in view no draft is read
        return view + ["DELETE FROM run"] + [f"DELETE FROM {table}" for table in CLOSING_TABLES] + ["UPDATE pack_epoch SET epoch_n = 1"]

    def prepare(self, form):
        self.execute_sql(self.taken_back(form))
        if form == "from the registry": self.tools.measured(self.ours("prepare", RULE_BOOK), log=self.log)
        if form == "from a closing": self.tools.measured(self.ours("close", RULE_BOOK), log=self.log)

    def execute_sql(self, statements):
        self.tools.measured(["sqlite3", "-batch", "-bail", str(self.database)], ";".join(statements) + ";\nPRAGMA wal_checkpoint(TRUNCATE);\n", self.log)

    def command(self, form): return self.ours("run") if form == "from a closing" else self.ours("stage", RULE_BOOK)

    def run(self, form): return self.tools.measured(self.command(form), log=self.log)[0]

    def results(self, form): return subprocess.Popen(self.ours("rows"), stdout=subprocess.PIPE)

    def close(self):
        for file in self.tools.work.glob("harapan.db*"): file.unlink()


class HarapanPostgres(Harapan):
    """The same on PostgreSQL, on a cluster of its own with the same settings as the peer's; the server's CPU and memory count."""
    name = "Harapan on PostgreSQL"

    def __init__(self, tools, families_n):
        super().__init__(tools, families_n)
        self.server = Postgres(tools, families_n, "harapan-postgres")
        self.server.start("")
        self.database = f"postgresql://bench@/postgres?host={self.server.place}"

    def load(self, csv):
        wall_s = super().load(csv)
        self.server.execute(["VACUUM (FREEZE, ANALYZE)", "CHECKPOINT"])
        return wall_s

    def execute_sql(self, statements): self.server.execute(statements + ["VACUUM closing_chunk, closing_case, closing, run", "CHECKPOINT"])

    def run(self, form):
        with ServerUse(self.server.server) as use: cost = super().run(form)
        return Cost(cost.wall_s, cost.wall_s, cost.cpu_s + use.cpu_s, cost.peak_mib + use.peak_mib)

    def close(self): self.server.close()
