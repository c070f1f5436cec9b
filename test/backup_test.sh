#!/usr/bin/env bash
# Backup and restore on the command line: killed at any write, with a passphrase, in the face of an altered database. After a kill
# there is the old or the new, never half; and the same command does the work.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HARAPAN_LANG=en
unset HARAPAN_DB HARAPAN_STATE HARAPAN_BACKUP_KEY
passed_n=0 failed_n=0
check() {  # check NAME COMMAND…: holds when the command succeeds
    if "${@:2}" >"$dir/said.txt" 2>&1; then passed_n=$((passed_n + 1)); else failed_n=$((failed_n + 1)); printf 'FAILED: %s\n' "$1"; tail -n 5 "$dir/said.txt"; fi
}
says() { local wanted=$1; shift; "$@" >"$dir/out.txt" 2>&1; grep -q -F -- "$wanted" "$dir/out.txt" || { cat "$dir/out.txt"; return 1; }; }
refuses() { local wanted=$1; shift; if "$@" >"$dir/out.txt" 2>&1; then echo "it was accepted"; return 1; fi; grep -q -F -- "$wanted" "$dir/out.txt" || { cat "$dir/out.txt"; return 1; }; }
h() { "$root/build/harapan" "$@" --progress=none; }
WRITES=write,pwrite64,pwritev,fsync,fdatasync,ftruncate,rename,renameat2,unlink,unlinkat,link,linkat
kill_at() { local n=$1; shift; strace -f -qq -o /dev/null -e "trace=$WRITES" -e "inject=$WRITES:signal=KILL:when=$n" "$root/build/harapan" "$@" --progress=none; }
nothing_left() {
    local left
    left=$(find "$1" -mindepth 1 -maxdepth 1 \( -name '*restoring*' -o -name '*restore-test*' -o -name '*.part' \)) || return 1
    [ -z "$left" ] || { printf '%s\n' "$left"; return 1; }
}

mkdir "$dir/office" "$dir/out"
db=$dir/office/padang.db
export HARAPAN_KEYS=$db.keys                 # put back by hand after a restore; here they never left
h synth padang --families 80 --db "$db" >"$dir/out.txt" 2>&1
h backup --make-key "$dir/key" >/dev/null 2>&1
backup=(backup "$dir/out/main" --salts "$dir/out/salts" --key "$dir/key" --db "$db")
restore=(restore "$dir/out/main" --salts "$dir/out/salts" --key "$dir/key" --db "$dir/office/new.db")
test=(restore "$dir/out/main" --salts "$dir/out/salts" --key "$dir/key" --db "$db" --test)
check "a key is readable by its owner only" test "$(stat -c %a "$dir/key")" = 600
check "a key is never overwritten" refuses "there already" h backup --make-key "$dir/key"

# ---- killed while writing
check "a backup" h "${backup[@]}"
check "its test" h "${test[@]}"
check "leaves nothing behind" nothing_left "$dir/office"
n=1 kills=0
while :; do
    code=0
    kill_at "$n" "${backup[@]}" >"$dir/out.txt" 2>&1 || code=$?
    [ "$code" -eq 137 ] || [ "$code" -eq 9 ] || break
    kills=$((kills + 1))
    check "killed at write $n of a backup, the one on the disk is good" h "${test[@]}"
    n=$((n + 1 + n / 3))
done
check "a backup is killed some times ($kills) and then is not" test "$code" -eq 0 -a "$kills" -ge 5
check "killed backups leave nothing once one went through" nothing_left "$dir/out"

# ---- killed while restoring
n=1 kills=0
while :; do
    code=0
    rm -f "$dir"/office/new.db*
    kill_at "$n" "${restore[@]}" >"$dir/out.txt" 2>&1 || code=$?
    [ "$code" -eq 137 ] || [ "$code" -eq 9 ] || break
    kills=$((kills + 1))
    if [ -e "$dir/office/new.db" ]; then check "killed at write $n of a restore, what has the name is whole" h check --db "$dir/office/new.db"
    else
        check "killed at write $n of a restore, the same command does it" h "${restore[@]}"
        check "and every law holds" h check --db "$dir/office/new.db"
    fi
    n=$((n + 1 + n / 3))
