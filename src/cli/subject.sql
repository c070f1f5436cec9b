-- subject_family :one
SELECT f.dtks_code, f.village_id, f.address, f.hamlet, f.rt, f.rw, f.channel, f.payee_id, f.status, f.decile_n, f.entered_on FROM family f
WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id);

-- subject_persons :many
SELECT p.id, p.name, p.born_on, p.birth_place, p.sex, p.mother_name, p.relation, p.school_level, p.school_npsn, p.pregnancy_n, p.is_severe_disability,
    p.is_rights_victim, p.outcome, p.is_gone
FROM person p WHERE p.kab = :kab AND p.family_id = :family_id AND may_see_family(p.kab, p.family_id) ORDER BY p.id;

-- subject_facts :many
SELECT n, kind, happened_on, person_id, recorded_at FROM life_event WHERE kab = :kab AND family_id = :family_id ORDER BY n;

-- subject_user :one
-- all districts
SELECT name, role FROM app_user WHERE id = :user_id;
