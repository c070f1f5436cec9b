-- paylist_key_families :many
SELECT id, dtks_code, kk_data, account_data FROM family WHERE kab = :kab ORDER BY id;

-- paylist_key_persons :many
SELECT family_id, nik_data FROM person WHERE kab = :kab AND nik_data IS NOT NULL ORDER BY family_id;
