-- audit_last :one
SELECT n, entry_hash FROM audit WHERE kab = :kab ORDER BY n DESC LIMIT 1;

-- audit_insert :exec
INSERT INTO audit (kab, n, recorded_at, actor_id, action, subject, detail, prev_hash, entry_hash)
VALUES (:kab, :n, :recorded_at, :actor_id, :action, :subject, :detail, :prev_hash, :entry_hash);

-- audit_all :many
SELECT n, recorded_at, actor_id, action, subject, detail, prev_hash, entry_hash FROM audit WHERE kab = :kab ORDER BY n;
