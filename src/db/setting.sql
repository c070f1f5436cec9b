-- setting_put :exec
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- setting_get :one
SELECT value FROM setting WHERE name = :name;
