-- budget_read :one
SELECT spent_until_at FROM login_budget WHERE key_hash = :key_hash;

-- budget_write :exec
INSERT INTO login_budget (key_hash, spent_until_at) VALUES (:key_hash, :spent_until_at)
ON CONFLICT (key_hash) DO UPDATE SET spent_until_at = excluded.spent_until_at;

-- budget_forget :exec
DELETE FROM login_budget WHERE spent_until_at < :now_at;
