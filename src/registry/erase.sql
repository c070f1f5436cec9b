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
UPDATE person SET name = '-', birth_place = NULL, mother_name = NULL, school_npsn = NULL, nik_data = NULL WHERE kab = :kab AND family_id = :family_id;

-- erase_proposals :exec
UPDATE life_proposal SET account_data = NULL, note = NULL WHERE kab = :kab AND family_id = :family_id;

-- erase_observations :exec
DELETE FROM commitment_observation WHERE kab = :kab AND family_id = :family_id;

-- erase_desk_words :exec
UPDATE desk_request SET words_data = NULL, salt_data = NULL, answer_data = NULL, version_n = version_n + 1 WHERE kab = :kab AND family_id = :family_id;

-- erase_desk_end :exec
UPDATE desk_request SET state = CASE WHEN kind = 'erase' THEN 'granted' ELSE 'refused' END, reason = CASE WHEN kind = 'erase' THEN NULL ELSE 'erased' END,
    answered_id = :answered_id, answered_at = :answered_at WHERE kab = :kab AND family_id = :family_id AND state = 'open';

-- erase_school_person :exec
-- Names of strangers on a school's form, where they are those of the family's pupils there.
DELETE FROM form_task WHERE kab = :kab AND (family_id = :family_id OR (family_id = 0 AND EXISTS (SELECT 1 FROM person p WHERE p.kab = :kab AND p.family_id = :family_id
    AND p.name = form_task.name AND p.school_npsn = form_task.npsn)));

-- erase_life_notes :exec
UPDATE life_event SET note = NULL WHERE kab = :kab AND family_id = :family_id AND note IS NOT NULL;

-- erase_life_places :exec
UPDATE life_place SET address = NULL, hamlet = NULL, rt = NULL, rw = NULL WHERE kab = :kab AND family_id = :family_id;

-- erase_evidence :exec
UPDATE commitment_fact SET evidence = NULL WHERE kab = :kab AND family_id = :family_id AND evidence IS NOT NULL;

-- erase_excuses :exec
UPDATE commitment_excuse SET note = NULL, evidence = NULL WHERE kab = :kab AND family_id = :family_id;

-- erase_pairs :exec
UPDATE duplicate_pair SET note = NULL WHERE (kab = :kab AND family_id = :family_id) OR (other_kab_id = :kab AND other_family_id = :family_id);

-- erase_merges :exec
UPDATE person_merge SET old_name = '-', old_birth_place = NULL, old_mother_name = NULL WHERE kab = :kab AND family_id = :family_id;

-- erase_identity :exec
UPDATE identity_finding SET note = NULL WHERE kab = :kab AND family_id = :family_id;

-- erase_approvals :exec
-- Why somebody refused to sign: those who sign write of the family.
UPDATE approval_request SET reason = '-' WHERE kab = :kab AND reason IS NOT NULL AND (link = :link OR substr(link, 1, length(:link) + 1) = :link || '/'
    OR (kind = 'correction' AND EXISTS (SELECT 1 FROM desk_request d WHERE d.kab = :kab AND d.family_id = :family_id AND approval_request.subject = 'desk ' || d.id))
    OR (kind = 'merge' AND EXISTS (SELECT 1 FROM person p WHERE p.kab = :kab AND p.family_id = :family_id
        AND ' ' || approval_request.subject || ' ' LIKE '% ' || p.kab || '.' || p.id || ' %')));

-- erase_import_waiting :one
-- A file that still waits and names the family: by its code, or by a number it shares (the eight bytes of the claim).
SELECT r.batch_id, r.row_n FROM import_row r JOIN import_batch b ON b.kab = r.kab AND b.id = r.batch_id WHERE r.kab = :kab AND b.state IN ('staging', 'staged')
AND (EXISTS (SELECT 1 FROM family f WHERE f.kab = :kab AND f.id = :family_id AND (f.dtks_code = r.dtks_code OR substr(f.kk_data, 2, 8) = substr(r.kk_data, 2, 8)))
    OR EXISTS (SELECT 1 FROM person p WHERE p.kab = :kab AND p.family_id = :family_id AND substr(p.nik_data, 2, 8) = substr(r.nik_data, 2, 8)))
