"""./run bench import [ROWS]: reading a file of families into the registry, beside PostgreSQL's COPY of the same file into one table.

COPY checks nothing, keeps no findings, resolves no place, finds no family and no person, writes no claim and no pack: it is the floor
below which no import into a database can be. Rounds alternate; figures are medians; the machine is that of the other benches."""
import argparse, json, os, pathlib, signal, statistics, subprocess, sys, tempfile, shutil, time
from peers import Postgres, Tools

COLUMNS = ("iddtks provinsi kabupaten_kota kecamatan desa_kelurahan alamat dusun rt rw nomor_kk nomor_nik nama tanggal_lahir tempat_lahir jenis_kelamin "
           "nama_ibu_kandung hubungan_keluarga").split()
PERSONS_PER_FAMILY = 3.817          # of the synthetic city
KAB = "1371"


def say(text): print(text, flush=True)


class Import:
    """harapan import FILE, then the same with --apply: two processes, each measured whole."""
    def __init__(self, harapan, work, name, database, fresh):
        self.harapan, self.work, self.name, self.database, self.fresh = harapan, work, name, database, fresh

    def verb(self, *arguments):
        command = [self.harapan, *arguments, "--db", self.database, "--progress=none", "--json"]
        started = time.monotonic()
        with open(self.work / "harapan.log", "a") as log:
            done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
            answer = done.stdout.read()
            _, status, usage = os.wait4(done.pid, 0)
        if status: sys.exit(f"{' '.join(command)}: failed, see {self.work}/harapan.log")
        return json.loads(answer), time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

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


def make_file(harapan, work, rows):
    """A synthetic city's registry as an export."""
    source, file = work / "source.db", work / "families.csv"
    env = {**os.environ, "HARAPAN_STATE": str(work / "state")}
    run = lambda *arguments, text="": subprocess.run([harapan, *arguments, "--db", str(source), "--progress=none"], input=text, text=True, env=env,
                                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    run("synth", "padang", "--families", str(round(rows / PERSONS_PER_FAMILY)))
    password = next(line.split()[1] for line in open(f"{source}.latihan") if line.startswith("operator"))
    run("login", "operator.latihan", "--password-stdin", text=password + "\n")
    run("export", str(file))
    file.chmod(0o644)
    for rest in work.glob("source.db*"): rest.unlink()
    with open(file, "rb") as lines: return file, sum(1 for _ in lines) - 1


def main():
    parser = argparse.ArgumentParser(prog="./run bench import")
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
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
        found = {c.name: [] for c in contestants}
        for _ in range(arguments.rounds):
            for c in contestants:
                found[c.name].append(c.run(file, rows))
                say(f"  {c.name:24} " + "  ".join(f"{key} {value:.2f}" for key, value in found[c.name][-1].items()))
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
