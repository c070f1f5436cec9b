-- synth_family_count :one
-- all districts
SELECT COUNT(*) AS family_n FROM (SELECT id FROM family LIMIT 1) AS f;

-- synth_district_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM family WHERE kab = :kab;

-- synth_claims_drop :exec
-- all districts
DELETE FROM claim;

-- synth_mark_read :one
SELECT value FROM setting WHERE name = :name;

-- synth_mark_write :exec
INSERT INTO setting (name, value) VALUES (:name, :value);
