-- fact_family :one
SELECT f.id, (SELECT coalesce(max(x.n), 0) FROM commitment_fact x WHERE x.kab = f.kab AND x.family_id = f.id) AS last_n FROM family f
WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id);

-- fact_persons :many
SELECT id, born_on FROM person WHERE kab = :kab AND family_id = :family_id ORDER BY id;

-- fact_known :many
-- The facts of a family, and which of them were corrected.
SELECT x.n, coalesce(x.person_id, 0) AS person_id, x.kind, x.first_on, x.last_on, x.times_n, x.days_n, x.absent_n, x.permitted_n, x.sick_n, x.is_void, x.source, x.evidence,
    x.replaces_n, x.identity_id, x.recorded_at
FROM commitment_fact x WHERE x.kab = :kab AND x.family_id = :family_id ORDER BY x.n;

-- fact_insert :exec
INSERT INTO commitment_fact (kab, family_id, n, person_id, kind, first_on, last_on, times_n, days_n, absent_n, permitted_n, sick_n, is_void, source, evidence, replaces_n,
    identity_id, actor_id, recorded_at)
VALUES (:kab, :family_id, :n, :person_id, :kind, :first_on, :last_on, :times_n, :days_n, :absent_n, :permitted_n, :sick_n, :is_void, :source, :evidence, :replaces_n,
    :identity_id, :actor_id, :recorded_at);

-- fact_observation_insert :exec
INSERT INTO commitment_observation (kab, family_id, n, observation_data) VALUES (:kab, :family_id, :n, :observation_data);

-- fact_observation_read :one
SELECT o.observation_data FROM commitment_observation o WHERE o.kab = :kab AND o.family_id = :family_id AND o.n = :n;

-- fact_observations_of :many
SELECT o.n, o.observation_data FROM commitment_observation o WHERE o.kab = :kab AND o.family_id = :family_id ORDER BY o.n;

-- fact_list_rows :many
SELECT x.n, coalesce(x.person_id, 0) AS person_id, x.kind, x.first_on, x.last_on, x.times_n, x.days_n, x.absent_n, x.permitted_n, x.sick_n, x.is_void, x.source, x.evidence,
    x.replaces_n, x.actor_id, x.recorded_at, p.name AS person_name, u.name AS actor_name,
    (SELECT c.n FROM commitment_fact c WHERE c.kab = x.kab AND c.family_id = x.family_id AND c.replaces_n = x.n) AS corrected_n,
    (SELECT count(*) FROM commitment_observation o WHERE o.kab = x.kab AND o.family_id = x.family_id AND o.n = x.n) AS observation_n
FROM commitment_fact x LEFT JOIN person p ON p.kab = x.kab AND p.family_id = x.family_id AND p.id = x.person_id LEFT JOIN app_user u ON u.id = x.actor_id
WHERE x.kab = :kab AND x.family_id = :family_id AND may_see_family(x.kab, x.family_id) ORDER BY x.n DESC;

-- fact_wrong_corrections :many
-- all districts
SELECT x.kab, x.family_id, x.n FROM commitment_fact x LEFT JOIN commitment_fact o ON o.kab = x.kab AND o.family_id = x.family_id AND o.n = x.replaces_n
WHERE x.replaces_n IS NOT NULL AND (o.n IS NULL OR o.kind <> x.kind OR coalesce(o.person_id, 0) <> coalesce(x.person_id, 0)) ORDER BY x.kab, x.family_id, x.n;

-- fact_strangers :many
-- all districts
SELECT x.kab, x.family_id, x.n FROM commitment_fact x LEFT JOIN person p ON p.kab = x.kab AND p.family_id = x.family_id AND p.id = x.person_id
WHERE x.person_id IS NOT NULL AND p.id IS NULL ORDER BY x.kab, x.family_id, x.n;
