-- head_by_day :one
SELECT line FROM head WHERE day_on = :day_on;

-- head_last :one
SELECT day_on, line FROM head ORDER BY day_on DESC LIMIT 1;

-- head_all :many
SELECT day_on, line FROM head ORDER BY day_on;

-- head_newest :many
SELECT line FROM head ORDER BY day_on DESC LIMIT :limit_n;

-- head_insert :exec
INSERT INTO head (day_on, signed_at, line) VALUES (:day_on, :signed_at, :line);

-- head_chain_insert :exec
INSERT INTO head_chain (kab, log, day_on, n, entry_hash, root_hash, edge_data) VALUES (:kab, :log, :day_on, :n, :entry_hash, :root_hash, :edge_data);

-- head_chain_last :one
SELECT n, entry_hash, edge_data FROM head_chain WHERE kab = :kab AND log = :log ORDER BY day_on DESC LIMIT 1;

-- head_chains_of_day :many
-- all districts
SELECT kab, log, n, entry_hash, root_hash FROM head_chain WHERE day_on = :day_on ORDER BY kab, log;

-- head_chain_of :many
SELECT day_on, n, entry_hash, root_hash FROM head_chain WHERE kab = :kab AND log = :log ORDER BY day_on;

-- head_chain_names :many
-- all districts
SELECT kab, log FROM head_chain GROUP BY kab, log ORDER BY kab, log;

-- head_key_agree :exec
INSERT INTO head_key (key_hash, agreed_at) VALUES (:key_hash, :agreed_at);

-- head_key_agreed :one
SELECT agreed_at FROM head_key WHERE key_hash = :key_hash;
