-- session_insert :exec
INSERT INTO session (token_hash, user_id, face, csrf_code, created_at, seen_at, confirmed_at, ends_at)
VALUES (:token_hash, :user_id, :face, :csrf_code, :created_at, :seen_at, :confirmed_at, :ends_at);

-- session_read :one
SELECT s.user_id, s.face, s.csrf_code, s.created_at, s.seen_at, s.confirmed_at, s.ends_at, u.login, u.name, u.role, u.kab, u.is_practice
FROM session s JOIN app_user u ON u.id = s.user_id WHERE s.token_hash = :token_hash AND u.is_active = 1;

-- session_seen :exec
UPDATE session SET seen_at = :seen_at WHERE token_hash = :token_hash;

-- session_delete :exec
DELETE FROM session WHERE token_hash = :token_hash;

-- session_delete_user :exec
DELETE FROM session WHERE user_id = :user_id;

-- session_forget :exec
DELETE FROM session WHERE ends_at < :now_at;

-- device_read :one
SELECT user_id FROM login_device WHERE device_hash = :device_hash AND seen_at > :since_at;

-- device_write :exec
INSERT INTO login_device (device_hash, user_id, seen_at) VALUES (:device_hash, :user_id, :seen_at)
ON CONFLICT (device_hash) DO UPDATE SET seen_at = excluded.seen_at;

-- device_forget :exec
DELETE FROM login_device WHERE seen_at < :since_at;

-- device_delete_user :exec
DELETE FROM login_device WHERE user_id = :user_id;
