#!/usr/bin/env bash
# harapan rules check, show and eval from the shell: exit codes, findings with their places, both forms of the answer.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HARAPAN_LANG=en
passed_n=0 failed_n=0

# says NAME CODE WORDS ARGUMENTS...: harapan rules ARGUMENTS ends with CODE and says WORDS somewhere.
says() {
    local name=$1 wanted=$2 words=$3 code=0
    shift 3
    "$root/build/harapan" rules "$@" --progress none >"$dir/said.txt" 2>&1 </dev/null || code=$?
    if [ "$code" -eq "$wanted" ] && grep -qF -- "$words" "$dir/said.txt"; then passed_n=$((passed_n + 1))
    else
        printf 'FAILED: %s\n    wanted exit %s and: %s\n    found exit %s:\n' "$name" "$wanted" "$words" "$code"
        head -5 "$dir/said.txt" | sed 's/^/    /'
        failed_n=$((failed_n + 1))
    fi
}

for book in "$root"/rules/*.yaml; do says "the project's book $book" 0 "no mistakes" check "$book"; done
says "cases of PKH stay few" 0 '"cases_stay_few":true' check "$root/rules/pkh.yaml" --json
sed 's/amount: 900000, months: 12, source: index-2024/amuont: 900000, months: 12, source: index-2024/' "$root/rules/pkh.yaml" >"$dir/bad.yaml"
line=$(grep -n amuont "$dir/bad.yaml" | cut -d: -f1)
says "a misspelt key has its line and the word that was meant" 3 "bad.yaml:$line: components[3].amounts[5].amuont: \"amuont\" is not known here. Did you mean \"amount\"?" check "$dir/bad.yaml"
says "the same as JSON" 3 "\"line\":$line,\"field\":\"components[3].amounts[5].amuont\",\"code\":\"unknown\"" check "$dir/bad.yaml" --json
says "a bad book computes nothing" 3 "amuont" eval --rules "$dir/bad.yaml" --stage 2024-2 "$root/test/rules/pkh.csv"
says "a file that is not there" 4 "nowhere.yaml" check "$dir/nowhere.yaml"
says "a file of people is no rule book" 3 "docs/rules.md" check "$root/test/rules/pkh.csv"
says "no such verb" 3 "check, show and eval" chekc "$root/rules/pkh.yaml"

says "what holds in 2024" 0 "Rp 2,000,000 for 12 months" show --on 2024-04-01
says "what held in 2019" 0 "Rp 1,000,000 once in stage 2019-1" show --on 2019-02-01
says "another country's book" 0 "BRL 142.00 for 1 months" show --on 2024-04-01 --rules "$root/rules/br-bolsa-familia.yaml"
says "as JSON" 0 '"code":"sma"' show --on 2024-04-01 --json
says "no such day" 3 "--on takes a day" show --on 2024-02-30

people="$root/test/rules/pkh.csv"
says "a family's record" 0 "P-1,BRI,2024-2,paid,1333333,1333333,0,3,3,mother:pregnancy:500000:paid | toddler:early_childhood:500000:paid | sma:sma:333333:paid" eval --stage 2024-2 "$people"
says "why somebody is left out" 0 '"kind":"over_cap","reason":"at most 2 young children"' eval --stage 2024-2 "$people" --json
says "no such stage: those there are" 4 "2024-2" eval --stage 2024-7 "$people"
says "no stage" 3 "--stage" eval "$people"
says "no file" 4 "nobody.csv" eval --stage 2024-2 "$dir/nobody.csv"
sed 's/,BRI,/,BNI,/' "$people" >"$dir/bad.csv"
says "a value that is none: row, field, what was expected" 3 'bad.csv:2: channel: "BNI" is not allowed here. Expected: BRI, POS.' eval --stage 2024-2 "$dir/bad.csv"
says "as JSON" 3 '"line":2,"field":"channel","code":"unknown_value"' eval --stage 2024-2 "$dir/bad.csv" --json
says "the columns are named in the help" 0 "pregnancy_no" --help

# Every record of the JSON answer adds up, and both forms agree.
"$root/build/harapan" rules eval --stage 2024-2 --json --progress none "$people" 2>/dev/null | jq -r '[.family, .total, ([.lines[].amount] | add)] | @csv' | tr -d '"' >"$dir/json.txt"
"$root/build/harapan" rules eval --stage 2024-2 --progress none "$people" 2>/dev/null | tail -n +2 | tr -d '\r' | awk -F, '{ print $1 "," $5 "," $5 }' >"$dir/csv.txt"
if [ -s "$dir/json.txt" ] && cmp -s "$dir/json.txt" "$dir/csv.txt"; then passed_n=$((passed_n + 1))
else printf 'FAILED: the lines of a family add up to its total in both forms\n'; diff "$dir/json.txt" "$dir/csv.txt" | head -5; failed_n=$((failed_n + 1)); fi

# From a pipe the same as from a file.
if [ "$("$root/build/harapan" rules eval --stage 2024-2 --progress none - <"$people" 2>/dev/null | md5sum)" = "$("$root/build/harapan" rules eval --stage 2024-2 --progress none "$people" 2>/dev/null | md5sum)" ]
then passed_n=$((passed_n + 1)); else printf 'FAILED: a pipe gives the same answer\n'; failed_n=$((failed_n + 1)); fi

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
