-- audit_last :one
SELECT n, entry_hash FROM audit WHERE kab = :kab ORDER BY n DESC LIMIT 1;

-- audit_insert :exec
INSERT INTO audit (kab, n, recorded_at, actor_id, action, subject, detail, prev_hash, entry_hash)
VALUES (:kab, :n, :recorded_at, :actor_id, :action, :subject, :detail, :prev_hash, :entry_hash);

-- audit_all :many
SELECT n, recorded_at, actor_id, action, subject, detail, prev_hash, entry_hash FROM audit WHERE kab = :kab ORDER BY n;

-- audit_one :one
SELECT detail FROM audit WHERE kab = :kab AND n = :n;

-- audit_salt_insert :exec
INSERT INTO audit_salt (kab, n, field, family_id, salt_data) VALUES (:kab, :n, :field, :family_id, :salt_data);

-- audit_salt_read :one
SELECT salt_data FROM audit_salt WHERE kab = :kab AND n = :n AND field = :field;

-- audit_salt_forget :exec
DELETE FROM audit_salt WHERE kab = :kab AND family_id = :family_id;
