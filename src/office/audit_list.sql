-- audit_list_range :one
-- The entries of some days: their lowest and highest number. A clock may have been set back, so the times are asked again.
SELECT COALESCE(MIN(a.n), 0) AS low_n, COALESCE(MAX(a.n), 0) AS high_n FROM audit a
WHERE a.kab = :kab AND a.recorded_at >= :from_at AND a.recorded_at < :until_at AND may_see_district(a.kab);

-- audit_list :many
SELECT a.n, a.recorded_at, a.actor_id, a.action, a.subject, a.detail, a.entry_hash FROM audit a
WHERE a.kab = :kab AND a.n >= :low_n AND a.n <= :high_n AND a.recorded_at >= :from_at AND a.recorded_at < :until_at
    AND (:action = '' OR a.action = :action) AND may_see_district(a.kab) ORDER BY a.n DESC LIMIT :limit_n;

-- audit_list_of_actor :many
SELECT a.n, a.recorded_at, a.actor_id, a.action, a.subject, a.detail, a.entry_hash FROM audit a
WHERE a.kab = :kab AND a.actor_id = :actor_id AND a.n >= :low_n AND a.n <= :high_n AND a.recorded_at >= :from_at AND a.recorded_at < :until_at
    AND (:action = '' OR a.action = :action) AND (:subject = '' OR a.subject = :subject) AND may_see_district(a.kab) ORDER BY a.n DESC LIMIT :limit_n;

-- audit_list_of_subject :many
SELECT a.n, a.recorded_at, a.actor_id, a.action, a.subject, a.detail, a.entry_hash FROM audit a
WHERE a.kab = :kab AND a.subject = :subject AND a.n >= :low_n AND a.n <= :high_n AND a.recorded_at >= :from_at AND a.recorded_at < :until_at
    AND (:action = '' OR a.action = :action) AND may_see_district(a.kab) ORDER BY a.n DESC LIMIT :limit_n;

-- look_list_range :one
SELECT COALESCE(MIN(r.n), 0) AS low_n, COALESCE(MAX(r.n), 0) AS high_n FROM read_page r
WHERE r.kab = :kab AND r.read_at >= :from_at AND r.read_at < :until_at AND may_see_district(r.kab);

-- look_list :many
SELECT r.n, r.read_at, r.actor_id, r.route, r.purpose, substr(r.families, 1, 120) AS families, r.family_n FROM read_page r
WHERE r.kab = :kab AND r.n >= :low_n AND r.n <= :high_n AND r.read_at >= :from_at AND r.read_at < :until_at
    AND (:purpose = '' OR r.purpose = :purpose) AND may_see_district(r.kab) ORDER BY r.n DESC LIMIT :limit_n;

-- look_list_of_actor :many
SELECT r.n, r.read_at, r.actor_id, r.route, r.purpose, substr(r.families, 1, 120) AS families, r.family_n FROM read_page r
WHERE r.kab = :kab AND r.actor_id = :actor_id AND r.n >= :low_n AND r.n <= :high_n AND r.read_at >= :from_at AND r.read_at < :until_at
    AND (:purpose = '' OR r.purpose = :purpose) AND may_see_district(r.kab) ORDER BY r.n DESC LIMIT :limit_n;
