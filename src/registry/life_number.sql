-- life_is_present :one
SELECT p.id FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id AND f.status <> 'left'
WHERE p.kab = :kab AND p.family_id = :family_id AND p.id = :person_id AND p.is_gone = 0;
