-- subject_family :one
SELECT f.dtks_code, f.village_id, a.name AS village, f.address, f.hamlet, f.rt, f.rw, f.channel, f.payee_id, f.status, f.decile_n, f.entered_on, f.recorded_at
FROM family f LEFT JOIN area a ON a.id = f.village_id WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id);

-- subject_persons :many
SELECT p.id, p.name, p.born_on, p.birth_place, p.sex, p.mother_name, p.relation, p.school_level, p.school_npsn, s.name AS school, p.pregnancy_n, p.is_severe_disability,
    p.is_rights_victim, p.outcome, p.is_gone
FROM person p LEFT JOIN school s ON s.npsn = p.school_npsn WHERE p.kab = :kab AND p.family_id = :family_id AND may_see_family(p.kab, p.family_id) ORDER BY p.id;

-- subject_places :many
SELECT e.happened_on, l.village_id, a.name AS village, l.address, l.hamlet, l.rt, l.rw FROM life_place l JOIN life_event e ON e.kab = l.kab AND e.family_id = l.family_id AND e.n = l.n
LEFT JOIN area a ON a.id = l.village_id WHERE l.kab = :kab AND l.family_id = :family_id AND may_see_family(l.kab, l.family_id) ORDER BY e.happened_on DESC, l.n DESC;

-- subject_excuses :many
SELECT x.person_id, x.duty, x.first_month_on, x.last_month_on, x.reason, x.note, x.evidence, x.granted_at FROM commitment_excuse x
WHERE x.kab = :kab AND x.family_id = :family_id AND may_see_family(x.kab, x.family_id) ORDER BY x.n DESC;

-- subject_stages :many
SELECT stage, max(closed_at) AS closed_at FROM closing WHERE kab = :kab GROUP BY stage ORDER BY closed_at DESC, stage DESC;

-- subject_attempts :many
SELECT t.stage, t.n, t.state, t.channel, t.amount_rp, t.reason, t.recorded_at FROM attempt t
WHERE t.kab = :kab AND t.family_id = :family_id AND may_see_family(t.kab, t.family_id) ORDER BY t.stage DESC, t.n DESC;

-- subject_lists :many
-- What the Ministry's pay lists said of the family.
SELECT p.stage, p.wave_n, p.state, p.file_name, p.read_at, r.row_n, r.name, r.amount_rp, r.channel, r.note FROM paylist_row r JOIN paylist p ON p.kab = r.kab AND p.id = r.list_id
WHERE r.kab = :kab AND r.family_id = :family_id AND may_see_family(r.kab, r.family_id) ORDER BY p.read_at DESC, r.row_n;

-- subject_approvals :many
SELECT q.id, q.kind, q.state, q.made_at, m.name AS maker, q.ended_at, coalesce(u.name, '') AS ended_by, q.reason FROM approval_request q JOIN app_user m ON m.id = q.maker_id
LEFT JOIN app_user u ON u.id = q.ended_by_id
WHERE q.kab = :kab AND (q.link = :link OR substr(q.link, 1, length(:link) + 1) = :link || '/') AND may_see_family(q.kab, CAST(:family_id AS INTEGER)) ORDER BY q.id DESC;

-- subject_findings :many
SELECT i.kind, i.person_id, i.state, i.found_at, i.note FROM identity_finding i WHERE i.kab = :kab AND i.family_id = :family_id AND may_see_family(i.kab, i.family_id) ORDER BY i.kind, i.person_id;

-- subject_pairs :many
-- Of the other entry nothing is said: it is somebody else's.
SELECT CASE WHEN d.kab = :kab AND d.family_id = :family_id THEN d.person_id ELSE d.other_person_id END AS person_n, d.score_n, d.state, d.found_at, d.decided_at, d.note FROM duplicate_pair d
WHERE ((d.kab = :kab AND d.family_id = :family_id) OR (d.other_kab_id = :kab AND d.other_family_id = :family_id)) AND may_see_family(CAST(:kab AS INTEGER), CAST(:family_id AS INTEGER))
ORDER BY d.found_at DESC, d.person_id, d.other_person_id;

-- subject_files :many
-- Files that were read into the district's registry; a family's rows are not kept apart by file.
SELECT b.id, b.source, b.file_name, b.row_n, b.applied_at FROM import_batch b WHERE b.kab = :kab AND b.state = 'applied' AND may_see_district(b.kab) ORDER BY b.id DESC;

-- subject_user :one
-- all districts
SELECT name, role FROM app_user WHERE id = :user_id;
