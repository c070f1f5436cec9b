-- session_insert :exec
INSERT INTO session (token_hash, user_id, face, csrf_code, device, created_at, seen_at, confirmed_at, ends_at)
VALUES (:token_hash, :user_id, :face, :csrf_code, :device, :created_at, :seen_at, :confirmed_at, :ends_at);

-- session_read :one
SELECT s.user_id, s.face, s.csrf_code, s.created_at, s.seen_at, s.confirmed_at, s.ends_at, s.device, u.login, u.name, u.role, u.kab, u.is_practice,
    u.is_password_given, (SELECT COUNT(*) FROM factor f WHERE f.user_id = u.id AND f.is_confirmed = 1) AS factor_n
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

-- session_all :many
-- Live ones of an area, or of one person (user_id 0: of all).
SELECT s.token_hash, s.user_id, s.face, s.device, s.created_at, s.seen_at, s.ends_at, u.login, u.name, u.role
FROM session s JOIN app_user u ON u.id = s.user_id
WHERE u.kab BETWEEN :low_n AND :high_n AND (:user_id = 0 OR s.user_id = :user_id) AND u.is_active = 1 AND s.ends_at > :now_at
    AND s.seen_at > CASE WHEN s.face = 'shell' THEN :shell_at ELSE :page_at END
ORDER BY s.seen_at DESC, s.token_hash LIMIT :limit_n;

-- session_owner :one
-- all districts
SELECT s.user_id, u.kab FROM session s JOIN app_user u ON u.id = s.user_id WHERE s.token_hash = :token_hash;

-- session_delete_others :exec
DELETE FROM session WHERE user_id = :user_id AND token_hash <> :token_hash;

-- pending_insert :exec
INSERT INTO login_pending (token_hash, user_id, face, is_own_device, device_hash, ends_at) VALUES (:token_hash, :user_id, :face, :is_own_device, :device_hash, :ends_at);

-- pending_read :one
-- all districts
SELECT p.user_id, p.face, p.wrong_n, u.login, u.kab FROM login_pending p JOIN app_user u ON u.id = p.user_id
WHERE p.token_hash = :token_hash AND p.ends_at > :now_at AND u.is_active = 1;

-- pending_wrong :exec
UPDATE login_pending SET wrong_n = wrong_n + 1 WHERE token_hash = :token_hash;

-- pending_delete :exec
DELETE FROM login_pending WHERE token_hash = :token_hash;

-- pending_delete_user :exec
DELETE FROM login_pending WHERE user_id = :user_id;

-- pending_forget :exec
DELETE FROM login_pending WHERE ends_at <= :now_at;
