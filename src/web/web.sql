-- district_first :one
-- The first district of an area that has families.
SELECT kab FROM pack_epoch WHERE kab >= :low_id AND kab <= :high_id ORDER BY kab LIMIT 1;

-- companion_of_user :one
SELECT id FROM companion WHERE kab = :kab AND user_id = :user_id;

-- stages_closed :many
SELECT stage, max(closed_at) AS closed_at FROM closing WHERE kab = :kab GROUP BY stage ORDER BY closed_at DESC, stage DESC;

-- family_marks :many
-- The registry of today, for filtering.
SELECT id, village_id, channel FROM family WHERE kab = :kab AND status <> 'left' ORDER BY id;

-- family_ids_of_companion :many
SELECT id FROM family WHERE kab = :kab AND companion_id = :companion_id ORDER BY id;

-- family_ids_by_name :many
-- :pattern as in LIKE, in small letters.
SELECT DISTINCT family_id FROM person WHERE kab = :kab AND lower(name) LIKE :pattern ORDER BY family_id;

-- family_ids_by_kk :many
SELECT id FROM family WHERE kab = :kab AND kk = :kk ORDER BY id LIMIT 50;

-- family_ids_by_nik :many
SELECT DISTINCT family_id AS id FROM person WHERE kab = :kab AND nik = :nik ORDER BY family_id LIMIT 50;

-- family_ids_by_account :many
SELECT id FROM family WHERE kab = :kab AND account = :account ORDER BY id LIMIT 50;

-- family_brief :one
SELECT f.village_id, f.channel, f.status, f.companion_id, p.name FROM family f
LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id WHERE f.kab = :kab AND f.id = :id;

-- family_full :one
SELECT f.village_id, f.channel, f.status, f.companion_id, f.kk, f.account, f.address, f.hamlet, f.rt, f.rw, f.decile_n, f.payee_id,
    f.entered_on, f.dtks_code, c.name AS companion_name
FROM family f LEFT JOIN companion c ON c.kab = f.kab AND c.id = f.companion_id WHERE f.kab = :kab AND f.id = :id;

-- family_members :many
SELECT p.id, p.nik, p.name, p.born_on, p.sex, p.relation, p.school_level, s.name AS school_name, p.pregnancy_n, p.is_severe_disability, p.is_rights_victim,
    p.outcome, p.is_gone
FROM person p LEFT JOIN school s ON s.npsn = p.school_npsn WHERE p.kab = :kab AND p.family_id = :family_id ORDER BY p.born_on, p.id;

-- closing_book :one
-- The rule book and the cases of a district's latest closing of a stage.
SELECT c.closing_n, c.book_hash, d.case_data FROM closing c JOIN closing_case d ON d.kab = c.kab AND d.stage = c.stage AND d.closing_n = c.closing_n
WHERE c.kab = :kab AND c.stage = :stage ORDER BY c.closing_n DESC LIMIT 1;

-- closing_chunks_of :many
SELECT chunk_data FROM closing_chunk WHERE kab = :kab AND stage = :stage AND closing_n = :closing_n ORDER BY chunk_n;

-- batches_of :many
SELECT id, channel, part_n, family_n, amount_rp, state, reserved_at FROM batch WHERE kab = :kab AND stage = :stage AND state <> 'void' ORDER BY channel, part_n;

-- holds_of :one
SELECT count(*) AS hold_n, coalesce(sum(amount_rp), 0) AS amount_rp FROM hold WHERE kab = :kab AND stage = :stage;

-- attempts_of_family :many
SELECT stage, n, state, channel, amount_rp, reason, recorded_at FROM attempt WHERE kab = :kab AND family_id = :family_id ORDER BY stage DESC, n DESC;
