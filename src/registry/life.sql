-- life_family :one
SELECT dtks_code, village_id, address, hamlet, rt, rw, channel, payee_id, status, decile_n, entered_on FROM family WHERE kab = :kab AND id = :id;

-- life_members :many
SELECT id, name, born_on, sex, mother_name, relation, school_level, school_npsn, pregnancy_n, is_gone FROM person
WHERE kab = :kab AND family_id = :family_id ORDER BY id;

-- life_event_last :one
SELECT coalesce(max(n), 0) AS last_n FROM life_event WHERE kab = :kab AND family_id = :family_id;

-- life_event_insert :exec
INSERT INTO life_event (kab, family_id, n, kind, happened_on, person_id, old_value, new_value, other_kab_id, other_family_id, other_person_id, corrects_n, note,
    actor_id, recorded_at)
VALUES (:kab, :family_id, :n, :kind, :happened_on, :person_id, :old_value, :new_value, :other_kab_id, :other_family_id, :other_person_id, :corrects_n, :note,
    :actor_id, :recorded_at);

-- life_event_read :one
SELECT e.kind, e.happened_on, e.person_id, e.old_value, e.new_value, e.other_kab_id, e.other_family_id, e.other_person_id,
    (SELECT max(c.n) FROM life_event c WHERE c.kab = e.kab AND c.family_id = e.family_id AND c.corrects_n = e.n) AS corrected_n
FROM life_event e WHERE e.kab = :kab AND e.family_id = :family_id AND e.n = :n;

-- life_event_same :one
-- The latest fact of a kind about a person (0: the family) that was not taken back.
SELECT e.n, e.happened_on, e.other_kab_id, e.other_family_id, e.new_value FROM life_event e
WHERE e.kab = :kab AND e.family_id = :family_id AND e.kind = :kind AND coalesce(e.person_id, 0) = :person_id
AND NOT EXISTS (SELECT 1 FROM life_event c WHERE c.kab = e.kab AND c.family_id = e.family_id AND c.corrects_n = e.n)
ORDER BY e.n DESC LIMIT 1;

-- life_births_near :many
-- Births of a mother around a day that were not taken back.
SELECT e.person_id, e.happened_on FROM life_event e
WHERE e.kab = :kab AND e.family_id = :family_id AND e.kind = 'birth' AND e.other_person_id = :mother_id AND e.happened_on > :after_on AND e.happened_on < :before_on
AND NOT EXISTS (SELECT 1 FROM life_event c WHERE c.kab = e.kab AND c.family_id = e.family_id AND c.corrects_n = e.n)
ORDER BY e.n;

-- life_event_list :many
SELECT e.n, e.kind, e.happened_on, e.person_id, e.old_value, e.new_value, e.other_kab_id, e.other_family_id, e.other_person_id, e.corrects_n, e.note, e.actor_id,
    e.recorded_at, p.name AS person_name, u.name AS actor_name,
    (SELECT count(*) FROM life_event c WHERE c.kab = e.kab AND c.family_id = e.family_id AND c.corrects_n = e.n) AS corrected_n
FROM life_event e LEFT JOIN person p ON p.kab = e.kab AND p.family_id = e.family_id AND p.id = e.person_id LEFT JOIN app_user u ON u.id = e.actor_id
WHERE e.kab = :kab AND e.family_id = :family_id AND may_see_family(e.kab, e.family_id) ORDER BY e.happened_on DESC, e.n DESC;

-- life_place_insert :exec
INSERT INTO life_place (kab, family_id, n, village_id, address, hamlet, rt, rw) VALUES (:kab, :family_id, :n, :village_id, :address, :hamlet, :rt, :rw);

-- life_person_last :one
SELECT coalesce(max(id), 0) AS last_id FROM person WHERE kab = :kab;

-- life_person_insert :exec
INSERT INTO person (kab, family_id, id, name, born_on, birth_place, sex, mother_name, relation, pregnancy_n, is_severe_disability, is_rights_victim, outcome, is_gone)
VALUES (:kab, :family_id, :id, :name, :born_on, :birth_place, :sex, :mother_name, :relation, 0, 0, 0, 'unknown', 0);

-- life_person_copy :exec
-- A person into another family; the numbers follow by life_number_copy.
INSERT INTO person (kab, family_id, id, name, born_on, birth_place, sex, mother_name, relation, school_level, school_npsn, pregnancy_n, is_severe_disability,
    is_rights_victim, outcome, is_gone)
