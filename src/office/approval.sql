-- approval_request_last :one
SELECT coalesce(max(id), 0) AS last_id FROM approval_request WHERE kab = :kab;

-- approval_request_insert :exec
INSERT INTO approval_request (kab, id, kind, subject, seen_hash, now_hash, amount_rp, maker_id, made_at, due_on, link, step_n, signed_n, state)
VALUES (:kab, :id, :kind, :subject, :seen_hash, :seen_hash, :amount_rp, :maker_id, :made_at, :due_on, :link, :step_n, 0, 'open');

-- approval_step_insert :exec
INSERT INTO approval_step (kab, request_id, step_n, role) VALUES (:kab, :request_id, :step_n, :role);

-- approval_signature_insert :exec
INSERT INTO approval_signature (kab, request_id, step_n, role, user_id, for_id, delegation_n, maker_id, seen_hash, signed_at)
VALUES (:kab, :request_id, :step_n, :role, :user_id, :for_id, :delegation_n, :maker_id, :seen_hash, :signed_at);

-- approval_request_signed :exec
-- Counts a signature; with the last step the request is approved.
UPDATE approval_request SET signed_n = signed_n + 1, state = CASE WHEN signed_n + 1 = step_n THEN 'approved' ELSE 'open' END,
    ended_by_id = CASE WHEN signed_n + 1 = step_n THEN :user_id ELSE NULL END, ended_at = CASE WHEN signed_n + 1 = step_n THEN :signed_at ELSE NULL END
WHERE kab = :kab AND id = :id AND state = 'open' AND signed_n = :signed_n;

-- approval_request_end :exec
UPDATE approval_request SET state = :state, ended_by_id = :ended_by_id, ended_at = :ended_at, reason = :reason WHERE kab = :kab AND id = :id AND state = 'open';

-- approval_request_touch :exec
UPDATE approval_request SET now_hash = :now_hash WHERE kab = :kab AND kind = :kind AND subject = :subject AND state = 'open';

-- approval_request_read :one
SELECT kind, subject, seen_hash, now_hash, amount_rp, maker_id, made_at, due_on, link, step_n, signed_n, state, ended_by_id, ended_at, reason
FROM approval_request WHERE kab = :kab AND id = :id;

-- approval_request_open :one
SELECT id FROM approval_request WHERE kab = :kab AND kind = :kind AND subject = :subject AND state = 'open';

-- approval_request_find :one
-- The newest of a subject that stands under a hash: open, or approved.
SELECT id FROM approval_request WHERE kab = :kab AND kind = :kind AND subject = :subject AND seen_hash = :seen_hash AND state IN ('open', 'approved')
ORDER BY id DESC LIMIT 1;

-- approval_void_count :one
SELECT count(*) AS request_n, coalesce(sum(signed_n), 0) AS signature_n FROM approval_request
WHERE kab = :kab AND kind = :kind AND subject = :subject AND seen_hash <> :seen_hash;

-- approval_steps_of :many
SELECT step_n, role FROM approval_step WHERE kab = :kab AND request_id = :request_id ORDER BY step_n, role;

-- approval_signatures_of :many
SELECT step_n, role, user_id, for_id, signed_at FROM approval_signature WHERE kab = :kab AND request_id = :request_id ORDER BY step_n;

-- approval_policy_rows :many
-- The newest policy that holds on a day.
SELECT p.from_on, p.step_n, p.amount_from_rp, p.role FROM approval_policy p
WHERE p.kab = :kab AND p.kind = :kind AND p.from_on = (SELECT max(q.from_on) FROM approval_policy q WHERE q.kab = :kab AND q.kind = :kind AND q.from_on <= :on_on)
ORDER BY p.step_n, p.amount_from_rp, p.role;

-- approval_policy_insert :exec
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES (:kab, :kind, :from_on, :step_n, :amount_from_rp, :role);

-- delegation_last :one
SELECT coalesce(max(n), 0) AS last_n FROM approval_delegation WHERE giver_id = :giver_id;

-- delegation_insert :exec
INSERT INTO approval_delegation (giver_id, n, taker_id, from_on, until_on, made_at) VALUES (:giver_id, :n, :taker_id, :from_on, :until_on, :made_at);

-- delegation_end :exec
UPDATE approval_delegation SET ended_at = :ended_at WHERE giver_id = :giver_id AND n = :n AND ended_at IS NULL;

-- delegations_to :many
-- Places given to a person that hold on a day, by people who still work here.
SELECT d.giver_id, d.n, u.login, u.name, u.role, u.kab FROM approval_delegation d JOIN app_user u ON u.id = d.giver_id
WHERE d.taker_id = :taker_id AND d.from_on <= :on_on AND d.until_on >= :on_on AND d.ended_at IS NULL AND u.is_active = 1 ORDER BY d.giver_id, d.n;

