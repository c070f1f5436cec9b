-- check_claims :many
-- all districts
SELECT kind_n, claim_id, kab, family_id, person_id FROM claim ORDER BY kind_n, claim_id, kab, family_id, person_id;

-- check_niks :many
-- all districts
SELECT kab, family_id, id, nik_data FROM person WHERE nik_data IS NOT NULL ORDER BY kab, family_id, id;

-- check_family_numbers :many
-- all districts
SELECT kab, id, kk_data, account_data FROM family WHERE kk_data IS NOT NULL OR account_data IS NOT NULL ORDER BY kab, id;

-- check_salts :many
-- all districts
-- Numbers that nothing can open.
SELECT f.kab, f.id FROM family f LEFT JOIN family_salt s ON s.kab = f.kab AND s.family_id = f.id
WHERE s.salt_data IS NULL AND (f.kk_data IS NOT NULL OR f.account_data IS NOT NULL) ORDER BY f.kab, f.id LIMIT 100;

-- check_payees :many
-- all districts
SELECT f.kab, f.id, f.payee_id FROM family f LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE f.payee_id IS NOT NULL AND p.id IS NULL ORDER BY f.kab, f.id LIMIT 100;

-- check_villages :many
-- all districts
SELECT kab, id, village_id FROM family WHERE village_id / 1000000 <> kab ORDER BY kab, id LIMIT 100;
