-- Whom a form asks about. One query for the three kinds: of a school's pupils, a health post's mothers and small children, a kelurahan's old
-- and disabled people. `place` is whose form it is: NPSN, the post's number, the village's code.

-- form_people :many
SELECT CASE CAST(:kind_n AS INTEGER) WHEN 0 THEN p.school_npsn WHEN 1 THEN CAST(f.health_post_id AS TEXT) ELSE CAST(f.village_id AS TEXT) END AS place,
    f.id AS family_id, p.id AS person_id, f.village_id, p.nik_data, p.name, p.sex, p.born_on, p.school_level, p.pregnancy_n, p.is_severe_disability,
    y.id AS payee_id, y.nik_data AS payee_nik_data, y.name AS payee_name, c.name AS companion_name
FROM family f JOIN person p ON p.kab = f.kab AND p.family_id = f.id
LEFT JOIN person y ON y.kab = f.kab AND y.family_id = f.id AND y.id = f.payee_id
LEFT JOIN companion c ON c.kab = f.kab AND c.id = companion_today(f.kab, f.id)
LEFT JOIN school s ON s.npsn = p.school_npsn
LEFT JOIN health_post h ON h.kab = f.kab AND h.id = f.health_post_id
WHERE f.kab = :kab AND f.status <> 'left' AND p.is_gone = 0
    AND ((:kind_n = 0 AND p.school_npsn IS NOT NULL AND (:place = '' OR p.school_npsn = :place))
        OR (:kind_n = 1 AND f.health_post_id IS NOT NULL AND (:place = '' OR CAST(f.health_post_id AS TEXT) = :place) AND (p.pregnancy_n > 0 OR (p.born_on >= CASE WHEN p.school_level IS NULL THEN :young_on ELSE :young_pupil_on END AND p.born_on < :until_on)))
        OR (:kind_n = 2 AND (:place = '' OR CAST(f.village_id AS TEXT) = :place) AND (p.is_severe_disability = 1 OR p.born_on <= :old_on)))
    AND COALESCE(CASE CAST(:kind_n AS INTEGER) WHEN 0 THEN s.village_id WHEN 1 THEN h.village_id END, f.village_id) BETWEEN :low_id AND :high_id
    AND (:companion_id = 0 OR companion_today(f.kab, f.id) = :companion_id)
    AND may_see_family(f.kab, f.id)
ORDER BY place, f.id, p.id;

-- form_school :one
-- all districts
SELECT name, village_id FROM school WHERE npsn = :npsn;

-- form_post :one
SELECT name, village_id FROM health_post WHERE kab = :kab AND id = :id;
