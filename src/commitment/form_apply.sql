-- form_task_last :one
SELECT COALESCE(MAX(t.id), 0) AS last_id FROM form_task t WHERE t.kab = :kab;

-- form_tasks_of :many
SELECT t.id, t.kind, t.person_id, t.name, t.state FROM form_task t WHERE t.kab = :kab AND t.form = :form AND t.npsn = :npsn AND t.quarter_n = :quarter_n ORDER BY t.id;

-- form_task_insert :exec
INSERT INTO form_task (kab, id, form, npsn, quarter_n, kind, family_id, person_id, name, state, actor_id, told_at)
VALUES (:kab, :id, :form, :npsn, :quarter_n, :kind, :family_id, :person_id, :name, 'open', :actor_id, :told_at);

-- form_task_set :exec
UPDATE form_task SET state = :state, actor_id = :actor_id, told_at = :told_at WHERE kab = :kab AND id = :id;

-- form_tasks_open :many
SELECT t.id, t.form, t.npsn, t.quarter_n, t.kind, t.family_id, t.person_id, t.name, t.told_at, p.name AS person_name,
    CASE t.form WHEN 'education' THEN p.school_npsn WHEN 'health' THEN CAST(f.health_post_id AS TEXT) ELSE CAST(f.village_id AS TEXT) END AS our_place,
    CASE t.form WHEN 'education' THEN s.name WHEN 'health' THEN h.name ELSE v.name END AS place_name
FROM form_task t LEFT JOIN family f ON f.kab = t.kab AND f.id = t.family_id
LEFT JOIN person p ON p.kab = t.kab AND p.family_id = t.family_id AND p.id = t.person_id LEFT JOIN school s ON s.npsn = t.npsn
LEFT JOIN health_post h ON h.kab = t.kab AND CAST(h.id AS TEXT) = t.npsn AND t.form = 'health' LEFT JOIN area v ON CAST(v.id AS TEXT) = t.npsn AND t.form = 'social'
WHERE t.kab = :kab AND t.state = 'open' AND may_see_district(t.kab) ORDER BY t.quarter_n DESC, t.npsn, t.id LIMIT :limit_n OFFSET :offset_n;

-- form_tasks_count :one
SELECT COUNT(*) AS task_n FROM form_task t WHERE t.kab = :kab AND t.state = 'open' AND may_see_district(t.kab);

-- form_facts_told :many
-- What one source has told in one form of a family, and whether it still stands.
SELECT x.n, coalesce(x.person_id, 0) AS person_id, x.kind, x.first_on, x.last_on, x.is_void,
    (SELECT count(*) FROM commitment_fact c WHERE c.kab = x.kab AND c.family_id = x.family_id AND c.replaces_n = x.n) AS corrected_n
FROM commitment_fact x WHERE x.kab = :kab AND x.family_id = :family_id AND x.source = :source AND x.evidence = :evidence ORDER BY x.n;
