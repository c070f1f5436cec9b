-- backup_target_rows :one
-- all districts
SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM app_user) + (SELECT count(*) FROM family) AS row_n;

-- backup_last_head :one
SELECT line FROM head ORDER BY day_on DESC LIMIT 1;

-- backup_audit_hash :one
SELECT entry_hash FROM audit WHERE kab = :kab AND n = :n;

-- backup_reads_hash :one
SELECT entry_hash FROM read_page WHERE kab = :kab AND n = :n;

-- backup_drop_audit_salts :exec
-- all districts
-- Salts are saved more often than the rest: those of entries that the rest does not have yet would meet other entries later.
DELETE FROM audit_salt WHERE NOT EXISTS (SELECT 1 FROM audit WHERE audit.kab = audit_salt.kab AND audit.n = audit_salt.n);

-- backup_drop_family_salts :exec
-- all districts
-- The same for families, and for staged files (their salt stands under -id), that the rest does not have yet.
DELETE FROM family_salt WHERE NOT EXISTS (SELECT 1 FROM family f WHERE f.kab = family_salt.kab AND f.id = family_salt.family_id)
    AND NOT EXISTS (SELECT 1 FROM import_batch b WHERE b.kab = family_salt.kab AND b.id = -family_salt.family_id);

-- backup_drop_erased :exec
-- all districts
-- The same for the list of the erased.
DELETE FROM erased_family WHERE NOT EXISTS (SELECT 1 FROM family f WHERE f.kab = erased_family.kab AND f.id = erased_family.family_id);
