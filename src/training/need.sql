-- need_rows :many
-- One row for each measure, companion and kecamatan.
SELECT x.measure, x.companion_id, x.kecamatan_id, x.value_n, k.name AS companion, a.name AS kecamatan FROM (
    SELECT 'family' AS measure, COALESCE(companion_today(f.kab, f.id), 0) AS companion_id, f.village_id / 10000 AS kecamatan_id, COUNT(*) AS value_n
    FROM family f WHERE f.kab = :kab AND f.status <> 'left' AND may_see_district(f.kab) GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'student', COALESCE(companion_today(f.kab, f.id), 0), f.village_id / 10000, COUNT(*)
    FROM family f WHERE f.kab = :kab AND f.status <> 'left' AND may_see_district(f.kab)
        AND EXISTS (SELECT 1 FROM person p WHERE p.kab = f.kab AND p.family_id = f.id AND p.school_level <> '') GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'verified', COALESCE(companion_today(f.kab, f.id), 0), f.village_id / 10000, COUNT(*)
    FROM family f WHERE f.kab = :kab AND f.status <> 'left' AND may_see_district(f.kab)
        AND EXISTS (SELECT 1 FROM person p WHERE p.kab = f.kab AND p.family_id = f.id AND p.school_level <> '')
        AND EXISTS (SELECT 1 FROM commitment_fact c WHERE c.kab = f.kab AND c.family_id = f.id AND c.is_void = 0 AND c.last_on >= :since_on) GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'identity', COALESCE(companion_today(f.kab, f.id), 0), f.village_id / 10000, COUNT(*)
    FROM identity_finding w JOIN family f ON f.kab = w.kab AND f.id = w.family_id
    WHERE w.kab = :kab AND w.state = 'open' AND f.status <> 'left' AND may_see_district(f.kab) GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'late', COALESCE(companion_today(f.kab, f.id), 0), f.village_id / 10000, COUNT(*)
    FROM desk_request d JOIN family f ON f.kab = d.kab AND f.id = d.family_id
    WHERE d.kab = :kab AND d.state = 'open' AND d.due_at < :now_at AND may_see_district(f.kab) GROUP BY 1, 2, 3
) x LEFT JOIN companion k ON k.kab = :kab AND k.id = x.companion_id LEFT JOIN area a ON a.id = x.kecamatan_id ORDER BY 1, 2, 3;

-- need_scores :many
-- The newest test after a training of each companion, letter by letter.
SELECT s.companion_id, s.event_id, s.choices FROM training_sheet s JOIN training_event t ON t.kab = s.kab AND t.id = s.event_id
WHERE s.kab = :kab AND s.kind = 'post' AND may_see_district(s.kab) ORDER BY s.companion_id, t.last_on DESC, t.id DESC;
