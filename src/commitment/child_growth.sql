-- child_growth_facts :many
SELECT x.family_id, x.person_id, x.n, x.first_on, x.last_on, o.observation_data, p.born_on, p.sex, f.village_id
FROM family f JOIN commitment_fact x ON x.kab = f.kab AND x.family_id = f.id JOIN commitment_observation o ON o.kab = x.kab AND o.family_id = x.family_id AND o.n = x.n
JOIN person p ON p.kab = x.kab AND p.family_id = x.family_id AND p.id = x.person_id
WHERE f.kab = :kab AND f.id BETWEEN :first_id AND :last_id AND x.kind IN ('weight', 'height') AND x.is_void = 0 AND (:person_id = 0 OR x.person_id = :person_id)
    AND NOT EXISTS (SELECT 1 FROM commitment_fact c WHERE c.kab = x.kab AND c.family_id = x.family_id AND c.replaces_n = x.n) AND may_see_family(f.kab, f.id)
ORDER BY x.family_id, x.person_id, x.first_on, x.n;

-- child_growth_last :one
SELECT coalesce(max(id), 0) AS last_id FROM family WHERE kab = :kab;
