#!/usr/bin/env bash
# The keys on the command line: no number stands in clear in any file; another key is killed at any write and then goes on;
# without the key file nothing is read and nothing is lost.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HARAPAN_LANG=en HARAPAN_STATE=$dir/state HARAPAN_DB=$dir/padang.db
unset HARAPAN_KEYS HARAPAN_FOLDER
passed_n=0 failed_n=0
check() {  # check NAME COMMAND…: holds when the command succeeds
    if "${@:2}" >"$dir/said.txt" 2>&1; then passed_n=$((passed_n + 1)); else failed_n=$((failed_n + 1)); printf 'FAILED: %s\n' "$1"; tail -n 5 "$dir/said.txt"; fi
}
refuses() { local wanted=$1; shift; if "$@" >"$dir/out.txt" 2>&1; then echo "it was accepted"; return 1; fi; grep -q -F -- "$wanted" "$dir/out.txt" || { cat "$dir/out.txt"; return 1; }; }
says() { local wanted=$1; shift; "$@" >"$dir/out.txt" 2>&1; grep -q -F -- "$wanted" "$dir/out.txt" || { cat "$dir/out.txt"; return 1; }; }
h() { "$root/build/harapan" "$@" --progress=none; }
WRITES=write,pwrite64,pwritev,fsync,fdatasync,ftruncate,rename,renameat2,unlink,unlinkat,link,linkat
kill_at() { local n=$1; shift; strace -f -qq -o /dev/null -e "trace=$WRITES" -e "inject=$WRITES:signal=KILL:when=$n" "$root/build/harapan" "$@" --progress=none; }
word() { sed -n "s/^$1 //p" "$HARAPAN_DB.latihan" > "$dir/word"; }
log_in() { word "$1"; h login "$1" --password-stdin <"$dir/word"; }
with_word() { "$@" --password-stdin <"$dir/word"; }

says_keys() { says "copy of them" h synth padang --families 300; }
check "the first family tells where the keys lie" says_keys
check "log in as the head" log_in kepala.latihan

# ---- nothing in clear ------------------------------------------------------------------------------------------------
check "the registry is written with its numbers" h export "$dir/all.csv"
grep -oE '\b[0-9]{16}\b' "$dir/all.csv" | sort -u > "$dir/numbers"
cut -d'|' -f12 "$dir/all.csv" | tail -n +2 | grep -E '^[A-Za-z]+ [A-Za-z]+' | head -n 5 > "$dir/names"
check "there are numbers to look for" test "$(wc -l <"$dir/numbers")" -gt 500
clear_n() { grep -a -o -F -f "$1" "$HARAPAN_DB" "$HARAPAN_DB-wal" "$HARAPAN_DB.reads" "$HARAPAN_DB.reads-wal" 2>/dev/null | wc -l; }
check "the search itself finds names" test "$(clear_n "$dir/names")" -gt 0
check "no NIK and no family card stands in any file of the database" test "$(clear_n "$dir/numbers")" -eq 0
h import "$dir/all.csv" --apply >/dev/null 2>&1
check "nor after a file was read and applied" test "$(clear_n "$dir/numbers")" -eq 0
check "the key file is for its owner only" test "$(stat -c %a "$HARAPAN_DB.keys")" = 600

# ---- another key -----------------------------------------------------------------------------------------------------
n=1 kills=0
change=(keys change --kab 1371 --password-stdin)
while :; do
    code=0
    kill_at "$n" "${change[@]}" <"$dir/word" >"$dir/out.txt" 2>&1 || code=$?
    [ "$code" -eq 137 ] || [ "$code" -eq 9 ] || break
    kills=$((kills + 1))
    check "killed at write $n of a change of keys, every law holds" h check
    n=$((n + 1 + n / 4))
done
check "a change of keys is killed some times ($kills) and then is not" test "$code" -eq 0 -a "$kills" -ge 8
check "and every law holds" h check
check "the keys in use are in the file" says "in use, in the file" h keys
check "all numbers are as they were" h export "$dir/after.csv"
check "to the byte" cmp "$dir/all.csv" "$dir/after.csv"
check "one key of the district is in the file" test "$(grep -c '^area 1371 ' "$HARAPAN_DB.keys")" -eq 1
check "nobody changes keys without the password" refuses "" h keys change --kab 1371 --password-stdin </dev/null

# ---- the look-up key ---------------------------------------------------------------------------------------------------
n=1 kills=0
change=(keys change --lookup --password-stdin)
while :; do
    code=0
    kill_at "$n" "${change[@]}" <"$dir/word" >"$dir/out.txt" 2>&1 || code=$?
    [ "$code" -eq 137 ] || [ "$code" -eq 9 ] || break
    kills=$((kills + 1))
    check "killed at write $n of a change of the look-up key, every law holds" h check
    n=$((n + 1 + n / 4))
done
check "a change of the look-up key is killed some times ($kills) and then is not" test "$code" -eq 0 -a "$kills" -ge 5
check "and every law holds" h check
check "all numbers are as they were" h export "$dir/after.csv"
check "to the byte" cmp "$dir/all.csv" "$dir/after.csv"
check "one look-up key is in the file" test "$(grep -c '^lookup ' "$HARAPAN_DB.keys")" -eq 1
check "another one than before" test "$(grep '^lookup ' "$HARAPAN_DB.keys" | cut -d' ' -f2)" -ge 2

# ---- lost and found ---------------------------------------------------------------------------------------------------
check "a copy" with_word h keys copy "$dir/copy"
check "is never written over" refuses "there already" with_word h keys copy "$dir/copy"
mv "$HARAPAN_DB.keys" "$dir/away"
check "without the file the numbers stay closed" refuses "Put it back from its copy" h export "$dir/closed.csv"
check "keys says so" refuses "MISSING" h keys
check "names and money are there all the same" h search Siti
check "the copy is put back" says "back in their place" h keys restore "$dir/copy"
check "and all is as before" h check
check "the file is for its owner only" test "$(stat -c %a "$HARAPAN_DB.keys")" = 600
sed 's/\(.*\)./\10/' "$dir/copy" | sed 's/^lookup 1 ..../lookup 1 0000/' > "$dir/other"; chmod 600 "$dir/other"
check "a copy of another database is refused" refuses "Nothing was changed" h keys restore "$dir/other"
chmod 644 "$dir/copy"
check "a copy that others may read is refused" refuses "chmod 600" h keys restore "$dir/copy"

# ---- what is known about a family ------------------------------------------------------------------------------------
h subject show 7 >"$dir/family.json" 2>/dev/null
check "the subject file is one JSON object" jq -e '.family == 7 and (.persons | length > 0) and (.persons[0].nik | length == 16) and (.data.kk | length == 16) and has("payments") and has("lines")' "$dir/family.json"
check "with this look in it" jq -e '[.looks[] | select(.page == "shell subject" and .purpose == "subject" and .who != null)] | length == 1' "$dir/family.json"
check "who is still paid is not erased" refuses "still in the programme" h subject erase 7
log_in pendamping.latihan >/dev/null 2>&1
check "a companion gets no subject file" refuses "" h subject show 7

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
