-- check_claims :many
-- all districts
SELECT claim_id, kab, family_id, person_id FROM nik_claim ORDER BY claim_id, kab, person_id;

-- check_niks :many
-- all districts
SELECT kab, family_id, id, nik FROM person WHERE nik IS NOT NULL ORDER BY kab, family_id, id;

-- check_payees :many
-- all districts
SELECT f.kab, f.id, f.payee_id FROM family f LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE f.payee_id IS NOT NULL AND p.id IS NULL ORDER BY f.kab, f.id LIMIT 100;

-- check_villages :many
-- all districts
SELECT kab, id, village_id FROM family WHERE village_id / 1000000 <> kab ORDER BY kab, id LIMIT 100;
