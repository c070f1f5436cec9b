-- claim_setting_read :one
SELECT value FROM setting WHERE name = :name;

-- claim_setting_insert :exec
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;
