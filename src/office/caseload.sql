-- companion_read :one
SELECT c.name, c.user_id, u.login, COALESCE(u.is_active, 0) AS is_active FROM companion c LEFT JOIN app_user u ON u.id = c.user_id WHERE c.kab = :kab AND c.id = :id;

-- caseload_entered :one
SELECT f.entered_on FROM family f WHERE f.kab = :kab AND f.id = :id;

-- caseload_last :one
SELECT c.from_on, c.until_on, c.companion_id FROM caseload c WHERE c.kab = :kab AND c.family_id = :family_id ORDER BY c.from_on DESC LIMIT 1;

-- caseload_insert :exec
INSERT INTO caseload (kab, family_id, from_on, until_on, companion_id, actor_id, recorded_at)
VALUES (:kab, :family_id, :from_on, :until_on, :companion_id, :actor_id, :recorded_at);

-- caseload_until :exec
UPDATE caseload SET until_on = :until_on WHERE kab = :kab AND family_id = :family_id AND from_on = :from_on;

-- caseload_companion_set :exec
UPDATE caseload SET companion_id = :companion_id, actor_id = :actor_id, recorded_at = :recorded_at
WHERE kab = :kab AND family_id = :family_id AND from_on = :from_on;

-- family_companion_set :exec
UPDATE family SET companion_id = :companion_id WHERE kab = :kab AND id = :id;

-- caseload_people :many
SELECT k.id, k.name, k.user_id, k.is_coordinator, u.login, COALESCE(u.is_active, 0) AS is_active
FROM companion k LEFT JOIN app_user u ON u.id = k.user_id WHERE k.kab = :kab AND may_see_district(k.kab) ORDER BY k.name, k.id;

-- caseload_places :many
-- Who answers for how many families of each kelurahan on the day :see_on; 0: nobody.
SELECT g.village_id, g.companion_id, g.family_n, a.name
FROM (SELECT f.village_id, COALESCE(companion_today(f.kab, f.id), 0) AS companion_id, COUNT(*) AS family_n FROM family f
      WHERE f.kab = :kab AND f.status <> 'left' AND may_see_district(f.kab) GROUP BY 1, 2) g
LEFT JOIN area a ON a.id = g.village_id ORDER BY g.village_id, g.companion_id;

-- caseload_logins :many
SELECT u.id, u.login, u.name, k.id AS companion_id FROM app_user u LEFT JOIN companion k ON k.kab = u.kab AND k.user_id = u.id
WHERE u.kab = :kab AND u.role = 'companion' AND u.is_active = 1 AND may_see_district(u.kab) ORDER BY u.name, u.id;

-- companion_last :one
SELECT COALESCE(MAX(id), 0) AS last_n FROM companion WHERE kab = :kab;

-- companion_insert :exec
INSERT INTO companion (kab, id, name, is_coordinator) VALUES (:kab, :id, :name, 0);

-- caseload_spans :many
SELECT c.from_on, c.until_on, k.name FROM caseload c LEFT JOIN companion k ON k.kab = c.kab AND k.id = c.companion_id
WHERE c.kab = :kab AND c.family_id = :family_id AND may_see_family(c.kab, c.family_id) ORDER BY c.from_on;

-- caseload_present :one
SELECT k.name FROM family f LEFT JOIN companion k ON k.kab = f.kab AND k.id = f.companion_id
WHERE f.kab = :kab AND f.id = :id AND may_see_family(f.kab, f.id);

-- companion_unlink :exec
UPDATE companion SET user_id = NULL WHERE kab = :kab AND user_id = :user_id;

-- companion_link :exec
UPDATE companion SET user_id = :user_id WHERE kab = :kab AND id = :id;
