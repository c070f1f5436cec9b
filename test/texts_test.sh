#!/usr/bin/env bash
# Every text that a person can see has an Indonesian translation with the same places for values, and no translation is left over.
# Reads the source as it is and the pages as the build made them.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed_n=0 failed_n=0
law() {  # law NAME FILE_OF_FAULTS: holds when the file is empty
    if [ -s "$2" ]; then printf 'FAILED: %s\n' "$1"; sed 's/^/    /' "$2"; failed_n=$((failed_n + 1)); else passed_n=$((passed_n + 1)); fi
}

cd "$root"
find src -name '*.[ch]' -o -name '*.inc' | grep -v _test.c | sort > "$dir/sources"
find build -maxdepth 2 -name '*.page.c' 2>/dev/null | sort >> "$dir/sources"
xgettext -L C --from-code=UTF-8 --add-location=file --sort-output -k_ -kN_ -ktr -kfail:3 -kfail_in:2 -kviolation:2 -kFAIL_AT:3 -o "$dir/source.pot" -f "$dir/sources"
: > "$dir/faults"
for po in po/id/*.po; do msgfmt --check-format --check-header -o /dev/null "$po" 2>> "$dir/faults" || true; done
grep -v 'missing$\|header field' "$dir/faults" > "$dir/format" || true
law "the catalogues are well formed and their formats agree" "$dir/format"

msgcat --use-first -o "$dir/id.po" po/id/*.po
msgattrib --untranslated -o "$dir/empty.po" "$dir/id.po"; msgattrib --only-fuzzy -o "$dir/fuzzy.po" "$dir/id.po"
cat "$dir/empty.po" "$dir/fuzzy.po" 2>/dev/null | grep -A3 '^msgid "[^"]' > "$dir/faults" || true
law "no translation is empty or only a guess" "$dir/faults"

# msgcomm keeps what both have; msgids of the source beyond that are untranslated, those of the catalogues are left over.
msggrep_ids() { msgcat --no-wrap --no-location -o - "$1" | sed -n '/^msgid /,/^msgstr/{/^msgstr/d;p}' | awk '/^msgid /{if (s != "") print s; s = substr($0, 7); next} {s = s $0} END {if (s != "") print s}' | sed 's/""//g' | grep . | sort -u; }
has_words() { sed -E 'h; s/%[-+0 #*.0-9]*(ll|l|h|z)?[a-z]//g; s/\\.//g; /[[:alpha:]]/!d; g' "$1"; }    # a text of formats alone needs no translation
msggrep_ids "$dir/source.pot" > "$dir/source.ids"
msggrep_ids "$dir/id.po" > "$dir/id.ids"
comm -23 "$dir/source.ids" "$dir/id.ids" > "$dir/untranslated"
has_words "$dir/untranslated" > "$dir/faults"
law "every text of the source has its Indonesian" "$dir/faults"
comm -13 "$dir/source.ids" "$dir/id.ids" > "$dir/faults"
law "every translation belongs to a text of the source" "$dir/faults"

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
