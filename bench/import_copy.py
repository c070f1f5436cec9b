"""./run bench import [ROWS]: reading a file of families into the registry, beside PostgreSQL's COPY of the same file into one table.

COPY checks nothing, keeps no findings, resolves no place, finds no family and no person, writes no claim and no pack: it is the floor
below which no import into a database can be. Rounds alternate; figures are medians; the machine is that of the other benches."""
import argparse, json, os, pathlib, signal, sqlite3, statistics, subprocess, sys, tempfile, shutil, threading, time
from peers import Postgres, Tools

COLUMNS = ("iddtks provinsi kabupaten_kota kecamatan desa_kelurahan alamat dusun rt rw nomor_kk nomor_nik nama tanggal_lahir tempat_lahir jenis_kelamin "
           "nama_ibu_kandung hubungan_keluarga").split()
PERSONS_PER_FAMILY = 3.817          # of the synthetic city
KAB = "1371"


def say(text): print(text, flush=True)


class Steps:
    """What a verb said of its progress, with the time: how long each step took, and how wrong its estimates were."""
    def __init__(self): self.said = []

    def hear(self, line):
        try: word = json.loads(line)
        except ValueError: return
        if "progress" in word: self.said.append((time.monotonic(), word["progress"], word["done"], word["total"]))

    def tell(self, ended):
        names = list(dict.fromkeys(name for _, name, _, _ in self.said))
        for i, name in enumerate(names):
            own = [word for word in self.said if word[1] == name]
            first, last = own[0][0], own[-1][0]
            until = next((t for t, other, _, _ in self.said if t > last and other != name), ended)
            wrong = []
            for share in (0.25, 0.5, 0.75):
                at = next(((t, done, total) for t, _, done, total in own if total and done >= share * total and done), None)
                if at and at[0] > first: wrong.append(f"at {share:.0%}: said {(at[0] - first) * (at[2] - at[1]) / at[1]:.0f} s, it was {last - at[0]:.0f}")
            say(f"      {name:28} {last - first:7.1f} s, then {until - last:6.1f} s silent   {'; '.join(wrong)}")


class Import:
    """harapan import FILE, then the same with --apply: two processes, each measured whole."""
    def __init__(self, harapan, work, name, database, fresh):
        self.harapan, self.work, self.name, self.database, self.fresh = harapan, work, name, database, fresh

    def verb(self, *arguments, kill=None):
        """kill: (step, share): the process is killed there, and None is given."""
        command = [self.harapan, *arguments, "--db", self.database, "--progress=json", "--json"]
        started = time.monotonic()
        steps, log = Steps(), []
        done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "HARAPAN_LANG": "en"})
        def listen():
            for line in done.stderr:
                log.append(line)
                steps.hear(line)
                if kill and steps.said and steps.said[-1][1] == kill[0] and steps.said[-1][2] >= kill[1] * steps.said[-1][3]: done.send_signal(signal.SIGKILL)
        listener = threading.Thread(target=listen)
        listener.start()
        answer = done.stdout.read()
        _, status, usage = os.wait4(done.pid, 0)
        ended = time.monotonic()
        done.returncode = status
        listener.join()
        if kill:
            if status != signal.SIGKILL: sys.exit(f"{' '.join(command)}: was to be killed at {kill}, and came to its end")
            return None
        if status: sys.exit(f"{' '.join(command)}: failed\n{''.join(log[-5:])}")
        if ended - started > 20: steps.tell(ended)
        return json.loads(answer), ended - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

    def killed(self, file, rows):
        """Killed half-way while it reads and half-way while it applies: it goes on, and nothing is applied by halves. SQLite only."""
        self.fresh()
        families = lambda: sqlite3.connect(f"file:{self.database}?mode=ro", uri=True).execute("SELECT count(*) FROM family").fetchone()[0]
        self.verb("import", str(file), kill=("Reading the file", 0.5))
        answer, stage_s, _, stage_mib = self.verb("import", str(file))
        if not answer["resumed"]: sys.exit("it began again")
        self.verb("import", str(file), "--apply", kill=("Applying families", 0.5))
        after_n = families()
        answer, apply_s, _, apply_mib = self.verb("import", str(file), "--apply")
        if after_n or answer["persons"]["new"] != rows or answer["errors"] or answer["rejected"]: sys.exit(f"killed: {after_n} families half-way, then {answer}")
        say(f"  killed half-way while reading: went on in {stage_s:.1f} s; half-way while applying: no family was there, applied again in {apply_s:.1f} s; "
            f"{families():,} families; {max(stage_mib, apply_mib):.0f} MiB")

    def run(self, file, rows):
        self.fresh()
        _, stage_s, stage_cpu_s, stage_mib = self.verb("import", str(file))
        answer, apply_s, apply_cpu_s, apply_mib = self.verb("import", str(file), "--apply")
        if answer["persons"]["new"] != rows or answer["errors"] or answer["rejected"]: sys.exit(f"{self.name}: another outcome than it should be: {answer}")
        return {"stage_s": stage_s, "apply_s": apply_s, "cpu_s": stage_cpu_s + apply_cpu_s, "peak_mib": max(stage_mib, apply_mib)}


