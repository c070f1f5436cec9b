-- approval_all :many
SELECT seen_hash, step_n, user_id, signed_at FROM approval WHERE kab = :kab AND subject = :subject ORDER BY seen_hash, step_n;

-- approval_insert :exec
INSERT INTO approval (kab, subject, seen_hash, step_n, user_id, signed_at)
VALUES (:kab, :subject, :seen_hash, :step_n, :user_id, :signed_at);

-- approval_unwitnessed :many
-- signatures of which the audit chain knows nothing
SELECT a.subject, a.step_n, a.user_id FROM approval a
WHERE a.kab = :kab AND NOT EXISTS (SELECT 1 FROM audit u WHERE u.kab = :kab AND u.action = 'approval.sign' AND u.subject = a.subject
    AND u.actor_id = a.user_id AND u.recorded_at = a.signed_at)
ORDER BY a.subject, a.step_n;
