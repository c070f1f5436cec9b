#!/usr/bin/env bash
# What the query compiler and the migration reader refuse, and in which words. Each case is a file of SQL and a piece of the answer;
# an empty piece means that it must be accepted.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed_n=0 failed_n=0

judge() {  # judge NAME WANTED STATUS ANSWER
    if { [ -z "$2" ] && [ "$3" -eq 0 ]; } || { [ -n "$2" ] && [ "$3" -ne 0 ] && [[ $4 == *"$2"* ]]; }; then
        passed_n=$((passed_n + 1))
    else
        printf 'FAILED: %s\n    wanted: %s\n    found (%s): %s\n' "$1" "${2:-success}" "$3" "$4"
        failed_n=$((failed_n + 1))
    fi
}

query() {  # query WANTED SQL
    local answer status=0
    printf '%s\n' "$2" > "$dir/case.sql"
    answer=$(python3 "$root/tools/sqlc.py" --migrations "$root/src/db/migrations" --header "$dir/room_case.sql.h" --source "$dir/room_case.sql.c" "$dir/case.sql" 2>&1) || status=$?
    judge "$2" "$1" "$status" "$answer"
}

migration() {  # migration WANTED SQL
    local answer status=0
    mkdir -p "$dir/migrations"
    printf '%s\n' "$2" > "$dir/migrations/0001_case.sql"
    answer=$(python3 "$root/tools/embed.py" --migrations "$dir/migrations" --source "$dir/migrations.c" --depfile "$dir/migrations.d" 2>&1) || status=$?
    judge "$2" "$1" "$status" "$answer"
}

query '' '-- a :one
SELECT value FROM setting WHERE name = :name;'
query 'case.sql:2: a: no such column: valeu' '-- a :one
SELECT valeu FROM setting;'
query 'case.sql:3: a: no such column: s.nmae' '-- a :one
SELECT value FROM setting s
WHERE s.nmae = :name;'
query 'no such table: settings' '-- a :one
SELECT value FROM settings;'
query 'case.sql:2: a: near "setting"' '-- a :one
SELECT value FORM setting;'
query 'a query begins with a line like' 'SELECT value FROM setting;'
query 'no semicolon' '-- a :one
SELECT value FROM setting'
query 'the name is taken' '-- a :one
SELECT value FROM setting;
-- a :one
SELECT value FROM setting;'
query 'needs a name' '-- a :one
SELECT count(*) FROM setting;'
query '' '-- a :one
SELECT count(*) AS setting_n FROM setting;'
query 'two columns have one name' '-- a :one
SELECT value, value FROM setting;'
query 'the query gives rows' '-- a :exec
SELECT value FROM setting;'
query 'the query gives no rows' '-- a :one
DELETE FROM setting;'
query '' '-- a :one
INSERT INTO setting (name, value) VALUES (:name, :value) RETURNING value;'
query 'does not mention kab' '-- a :many
SELECT id FROM family WHERE village_id = :village_id;'
query '' '-- a :many
-- all districts
SELECT id FROM family WHERE village_id = :village_id;'
query '' '-- a :many
SELECT f.id FROM family f WHERE f.kab = :kab AND may_see_family(f.kab, f.id);'
query 'may_see_family takes (a_kab, an_id)' '-- a :many
SELECT f.id FROM family f WHERE f.kab = :kab AND may_see_family(f.kab);'
query 'case.sql:2: a: no such column: f.kbb' '-- a :many
SELECT f.id FROM family f WHERE f.kab = :kab AND may_see_family(f.kbb, f.id);'
query 'may_see_all(…) is not known' '-- a :many
SELECT f.id FROM family f WHERE f.kab = :kab AND may_see_all(f.kab);'
query 'audit is append-only' '-- a :exec
UPDATE audit SET detail = :detail WHERE kab = :kab;'
query 'audit is append-only' '-- a :exec
DELETE FROM audit WHERE kab = :kab;'
query 'audit is append-only' '-- a :exec
INSERT INTO audit (kab, n, recorded_at, actor_id, action, subject, detail, prev_hash, entry_hash)
VALUES (:kab, :n, :recorded_at, :actor_id, :action, :subject, :detail, :prev_hash, :entry_hash)
ON CONFLICT (kab, n) DO UPDATE SET detail = excluded.detail;'
query 'ON CONFLICT' '-- a :exec
INSERT OR REPLACE INTO setting (name, value) VALUES (:name, :value);'
query 'not known to be the same on both engines' '-- a :one
SELECT ifnull(value, 1) AS value FROM setting;'
query 'write CASE' '-- a :one
SELECT max(level_n, 2) AS level_n FROM area;'
query 'only plain words' '-- a :one
SELECT "value" FROM setting;'
query 'only plain words' '-- a :one
SELECT value FROM setting WHERE name = ?;'
query 'only plain words' '-- a :one
SELECT value::integer FROM setting;'
query 'not the same on both engines' '-- a :one
SELECT rowid AS id FROM setting;'
query 'a query is SELECT' '-- a :exec
DROP TABLE setting;'

migration '' 'CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, name TEXT, body_data BLOB, CHECK (id > 0)) WITHOUT ROWID;
CREATE UNIQUE INDEX a_name ON a (name) WHERE id = 1;'
migration '' '-- append-only
CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY);'
migration 'a.born_on must be INTEGER' 'CREATE TABLE a (born_on TEXT);'
migration 'a.name must be TEXT' 'CREATE TABLE a (name VARCHAR);'
migration 'a.user: a column' 'CREATE TABLE a (user TEXT);'
migration 'AUTOINCREMENT is not the same' 'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);'
migration 'only WITHOUT ROWID may follow' 'CREATE TABLE a (id INTEGER) STRICT;'
migration 'has no semicolon' 'CREATE TABLE a (id INTEGER)'
migration 'a bracket is not closed' 'CREATE TABLE a (id INTEGER;'
migration 'a migration creates' 'CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;'
migration 'a migration creates' 'PRAGMA foreign_keys = OFF;'
migration 'directly before CREATE TABLE' '-- append-only
CREATE INDEX a ON b (c);'
migration '' 'CREATE TABLE a (id INTEGER);
ALTER TABLE a ADD COLUMN picture_data BLOB;'
migration 'both engines know' 'ALTER TABLE a ALTER COLUMN id SET DEFAULT 1;'

printf '%d passed, %d failed\n' "$passed_n" "$failed_n"
[ "$failed_n" -eq 0 ]
