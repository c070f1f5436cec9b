-- paylist_mode_last :one
SELECT n, mode, asked_id, signed_id, decided_at FROM paylist_mode WHERE kab = :kab AND stage = :stage ORDER BY n DESC LIMIT 1;

-- paylist_mode_insert :exec
INSERT INTO paylist_mode (kab, stage, n, mode, request_id, asked_id, signed_id, decided_at)
VALUES (:kab, :stage, :n, :mode, :request_id, :asked_id, :signed_id, :decided_at);
