-- number_of_family :one
SELECT kk_data, account_data FROM family WHERE kab = :kab AND id = :family_id;

-- number_of_person :one
SELECT nik_data FROM person WHERE kab = :kab AND family_id = :family_id AND id = :person_id;

-- number_nik_set :exec
UPDATE person SET nik_data = :sealed_data WHERE kab = :kab AND family_id = :family_id AND id = :person_id;

-- number_kk_set :exec
UPDATE family SET kk_data = :sealed_data WHERE kab = :kab AND id = :family_id;

-- number_account_set :exec
UPDATE family SET account_data = :sealed_data WHERE kab = :kab AND id = :family_id;
