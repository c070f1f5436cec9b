-- companion_read :one
SELECT c.name, c.user_id FROM companion c WHERE c.kab = :kab AND c.id = :id;

-- caseload_families :many
-- What a companion answers for on a day. :companion_id 0: what nobody answers for.
SELECT f.id, f.entered_on, f.companion_id FROM family f
WHERE f.kab = :kab AND f.status <> 'left' AND (:village_id = 0 OR f.village_id = :village_id) AND (:family_id = 0 OR f.id = :family_id)
    AND COALESCE(companion_today(f.kab, f.id), 0) = :companion_id
ORDER BY f.id LIMIT :limit_n;

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

-- caseload_counts :many
-- The companions of a district, each with its families of the day.
SELECT k.id, k.name, k.user_id, k.is_coordinator, u.login,
    (SELECT COUNT(*) FROM family f WHERE f.kab = k.kab AND f.status <> 'left' AND companion_today(f.kab, f.id) = k.id) AS family_n
FROM companion k LEFT JOIN app_user u ON u.id = k.user_id WHERE k.kab = :kab AND may_see_district(k.kab) ORDER BY k.name, k.id;

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
