-- paylist_key_families :many
SELECT id, dtks_code, kk, account FROM family WHERE kab = :kab ORDER BY id;

-- paylist_key_persons :many
SELECT family_id, nik FROM person WHERE kab = :kab AND nik IS NOT NULL ORDER BY family_id;
