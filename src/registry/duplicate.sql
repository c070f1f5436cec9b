-- duplicate_entries :many
SELECT p.family_id, p.id, p.name, p.born_on, p.sex, p.mother_name, f.village_id, f.address, f.rt, f.rw
FROM family f JOIN person p ON p.kab = f.kab AND p.family_id = f.id
WHERE f.kab = :kab AND f.status <> 'left' AND p.is_gone = 0 ORDER BY p.family_id, p.id;

-- duplicate_claims :many
-- In any order.
SELECT claim_id, kab, family_id, person_id FROM claim WHERE kind_n = 1 AND kab >= :low_id AND kab <= :high_id;

-- duplicate_pairs_within :many
SELECT kab, person_id, other_kab_id, other_person_id, family_id, other_family_id, score_n, is_exact, reasons, state FROM duplicate_pair
WHERE kab >= :low_id AND kab <= :high_id AND other_kab_id >= :low_id AND other_kab_id <= :high_id
ORDER BY kab, person_id, other_kab_id, other_person_id;

-- duplicate_pair_change :exec
UPDATE duplicate_pair SET family_id = :family_id, other_family_id = :other_family_id, score_n = :score_n, reasons = :reasons, is_exact = :is_exact
WHERE kab = :kab AND person_id = :person_id AND other_kab_id = :other_kab_id AND other_person_id = :other_person_id AND state = 'open';

-- duplicate_pair_remove :exec
DELETE FROM duplicate_pair
WHERE kab = :kab AND person_id = :person_id AND other_kab_id = :other_kab_id AND other_person_id = :other_person_id AND state = 'open';

-- duplicate_pair_decide :exec
UPDATE duplicate_pair SET state = :state, decided_id = :decided_id, decided_at = :decided_at, note = :note
WHERE kab = :kab AND person_id = :person_id AND other_kab_id = :other_kab_id AND other_person_id = :other_person_id;

-- duplicate_pair_read :one
SELECT family_id, other_family_id, score_n, reasons, is_exact, state, found_at, decided_id, decided_at, note FROM duplicate_pair
WHERE kab = :kab AND person_id = :person_id AND other_kab_id = :other_kab_id AND other_person_id = :other_person_id;

-- duplicate_list_pairs :many
-- Both entries in the viewer's area; an entry that is gone meanwhile asks nothing any more.
SELECT d.kab, d.person_id, d.other_kab_id, d.other_person_id, d.family_id, d.other_family_id, d.score_n, d.reasons, d.is_exact, d.state,
    p.name, p.born_on, q.name AS other_name, q.born_on AS other_born_on, f.village_id, g.village_id AS other_village_id
FROM duplicate_pair d
JOIN person p ON p.kab = d.kab AND p.family_id = d.family_id AND p.id = d.person_id
JOIN person q ON q.kab = d.other_kab_id AND q.family_id = d.other_family_id AND q.id = d.other_person_id
JOIN family f ON f.kab = d.kab AND f.id = d.family_id
JOIN family g ON g.kab = d.other_kab_id AND g.id = d.other_family_id
WHERE d.kab >= :low_id AND d.kab <= :high_id AND d.other_kab_id >= :low_id AND d.other_kab_id <= :high_id AND d.state = :state
    AND ((p.is_gone = 0 AND q.is_gone = 0) OR d.state <> 'open')
    AND (:village_id = 0 OR f.village_id = :village_id OR g.village_id = :village_id)
ORDER BY d.is_exact DESC, d.score_n DESC, d.kab, d.person_id, d.other_kab_id, d.other_person_id LIMIT :limit_n OFFSET :offset_n;

-- duplicate_count_pairs :one
SELECT COUNT(*) AS pair_n, COALESCE(SUM(d.is_exact), 0) AS exact_n FROM duplicate_pair d
JOIN person p ON p.kab = d.kab AND p.family_id = d.family_id AND p.id = d.person_id
JOIN person q ON q.kab = d.other_kab_id AND q.family_id = d.other_family_id AND q.id = d.other_person_id
JOIN family f ON f.kab = d.kab AND f.id = d.family_id
JOIN family g ON g.kab = d.other_kab_id AND g.id = d.other_family_id
WHERE d.kab >= :low_id AND d.kab <= :high_id AND d.other_kab_id >= :low_id AND d.other_kab_id <= :high_id AND d.state = :state
    AND ((p.is_gone = 0 AND q.is_gone = 0) OR d.state <> 'open')
    AND (:village_id = 0 OR f.village_id = :village_id OR g.village_id = :village_id);

-- duplicate_person_read :one
SELECT CASE WHEN p.nik_data IS NULL THEN 0 ELSE 1 END AS is_numbered, p.name, p.born_on, p.birth_place, p.sex, p.mother_name, p.relation, p.school_level, p.is_gone, f.village_id, f.address,
    f.rt, f.rw, f.status, f.payee_id, (SELECT COUNT(*) FROM person m WHERE m.kab = p.kab AND m.family_id = p.family_id AND m.is_gone = 0) AS member_n
FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id WHERE p.kab = :kab AND p.family_id = :family_id AND p.id = :id;

-- merge_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM person_merge WHERE kab = :kab;

-- merge_insert :exec
INSERT INTO person_merge (kab, id, family_id, person_id, gone_kab_id, gone_family_id, gone_person_id, taken, old_name, old_born_on, old_birth_place,
    old_sex, old_mother_name, is_payee_moved, new_payee_id, pair_state, state, actor_id, merged_at)
VALUES (:kab, :id, :family_id, :person_id, :gone_kab_id, :gone_family_id, :gone_person_id, :taken, :old_name, :old_born_on, :old_birth_place,
    :old_sex, :old_mother_name, :is_payee_moved, :new_payee_id, :pair_state, 'merged', :actor_id, :merged_at);

-- merge_read :one
SELECT family_id, person_id, gone_kab_id, gone_family_id, gone_person_id, taken, old_name, old_born_on, old_birth_place, old_sex, old_mother_name,
    is_payee_moved, new_payee_id, pair_state, state, actor_id, merged_at, undone_id, undone_at
FROM person_merge WHERE kab = :kab AND id = :id;

-- merge_of_pair :one
-- The merge that stands between two entries.
SELECT kab, id FROM person_merge WHERE state = 'merged' AND
    ((kab = :kab AND person_id = :person_id AND gone_kab_id = :other_kab_id AND gone_person_id = :other_person_id) OR
     (kab = :other_kab_id AND person_id = :other_person_id AND gone_kab_id = :kab AND gone_person_id = :person_id));

-- merge_list :many
SELECT id, family_id, person_id, gone_kab_id, gone_family_id, gone_person_id, taken, state, actor_id, merged_at FROM person_merge
WHERE kab = :kab ORDER BY id DESC LIMIT :limit_n;

-- merge_undone :exec
UPDATE person_merge SET state = 'undone', undone_id = :undone_id, undone_at = :undone_at WHERE kab = :kab AND id = :id AND state = 'merged';

-- merge_person_change :exec
UPDATE person SET name = :name, born_on = :born_on, birth_place = :birth_place, sex = :sex, mother_name = :mother_name
WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- merge_person_gone :exec
UPDATE person SET is_gone = :is_gone WHERE kab = :kab AND family_id = :family_id AND id = :id AND is_gone <> :is_gone;

-- merge_payee_change :exec
UPDATE family SET payee_id = :payee_id WHERE kab = :kab AND id = :id;