-- delegations_of :many
SELECT giver_id, n, taker_id, from_on, until_on, made_at, ended_at FROM approval_delegation
WHERE (giver_id = :user_id OR taker_id = :user_id) AND until_on >= :from_on ORDER BY from_on DESC, giver_id, n DESC;

-- approval_waiting_ids :many
-- Open requests whose next step a person of this role signs, in whose own place (for_id = user_id) or in another's; none in which
-- either has a hand already.
SELECT r.kab, r.id, r.due_on FROM approval_request r
JOIN approval_step s ON s.kab = r.kab AND s.request_id = r.id AND s.step_n = r.signed_n + 1 AND s.role = :role
WHERE r.state = 'open' AND r.kab BETWEEN :low_id AND :high_id AND r.maker_id <> :user_id AND r.maker_id <> :for_id
    AND NOT EXISTS (SELECT 1 FROM approval_signature g WHERE g.kab = r.kab AND g.request_id = r.id
        AND (g.user_id = :user_id OR g.for_id = :user_id OR g.user_id = :for_id OR g.for_id = :for_id))
ORDER BY r.due_on, r.kab, r.id LIMIT :limit_n;

-- approval_made_ids :many
-- all districts
SELECT kab, id FROM approval_request WHERE maker_id = :maker_id ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, made_at DESC, id DESC LIMIT :limit_n;

-- approval_late_ids :many
SELECT kab, id FROM approval_request WHERE state = 'open' AND kab BETWEEN :low_id AND :high_id AND due_on < :on_on ORDER BY due_on, kab, id LIMIT :limit_n;

-- approval_decided_ids :many
-- What ended since an instant, in an area or of one's own asking, newest first.
SELECT kab, id FROM approval_request WHERE state <> 'open' AND ended_at >= :since_at AND (kab BETWEEN :low_id AND :high_id OR maker_id = :maker_id)
ORDER BY ended_at DESC, kab, id DESC LIMIT :limit_n;

-- approval_unwitnessed :many
-- what of a request the audit chain does not know
SELECT r.kind, r.subject, r.maker_id AS user_id, 0 AS step_n FROM approval_request r
WHERE r.kab = :kab AND NOT EXISTS (SELECT 1 FROM audit u WHERE u.kab = :kab AND u.action IN ('approval.ask', 'approval.sign') AND u.subject = r.kind || ' ' || r.subject
    AND u.actor_id = r.maker_id AND u.recorded_at = r.made_at)
UNION ALL
SELECT r.kind, r.subject, g.user_id, g.step_n FROM approval_signature g JOIN approval_request r ON r.kab = g.kab AND r.id = g.request_id
WHERE g.kab = :kab AND NOT EXISTS (SELECT 1 FROM audit u WHERE u.kab = :kab AND u.action = 'approval.sign' AND u.subject = r.kind || ' ' || r.subject
    AND u.actor_id = g.user_id AND u.recorded_at = g.signed_at)
UNION ALL
SELECT r.kind, r.subject, r.ended_by_id AS user_id, -1 AS step_n FROM approval_request r
WHERE r.kab = :kab AND r.state IN ('refused', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM audit u WHERE u.kab = :kab
    AND u.action = CASE WHEN r.state = 'refused' THEN 'approval.refuse' ELSE 'approval.withdraw' END AND u.subject = r.kind || ' ' || r.subject
    AND u.actor_id = r.ended_by_id AND u.recorded_at = r.ended_at)
ORDER BY 1, 2, 4;

-- approval_miscounted :many
-- Requests that say more or fewer signatures than there are, or whose steps have a gap.
SELECT r.kind, r.subject, r.signed_n, (SELECT count(*) FROM approval_signature g WHERE g.kab = r.kab AND g.request_id = r.id AND g.step_n <= r.signed_n) AS found_n
FROM approval_request r
WHERE r.kab = :kab AND (r.signed_n <> (SELECT count(*) FROM approval_signature g WHERE g.kab = r.kab AND g.request_id = r.id)
    OR r.signed_n <> (SELECT count(*) FROM approval_signature g WHERE g.kab = r.kab AND g.request_id = r.id AND g.step_n <= r.signed_n)
    OR r.step_n <> (SELECT count(DISTINCT s.step_n) FROM approval_step s WHERE s.kab = r.kab AND s.request_id = r.id AND s.step_n <= r.step_n))
ORDER BY r.kind, r.subject;
