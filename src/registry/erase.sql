-- erase_family :one
SELECT f.status, f.kk_data, f.account_data, s.key_n AS salt_key_n FROM family f
LEFT JOIN family_salt s ON s.kab = f.kab AND s.family_id = f.id WHERE f.kab = :kab AND f.id = :family_id;

-- erase_may :one
SELECT f.id FROM family f WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id);

-- erase_persons :many
SELECT id, nik_data FROM person WHERE kab = :kab AND family_id = :family_id AND nik_data IS NOT NULL ORDER BY id;

-- erase_family_rows :exec
UPDATE family SET dtks_code = NULL, address = NULL, hamlet = NULL, rt = NULL, rw = NULL, kk_data = NULL, account_data = NULL, recorded_at = :recorded_at
WHERE kab = :kab AND id = :family_id;

-- erase_person_rows :exec
UPDATE person SET name = '-', birth_place = NULL, mother_name = NULL, nik_data = NULL WHERE kab = :kab AND family_id = :family_id;

-- erase_proposals :exec
UPDATE life_proposal SET account_data = NULL, note = NULL WHERE kab = :kab AND family_id = :family_id;

-- erase_observations :exec
DELETE FROM commitment_observation WHERE kab = :kab AND family_id = :family_id;

-- erase_desk_words :exec
UPDATE desk_request SET words_data = NULL, salt_data = NULL, answer_data = NULL, version_n = version_n + 1 WHERE kab = :kab AND family_id = :family_id;

-- erase_desk_end :exec
UPDATE desk_request SET state = CASE WHEN kind = 'erase' THEN 'granted' ELSE 'refused' END, reason = CASE WHEN kind = 'erase' THEN NULL ELSE 'erased' END,
    answered_id = :answered_id, answered_at = :answered_at WHERE kab = :kab AND family_id = :family_id AND state = 'open';
