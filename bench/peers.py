"""The engines that Harapan is compared with. Each loads the CSV files once, then for each run: prepare (not timed), run (timed),
results (lines for the comparison). A Cost tells what the run took; `engine_s` is from BEGIN to the return of COMMIT."""
import json, os, pathlib, shutil, subprocess, threading, time
from dataclasses import dataclass
from peers_sql import Dialect

HERE = pathlib.Path(__file__).resolve().parent


@dataclass
class Cost:
    wall_s: float          # the whole process, from before its start to after its end
    engine_s: float        # the run alone, durable
    cpu_s: float
    peak_mib: float


class Tools:
    """Where things are: programs of the build, and a directory of our own that is deleted at the end."""
    def __init__(self, programs, work):
        self.programs, self.work = pathlib.Path(programs), pathlib.Path(work)

    def program(self, name): return str(self.programs / f"bench_{name}")

    def measured(self, command, stdin=None, log=None):
        """Runs the command under bench_measure; returns (Cost without engine_s, standard output)."""
        report = self.work / "measure.json"
        with open(log or os.devnull, "a") as errors:
            done = subprocess.run([self.program("measure"), str(report)] + command, input=stdin, stdout=subprocess.PIPE, stderr=errors, text=True)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed with {done.returncode}; see {log}")
        cost = json.loads(report.read_text())
        return Cost(cost["wall_s"], cost["wall_s"], cost["user_s"] + cost["system_s"], cost["peak_kib"] / 1024), done.stdout


def copied(source, target):
    for ending in ("", "-wal", "-shm", ".wal"):
        pathlib.Path(str(target) + ending).unlink(missing_ok=True)
    shutil.copyfile(source, target)
    with open(target, "rb") as file: os.fsync(file.fileno())     # else the run's own sync would have to write the copy


class Sqlite:
    name, forms = "SQLite", ["window", "group", "pack", "case"]
    SETTINGS = ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4000000; PRAGMA mmap_size=8000000000; "
                "PRAGMA temp_store=MEMORY; PRAGMA threads=2; PRAGMA wal_autocheckpoint=100000;\n")

    def __init__(self, tools, families_n):
        self.tools, self.sql = tools, Dialect("sqlite")
        self.registry, self.database = tools.work / "sqlite-registry.db", tools.work / "sqlite.db"
        self.log = tools.work / "sqlite.log"

    def load(self, csv):
        script = (self.SETTINGS + ";\n".join(self.sql.registry() + self.sql.outputs()) + ";\n"
                  + f".mode csv\n.import {csv}/family.csv family\n.import {csv}/member.csv member\nANALYZE;\nPRAGMA wal_checkpoint(TRUNCATE);\n")
        return self.tools.measured(["sqlite3", "-batch", "-bail", str(self.registry)], script, self.log)[0].wall_s

    def prepare(self, form):
        copied(self.registry, self.database)

    def run(self, form):
        clock = "SELECT 'clock', (julianday('now')-2440587.5)*86400;\n"
        script = self.SETTINGS + ".timer on\n" + clock + "BEGIN IMMEDIATE;\n" + ";\n".join(self.sql.run(form)) + ";\nCOMMIT;\n" + clock
        cost, out = self.tools.measured(["sqlite3", "-batch", "-bail", "-separator", " ", str(self.database)], script, self.log)
        begin_s, end_s = [float(line.split()[1]) for line in out.splitlines() if line.startswith("clock")]
        self.log.open("a").write(out)
        cost.engine_s = end_s - begin_s
        return cost

    def results(self, form):
        return subprocess.Popen(["sqlite3", "-batch", "-separator", ",", str(self.database), ";".join(self.sql.results())], stdout=subprocess.PIPE)

    def close(self):
        for file in self.tools.work.glob("sqlite*.db*"): file.unlink()


class Duckdb:
    name, forms = "DuckDB", ["window", "group", "pack", "case", "pack with primary key"]

    def __init__(self, tools, families_n):
        self.tools, self.sql, self.families_n = tools, Dialect("duckdb"), families_n
        self.registry, self.database = tools.work / "duckdb-registry.db", tools.work / "duckdb.db"
        self.log = tools.work / "duckdb.log"

    def script(self, database, statements):
        file = self.tools.work / "duckdb.json"
        file.write_text(json.dumps([f"SET threads={os.cpu_count()}", "SET memory_limit='12GB'", f"SET temp_directory='{self.tools.work}/duckdb-temp'",
            f"SET perfect_ht_threshold={self.families_n.bit_length() + 1}"] + statements))
        return ["node", str(HERE / "duckdb.mjs"), str(database), str(file)]

    def load(self, csv):
        copies = [f"COPY {table} FROM '{csv}/{table}.csv' (FORMAT csv, HEADER false)" for table in ("family", "member")]
        return self.tools.measured(self.script(self.registry, self.sql.registry() + copies + ["CHECKPOINT"]), log=self.log)[0].wall_s

    def prepare(self, form):
        copied(self.registry, self.database)
        self.tools.measured(self.script(self.database, self.sql.outputs(has_key="key" in form) + ["CHECKPOINT"]), log=self.log)

    def run(self, form):
        statements = ["clock", "BEGIN"] + self.sql.run(form.split()[0]) + ["COMMIT", "clock"]
        cost, out = self.tools.measured(self.script(self.database, statements), log=self.log)
        cost.engine_s = float(out.split()[-1])
        return cost

    def results(self, form):
        copies = [f"COPY ({sql}) TO '/dev/stdout' (FORMAT csv, HEADER false)" for sql in self.sql.results()]
        return subprocess.Popen(self.script(self.database, copies), stdout=subprocess.PIPE)

    def close(self):
        for file in self.tools.work.glob("duckdb*.db*"): file.unlink()