SELECT CAST(:to_kab_id AS INTEGER), CAST(:to_family_id AS INTEGER), CAST(:to_id AS INTEGER), p.name, p.born_on, p.birth_place, p.sex, p.mother_name, p.relation,
    p.school_level, p.school_npsn, p.pregnancy_n, p.is_severe_disability, p.is_rights_victim, p.outcome, 0
FROM person p WHERE p.kab = :kab AND p.family_id = :family_id AND p.id = :id;

-- life_person_gone :exec
UPDATE person SET is_gone = :is_gone WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- life_person_school :exec
UPDATE person SET school_level = :school_level, school_npsn = :school_npsn WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- life_person_pregnancy :exec
UPDATE person SET pregnancy_n = :pregnancy_n WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- life_school_read :one
-- all districts
SELECT level, name FROM school WHERE npsn = :npsn;

-- life_family_last :one
SELECT coalesce(max(id), 0) AS last_id FROM family WHERE kab = :kab;

-- life_family_copy :exec
-- A family of another number with the same standing; without code of the Ministry's file, numbers, payee and companion.
INSERT INTO family (kab, id, village_id, address, hamlet, rt, rw, channel, status, decile_n, entered_on, recorded_at)
SELECT CAST(:to_kab_id AS INTEGER), CAST(:to_id AS INTEGER), CAST(:village_id AS INTEGER), CAST(:address AS TEXT), CAST(:hamlet AS TEXT), CAST(:rt AS TEXT), CAST(:rw AS TEXT), CAST(:channel AS TEXT), CAST(:status AS TEXT),
    f.decile_n, CAST(:entered_on AS INTEGER), CAST(:recorded_at AS INTEGER)
FROM family f WHERE f.kab = :kab AND f.id = :id;

-- life_family_status :exec
UPDATE family SET status = :status, recorded_at = :recorded_at WHERE kab = :kab AND id = :id;

-- life_family_payee :exec
UPDATE family SET payee_id = :payee_id, recorded_at = :recorded_at WHERE kab = :kab AND id = :id;

-- life_family_channel :exec
UPDATE family SET channel = :channel, recorded_at = :recorded_at WHERE kab = :kab AND id = :id;

-- life_companion :one
SELECT companion_today(f.kab, f.id) AS companion_id FROM family f WHERE f.kab = :kab AND f.id = :id;

-- life_family_companion :exec
UPDATE family SET companion_id = :companion_id WHERE kab = :kab AND id = :id;

-- life_family_code :exec
UPDATE family SET dtks_code = :dtks_code WHERE kab = :kab AND id = :id;

-- life_family_code_free :exec
-- A family that left here before and comes back under another number: the code belongs to the one that is here.
UPDATE family SET dtks_code = NULL WHERE kab = :kab AND dtks_code = :dtks_code AND status = 'left';

-- life_family_place :exec
UPDATE family SET village_id = :village_id, address = :address, hamlet = :hamlet, rt = :rt, rw = :rw, recorded_at = :recorded_at WHERE kab = :kab AND id = :id;

-- life_pregnancy_last :one
SELECT n, order_n, known_on, due_on, ended_on, outcome, counts_until_on FROM pregnancy
WHERE kab = :kab AND family_id = :family_id AND person_id = :person_id AND coalesce(outcome, '') <> 'mistake' ORDER BY n DESC LIMIT 1;

-- life_pregnancy_n :one
SELECT coalesce(max(n), 0) AS last_n, coalesce(max(CASE WHEN outcome = 'mistake' THEN 0 ELSE order_n END), 0) AS last_order_n FROM pregnancy
WHERE kab = :kab AND family_id = :family_id AND person_id = :person_id;

-- life_pregnancy_insert :exec
INSERT INTO pregnancy (kab, family_id, person_id, n, order_n, known_on, due_on, ended_on, outcome, counts_until_on, is_settled)
VALUES (:kab, :family_id, :person_id, :n, :order_n, :known_on, :due_on, :ended_on, :outcome, :counts_until_on, :is_settled);

-- life_pregnancy_close :exec
UPDATE pregnancy SET ended_on = :ended_on, outcome = :outcome, counts_until_on = :counts_until_on, is_settled = :is_settled
WHERE kab = :kab AND family_id = :family_id AND person_id = :person_id AND n = :n;

