-- reseal_first :one
-- The first family that is still sealed with a key; 0: none.
SELECT coalesce(min(family_id), 0) AS first_id FROM family_salt WHERE kab = :kab AND family_id > 0 AND key_n = :key_n;

-- reseal_left :one
SELECT count(*) AS left_n FROM family_salt WHERE kab = :kab AND family_id > 0 AND key_n = :key_n;

-- reseal_staged :one
SELECT count(*) AS staged_n FROM family_salt WHERE kab = :kab AND family_id < 0 AND key_n = :key_n;

-- reseal_salts :exec
UPDATE family_salt SET key_n = :to_n WHERE kab = :kab AND family_id BETWEEN :first_id AND :last_id AND key_n = :from_n;

-- reseal_families :many
SELECT id, kk_data, account_data FROM family WHERE kab = :kab AND id BETWEEN :first_id AND :last_id AND (kk_data IS NOT NULL OR account_data IS NOT NULL);

-- reseal_persons :many
SELECT family_id, id, nik_data FROM person WHERE kab = :kab AND family_id BETWEEN :first_id AND :last_id AND nik_data IS NOT NULL;

-- reseal_proposals :many
SELECT id, family_id, account_data FROM life_proposal WHERE kab = :kab AND family_id BETWEEN :first_id AND :last_id AND account_data IS NOT NULL;

-- reseal_observations :many
SELECT family_id, n, observation_data FROM commitment_observation WHERE kab = :kab AND family_id BETWEEN :first_id AND :last_id;

-- reseal_observation_set :exec
UPDATE commitment_observation SET observation_data = :sealed_data WHERE kab = :kab AND family_id = :family_id AND n = :n;

-- reseal_packs :many
SELECT pack_n, epoch_n, pack_data FROM pack WHERE kab = :kab AND part_n = :part_n AND pack_n BETWEEN :first_n AND :last_n;

-- reseal_proposal_set :exec
UPDATE life_proposal SET account_data = :sealed_data WHERE kab = :kab AND id = :id;

-- reseal_pack_set :exec
UPDATE pack SET pack_data = :pack_data WHERE kab = :kab AND part_n = :part_n AND pack_n = :pack_n AND epoch_n = :epoch_n;

-- reseal_desk :many
SELECT id, family_id, words_data, answer_data FROM desk_request WHERE kab = :kab AND family_id BETWEEN :first_id AND :last_id AND words_data IS NOT NULL;

-- reseal_desk_words_set :exec
UPDATE desk_request SET words_data = :sealed_data WHERE kab = :kab AND id = :id;

-- reseal_desk_answer_set :exec
UPDATE desk_request SET answer_data = :sealed_data WHERE kab = :kab AND id = :id;
