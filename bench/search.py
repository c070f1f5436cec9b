"""./run bench search [PERSONS]: how quickly and how surely a name is found, on SQLite and then on PostgreSQL. See bench/search.c."""
import argparse, os, pathlib, shutil, signal, subprocess, sys, tempfile
from peers import Postgres, Tools


def say(text): print(text, flush=True)


def asked(command, log):
    """Runs the program, shows what it says, and keeps it."""
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for line in run.stdout:
        say(line.rstrip())
        log.write(line)
    if run.wait(): sys.exit(f"{command[0]}: ended with {run.returncode}")


def main():
    parser = argparse.ArgumentParser(prog="./run bench search")
    parser.add_argument("persons", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=200, help="of each kind of slip")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server stops and files go, however we end
    work = pathlib.Path(tempfile.mkdtemp(prefix="harapan-bench-", dir=os.environ.get("HARAPAN_BENCH_DIR", "/var/tmp")))
    work.chmod(0o755)
    tools, server = Tools(pathlib.Path(arguments.build) / "bench", work), None
    ask = [tools.program("search")], [str(arguments.persons), str(arguments.questions)]
    try:
        with open(pathlib.Path(arguments.build) / "bench-search.log", "w") as log:
            if arguments.only != "postgresql":
                asked(ask[0] + [str(work / "search.db")] + ask[1], log)
                for rest in work.glob("search.db*"): rest.unlink()
            if arguments.only != "sqlite":
                server = Postgres(tools, 0)
                server.start("")
                asked(ask[0] + [f"postgresql://bench@/postgres?host={server.place}"] + ask[1], log)
    finally:
        if server: server.close()
        shutil.rmtree(work, ignore_errors=True)


main()
