-- seal_keys :many
SELECT n, check_hash, state, made_at FROM seal_key WHERE kab = :kab ORDER BY n;

-- seal_keys_all :many
-- all districts
SELECT kab, n, check_hash, state, made_at FROM seal_key ORDER BY kab, n;

-- seal_key_put :exec
INSERT INTO seal_key (kab, n, check_hash, state, made_at) VALUES (:kab, :n, :check_hash, 'current', :made_at);

-- seal_key_state :exec
UPDATE seal_key SET state = :state WHERE kab = :kab AND n = :n;
