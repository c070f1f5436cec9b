-- duplicate_entries :many
SELECT p.family_id, p.id, p.nik_data, p.name, p.born_on, p.sex, p.mother_name, f.village_id, f.address, f.rt, f.rw
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
-- A wish to merge ends with any decision.
UPDATE duplicate_pair SET state = :state, decided_id = :decided_id, decided_at = :decided_at, note = :note, later_on = :later_on, taken = NULL,
    is_other_kept = NULL
WHERE kab = :kab AND person_id = :person_id AND other_kab_id = :other_kab_id AND other_person_id = :other_person_id;

-- duplicate_pair_wish :exec
UPDATE duplicate_pair SET state = 'same', decided_id = :decided_id, decided_at = :decided_at, later_on = NULL, taken = :taken, is_other_kept = :is_other_kept
WHERE kab = :kab AND person_id = :person_id AND other_kab_id = :other_kab_id AND other_person_id = :other_person_id;

-- duplicate_pair_read :one
SELECT d.family_id, d.other_family_id, d.score_n, d.reasons, d.is_exact, d.state, d.found_at, d.decided_id, d.decided_at, d.note, d.later_on, d.taken,
    d.is_other_kept, u.name AS decided_name
FROM duplicate_pair d LEFT JOIN app_user u ON u.id = d.decided_id
WHERE d.kab = :kab AND d.person_id = :person_id AND d.other_kab_id = :other_kab_id AND d.other_person_id = :other_person_id;

-- duplicate_list_pairs :many
-- Pairs of which the viewer may see both families, and how many there are; an entry that is gone meanwhile asks nothing any more.
SELECT x.kab, x.person_id, x.other_kab_id, x.other_person_id, x.family_id, x.other_family_id, x.score_n, x.reasons, x.is_exact, x.state, x.name, x.born_on,
    x.other_name, x.other_born_on, x.village_id, x.other_village_id, x.pair_n, x.exact_n
FROM (SELECT d.kab, d.person_id, d.other_kab_id, d.other_person_id, d.family_id, d.other_family_id, d.score_n, d.reasons, d.is_exact, d.state,
        p.name, p.born_on, q.name AS other_name, q.born_on AS other_born_on, f.village_id, g.village_id AS other_village_id,
        COUNT(*) OVER () AS pair_n, CAST(SUM(d.is_exact) OVER () AS INTEGER) AS exact_n
    FROM duplicate_pair d
    JOIN person p ON p.kab = d.kab AND p.family_id = d.family_id AND p.id = d.person_id
    JOIN person q ON q.kab = d.other_kab_id AND q.family_id = d.other_family_id AND q.id = d.other_person_id
    JOIN family f ON f.kab = d.kab AND f.id = d.family_id
    JOIN family g ON g.kab = d.other_kab_id AND g.id = d.other_family_id
    WHERE (:kab = 0 OR d.kab = :kab OR d.other_kab_id = :kab) AND d.state = :state AND ((p.is_gone = 0 AND q.is_gone = 0) OR d.state <> 'open')
        AND CASE WHEN d.state = 'open' AND d.later_on > :see_on THEN 1 ELSE 0 END = :later_n
        AND (:village_id = 0 OR f.village_id = :village_id OR g.village_id = :village_id)
        AND may_see_family(d.kab, d.family_id) AND may_see_family(d.other_kab_id, d.other_family_id)) x
WHERE (x.is_exact, x.score_n, x.kab, x.person_id, x.other_kab_id, x.other_person_id)
    < (:after_exact_n, :after_score_n, :after_kab_id, :after_person_id, :after_other_kab_id, :after_other_person_id)
ORDER BY x.is_exact DESC, x.score_n DESC, x.kab DESC, x.person_id DESC, x.other_kab_id DESC, x.other_person_id DESC LIMIT :limit_n;

-- duplicate_seen :one
-- Whether both families may be seen.
SELECT f.id FROM family f WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id)
    AND may_see_family(:other_kab_id, :other_family_id);

-- duplicate_person_read :one
SELECT CASE WHEN p.nik_data IS NULL THEN 0 ELSE 1 END AS is_numbered, p.name, p.born_on, p.birth_place, p.sex, p.mother_name, p.relation, p.school_level, p.is_gone, f.village_id, f.address,
    f.rt, f.rw, f.status, f.payee_id, (SELECT COUNT(*) FROM person m WHERE m.kab = p.kab AND m.family_id = p.family_id AND m.is_gone = 0) AS member_n
FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id WHERE p.kab = :kab AND p.family_id = :family_id AND p.id = :id;

-- merge_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM person_merge WHERE kab = :kab;

-- merge_insert :exec
INSERT INTO person_merge (kab, id, family_id, person_id, gone_kab_id, gone_family_id, gone_person_id, taken, old_name, old_born_on, old_birth_place,
    old_sex, old_mother_name, is_payee_moved, new_payee_id, pair_state, state, actor_id, merged_at, request_id)
VALUES (:kab, :id, :family_id, :person_id, :gone_kab_id, :gone_family_id, :gone_person_id, :taken, :old_name, :old_born_on, :old_birth_place,
    :old_sex, :old_mother_name, :is_payee_moved, :new_payee_id, :pair_state, 'merged', :actor_id, :merged_at, :request_id);

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
-- The merges of a district, newest first.
SELECT id, family_id, person_id, gone_kab_id, gone_family_id, gone_person_id, taken, state, actor_id, merged_at FROM person_merge
WHERE kab = :kab ORDER BY id DESC LIMIT :limit_n;

-- merge_of_family_rows :many
-- Who came into a family by a merge, and who of it went; also what was undone.
SELECT m.kab, m.id, m.family_id, m.person_id, m.gone_kab_id, m.gone_family_id, m.gone_person_id, m.state, m.merged_at, m.undone_at, p.name,
    a.name AS actor_name, u.name AS undone_name
FROM person_merge m JOIN person p ON p.kab = m.kab AND p.family_id = m.family_id AND p.id = m.person_id
LEFT JOIN app_user a ON a.id = m.actor_id LEFT JOIN app_user u ON u.id = m.undone_id
WHERE ((m.kab = :kab AND m.family_id = :family_id) OR (m.gone_kab_id = :kab AND m.gone_family_id = :family_id)) AND may_see_family(:kab, :family_id)
ORDER BY m.merged_at DESC, m.id DESC LIMIT 50;

-- merge_undone :exec
UPDATE person_merge SET state = 'undone', undone_id = :undone_id, undone_at = :undone_at WHERE kab = :kab AND id = :id AND state = 'merged';

-- merge_person_change :exec
UPDATE person SET name = :name, born_on = :born_on, birth_place = :birth_place, sex = :sex, mother_name = :mother_name
WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- merge_person_gone :exec
UPDATE person SET is_gone = :is_gone WHERE kab = :kab AND family_id = :family_id AND id = :id AND is_gone <> :is_gone;

-- merge_payee_change :exec
UPDATE family SET payee_id = :payee_id WHERE kab = :kab AND id = :id;
