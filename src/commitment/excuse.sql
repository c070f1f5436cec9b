-- excuse_family :one
SELECT f.id, (SELECT coalesce(max(x.n), 0) FROM commitment_excuse x WHERE x.kab = f.kab AND x.family_id = f.id) AS last_n FROM family f WHERE f.kab = :kab AND f.id = :family_id;

-- excuse_person :one
SELECT id FROM person WHERE kab = :kab AND family_id = :family_id AND id = :person_id;

-- excuse_rows :many
SELECT n, coalesce(person_id, 0) AS person_id, duty, first_month_on, last_month_on, reason, note, evidence, granted_at FROM commitment_excuse
WHERE kab = :kab AND family_id = :family_id ORDER BY n;

-- excuse_insert :exec
INSERT INTO commitment_excuse (kab, family_id, n, person_id, duty, first_month_on, last_month_on, reason, note, evidence, maker_id, made_at)
VALUES (:kab, :family_id, :n, :person_id, :duty, :first_month_on, :last_month_on, :reason, :note, :evidence, :maker_id, :made_at);

-- excuse_grant :exec
UPDATE commitment_excuse SET granted_by_id = :granted_by_id, granted_at = :granted_at WHERE kab = :kab AND family_id = :family_id AND n = :n AND granted_at IS NULL;
