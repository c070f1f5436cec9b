-- life_number_of_family :one
SELECT kk, account FROM family WHERE kab = :kab AND id = :family_id;

-- life_number_of_person :one
SELECT nik FROM person WHERE kab = :kab AND family_id = :family_id AND id = :person_id;

-- life_number_kk_set :exec
UPDATE family SET kk = :number WHERE kab = :kab AND id = :family_id;

-- life_number_account_set :exec
UPDATE family SET account = :number WHERE kab = :kab AND id = :family_id;

-- life_number_nik_set :exec
UPDATE person SET nik = :number WHERE kab = :kab AND family_id = :family_id AND id = :person_id;

-- life_claim_drop :exec
DELETE FROM nik_claim WHERE claim_id = :claim_id AND kab = :kab AND person_id = :person_id;

-- life_claim_put :exec
INSERT INTO nik_claim (claim_id, kab, family_id, person_id) VALUES (:claim_id, :kab, :family_id, :person_id) ON CONFLICT (claim_id, kab, person_id) DO NOTHING;

-- life_claim_holder :one
SELECT c.family_id, c.person_id FROM nik_claim c
JOIN person p ON p.kab = c.kab AND p.family_id = c.family_id AND p.id = c.person_id AND p.is_gone = 0
JOIN family f ON f.kab = c.kab AND f.id = c.family_id AND f.status <> 'left'
WHERE c.claim_id = :claim_id AND c.kab = :kab ORDER BY c.person_id LIMIT 1;