class Copy:
    """COPY of the same file: into one table without a key, committed, with a log, as an ordinary server writes it."""
    name = "PostgreSQL COPY"
    def __init__(self, server): self.server = server

    def run(self, file, rows):
        create = f"DROP TABLE IF EXISTS copied; CREATE TABLE copied ({', '.join(f'{name} text' for name in COLUMNS)});"
        self.server.execute([create, "CHECKPOINT"])
        started = time.monotonic()
        self.server.execute([f"COPY copied FROM '{file}' WITH (FORMAT csv, DELIMITER '|', HEADER)"])
        return {"copy_s": time.monotonic() - started}


SYNTH_MOST = 999_999                # families that are invented for one district; more are made of them


def repeat(file, times):
    """The same families again under other iddtks, and with KK and NIK of earlier serials, which stay as right as they were."""
    def earlier(number, by): return number[:-4] + f"{int(number[-4:]) - by:04}" if number else number
    first = file.rename(file.with_suffix(".one"))
    with open(file, "w") as to:
        for i in range(times):
            with open(first) as lines:
                head = next(lines)
                if i == 0: to.write(head)
                for line in lines:
                    if i == 0: to.write(line); continue
                    code, *middle, kk, nik, rest = line.split("|", 11)
                    to.write("|".join((f"{code}{'XYZ'[i]}", *middle, earlier(kk, i * 2500), earlier(nik, i * 2500), rest)))
    first.unlink()


def make_file(harapan, work, rows):
    """A synthetic city's registry as an export."""
    source, file = work / "source.db", work / "families.csv"
    env = {**os.environ, "HARAPAN_STATE": str(work / "state")}
    run = lambda *arguments, text="": subprocess.run([harapan, *arguments, "--db", str(source), "--progress=none"], input=text, text=True, env=env,
                                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    families = round(rows / PERSONS_PER_FAMILY)
    times = -(-families // SYNTH_MOST)
    run("synth", "padang", "--families", str(families // times))
    password = next(line.split()[1] for line in open(f"{source}.latihan") if line.startswith("operator"))
    run("login", "operator.latihan", "--password-stdin", text=password + "\n")
    run("export", str(file))
    file.chmod(0o644)
    for rest in work.glob("source.db*"): rest.unlink()
    if times > 1: repeat(file, times)
    with open(file, "rb") as lines: return file, sum(1 for _ in lines) - 1


def main():
    parser = argparse.ArgumentParser(prog="./run bench import")
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one engine beside COPY")
    parser.add_argument("--kill", action="store_true", help="besides, SQLite: killed half-way, and gone on")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server stops and files go, however we end
    work = pathlib.Path(tempfile.mkdtemp(prefix="harapan-bench-", dir=os.environ.get("HARAPAN_BENCH_DIR", "/var/tmp")))
    work.chmod(0o755)
    harapan = str(pathlib.Path(arguments.build).resolve() / "harapan")
    server = Postgres(Tools(pathlib.Path(arguments.build) / "bench", work), 0)
    try:
        server.start("")
        file, rows = make_file(harapan, work, arguments.rows)
        size = file.stat().st_size
        say(f"{rows:,} rows, {size / 1e6:.0f} MB")
        sqlite = work / "import.db"
        def sqlite_fresh():
            for rest in work.glob("import.db*"): rest.unlink()
        def postgres_fresh(): server.execute(["DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CHECKPOINT"])
        url = f"postgresql://bench@/postgres?host={server.place}"
        contestants = [Copy(server), Import(harapan, work, "Harapan on SQLite", str(sqlite), sqlite_fresh), Import(harapan, work, "Harapan on PostgreSQL", url, postgres_fresh)]
        if arguments.only: contestants = [c for c in contestants if c.name in ("PostgreSQL COPY", {"sqlite": "Harapan on SQLite", "postgresql": "Harapan on PostgreSQL"}[arguments.only])]
        found = {c.name: [] for c in contestants}
        for _ in range(arguments.rounds):
            for c in contestants:
                found[c.name].append(c.run(file, rows))
                say(f"  {c.name:24} " + "  ".join(f"{key} {value:.2f}" for key, value in found[c.name][-1].items()))
        server.execute(["DROP TABLE IF EXISTS copied"])
        if arguments.kill: contestants[1].killed(file, rows)
        medians = {name: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for name, runs in found.items()}
        copy_s = medians["PostgreSQL COPY"]["copy_s"]
        say(f"\n{'PostgreSQL COPY':24} {copy_s:6.2f} s  {rows / copy_s:12,.0f} rows/s")
        for name, m in medians.items():
            if "stage_s" not in m: continue
            say(f"{name:24} staging {m['stage_s']:6.2f} s {rows / m['stage_s']:10,.0f} rows/s ({m['stage_s'] / copy_s:.1f} COPYs)   "
                f"applying {m['apply_s']:6.2f} s {rows / m['apply_s']:10,.0f} rows/s ({m['apply_s'] / copy_s:.1f} COPYs)   {m['peak_mib']:.0f} MiB")
        (pathlib.Path(arguments.build) / "bench-import.json").write_text(json.dumps({"rows": rows, "bytes": size, "runs": found, "medians": medians}, indent=1))
    finally:
        server.close()
        shutil.rmtree(work, ignore_errors=True)


main()
