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

-- lookup_districts :many
-- all districts
SELECT DISTINCT kab FROM family_salt ORDER BY kab;

-- lookup_first :one
-- The first family whose numbers stand under a look-up key; 0: none.
SELECT coalesce(min(family_id), 0) AS first_id FROM family_salt WHERE kab = :kab AND family_id > 0 AND lookup_n = :lookup_n;

-- lookup_left :one
-- all districts
SELECT coalesce(sum(CASE WHEN family_id > 0 THEN 1 ELSE 0 END), 0) AS left_n, coalesce(sum(CASE WHEN family_id < 0 THEN 1 ELSE 0 END), 0) AS staged_n FROM family_salt WHERE lookup_n = :lookup_n;

-- lookup_salts :exec
UPDATE family_salt SET lookup_n = :to_n WHERE kab = :kab AND family_id BETWEEN :first_id AND :last_id AND lookup_n = :from_n;

-- lookup_claim_move :exec
UPDATE claim SET claim_id = :new_claim_id WHERE kind_n = :kind_n AND claim_id = :old_claim_id AND kab = :kab AND family_id = :family_id AND person_id = :person_id;

-- lookup_change_put :exec
INSERT INTO lookup_change (kind_n, old_claim_id, new_claim_id) VALUES (:kind_n, :old_claim_id, :new_claim_id) ON CONFLICT (kind_n, old_claim_id) DO NOTHING;

-- lookup_list_next :one
-- all districts
SELECT p.kab, p.id FROM paylist p WHERE NOT EXISTS (SELECT 1 FROM lookup_change_list l WHERE l.kab = p.kab AND l.list_id = p.id) ORDER BY p.kab, p.id LIMIT 1;

-- lookup_list_move :exec
-- A number that nobody in the registry has cannot be hashed anew: its row loses that key and waits for its file to be read again.
UPDATE paylist_row SET nik_claim_id = (SELECT c.new_claim_id FROM lookup_change c WHERE c.kind_n = 1 AND c.old_claim_id = paylist_row.nik_claim_id),
    kk_claim_id = (SELECT c.new_claim_id FROM lookup_change c WHERE c.kind_n = 2 AND c.old_claim_id = paylist_row.kk_claim_id),
    account_claim_id = (SELECT c.new_claim_id FROM lookup_change c WHERE c.kind_n = 3 AND c.old_claim_id = paylist_row.account_claim_id)
WHERE kab = :kab AND list_id = :list_id;

-- lookup_list_done :exec
INSERT INTO lookup_change_list (kab, list_id) VALUES (:kab, :list_id);

-- lookup_change_clear :exec
-- all districts
DELETE FROM lookup_change;

-- lookup_list_clear :exec
-- all districts
DELETE FROM lookup_change_list;