done
check "a restore is killed some times ($kills) and then is not" test "$code" -eq 0 -a "$kills" -ge 10
check "killed restores leave nothing" nothing_left "$dir/office"
check "the trail says that it was restored" test "$(sqlite3 "$dir/office/new.db" "SELECT count(*) FROM audit WHERE action = 'office.restore'")" -eq 1
check "an existing database is not overwritten" refuses "nothing was overwritten" h "${restore[@]}"

# ---- a passphrase
echo "lima kata yang mudah diingat" > "$dir/words"
echo "lima kata yang lain sama sekali" > "$dir/other"
from() { local file=$1; shift; h "$@" --password-stdin < "$file"; }
check "a backup with a passphrase" from "$dir/words" backup "$dir/out/spoken" --db "$db"
check "is restored with it" from "$dir/words" restore "$dir/out/spoken" --test --db "$db"
check "and not with another" refuses "the passphrase is another one" from "$dir/other" restore "$dir/out/spoken" --test --db "$db"
check "nor with a key file" refuses "leave out --key" h restore "$dir/out/spoken" --test --db "$db" --key "$dir/key"
echo "rahasia" > "$dir/short"
check "a short one is not taken" refuses "too short" from "$dir/short" backup "$dir/out/spoken" --db "$db"

# ---- what was altered behind the program's back
cp "$db" "$dir/office/altered.db"; cp "$db.reads" "$dir/office/altered.db.reads" 2>/dev/null
sqlite3 "$dir/office/altered.db" "UPDATE audit SET entry_hash = zeroblob(32) WHERE n = (SELECT max(n) FROM audit WHERE kab = 1371) AND kab = 1371"
cp "$dir/out/main" "$dir/out/later"
h backup "$dir/out/main" --salts "$dir/out/salts" --key "$dir/key" --db "$db" >/dev/null 2>&1
check "a database whose trail was altered is not that of the backup" refuses "not an earlier state" h restore "$dir/out/main" --key "$dir/key" --test --db "$dir/office/altered.db"
check "and is not backed up" refuses "keep the backups you have" h backup "$dir/out/altered" --key "$dir/key" --db "$dir/office/altered.db"
check "no file of it stays" test ! -e "$dir/out/altered"

# ---- PostgreSQL: killed at any moment, the same command does it
if [ -n "${HARAPAN_TEST_PG:-}" ]; then
    schema=backup_sh_$$
    psql "$HARAPAN_TEST_PG" -qc "CREATE SCHEMA $schema" 2>/dev/null
    url="$HARAPAN_TEST_PG?options=-csearch_path%3D$schema"
    exec 3>&2 2>/dev/null                                  # the shell would tell of each kill
    for ms in 20 60 150 300; do
        { timeout -s KILL "0.$(printf %03d "$ms")" "$root/build/harapan" restore "$dir/out/main" --salts "$dir/out/salts" --key "$dir/key" --db "$url" --progress=none; } >"$dir/out.txt" 2>&1
    done
    exec 2>&3 3>&-
    rows() { psql "$HARAPAN_TEST_PG" -Atc "SELECT count(*) FROM $schema.family" 2>/dev/null; }
    [ "$(rows)" = "$(sqlite3 "$db" "SELECT count(*) FROM family")" ] || check "a killed restore into PostgreSQL goes through the next time" h restore "$dir/out/main" --salts "$dir/out/salts" --key "$dir/key" --db "$url"
    check "all families are there" test "$(rows)" = "$(sqlite3 "$db" "SELECT count(*) FROM family")"
    check "every law holds on PostgreSQL" h check --db "$url"
    check "its backup" h backup "$dir/out/pg" --key "$dir/key" --db "$url"
    check "is tested without a server" h restore "$dir/out/pg" --key "$dir/key" --test --in "$dir/office" --db "$url"
    psql "$HARAPAN_TEST_PG" -qc "DROP SCHEMA $schema CASCADE" 2>/dev/null
fi

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