ORDER BY r.batch_id, r.row_n LIMIT 1;

-- erase_import_words :exec
-- What findings of files that are done with say in words: whose row it was is known no more, so all of the district's go. Codes and rows stay.
UPDATE import_finding SET message = '' WHERE kab = :kab AND message <> ''
AND EXISTS (SELECT 1 FROM import_batch b WHERE b.kab = import_finding.kab AND b.id = import_finding.batch_id AND b.state IN ('applied', 'dropped'));

-- erase_list_findings :exec
UPDATE paylist_finding SET message = '' WHERE kab = :kab AND EXISTS (SELECT 1 FROM paylist_row r WHERE r.kab = paylist_finding.kab AND r.list_id = paylist_finding.list_id
    AND r.row_n = paylist_finding.row_n AND (r.family_id = :family_id OR (r.family_id IS NULL AND :family_id IN (r.auto_family_id, r.dtks_family_id, r.nik_family_id, r.kk_family_id, r.account_family_id))));

-- erase_list_reasons :exec
UPDATE paylist_decision SET reason = '' WHERE kab = :kab AND (family_id = :family_id OR EXISTS (SELECT 1 FROM paylist_row r WHERE r.kab = paylist_decision.kab
    AND r.list_id = paylist_decision.list_id AND r.row_n = paylist_decision.row_n AND r.family_id = :family_id));

-- erase_list_claims :exec
-- In rows that count for another family, what named this one.
UPDATE paylist_row SET nik_claim_id = CASE WHEN nik_family_id = :family_id THEN NULL ELSE nik_claim_id END, kk_claim_id = CASE WHEN kk_family_id = :family_id THEN NULL ELSE kk_claim_id END,
    account_claim_id = CASE WHEN account_family_id = :family_id THEN NULL ELSE account_claim_id END
WHERE kab = :kab AND :family_id IN (nik_family_id, kk_family_id, account_family_id);

-- erase_list_rows :exec
-- The amount stays, and whom it was counted for: a row with this name is not matched again (paylist.sql).
UPDATE paylist_row SET name = '(dihapus)', dtks_code = NULL, address = NULL, note = NULL, nik_claim_id = NULL, kk_claim_id = NULL, account_claim_id = NULL
WHERE kab = :kab AND (family_id = :family_id OR (family_id IS NULL AND :family_id IN (auto_family_id, dtks_family_id, nik_family_id, kk_family_id, account_family_id)));

-- erase_put :exec
INSERT INTO erased_family (kab, family_id, erased_at, rule_n) VALUES (:kab, :family_id, :erased_at, :rule_n)
ON CONFLICT (kab, family_id) DO UPDATE SET rule_n = excluded.rule_n;

-- erase_again_next :one
-- all districts
-- The next erased family of which something is left: a restore brought it back, or an older program knew fewer places.
SELECT e.kab, e.family_id, e.erased_at, f.kk_data, f.account_data FROM erased_family e JOIN family f ON f.kab = e.kab AND f.id = e.family_id
WHERE e.rule_n < :rule_n ORDER BY e.kab, e.family_id LIMIT 1;

-- erase_left :many
-- all districts
SELECT e.kab, e.family_id FROM erased_family e JOIN family f ON f.kab = e.kab AND f.id = e.family_id WHERE e.rule_n < :rule_n
    OR f.kk_data IS NOT NULL OR f.account_data IS NOT NULL OR EXISTS (SELECT 1 FROM person p WHERE p.kab = e.kab AND p.family_id = e.family_id AND p.name <> '-')
ORDER BY e.kab, e.family_id;

-- erase_doubt :exec
-- all districts
-- After a restore: what the newest salts say is erased is gone through again, whatever the older rest holds.
UPDATE erased_family SET rule_n = 0 WHERE rule_n > 0;
