-- paylist_key_nik :exec
UPDATE paylist_row SET nik_family_id = (SELECT CASE COUNT(DISTINCT c.family_id) WHEN 0 THEN NULL WHEN 1 THEN MIN(c.family_id) ELSE 0 END
    FROM nik_claim c WHERE c.claim_id = paylist_row.nik_claim_id AND c.kab = paylist_row.kab)
WHERE kab = :kab AND list_id = :list_id AND nik_claim_id IS NOT NULL;

-- paylist_key_numbers :many
SELECT id, kk, account FROM family WHERE kab = :kab AND (kk IS NOT NULL OR account IS NOT NULL) ORDER BY id;

-- paylist_key_kk :exec
UPDATE paylist_row SET kk_family_id = CASE WHEN kk_family_id IS NULL THEN CAST(:family_id AS INTEGER) ELSE 0 END
WHERE kab = :kab AND list_id = :list_id AND kk_claim_id = :claim_id;

-- paylist_key_account :exec
UPDATE paylist_row SET account_family_id = CASE WHEN account_family_id IS NULL THEN CAST(:family_id AS INTEGER) ELSE 0 END
WHERE kab = :kab AND list_id = :list_id AND account_claim_id = :claim_id;
