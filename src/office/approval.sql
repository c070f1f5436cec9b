-- approval_all :many
SELECT seen_hash, step_n, user_id, signed_at FROM approval WHERE kab = :kab AND subject = :subject ORDER BY seen_hash, step_n;

-- approval_insert :exec
INSERT INTO approval (kab, subject, seen_hash, step_n, user_id, signed_at)
VALUES (:kab, :subject, :seen_hash, :step_n, :user_id, :signed_at);
