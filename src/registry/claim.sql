-- claims_of :many
-- all districts
SELECT kab, family_id, person_id FROM claim WHERE kind_n = :kind_n AND claim_id = :claim_id AND kab >= :low_id AND kab <= :high_id
ORDER BY kab, family_id, person_id LIMIT :limit_n;

-- claim_insert :exec
INSERT INTO claim (kind_n, claim_id, kab, family_id, person_id) VALUES (:kind_n, :claim_id, :kab, :family_id, :person_id)
ON CONFLICT (kind_n, claim_id, kab, family_id, person_id) DO NOTHING;

-- claim_delete :exec
DELETE FROM claim WHERE kind_n = :kind_n AND claim_id = :claim_id AND kab = :kab AND family_id = :family_id AND person_id = :person_id;
