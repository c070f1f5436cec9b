-- excuse_family :one
SELECT f.id, (SELECT coalesce(max(x.n), 0) FROM commitment_excuse x WHERE x.kab = f.kab AND x.family_id = f.id) AS last_n FROM family f
WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id);

-- excuse_person :one
SELECT id FROM person WHERE kab = :kab AND family_id = :family_id AND id = :person_id;

-- excuse_rows :many
SELECT x.n, coalesce(x.person_id, 0) AS person_id, x.duty, x.first_month_on, x.last_month_on, x.reason, x.note, x.evidence, x.made_at, x.granted_at,
    d.last_month_on AS ended_month_on, d.ended_at
FROM commitment_excuse x LEFT JOIN commitment_excuse_end d ON d.kab = x.kab AND d.family_id = x.family_id AND d.n = x.n
WHERE x.kab = :kab AND x.family_id = :family_id AND may_see_family(x.kab, x.family_id) ORDER BY x.n;

-- excuse_insert :exec
INSERT INTO commitment_excuse (kab, family_id, n, person_id, duty, first_month_on, last_month_on, reason, note, evidence, maker_id, made_at)
VALUES (:kab, :family_id, :n, :person_id, :duty, :first_month_on, :last_month_on, :reason, :note, :evidence, :maker_id, :made_at);

-- excuse_grant :exec
UPDATE commitment_excuse SET granted_by_id = :granted_by_id, granted_at = :granted_at WHERE kab = :kab AND family_id = :family_id AND n = :n AND granted_at IS NULL;

-- excuse_end_insert :exec
INSERT INTO commitment_excuse_end (kab, family_id, n, last_month_on, actor_id, ended_at) VALUES (:kab, :family_id, :n, :last_month_on, :actor_id, :ended_at);
