#!/usr/bin/env bash
# The main job on one command: `./run demo --once` pays Padang's stage II of 2024 to the rupiah, from the rule book and nothing else.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HARAPAN_LANG=id
unset HARAPAN_DB HARAPAN_STATE
passed_n=0 failed_n=0
check() {  # check NAME COMMAND…: holds when the command succeeds
    if "${@:2}"; then passed_n=$((passed_n + 1)); else failed_n=$((failed_n + 1)); printf 'FAILED: %s\n' "$1"; fi
}
demo() { "$root/run" demo --once --dir "$dir/$1" "${@:2}" >"$dir/$1.txt" 2>"$dir/$1.err" </dev/null || { cat "$dir/$1.txt" "$dir/$1.err"; return 1; }; }
answer() { jq -r "$2" "$dir/$1/steps/run.json"; }
is() { [ "$1" = "$2" ] || { printf '  found %s, wanted %s\n' "$1" "$2"; return 1; }; }
has() { grep -q -F -- "$2" "$1" || { printf '  no "%s" in:\n' "$2"; cat "$1"; return 1; }; }
silent() { local out; out=$("$@" 2>&1) || true; [ -z "$out" ] || { printf '%s\n' "$out"; return 1; }; }

check "the demo runs to its end" demo first
check "23,964 families are paid" is "$(answer first .payable)" 23964
check "together Rp 17,051,232,974" is "$(answer first .total)" 17051232974
check "the shell shows the families" has "$dir/first.txt" "23.964"
check "the shell shows the rupiah" has "$dir/first.txt" "Rp 17.051.232.974"
check "harapan check is silent" silent "$root/build/harapan" check --db "$dir/first/padang.db"

check "a second time it is quick, and shows the same" demo first
check "the same families" has "$dir/first.txt" "Rp 17.051.232.974"

check "another database of the same seed" demo second
check "has the same hash" is "$(answer second .hash)" "$(answer first .hash)"

# A demo that was stopped half way is made anew.
rm -f "$dir/second/done"; : > "$dir/second/padang.db"
check "a half-made demo heals" demo second
check "to the same hash" is "$(answer second .hash)" "$(answer first .hash)"

# Rp 900.000 a year for a child in SD becomes Rp 912.000: Rp 1.000 a month more for each.
sed 's/\b900000\b/912000/; s/\b900_000\b/912_000/' "$root/rules/pkh.yaml" > "$dir/changed.yaml"
check "a rule book with another rate differs" test -n "$(diff "$root/rules/pkh.yaml" "$dir/changed.yaml")"
check "and runs" demo changed --rules "$dir/changed.yaml"
check "the same families" is "$(answer changed .payable)" 23964
# 2,200 pupils through BRI for two months, 10,600 through the post for three (the synthetic composition).
check "and exactly the difference in rupiah" is "$(answer changed .total)" $((17051232974 + 2200 * 2 * 1000 + 10600 * 3 * 1000))

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
