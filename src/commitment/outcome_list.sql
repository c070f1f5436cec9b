-- outcome_list_last :one
SELECT coalesce(max(n), 0) AS last_n FROM commitment_list WHERE kab = :kab AND stage = :stage;

-- outcome_list_same :one
SELECT n FROM commitment_list WHERE kab = :kab AND stage = :stage AND items_hash = :items_hash AND book_hash = :book_hash AND applied_at IS NULL ORDER BY n DESC LIMIT 1;

-- outcome_list_insert :exec
INSERT INTO commitment_list (kab, stage, n, first_month_on, month_n, known_at, known_on, book_hash, items_hash, met_n, not_met_n, excused_n, unknown_n, actor_id, made_at)
VALUES (:kab, :stage, :n, :first_month_on, :month_n, :known_at, :known_on, :book_hash, :items_hash, :met_n, :not_met_n, :excused_n, :unknown_n, :actor_id, :made_at);

-- outcome_list_read :one
SELECT n, first_month_on, month_n, known_at, known_on, book_hash, items_hash, met_n, not_met_n, excused_n, unknown_n, applied_at FROM commitment_list
WHERE kab = :kab AND stage = :stage AND items_hash = :items_hash ORDER BY n DESC LIMIT 1;

-- outcome_list_applied :exec
UPDATE commitment_list SET applied_at = :applied_at WHERE kab = :kab AND stage = :stage AND n = :n AND applied_at IS NULL;

-- outcome_person_set :exec
UPDATE person SET outcome = :outcome WHERE kab = :kab AND family_id = :family_id AND id = :person_id AND outcome <> :outcome;
