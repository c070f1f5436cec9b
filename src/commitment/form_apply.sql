-- form_task_last :one
SELECT COALESCE(MAX(t.id), 0) AS last_id FROM form_task t WHERE t.kab = :kab;

-- form_tasks_of :many
SELECT t.id, t.kind, t.person_id, t.name, t.state FROM form_task t WHERE t.kab = :kab AND t.npsn = :npsn AND t.quarter_n = :quarter_n ORDER BY t.id;

-- form_task_insert :exec
INSERT INTO form_task (kab, id, npsn, quarter_n, kind, family_id, person_id, name, state, actor_id, told_at)
VALUES (:kab, :id, :npsn, :quarter_n, :kind, :family_id, :person_id, :name, 'open', :actor_id, :told_at);

-- form_task_set :exec
UPDATE form_task SET state = :state, actor_id = :actor_id, told_at = :told_at WHERE kab = :kab AND id = :id;

-- form_tasks_open :many
SELECT t.id, t.npsn, t.quarter_n, t.kind, t.family_id, t.person_id, t.name, t.told_at, p.name AS person_name, p.school_npsn AS our_npsn, s.name AS school
FROM form_task t LEFT JOIN person p ON p.kab = t.kab AND p.family_id = t.family_id AND p.id = t.person_id LEFT JOIN school s ON s.npsn = t.npsn
WHERE t.kab = :kab AND t.state = 'open' AND may_see_district(t.kab) ORDER BY t.quarter_n DESC, t.npsn, t.id LIMIT :limit_n OFFSET :offset_n;

-- form_tasks_count :one
SELECT COUNT(*) AS task_n FROM form_task t WHERE t.kab = :kab AND t.state = 'open' AND may_see_district(t.kab);
