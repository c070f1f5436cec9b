#!/bin/bash
# bench/run.sh import [ROWS] [--rounds N]: reading a file of families, beside PostgreSQL's COPY of the same file.
# bench/run.sh answers [ROWS] [ROUNDS]: reading what banks answer beside plain reading of the same bytes.
# bench/run.sh search [PERSONS] [--only sqlite|postgresql] [--questions N]: finding misspelt names; ten million need 8 GB in all.
# bench/run.sh [24k|1m|10m|all] [--only harapan,duckdb,…] [--forms window,pack,…] [--rounds N]
# What `./run bench` calls: builds the bench's programs, fetches DuckDB with npm, and measures. No part of the tests.
# Takes about 2 minutes for 24k, 12 for 1m and 30 for 10m on two cores. Works in /var/tmp (or HARAPAN_BENCH_DIR) and cleans
# up; 10m needs 25 GB there. All figures go to build/bench-results.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${HARAPAN_BUILD:-$here/../build}

need() { command -v "$1" >/dev/null || { echo "bench: $1 is missing; install the Debian package $2." >&2; exit 1; }; }
need ninja ninja-build; need meson meson; need python3 python3; need sqlite3 sqlite3
need psql postgresql-client-15; need pg_config libpq-dev; need node nodejs; need npm npm
[ -x "$(pg_config --bindir)/initdb" ] || { echo "bench: PostgreSQL's server is missing; install the Debian package postgresql-15." >&2; exit 1; }

[ -d "$build" ] || meson setup "$build" "$here/.." >/dev/null
ninja -C "$build" bench_programs | tail -1
if ! cmp -s "$here/package-lock.json" "$here/node_modules/.installed"; then
    (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund)
    cp "$here/package-lock.json" "$here/node_modules/.installed"
fi
if [ "${1:-}" = import ]; then
    ninja -C "$build" harapan | tail -1
    exec python3 "$here/import_copy.py" --build "$build" "${@:2}"
fi
if [ "${1:-}" = answers ]; then
    exec "$build/bench/bench_answers" "${@:2}"
fi
if [ "${1:-}" = search ]; then
    exec python3 "$here/search.py" --build "$build" "${@:2}"
fi
exec python3 "$here/bench.py" --build "$build" "$@"
