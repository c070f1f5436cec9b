-- hand_over_families :many
-- The families of a district or kelurahan with who answers for each on the day :see_on.
SELECT f.id, COALESCE(companion_today(f.kab, f.id), 0) AS companion_id, f.village_id,
    (SELECT MAX(c.from_on) FROM caseload c WHERE c.kab = f.kab AND c.family_id = f.id) AS last_on
FROM family f WHERE f.kab = :kab AND f.status <> 'left' AND (:village_id = 0 OR f.village_id = :village_id) ORDER BY f.id;

-- hand_over_last :one
SELECT COALESCE(MAX(id), 0) AS last_n FROM hand_over WHERE kab = :kab;

-- hand_over_same :one
-- The newest that was asked for under this hash and is not done.
SELECT h.id FROM hand_over h JOIN approval_request q ON q.kab = h.kab AND q.kind = 'caseload' AND q.subject = CAST(h.id AS TEXT) AND q.state = 'open'
WHERE h.kab = :kab AND h.seen_hash = :seen_hash ORDER BY h.id DESC LIMIT 1;

-- hand_over_insert :exec
INSERT INTO hand_over (kab, id, to_id, from_on, seen_hash, family_n, actor_id, asked_at)
VALUES (:kab, :id, :to_id, :from_on, :seen_hash, :family_n, :actor_id, :asked_at);

-- hand_over_item_insert :exec
INSERT INTO hand_over_item (kab, hand_over_id, family_id, companion_id) VALUES (:kab, :hand_over_id, :family_id, :companion_id);

-- hand_over_by_id :one
SELECT h.to_id, h.from_on, h.seen_hash, h.family_n, h.actor_id, h.asked_at, h.done_at FROM hand_over h WHERE h.kab = :kab AND h.id = :id AND may_see_district(h.kab);

-- hand_over_items :many
-- Who answers for each now, on the day :see_on, beside who did when it was asked. is_gone: the family has left.
SELECT i.family_id, i.companion_id, COALESCE(companion_today(f.kab, f.id), 0) AS now_id, f.village_id, f.rt, CASE WHEN f.status = 'left' THEN 1 ELSE 0 END AS is_gone,
    p.name, a.name AS village
FROM hand_over_item i JOIN family f ON f.kab = i.kab AND f.id = i.family_id
LEFT JOIN person p ON p.kab = f.kab AND p.id = f.payee_id LEFT JOIN area a ON a.id = f.village_id
WHERE i.kab = :kab AND i.hand_over_id = :hand_over_id ORDER BY i.family_id;

-- hand_over_done :exec
UPDATE hand_over SET done_at = :done_at WHERE kab = :kab AND id = :id;

-- hand_over_newest :many
SELECT h.id, h.to_id, h.from_on, h.family_n, h.asked_at, h.done_at, k.name, q.id AS request_id, q.state
FROM hand_over h LEFT JOIN companion k ON k.kab = h.kab AND k.id = h.to_id
LEFT JOIN approval_request q ON q.kab = h.kab AND q.kind = 'caseload' AND q.subject = CAST(h.id AS TEXT)
WHERE h.kab = :kab AND may_see_district(h.kab) ORDER BY h.id DESC LIMIT :limit_n;
