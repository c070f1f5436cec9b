#!/usr/bin/env bash
# A workbook is read into an empty registry and applied, and the process is killed at its n-th write, sync or word to the server, for
# n ever larger until it gets by; on both engines. After each kill either all families are there or none, and the laws hold; the same
# command then goes on, and the registry is that of a run never killed.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
schema=import_kill_$$
export HARAPAN_LANG=en HARAPAN_STATE=$dir/state
unset HARAPAN_DB
passed_n=0 failed_n=0
fault() { failed_n=$((failed_n + 1)); printf 'FAILED: %s\n' "$1"; tail -n 5 "$dir/out.txt"; }
end() { [ -z "${HARAPAN_TEST_PG:-}" ] || psql "$HARAPAN_TEST_PG" -qc "DROP SCHEMA IF EXISTS $schema CASCADE" 2>/dev/null; rm -rf "$dir"; }
trap end EXIT
harapan() { "$root/build/harapan" "$@" --progress=none --db "$url"; }

fresh() {
    case $url in
        postgres*) psql "$HARAPAN_TEST_PG" -qc "DROP SCHEMA IF EXISTS $schema CASCADE" -c "CREATE SCHEMA $schema" 2>/dev/null ;;
        *) rm -f "$url"* ;;
    esac
}
ask() { case $url in postgres*) psql "$url" -At -c "$1" ;; *) sqlite3 "$url" "$1" ;; esac 2>/dev/null; }
family_n() { local n; n=$(ask "SELECT count(*) FROM family"); echo "${n:-0}"; }       # no table yet: none
outcome() {
    ask "SELECT id, dtks_code, village_id, address, rt, rw, status FROM family ORDER BY id"
    ask "SELECT family_id, id, name, born_on, mother_name, sex, relation FROM person ORDER BY family_id, id"
    ask "SELECT id, state, row_n, error_n, warning_n FROM import_batch ORDER BY id"
    ask "SELECT count(*) FROM import_row"
}

WRITES=write,pwrite64,pwritev,fsync,fdatasync,ftruncate,rename,renameat2,unlink,unlinkat,sendto,sendmsg
import() { harapan import "$dir/list.xlsx" --apply; }
killed_import() {
    strace -f -qq -o /dev/null -e "trace=$WRITES" -e "inject=$WRITES:signal=KILL:when=$1" "$root/build/harapan" import "$dir/list.xlsx" --apply --progress=none --db "$url"
}

killed() {
    local name=$1 n=1 tries=0 nothing_n=0 code wanted found
    url=$2
    fresh
    import >"$dir/out.txt" 2>&1 || { fault "$name: does not work unkilled"; return; }
    wanted=$(outcome)
    while :; do
        fresh
        code=0
        killed_import "$n" >"$dir/out.txt" 2>&1 || code=$?
        [ "$code" -eq 137 ] || [ "$code" -eq 9 ] || break
        tries=$((tries + 1))
        found=$(family_n)
        [ "$found" = 0 ] && nothing_n=$((nothing_n + 1))
        [ "$found" = 0 ] || [ "$found" = "$families" ] || { fault "$name killed at write $n: $found of $families families are there"; break; }
        import >"$dir/out.txt" 2>&1 || { fault "$name killed at write $n: the second run fails"; break; }
        [ "$(outcome)" = "$wanted" ] || { fault "$name killed at write $n: another outcome"; diff <(echo "$wanted") <(outcome) | head -n 5; break; }
        harapan check >"$dir/out.txt" 2>&1 || { fault "$name killed at write $n: a law does not hold"; break; }
        passed_n=$((passed_n + 1))
        n=$((n + 1 + n / 2))
    done
    [ "$code" -eq 0 ] || fault "$name: ends with code $code"
    [ "$nothing_n" -ge 5 ] || fault "$name: was killed only $nothing_n times before it had applied"
    printf '%s: killed %d times, the last time at write %d\n' "$name" "$tries" "$n"
}

families=600                           # some 2,300 rows: two blocks
url=$dir/source.db
harapan synth padang --families $families >"$dir/out.txt" 2>&1 || fault "a city"
sed -n "s/^operator.latihan //p" "$url.latihan" | "$root/build/harapan" login operator.latihan --password-stdin --db "$url" >/dev/null 2>&1
harapan export "$dir/list.xlsx" --kab 1371 >"$dir/out.txt" 2>&1 || fault "a workbook to import"

killed SQLite "$dir/into.db"
if [ -n "${HARAPAN_TEST_PG:-}" ]; then killed PostgreSQL "$HARAPAN_TEST_PG?options=-csearch_path%3D$schema"; else echo "PostgreSQL: SKIPPED, HARAPAN_TEST_PG is not set"; fi

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
