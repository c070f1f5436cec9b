"""./run bench: closing, run and durable result of Harapan beside plain SQL that does the same on SQLite, PostgreSQL and DuckDB,
with the machine's own limits, in one run. See docs/performance.md for the method and run.sh for how to call it.

Runs alternate (A B C A B C …), figures are medians, every form's result is compared row by row with a plain C loop: a figure
whose rows differ is marked FAILED and counts for nothing."""
import argparse, json, math, os, pathlib, platform, shutil, signal, statistics, subprocess, sys, tempfile, time
from ours import Harapan, HarapanPostgres
from peers import Duckdb, Postgres, Sqlite, Tools

SIZES = {"24k": 24_000, "1m": 1_000_000, "10m": 10_000_000}
ROUNDS = {"24k": 7, "1m": 5, "10m": 3}
FREE_GB = {"24k": 5, "1m": 8, "10m": 25}
ENGINES = {"harapan": Harapan, "harapan-postgresql": HarapanPostgres, "sqlite": Sqlite, "duckdb": Duckdb, "postgresql": Postgres}
WORTH_REPEATING = 1.3      # a form that takes longer than its engine's best times this in the first round runs only once


def say(text): print(text, flush=True)


def first_line(command):
    try: return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0].strip()
    except (OSError, IndexError): return "missing"


def machine():
    cpu = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    memory_kib = int(open("/proc/meminfo").readline().split()[1])
    lock = json.loads((pathlib.Path(__file__).parent / "package-lock.json").read_text())
    return {"cpu": cpu[0] if cpu else platform.machine(), "cores": os.cpu_count(), "memory_gib": round(memory_kib / 2**20, 1),
            "kernel": platform.release(), "sqlite": first_line(["sqlite3", "--version"]).split(" ")[0],
            "postgresql": first_line(["psql", "--version"]), "duckdb": lock["packages"]["node_modules/@duckdb/node-api"]["version"],
            "load_at_start": os.getloadavg()[0], "at": time.strftime("%Y-%m-%d %H:%M")}


def compared(tools, engine, form, families_n):
    """The result of one engine against the plain C loop, row by row."""
    source = engine.results(form)
    done = subprocess.run([tools.program("compare"), str(families_n)], stdin=source.stdout, capture_output=True, text=True)
    source.stdout.close()
    if source.wait() and done.returncode == 0: return {"equal": False, "why": "could not be read back to its end"}
    result = json.loads(done.stdout)
    if done.returncode: result["why"] = done.stderr.strip()
    return result


class Contestant:
    def __init__(self, engine, form):
        self.engine, self.form, self.name = engine, form, f"{engine.name} {form}"
        self.costs, self.result = [], None

    def median(self, field): return statistics.median(getattr(cost, field) for cost in self.costs)

    def once(self, tools, families_n):
        self.engine.prepare(self.form)
        self.costs.append(self.engine.run(self.form))
        if self.result is None: self.result = compared(tools, self.engine, self.form, families_n)
        say(f"  {self.name:40} {self.costs[-1].engine_s:9.3f} s" + ("" if self.result["equal"] else f"   FAILED: {self.result.get('why')}"))

    def summary(self):
        walls = [cost.wall_s for cost in self.costs]
        return {"name": self.name, "runs": len(walls), "wall_s": self.median("wall_s"), "wall_min_s": min(walls), "wall_max_s": max(walls),
                "engine_s": self.median("engine_s"), "cpu_s": self.median("cpu_s"), "peak_mib": self.median("peak_mib"), "result": self.result}


def is_ours(engine): return isinstance(engine, Harapan)


def best_forms(contestants):
    """The fastest form of each peer, among those with the right result."""
    best = {}
    for c in contestants:
        if is_ours(c.engine): continue
        if c.result["equal"] and (c.engine.name not in best or c.median("engine_s") < best[c.engine.name].median("engine_s")): best[c.engine.name] = c
    return best


def ratios(contestants):
    """How many times as long the best form of each peer takes as each form of ours."""
    return {c.name: {name: peer.median("engine_s") / c.median("engine_s") for name, peer in best_forms(contestants).items()}
            for c in contestants if is_ours(c.engine) and c.result["equal"]}


def growth(results):
    """Exponent of the CPU time from 1 to 10 million families: 1.00 is proportional."""
    cpu = {size: {c["name"]: c["cpu_s"] for c in found["contestants"]} for size, found in results["sizes"].items()}
    return {name: math.log10(cpu["10m"][name] / cpu["1m"][name]) for name in cpu.get("1m", {}) if name in cpu.get("10m", {})}


def wanted_forms(engine, arguments, known_best):
    if is_ours(engine): return engine.forms
    if arguments.forms: return [form for form in engine.forms if form in arguments.forms.split(",")]
    if engine.name in known_best: return [known_best[engine.name]]
    return engine.forms


