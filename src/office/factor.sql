-- factor_totp :one
-- all districts
SELECT secret_data, last_step_n, is_confirmed, created_at, used_at FROM factor WHERE user_id = :user_id AND n = 1;

-- factor_begin_write :exec
INSERT INTO factor (user_id, n, kind, title, secret_data, algorithm_n, last_step_n, is_confirmed, created_at)
VALUES (:user_id, 1, 'totp', '', :secret_data, 0, 0, 0, :created_at)
ON CONFLICT (user_id, n) DO UPDATE SET secret_data = excluded.secret_data, created_at = excluded.created_at, last_step_n = 0;

-- factor_sealed :many
-- all districts
SELECT user_id, n, secret_data FROM factor WHERE secret_data IS NOT NULL ORDER BY user_id, n;

-- factor_sealed_any :one
-- all districts
SELECT COUNT(*) AS sealed_n FROM factor WHERE secret_data IS NOT NULL;

-- factor_reseal :exec
UPDATE factor SET secret_data = :secret_data WHERE user_id = :user_id AND n = :n;

-- factor_step_take :exec
-- Of two who bring the same code one finds it used.
UPDATE factor SET last_step_n = :step_n, used_at = :used_at, is_confirmed = 1 WHERE user_id = :user_id AND n = 1 AND last_step_n < :step_n;

-- factor_delete_app :exec
DELETE FROM factor WHERE user_id = :user_id AND kind = 'totp';

-- passkey_count :one
-- all districts
SELECT COUNT(*) AS passkey_n FROM factor WHERE user_id = :user_id AND kind = 'passkey';

-- factor_delete :exec
DELETE FROM factor WHERE user_id = :user_id;

-- recovery_insert :exec
INSERT INTO recovery_code (user_id, code_hash, made_at) VALUES (:user_id, :code_hash, :made_at);

-- recovery_take :exec
UPDATE recovery_code SET used_at = :used_at WHERE user_id = :user_id AND code_hash = :code_hash AND used_at IS NULL;

-- recovery_left :one
-- all districts
SELECT COUNT(*) AS left_n FROM recovery_code WHERE user_id = :user_id AND used_at IS NULL;

-- recovery_delete :exec
DELETE FROM recovery_code WHERE user_id = :user_id;
