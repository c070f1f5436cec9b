-- passkey_all :many
SELECT n, title, credential_data, created_at, used_at FROM factor WHERE user_id = :user_id AND kind = 'passkey' ORDER BY n;

-- passkey_next :one
-- all districts
SELECT COALESCE(MAX(n), 1) AS last_n FROM factor WHERE user_id = :user_id;

-- passkey_known :one
-- all districts
SELECT user_id FROM factor WHERE credential_hash = :credential_hash;

-- passkey_of :one
-- all districts
SELECT n, key_data, last_step_n FROM factor WHERE user_id = :user_id AND credential_hash = :credential_hash AND kind = 'passkey';

-- passkey_insert :exec
INSERT INTO factor (user_id, n, kind, title, credential_hash, credential_data, key_data, algorithm_n, last_step_n, is_confirmed, created_at)
VALUES (:user_id, :n, 'passkey', :title, :credential_hash, :credential_data, :key_data, :algorithm_n, :last_step_n, 1, :created_at);

-- passkey_step_take :exec
-- Of two answers with the same counter one finds it used; an authenticator without a counter always says 0.
UPDATE factor SET last_step_n = :step_n, used_at = :used_at WHERE user_id = :user_id AND n = :n AND (last_step_n < :step_n OR (last_step_n = 0 AND :step_n = 0));

-- passkey_delete :exec
DELETE FROM factor WHERE user_id = :user_id AND n = :n AND kind = 'passkey';

-- challenge_insert :exec
INSERT INTO passkey_challenge (challenge_hash, user_id, bound_hash, purpose, ends_at) VALUES (:challenge_hash, :user_id, :bound_hash, :purpose, :ends_at);

-- challenge_take :exec
DELETE FROM passkey_challenge
WHERE challenge_hash = :challenge_hash AND user_id = :user_id AND bound_hash = :bound_hash AND purpose = :purpose AND ends_at > :now_at;

-- challenge_forget :exec
-- Those of the same purpose and session, and this person's that are over.
DELETE FROM passkey_challenge WHERE user_id = :user_id AND (ends_at <= :now_at OR (bound_hash = :bound_hash AND purpose = :purpose));