def bench_size(size, tools, arguments, known_best):
    families_n, rounds = SIZES[size], arguments.rounds or ROUNDS[size]
    csv = tools.work / "csv"
    csv.mkdir(exist_ok=True)
    for table in ("family", "member"):
        with open(csv / f"{table}.csv", "wb") as file: subprocess.run([tools.program("population_csv"), str(families_n), table], stdout=file, check=True)
    engines, loads = [], {}
    try:
        for key in arguments.only.split(","):
            engines.append(ENGINES[key](tools, families_n))
            loads[engines[-1].name] = engines[-1].load(csv)
            say(f"  {engines[-1].name} has loaded the registry in {loads[engines[-1].name]:.1f} s")
        shutil.rmtree(csv)
        contestants = [Contestant(engine, form) for engine in engines for form in wanted_forms(engine, arguments, known_best)]
        for c in contestants: c.once(tools, families_n)
        best = best_forms(contestants)
        for _ in range(rounds - 1):
            for c in contestants:
                if is_ours(c.engine) or (c.engine.name in best and c.costs[0].engine_s <= WORTH_REPEATING * best[c.engine.name].costs[0].engine_s):
                    c.once(tools, families_n)
        inserts = json.loads(subprocess.run([tools.program("inserts"), str(families_n), str(tools.work / "inserts.db")], capture_output=True, text=True, check=True).stdout)
        return {"families": families_n, "loads_s": loads, "contestants": [c.summary() for c in contestants], "sqlite_bare_inserts": inserts,
                "best": {name: c.form for name, c in best_forms(contestants).items()}, "ratios": ratios(contestants)}
    finally:
        for engine in engines: engine.close()
        for file in tools.work.glob("inserts.db*"): file.unlink()
        shutil.rmtree(csv, ignore_errors=True)


def print_size(size, found):
    n = found["families"]
    say(f"\n{n:,} families: sum {found['contestants'][0]['result'].get('sum', 0):,}")
    say(f"{'':40} {'run s':>9} {'process s':>9} {'min':>8} {'max':>8} {'CPU s':>8} {'MiB':>7} {'B/family':>8} {'families/s':>11}  n")
    for c in found["contestants"]:
        failed = "" if c["result"]["equal"] else "  FAILED: rows differ"
        say(f"{c['name']:40} {c['engine_s']:9.3f} {c['wall_s']:9.3f} {c['wall_min_s']:8.3f} {c['wall_max_s']:8.3f} {c['cpu_s']:8.2f} {c['peak_mib']:7.0f} "
            f"{c['peak_mib'] * 2**20 / n:8.0f} {n / c['engine_s']:11,.0f}  {c['runs']}{failed}")
    for ours, peers in found["ratios"].items():
        say(f"{ours}: faster than " + ", ".join(f"{name} {ratio:.1f} times" for name, ratio in peers.items()))
    inserts = found["sqlite_bare_inserts"]
    say(f"{'SQLite bare inserts, payments':40} {inserts['payments_s']:9.3f}\n{'SQLite bare inserts, and ledger':40} {inserts['all_s']:9.3f}")


def main():
    parser = argparse.ArgumentParser(prog="./run bench", description="Harapan beside plain SQL on SQLite, PostgreSQL and DuckDB.")
    parser.add_argument("size", nargs="?", default="1m", choices=[*SIZES, "all"], help="families (1m when not given)")
    parser.add_argument("--only", default=",".join(ENGINES), help="engines, comma-separated: " + ",".join(ENGINES))
    parser.add_argument("--forms", help="forms of SQL, comma-separated (all, or at 10m the best one of each peer)")
    parser.add_argument("--rounds", type=int, help="alternating rounds (24k: 7, 1m: 5, 10m: 3)")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    sizes = list(SIZES) if arguments.size == "all" else [arguments.size]

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers stop and files go, however we end
    work = pathlib.Path(tempfile.mkdtemp(prefix="harapan-bench-", dir=os.environ.get("HARAPAN_BENCH_DIR", "/var/tmp")))
    work.chmod(0o755)
    tools = Tools(pathlib.Path(arguments.build) / "bench", work)
    file = pathlib.Path(arguments.build) / "bench-results.json"
    try:
        free_gb = shutil.disk_usage(work).free / 1e9
        if free_gb < FREE_GB[sizes[-1]]:
            sys.exit(f"{work.parent} has {free_gb:.0f} GB free; {FREE_GB[sizes[-1]]} GB are needed. Free some, or name another place in HARAPAN_BENCH_DIR.")
        results = {"machine": machine(), "sizes": {}}
        say("Machine: " + ", ".join(f"{key} {value}" for key, value in results["machine"].items()))
        results["limits"] = json.loads(subprocess.run([tools.program("limits"), str(work)], capture_output=True, text=True, check=True).stdout)
        say("Limits:  " + ", ".join(f"{key} {value}" for key, value in results["limits"].items()))
        earlier = json.loads(file.read_text()) if file.exists() else {"sizes": {}}
        for size in sizes:
            say(f"\n{SIZES[size]:,} families")
            before = results["sizes"].get("1m") or earlier["sizes"].get("1m")
            results["sizes"][size] = bench_size(size, tools, arguments, before["best"] if size == "10m" and before else {})
            print_size(size, results["sizes"][size])
        results["sizes"] = {**earlier["sizes"], **results["sizes"]}
        results["cpu_growth_1m_10m"] = growth(results)
        for name, exponent in results["cpu_growth_1m_10m"].items(): say(f"CPU growth from 1 to 10 million, {name}: {exponent:.2f}")
        file.write_text(json.dumps(results, indent=1))
        say(f"\nAll figures are in {file}.")
    finally:
        for log in work.glob("*.log"): shutil.copy(log, pathlib.Path(arguments.build) / f"bench-{log.name}")
        shutil.rmtree(work, ignore_errors=True)
    if any(not c["result"]["equal"] for found in results["sizes"].values() for c in found["contestants"]): sys.exit(1)


main()
