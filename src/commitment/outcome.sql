-- outcome_last :one
SELECT coalesce(max(id), 0) AS last_id FROM family WHERE kab = :kab;

-- outcome_families :many
SELECT f.id, f.village_id, f.entered_on FROM family f WHERE f.kab = :kab AND f.id BETWEEN :first_id AND :last_id AND f.status <> 'left' AND may_see_family(f.kab, f.id) ORDER BY f.id;

-- outcome_one :one
SELECT f.id, f.village_id, f.entered_on FROM family f WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id);

-- outcome_persons :many
SELECT p.family_id, p.id, p.name, p.born_on, p.sex, p.school_level, p.pregnancy_n, p.is_severe_disability, p.is_rights_victim, p.is_gone,
    CASE WHEN p.is_gone = 1 THEN (SELECT max(x.happened_on) FROM life_event x WHERE x.kab = p.kab AND x.family_id = p.family_id AND x.person_id = p.id
        AND x.kind IN ('death', 'gone', 'split', 'move_out')) END AS left_on
FROM person p WHERE p.kab = :kab AND p.family_id BETWEEN :first_id AND :last_id ORDER BY p.family_id, p.id;

-- outcome_pregnancies :many
SELECT g.family_id, g.person_id, g.order_n, g.known_on, g.due_on, g.ended_on, g.outcome FROM pregnancy g
WHERE g.kab = :kab AND g.family_id BETWEEN :first_id AND :last_id AND coalesce(g.outcome, '') <> 'mistake' ORDER BY g.family_id, g.person_id, g.n;

-- outcome_facts :many
SELECT x.family_id, x.n, coalesce(x.person_id, 0) AS person_id, x.kind, x.first_on, x.last_on, x.times_n, x.days_n, x.absent_n, x.permitted_n, x.sick_n, x.is_void,
    x.replaces_n, x.recorded_at
FROM commitment_fact x WHERE x.kab = :kab AND x.family_id BETWEEN :first_id AND :last_id ORDER BY x.family_id, x.person_id, x.n;

-- outcome_excuses :many
SELECT x.family_id, x.n, coalesce(x.person_id, 0) AS person_id, x.duty, x.first_month_on, x.last_month_on, x.granted_at, d.last_month_on AS ended_month_on, d.ended_at
FROM commitment_excuse x LEFT JOIN commitment_excuse_end d ON d.kab = x.kab AND d.family_id = x.family_id AND d.n = x.n
WHERE x.kab = :kab AND x.family_id BETWEEN :first_id AND :last_id AND x.granted_at IS NOT NULL ORDER BY x.family_id, x.n;
