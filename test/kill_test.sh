#!/usr/bin/env bash
# Killed at any write: for the verbs that change money or families, the process is killed at its n-th write or sync, for n ever
# larger until it gets by. Then the laws hold, the same command finishes the work, and the outcome is that of a run never killed.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HARAPAN_LANG=en
unset HARAPAN_DB HARAPAN_STATE
passed_n=0 failed_n=0
fault() { failed_n=$((failed_n + 1)); printf 'FAILED: %s\n' "$1"; tail -n 5 "$dir/out.txt"; }
harapan() { "$root/build/harapan" "$@" --progress=none --db "$work/padang.db"; }

# What the outside sees of a database: families, the run's hash and totals, accounts, batches, files.
outcome() {
    sqlite3 "$work/padang.db" "SELECT count(*) FROM family; SELECT count(*) FROM person; SELECT hex(closing_hash) FROM closing; SELECT hex(run_hash), total_rp FROM run;
        SELECT step_n, user_id FROM approval ORDER BY step_n; SELECT kind, channel, debit_pending_rp, debit_posted_rp, credit_pending_rp, credit_posted_rp FROM account ORDER BY id;
        SELECT channel, state, family_n, amount_rp FROM batch ORDER BY id; SELECT state, row_n FROM import_batch WHERE state = 'applied'" 2>&1
    (cd "$work" && find keluar -type f 2>/dev/null | sort)
}

# killed NAME COMMAND…: from the state in $dir/before, with the work done in $work.
killed() {
    local name=$1 n=1 tries=0 code wanted
    work=$dir/work
    rm -rf "$work" && cp -r "$dir/before" "$work"
    "${@:2}" >"$dir/out.txt" 2>&1 || { fault "$name: does not work unkilled"; return; }
    wanted=$(outcome)
    cp -r "$work" "$dir/after"
    while :; do
        rm -rf "$work" && cp -r "$dir/before" "$work"
        code=0
        KILL_AT=$n "${@:2}" >"$dir/out.txt" 2>&1 || code=$?
        [ "$code" -eq 137 ] || [ "$code" -eq 9 ] || break
        tries=$((tries + 1))
        harapan check >"$dir/out.txt" 2>&1 || { fault "$name killed at write $n: a law does not hold"; break; }
        # Who was killed after the signature had reached the disk is told that it is there.
        "${@:2}" >"$dir/out.txt" 2>&1 || grep -q "You have signed" "$dir/out.txt" || { fault "$name killed at write $n: the second run fails"; break; }
        [ "$(outcome)" = "$wanted" ] || { fault "$name killed at write $n: another outcome"; diff <(echo "$wanted") <(outcome); break; }
        harapan check >"$dir/out.txt" 2>&1 || { fault "$name killed at write $n: a law does not hold in the end"; break; }
        passed_n=$((passed_n + 1))
        n=$((n + 1 + n / 3))
    done
    [ "$code" -eq 0 ] || fault "$name: ends with code $code"
    [ "$tries" -ge 5 ] || fault "$name: was killed only $tries times"
    printf '%s: killed %d times, the last time at write %d\n' "$name" "$tries" "$n"
    rm -rf "$dir/before" && mv "$dir/after" "$dir/before"
}

WRITES=write,pwrite64,pwritev,fsync,fdatasync,ftruncate,rename,renameat2,unlink,unlinkat
maybe_killed() {  # a command, killed at its KILL_AT-th write when that is set
    if [ -z "${KILL_AT:-}" ]; then "$@"; else strace -f -qq -o /dev/null -e "trace=$WRITES" -e "inject=$WRITES:signal=KILL:when=$KILL_AT" "$@"; fi
}
as() {  # as USER VERB…: with the password on the input
    local who=$1
    sed -n "s/^$who //p" "$work/padang.db.latihan" > "$dir/password"
    HARAPAN_STATE=$work/state-$who harapan login "$who" --password-stdin < "$dir/password" >/dev/null 2>&1
    HARAPAN_STATE=$work/state-$who maybe_killed "$root/build/harapan" "${@:2}" --progress=none --db "$work/padang.db" < "$dir/password"
}

# A small city, and a file of another one to import into it.
families=80
mkdir "$dir/before" "$dir/other"
work=$dir/other
harapan synth padang --seed 2 --families 40 >"$dir/out.txt" 2>&1 || fault "another city"
as operator.latihan export "$dir/dtks.csv" --kab 1371 >"$dir/out.txt" 2>&1 || fault "a file to import"
work=$dir/before
harapan synth padang --families $families >"$dir/out.txt" 2>&1 || fault "a city"

killed import   as operator.latihan import "$dir/dtks.csv" --kab 1371 --apply --accept-alarms
killed close    as operator.latihan close 2024-2 --kab 1371
killed run      as operator.latihan run 2024-2 --kab 1371
killed approve  as operator.latihan approve 2024-2 --kab 1371 --password-stdin
killed approve2 as kepala.latihan approve 2024-2 --kab 1371 --password-stdin
killed pay      as operator.latihan pay 2024-2 --kab 1371 --out "$dir/work/keluar" --password-stdin

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
