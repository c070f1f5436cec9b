-- district_first :one
-- The first district of an area that has families.
SELECT kab FROM pack_epoch WHERE kab >= :low_id AND kab <= :high_id ORDER BY kab LIMIT 1;

-- stages_closed :many
SELECT stage, max(closed_at) AS closed_at FROM closing WHERE kab = :kab GROUP BY stage ORDER BY closed_at DESC, stage DESC;

-- family_marks :many
-- The registry of today, for filtering; or only those who left.
SELECT f.id, f.village_id, f.channel FROM family f WHERE f.kab = :kab AND (f.status = 'left') = (:is_left = 1) AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- family_payees :many
SELECT f.id, p.name FROM family f JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE f.kab = :kab AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- family_ids_of_status :many
SELECT f.id FROM family f WHERE f.kab = :kab AND f.status = :status AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- companion_names :many
SELECT k.id, k.name FROM companion k WHERE k.kab = :kab AND may_see_district(k.kab) ORDER BY k.name, k.id;

-- family_ids_of_companion :many
-- Who was given families, or has them from the registry, and answers for them on the day.
SELECT f.id FROM family f WHERE f.kab = :kab AND f.companion_id = :companion_id AND companion_today(f.kab, f.id) = :companion_id AND may_see_family(f.kab, f.id)
UNION SELECT c.family_id AS id FROM caseload c WHERE c.kab = :kab AND c.companion_id = :companion_id AND companion_today(c.kab, c.family_id) = :companion_id
    AND may_see_family(c.kab, c.family_id) ORDER BY id;

-- family_ids_seen :many
-- For those who see only some of a district's families.
SELECT f.id FROM family f WHERE f.kab = :kab AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- family_doors :many
-- Where families live, for letters in the order in which they are carried.
SELECT f.id, f.village_id, f.rt, f.rw FROM family f WHERE f.kab = :kab AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- letter_families :many
-- What stands above letters. :ids: ",7,12,".
SELECT f.id, f.village_id, f.address, f.rt, f.rw, p.name, c.name AS companion_name
FROM family f LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
LEFT JOIN companion c ON c.kab = f.kab AND c.id = companion_today(f.kab, f.id)
WHERE f.kab = :kab AND f.id BETWEEN :first_id AND :last_id AND :ids LIKE '%,' || f.id || ',%' AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- family_brief :one
SELECT f.village_id, f.channel, f.status, p.name FROM family f
LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE f.kab = :kab AND f.id = :id AND may_see_family(f.kab, f.id);

-- family_full :one
SELECT f.village_id, f.channel, f.status, f.kk_data, f.account_data, f.address, f.hamlet, f.rt, f.rw, f.decile_n, f.payee_id,
    f.entered_on, f.dtks_code, c.name AS companion_name
FROM family f LEFT JOIN companion c ON c.kab = f.kab AND c.id = companion_today(f.kab, f.id)
WHERE f.kab = :kab AND f.id = :id AND may_see_family(f.kab, f.id);

-- family_members :many
SELECT p.id, p.nik_data, p.name, p.born_on, p.sex, p.relation, p.school_level, s.name AS school_name, p.pregnancy_n, p.is_severe_disability, p.is_rights_victim,
    p.outcome, p.is_gone
FROM person p LEFT JOIN school s ON s.npsn = p.school_npsn
WHERE p.kab = :kab AND p.family_id = :family_id AND may_see_family(p.kab, p.family_id) ORDER BY p.born_on, p.id;

-- closing_book :one
-- The rule book and the cases of a district's latest closing of a stage.
SELECT c.closing_n, c.book_hash, d.case_data FROM closing c JOIN closing_case d ON d.kab = c.kab AND d.stage = c.stage AND d.closing_n = c.closing_n
WHERE c.kab = :kab AND c.stage = :stage ORDER BY c.closing_n DESC LIMIT 1;

-- closing_chunks_of :many
SELECT chunk_data FROM closing_chunk WHERE kab = :kab AND stage = :stage AND closing_n = :closing_n ORDER BY chunk_n;

-- batches_of :many
SELECT b.id, b.channel, b.part_n, b.family_n, b.amount_rp, b.state, b.reserved_at FROM batch b
WHERE b.kab = :kab AND b.stage = :stage AND b.state <> 'void' AND may_see_district(b.kab) ORDER BY b.channel, b.part_n;

-- holds_of :one
SELECT count(*) AS hold_n, coalesce(sum(amount_rp), 0) AS amount_rp FROM hold h
WHERE h.kab = :kab AND h.stage = :stage AND may_see_district(h.kab);

-- attempts_of_family :many
SELECT a.stage, a.n, a.state, a.channel, a.amount_rp, a.reason, a.recorded_at FROM attempt a
WHERE a.kab = :kab AND a.family_id = :family_id AND may_see_family(a.kab, a.family_id) ORDER BY a.stage DESC, a.n DESC;

-- life_person_name :one
SELECT p.name FROM person p WHERE p.kab = :kab AND p.family_id = :family_id AND p.id = :id AND may_see_family(p.kab, p.family_id);

-- work_looked :one
-- Whether the identities of a district were ever looked through and something was found.
SELECT w.found_at FROM identity_finding w WHERE w.kab = :kab LIMIT 1;
