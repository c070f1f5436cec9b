#!/usr/bin/env bash
# What somebody changes behind the program's back, `harapan check` finds: one value of each kind that the laws protect.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HARAPAN_LANG=en
unset HARAPAN_DB HARAPAN_STATE
passed_n=0 failed_n=0
"$root/run" demo --once --dir "$dir/demo" >"$dir/demo.txt" 2>&1 </dev/null || cat "$dir/demo.txt"

# found NAME SQL: after the SQL, check says at least one sentence and ends with another code than 0.
found() {
    local code=0
    rm -f "$dir"/changed.db*
    sqlite3 "$dir/demo/padang.db" ".backup $dir/changed.db"
    cp -p "$dir/demo/padang.db.keys" "$dir/changed.db.keys"
    sqlite3 -bail "$dir/changed.db" "PRAGMA foreign_keys = off; $2"
    "$root/build/harapan" check --db "$dir/changed.db" >"$dir/said.txt" 2>"$dir/err.txt" || code=$?
    if [ "$code" -gt 2 ] && [ "$code" -lt 126 ] && [ -s "$dir/said.txt" ]; then passed_n=$((passed_n + 1))
    else
        failed_n=$((failed_n + 1))
        printf 'FAILED: %s (exit code %s)\n' "$1" "$code"
        cat "$dir/said.txt" "$dir/err.txt"
    fi
}
# flip TABLE COLUMN: the last byte of one blob becomes another one.
flip() { echo "UPDATE $1 SET $2 = CAST(substr($2, 1, length($2) - 1) || x'5a' AS BLOB) WHERE rowid = (SELECT min(rowid) FROM $1 WHERE substr($2, -1) <> x'5a')"; }
# The same for a table without rowid or where the first row will do.
first() { echo "UPDATE $1 SET $2 WHERE $3"; }

found "a child grew older"              "$(first person 'born_on = born_on - 3000' "kab = 1371 AND family_id = 7 AND school_level IS NOT NULL")"
found "a payee is of another family"    "$(first family 'payee_id = payee_id + 50' 'kab = 1371 AND id = 7')"
found "an account was exchanged"        "$(first family "account_data = (SELECT account_data FROM family WHERE kab = 1371 AND channel = 'BRI' ORDER BY id DESC LIMIT 1)" "kab = 1371 AND id = (SELECT min(id) FROM family WHERE channel = 'BRI')")"
found "a family moved out of its city"  "$(first family 'village_id = 1271011001' 'kab = 1371 AND id = 7')"
found "a NIK without its claim"         "DELETE FROM claim WHERE kind_n = 1 AND claim_id = (SELECT min(claim_id) FROM claim WHERE kind_n = 1)"
found "a family without its salt"       "DELETE FROM family_salt WHERE kab = 1371 AND family_id = 7"
found "a salt was exchanged"            "$(first family_salt "salt_data = (SELECT salt_data FROM family_salt WHERE kab = 1371 AND family_id = 8)" 'kab = 1371 AND family_id = 7')"
found "a sealed NIK was exchanged"      "$(first person "nik_data = (SELECT nik_data FROM person WHERE kab = 1371 AND family_id = 8 LIMIT 1)" 'kab = 1371 AND family_id = 7')"
found "a pack was changed"              "$(flip pack pack_data)"
found "pay columns were changed"        "$(flip closing_chunk chunk_data)"
found "cases were changed"              "$(flip closing_case case_data)"
found "amounts were changed"            "$(flip run amount_data)"
found "totals were changed"             "$(flip run total_data)"
found "the sum of a run was changed"    "UPDATE run SET total_rp = total_rp + 1"
found "a transfer was changed"          "UPDATE transfer SET amount_rp = amount_rp + 1 WHERE id = (SELECT max(id) FROM transfer)"
found "an account's sum was changed"    "UPDATE account SET debit_posted_rp = debit_posted_rp + 1 WHERE id = (SELECT min(id) FROM account)"
found "a signature was taken out"       "DELETE FROM approval_signature"
found "a signature of one for two"      "PRAGMA ignore_check_constraints = on; UPDATE approval_signature SET user_id = maker_id"
found "a batch was changed"             "UPDATE batch SET amount_rp = amount_rp + 1 WHERE id = (SELECT min(id) FROM batch)"
found "a batch lost its last family"    "UPDATE batch SET last_id = last_id - 1 WHERE id = (SELECT max(id) FROM batch)"
found "a file's count was changed"      "UPDATE batch_file SET family_n = family_n + 1 WHERE n = 1"
found "an audit entry was reworded"     "UPDATE audit SET action = action || '.' WHERE n = 2"
found "an audit entry was taken out"    "DELETE FROM audit WHERE n = 2"

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
