-- desk_clock_of :one
-- all districts
SELECT hours_n, source FROM desk_clock WHERE kind = :kind AND from_on <= :on_on ORDER BY from_on DESC LIMIT 1;

-- desk_last :one
SELECT coalesce(max(id), 0) AS last_id FROM desk_request WHERE kab = :kab;

-- desk_may :one
SELECT f.id FROM family f WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id);

-- desk_open_of :many
SELECT id, words_data, person_id, field FROM desk_request WHERE kab = :kab AND family_id = :family_id AND kind = :kind AND taken_id = :taken_id AND state = 'open' ORDER BY id;

-- desk_insert :exec
INSERT INTO desk_request (kab, id, family_id, person_id, kind, field, asker, proof, words_data, salt_data, taken_id, taken_at, due_at, state, version_n)
VALUES (:kab, :id, :family_id, :person_id, :kind, :field, :asker, :proof, :words_data, :salt_data, :taken_id, :taken_at, :due_at, 'open', 1);

-- desk_one :one
SELECT d.family_id, d.person_id, d.kind, d.field, d.asker, d.proof, d.words_data, d.answer_data, d.taken_id, d.taken_at, d.due_at, d.assigned_id, d.request_id,
    d.state, d.reason, d.fact_n, d.answered_id, d.answered_at, d.version_n, q.state AS request_state, y.name AS family_name, p.name AS person_name,
    t.name AS taken_name, s.name AS assigned_name, w.name AS answered_name
FROM desk_request d JOIN family f ON f.kab = d.kab AND f.id = d.family_id
LEFT JOIN person y ON y.kab = f.kab AND y.family_id = f.id AND y.id = f.payee_id
LEFT JOIN person p ON p.kab = d.kab AND p.family_id = d.family_id AND p.id = d.person_id
LEFT JOIN approval_request q ON q.kab = d.kab AND q.id = d.request_id
LEFT JOIN app_user t ON t.id = d.taken_id LEFT JOIN app_user s ON s.id = d.assigned_id LEFT JOIN app_user w ON w.id = d.answered_id
WHERE d.kab = :kab AND d.id = :id AND may_see_family(d.kab, d.family_id);

-- desk_rows :many
-- late_n 1: open beyond its hour or answered after it; 0: not; less: all.
SELECT d.id, d.family_id, d.person_id, d.kind, d.field, d.asker, d.proof, d.words_data IS NULL AS is_erased, d.taken_id, d.taken_at, d.due_at, d.assigned_id, d.request_id,
    d.state, d.reason, d.fact_n, d.answered_id, d.answered_at, d.version_n, q.state AS request_state, y.name AS family_name, p.name AS person_name,
    t.name AS taken_name, s.name AS assigned_name, w.name AS answered_name
FROM desk_request d JOIN family f ON f.kab = d.kab AND f.id = d.family_id
LEFT JOIN person y ON y.kab = f.kab AND y.family_id = f.id AND y.id = f.payee_id
LEFT JOIN person p ON p.kab = d.kab AND p.family_id = d.family_id AND p.id = d.person_id
LEFT JOIN approval_request q ON q.kab = d.kab AND q.id = d.request_id
LEFT JOIN app_user t ON t.id = d.taken_id LEFT JOIN app_user s ON s.id = d.assigned_id LEFT JOIN app_user w ON w.id = d.answered_id
WHERE d.kab = :kab AND may_see_family(d.kab, d.family_id) AND (:state = '' OR d.state = :state) AND (:kind = '' OR d.kind = :kind)
    AND (:family_id = 0 OR d.family_id = :family_id)
    AND (:user_id = 0 OR d.assigned_id = :user_id OR d.taken_id = :user_id OR d.assigned_id IS NULL)
    AND (:late_n < 0 OR (coalesce(d.answered_at, :now_at) > d.due_at) = (:late_n = 1))
ORDER BY CASE WHEN d.state = 'open' THEN 0 ELSE 1 END, d.due_at, d.id LIMIT :limit_n OFFSET :offset_n;

-- desk_sums :one
SELECT count(*) AS all_n, coalesce(sum(CASE WHEN d.state = 'open' THEN 1 ELSE 0 END), 0) AS open_n,
    coalesce(sum(CASE WHEN d.state = 'open' AND d.due_at < :now_at THEN 1 ELSE 0 END), 0) AS late_n,
    coalesce(sum(CASE WHEN (:state = '' OR d.state = :state) AND (:kind = '' OR d.kind = :kind) AND (:family_id = 0 OR d.family_id = :family_id)
        AND (:user_id = 0 OR d.assigned_id = :user_id OR d.taken_id = :user_id OR d.assigned_id IS NULL)
        AND (:late_over_n < 0 OR (coalesce(d.answered_at, :now_at) > d.due_at) = (:late_over_n = 1)) THEN 1 ELSE 0 END), 0) AS chosen_n
FROM desk_request d WHERE d.kab = :kab AND may_see_family(d.kab, d.family_id);

-- desk_assign_set :exec
UPDATE desk_request SET assigned_id = :assigned_id, version_n = version_n + 1 WHERE kab = :kab AND id = :id AND version_n = :version_n AND state = 'open';

-- desk_asked_set :exec
UPDATE desk_request SET request_id = :request_id, version_n = version_n + 1 WHERE kab = :kab AND id = :id AND version_n = :version_n AND state = 'open';

-- desk_answer_set :exec
UPDATE desk_request SET state = :state, reason = :reason, fact_n = :fact_n, answer_data = :answer_data, answered_id = :answered_id, answered_at = :answered_at,
    version_n = version_n + 1
WHERE kab = :kab AND id = :id AND version_n = :version_n AND state = 'open';

-- desk_to_sign :one
SELECT family_id, person_id, kind, field, words_data, salt_data, taken_id, request_id, state, version_n FROM desk_request WHERE kab = :kab AND id = :id;

-- desk_fact :one
SELECT e.recorded_at, e.kind, (SELECT count(*) FROM life_event c WHERE c.kab = e.kab AND c.family_id = e.family_id AND c.corrects_n = e.n) AS corrected_n
FROM life_event e WHERE e.kab = :kab AND e.family_id = :family_id AND e.n = :n;

-- desk_person :one
SELECT name, born_on, birth_place, sex, mother_name, is_severe_disability FROM person WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- desk_person_set :exec
UPDATE person SET name = :name, born_on = :born_on, birth_place = :birth_place, sex = :sex, mother_name = :mother_name, is_severe_disability = :is_severe_disability
WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- desk_place :one
SELECT address FROM family WHERE kab = :kab AND id = :family_id;

-- desk_place_set :exec
UPDATE family SET address = :address, recorded_at = :recorded_at WHERE kab = :kab AND id = :family_id;

-- desk_wordless :many
-- all districts
SELECT kab, id FROM desk_request d WHERE d.state = 'open' AND d.words_data IS NULL ORDER BY kab, id;

-- desk_own_hand :many
-- all districts
-- Corrections that were granted by who took them in, and those without a second signature where one is needed.
SELECT kab, id FROM desk_request d WHERE d.state = 'granted' AND d.kind = 'correct' AND d.answered_id = d.taken_id ORDER BY kab, id;

-- desk_of_erased :many
-- all districts
SELECT d.kab, d.id FROM desk_request d WHERE (d.words_data IS NOT NULL OR d.answer_data IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM family_salt s WHERE s.kab = d.kab AND s.family_id = d.family_id) ORDER BY d.kab, d.id;

-- desk_users :many
-- all districts
SELECT id, name, role, kab FROM app_user WHERE is_active = 1 ORDER BY name, id;
