-- area_by_id :one
SELECT id, parent_id, level_n, name, kind FROM area WHERE id = :id;

-- area_children :many
SELECT id, parent_id, level_n, name, kind FROM area WHERE parent_id = :parent_id ORDER BY id;

-- area_between :many
-- Of one level, ids from low_id to high_id: the villages of a district are kab * 1,000,000 … + 999,999.
SELECT id, parent_id, level_n, name, kind FROM area WHERE id >= :low_id AND id <= :high_id AND level_n = :level_n ORDER BY id;

-- area_all :many
SELECT id, name FROM area ORDER BY id;

-- area_change :exec
UPDATE area SET name = :name, kind = :kind WHERE id = :id;
