-- status_families :many
-- One row a family. :ids: ",7,12," or empty for all. Numbers of identity only as there or not.
SELECT f.id, f.village_id, f.channel, f.status, f.entered_on, CASE WHEN f.account_data IS NULL THEN 0 ELSE 1 END AS has_account_n,
    CASE WHEN f.payee_id IS NULL THEN 0 ELSE 1 END AS has_payee_n, coalesce(p.is_gone, 0) AS is_payee_gone, CASE WHEN p.nik_data IS NULL THEN 0 ELSE 1 END AS has_nik_n
FROM family f LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE f.kab = :kab AND f.id BETWEEN :first_id AND :last_id AND (:ids = '' OR :ids LIKE '%,' || f.id || ',%') AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- status_reasons :many
-- Why a family is suspended or has left: the latest fact that says so and was not taken back.
SELECT v.family_id, v.kind, v.new_value, v.happened_on FROM life_event v JOIN family f ON f.kab = v.kab AND f.id = v.family_id
WHERE v.kab = :kab AND v.family_id BETWEEN :first_id AND :last_id AND f.status <> 'active' AND v.kind IN ('leave', 'suspend', 'move_out', 'split')
    AND NOT EXISTS (SELECT 1 FROM life_event c WHERE c.kab = v.kab AND c.family_id = v.family_id AND c.corrects_n = v.n)
    AND v.n = (SELECT max(w.n) FROM life_event w WHERE w.kab = v.kab AND w.family_id = v.family_id AND w.kind IN ('leave', 'suspend', 'move_out', 'split')
        AND NOT EXISTS (SELECT 1 FROM life_event c WHERE c.kab = w.kab AND c.family_id = w.family_id AND c.corrects_n = w.n))
ORDER BY v.family_id;

-- status_stage_steps :one
-- How far a stage has come, and when each step was done last.
SELECT count(*) AS closing_n, max(c.closed_at) AS closed_at, (SELECT max(r.ran_at) FROM run r WHERE r.kab = :kab AND r.stage = :stage) AS ran_at,
    (SELECT max(b.reserved_at) FROM batch b WHERE b.kab = :kab AND b.stage = :stage AND b.state <> 'void') AS reserved_at
FROM closing c WHERE c.kab = :kab AND c.stage = :stage;

-- status_stage_in :many
-- The chunks of the latest closing: who was in it when nothing is computed yet.
SELECT c.chunk_data FROM closing_chunk c WHERE c.kab = :kab AND c.stage = :stage
    AND c.closing_n = (SELECT max(d.closing_n) FROM closing d WHERE d.kab = c.kab AND d.stage = c.stage) ORDER BY c.chunk_n;
