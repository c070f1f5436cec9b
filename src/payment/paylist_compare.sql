-- compare_families :many
SELECT f.id, f.village_id, companion_today(f.kab, f.id) AS companion_id, f.status FROM family f
WHERE f.kab = :kab AND f.id >= :first_id AND f.id <= :last_id AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- compare_last_family :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM family WHERE kab = :kab;

-- compare_live_n :one
SELECT COUNT(*) AS live_n FROM paylist WHERE kab = :kab AND stage = :stage AND state = 'live';

-- compare_companions :many
SELECT id, name FROM companion WHERE kab = :kab ORDER BY id;

-- compare_loose :many
-- Rows without a family of ours, by place: those still in the tray, and those of which a person said that they are none of ours.
SELECT COALESCE(r.village_id, 0) AS village_id, CASE WHEN r.decided = '' THEN 0 ELSE 1 END AS decided_n, COUNT(*) AS row_n, CAST(SUM(r.amount_rp) AS INTEGER) AS amount_rp
FROM paylist p JOIN paylist_row r ON r.kab = p.kab AND r.list_id = p.id
WHERE p.kab = :kab AND p.stage = :stage AND p.state = 'live' AND r.family_id IS NULL AND may_see_district(p.kab)
GROUP BY COALESCE(r.village_id, 0), CASE WHEN r.decided = '' THEN 0 ELSE 1 END;

-- compare_family_words :one
SELECT COALESCE(p.name, '') AS name, COALESCE(f.address, '') AS address FROM family f LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE f.kab = :kab AND f.id = :id AND may_see_family(f.kab, f.id);
