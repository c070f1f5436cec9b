-- app_user_count :one
-- all districts
SELECT COUNT(*) AS user_n FROM app_user;

-- app_user_last :one
-- all districts
SELECT COALESCE(MAX(id), 0) AS last_id FROM app_user;

-- app_user_insert :exec
INSERT INTO app_user (id, login, name, role, kab, password_code, is_active, is_practice, is_password_given, created_at)
VALUES (:id, :login, :name, :role, :kab, :password_code, :is_active, :is_practice, :is_password_given, :created_at);

-- app_user_by_login :one
-- all districts
SELECT id, login, name, role, kab, password_code, is_active, is_practice, created_at FROM app_user WHERE login = :login;

-- app_user_by_id :one
-- all districts
SELECT id, login, name, role, kab, is_active, is_practice, is_password_given, created_at,
    (SELECT COUNT(*) FROM factor f WHERE f.user_id = app_user.id AND f.is_confirmed = 1) AS factor_n FROM app_user WHERE id = :id;

-- app_user_all :many
SELECT id, login, name, role, kab, is_active, is_practice, is_password_given, created_at,
    (SELECT COUNT(*) FROM factor f WHERE f.user_id = app_user.id AND f.is_confirmed = 1) AS factor_n FROM app_user WHERE kab BETWEEN :low_n AND :high_n ORDER BY login;

-- app_user_gone :one
-- When a person was disabled last; 0: never.
SELECT COALESCE(MAX(recorded_at), 0) AS gone_at FROM audit WHERE kab = :kab AND action = 'user.disable' AND subject = :subject;

-- app_user_end :exec
-- all districts
UPDATE app_user SET is_active = 0 WHERE id = :id;

-- app_user_enable :exec
-- all districts
UPDATE app_user SET is_active = 1, is_password_given = 1 WHERE id = :id;

-- app_user_password_set :exec
-- all districts
UPDATE app_user SET password_code = :password_code, is_password_given = :is_password_given WHERE id = :id;

-- app_user_role_set :exec
UPDATE app_user SET role = :role, kab = :kab WHERE id = :id;

-- office_mode_read :one
SELECT is_practice FROM office_mode WHERE id = 1;

-- office_mode_insert :exec
INSERT INTO office_mode (id, is_practice, begun_at) VALUES (1, :is_practice, :begun_at);

-- audit_count :one
-- all districts
SELECT COUNT(*) AS entry_n FROM audit;

-- companion_first_link :exec
-- Gives the first companion of a district to a user, unless one is that user already.
UPDATE companion SET user_id = :user_id WHERE kab = :kab AND is_coordinator = 0
AND id = (SELECT MIN(c.id) FROM companion c WHERE c.kab = :kab AND c.is_coordinator = 0)
AND NOT EXISTS (SELECT 1 FROM companion d WHERE d.kab = :kab AND d.user_id = :user_id);