class Postgres:
    """A cluster of its own in the work directory, reached through a socket there. As root it runs as the user `postgres`,
    since the server refuses root."""
    name, forms = "PostgreSQL", ["window", "group", "pack", "case", "pack late keys", "case late keys"]

    def __init__(self, tools, families_n, place="postgres"):
        self.tools, self.sql, self.families_n = tools, Dialect("postgresql"), families_n
        self.place, self.log, self.settings, self.server = tools.work / place, tools.work / f"{place}.log", None, None
        self.programs = pathlib.Path(subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.place.mkdir(mode=0o777)
        self.place.chmod(0o777)
        self.quiet("initdb", "-D", f"{self.place}/data", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C")
        shutil.copyfile(HERE / "postgres.conf", self.place / "postgres.conf")

    def quiet(self, program, *arguments):
        with self.log.open("a") as log:
            subprocess.run(self.as_user + [str(self.programs / program), *arguments], check=True, stdout=log, stderr=log, cwd=self.place)

    def start(self, settings):
        if self.settings == settings: return
        self.stop()
        options = f"-c config_file={self.place}/postgres.conf -c unix_socket_directories={self.place} -c hba_file={self.place}/data/pg_hba.conf {settings}"
        self.quiet("pg_ctl", "-D", f"{self.place}/data", "-w", "-l", f"{self.place}/server.log", "-o", options, "start")
        self.server, self.settings = int((self.place / "data/postmaster.pid").read_text().split()[0]), settings

    def stop(self):
        if self.settings is not None: self.quiet("pg_ctl", "-D", f"{self.place}/data", "-w", "-m", "fast", "stop")
        self.settings = None

    def psql(self, script, separator=" "):
        return ["psql", "-X", "-q", "-At", "-F", separator, "-v", "ON_ERROR_STOP=1", "-h", str(self.place), "-U", "bench", "-d", "postgres", "-f", script]

    def execute(self, statements):
        cost, out = self.tools.measured(self.psql("-"), "".join(s if s.startswith("\\") else s + ";\n" for s in statements), self.log)
        return cost, out

    def load(self, csv):
        self.start("")
        cost, _ = self.execute(self.sql.registry()
            + [f"\\copy {table} FROM '{csv}/{table}.csv' (FORMAT csv)\n" for table in ("family", "member")]
            + ["ALTER TABLE family ADD PRIMARY KEY (family_id)", "ALTER TABLE member ADD PRIMARY KEY (family_id, member_id) INCLUDE (component, failed)",
               f"ALTER TABLE member ALTER family_id SET (n_distinct = {self.families_n})", "VACUUM (FREEZE, ANALYZE)", "CHECKPOINT"])
        return cost.wall_s

    def prepare(self, form):
        self.start("-c wal_level=minimal -c max_wal_senders=0" if "late" in form else "")
        drops = [f"DROP TABLE IF EXISTS {table}" for table in ("payment", "ledger", "totals")]
        self.execute(drops + ([] if "late" in form else self.sql.outputs()) + ["CHECKPOINT"])

    def run(self, form):
        clock = "SELECT 'clock', extract(epoch FROM clock_timestamp())"
        statements = ["\\timing on\n", clock, "BEGIN"] + self.sql.run(form.split()[0], "late" in form) + ["COMMIT", clock]
        with ServerUse(self.server) as use:
            cost, out = self.execute(statements)
        begin_s, end_s = [float(line.split()[1]) for line in out.splitlines() if line.startswith("clock")]
        self.log.open("a").write(out)
        return Cost(cost.wall_s, end_s - begin_s, cost.cpu_s + use.cpu_s, cost.peak_mib + use.peak_mib)

    def results(self, form):
        script = self.tools.work / "postgres-results.sql"
        script.write_text("".join(f"COPY ({sql}) TO STDOUT (FORMAT csv);\n" for sql in self.sql.results()))
        return subprocess.Popen(self.psql(str(script)), stdout=subprocess.PIPE)

    def close(self):
        self.stop()
        shutil.rmtree(self.place, ignore_errors=True)


class ServerUse:
    """CPU and memory of a server's processes while a block runs: CPU from the kernel's counters (those of ended children are added
    to their parent), memory sampled: private of all, and the largest shared part once."""
    def __init__(self, server): self.server, self.peak_mib = server, 0.0

    def processes(self):
        children = []
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try: fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError: continue
            if int(fields[1]) == self.server or int(stat.parent.name) == self.server: children.append((stat.parent, fields))
        return children

    def cpu(self):
        ticks = 0
        for place, fields in self.processes():
            ticks += int(fields[11]) + int(fields[12])
            if int(place.name) == self.server: ticks += int(fields[13]) + int(fields[14])
        return ticks / os.sysconf("SC_CLK_TCK")

    def sample(self):
        while not self.ended.wait(0.05):
            private = shared = 0
            for place, _ in self.processes():
                try: status = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
                except OSError: continue
                private += int(status.get("RssAnon", "0 kB").split()[0])
                shared = max(shared, int(status.get("RssShmem", "0 kB").split()[0]))
            self.peak_mib = max(self.peak_mib, (private + shared) / 1024)

    def __enter__(self):
        self.before_s, self.ended = self.cpu(), threading.Event()
        self.sampler = threading.Thread(target=self.sample)
        self.sampler.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.sampler.join()
        time.sleep(0.1)                                      # let the server reap the session's process
        self.cpu_s = self.cpu() - self.before_s