-- life_pregnancy_unsettled :many
SELECT g.family_id, g.person_id, g.n, g.counts_until_on, p.pregnancy_n, p.is_gone FROM pregnancy g
JOIN person p ON p.kab = g.kab AND p.family_id = g.family_id AND p.id = g.person_id
WHERE g.kab = :kab AND g.is_settled = 0 AND g.counts_until_on < :day_on ORDER BY g.family_id, g.person_id, g.n;

-- life_transfer_last :one
SELECT coalesce(max(id), 0) AS last_id FROM life_transfer WHERE kab = :kab;

-- life_transfer_insert :exec
INSERT INTO life_transfer (kab, id, from_kab_id, from_family_id, from_n, left_on, state, recorded_at)
VALUES (:kab, :id, :from_kab_id, :from_family_id, :from_n, :left_on, 'waiting', :recorded_at);

-- life_transfer_read :one
SELECT from_kab_id, from_family_id, from_n, left_on, state, family_id FROM life_transfer WHERE kab = :kab AND id = :id;

-- life_transfer_of :one
SELECT id, state FROM life_transfer WHERE kab = :kab AND from_kab_id = :from_kab_id AND from_family_id = :from_family_id AND from_n = :from_n;

-- life_transfer_end :exec
UPDATE life_transfer SET state = :state, family_id = :family_id, ended_at = :ended_at WHERE kab = :kab AND id = :id AND state = 'waiting';

-- life_transfer_list :many
SELECT t.id, t.from_kab_id, t.from_family_id, t.left_on, t.recorded_at, p.name,
    (SELECT count(*) FROM person m WHERE m.kab = t.from_kab_id AND m.family_id = t.from_family_id AND m.is_gone = 0) AS member_n
FROM life_transfer t JOIN family f ON f.kab = t.from_kab_id AND f.id = t.from_family_id
LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE t.kab = :kab AND t.state = 'waiting' ORDER BY t.recorded_at, t.id LIMIT 500;

-- life_proposal_last :one
SELECT coalesce(max(id), 0) AS last_id FROM life_proposal WHERE kab = :kab;

-- life_proposal_insert :exec
INSERT INTO life_proposal (kab, id, family_id, payee_id, channel, is_same_account, account_data, happened_on, note, seen_hash, maker_id, made_at)
VALUES (:kab, :id, :family_id, :payee_id, :channel, :is_same_account, :account_data, :happened_on, :note, :seen_hash, :maker_id, :made_at);

-- life_proposal_newest :one
SELECT id, payee_id, channel, is_same_account, account_data, happened_on, note, seen_hash FROM life_proposal
WHERE kab = :kab AND family_id = :family_id ORDER BY id DESC LIMIT 1;

-- life_proposal_done :exec
UPDATE life_proposal SET account_data = NULL WHERE kab = :kab AND id = :id;

-- life_check_payees :many
-- all districts
SELECT f.kab, f.id FROM family f JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE p.is_gone = 1 AND f.status <> 'left' ORDER BY f.kab, f.id LIMIT 100;

-- life_check_pregnancies :many
-- all districts
SELECT g.kab, g.family_id, g.person_id FROM pregnancy g JOIN person p ON p.kab = g.kab AND p.family_id = g.family_id AND p.id = g.person_id
WHERE g.ended_on IS NULL AND p.is_gone = 0 AND p.pregnancy_n <> g.order_n ORDER BY g.kab, g.family_id, g.person_id LIMIT 100;

-- life_check_transfers :many
-- all districts
SELECT t.kab, t.id FROM life_transfer t JOIN family f ON f.kab = t.from_kab_id AND f.id = t.from_family_id
WHERE t.state = 'waiting' AND f.status <> 'left' ORDER BY t.kab, t.id LIMIT 100;

-- life_pregnancy_settle :exec
UPDATE pregnancy SET is_settled = 1 WHERE kab = :kab AND family_id = :family_id AND person_id = :person_id AND n = :n;

-- life_births_expected :many
SELECT g.family_id, g.person_id, coalesce(g.due_on, g.known_on + 280) AS due_on FROM pregnancy g
JOIN family f ON f.kab = g.kab AND f.id = g.family_id AND f.status <> 'left'
WHERE g.kab = :kab AND g.ended_on IS NULL AND coalesce(g.due_on, g.known_on + 280) < :day_on ORDER BY g.family_id, g.person_id;

-- life_place_read :one
SELECT village_id, address, hamlet, rt, rw FROM life_place WHERE kab = :kab AND family_id = :family_id AND n = :n;

-- life_family_decile :exec
UPDATE family SET decile_n = :decile_n, recorded_at = :recorded_at WHERE kab = :kab AND id = :id;
