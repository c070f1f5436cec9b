-- family_salts :many
SELECT family_id, key_n, lookup_n, salt_data FROM family_salt WHERE kab = :kab AND family_id >= :first_id AND family_id <= :last_id ORDER BY family_id;

-- family_salt_destroy :exec
DELETE FROM family_salt WHERE kab = :kab AND family_id = :family_id;
