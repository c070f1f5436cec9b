-- drift_batch :one
SELECT state, file_name, started_at FROM import_batch WHERE kab = :kab AND id = :id;

-- drift_villages :many
SELECT DISTINCT village_id FROM import_row WHERE kab = :kab AND batch_id = :batch_id AND village_id IS NOT NULL ORDER BY village_id;

-- drift_families_of :many
SELECT id, village_id FROM family WHERE kab = :kab AND status <> 'left' ORDER BY id;

-- drift_row_place :one
SELECT village_id, address, hamlet, rt, rw, dtks_code FROM import_row WHERE kab = :kab AND batch_id = :batch_id AND row_n = :row_n;

-- drift_read_one :one
SELECT d.stage, d.items_hash, d.item_n, d.family_n, d.more_rp, d.less_rp, d.kinds, d.happened_on, d.state, d.actor_id, d.looked_at, d.applied_at, d.undone_at, b.file_name
FROM drift d JOIN import_batch b ON b.kab = d.kab AND b.id = d.batch_id WHERE d.kab = :kab AND d.batch_id = :batch_id AND may_see_district(d.kab);

-- drift_list_all :many
SELECT d.batch_id, d.stage, d.items_hash, d.item_n, d.family_n, d.more_rp, d.less_rp, d.kinds, d.happened_on, d.state, d.actor_id, d.looked_at, d.applied_at, d.undone_at,
    b.file_name
FROM drift d JOIN import_batch b ON b.kab = d.kab AND b.id = d.batch_id WHERE d.kab = :kab AND may_see_district(d.kab) ORDER BY d.batch_id DESC LIMIT :limit_n;

-- drift_insert :exec
INSERT INTO drift (kab, batch_id, stage, items_hash, item_n, family_n, more_rp, less_rp, kinds, happened_on, state, actor_id, looked_at)
VALUES (:kab, :batch_id, :stage, :items_hash, :item_n, :family_n, :more_rp, :less_rp, :kinds, :happened_on, 'looked', :actor_id, :looked_at);

-- drift_delete :exec
DELETE FROM drift WHERE kab = :kab AND batch_id = :batch_id AND state = 'looked';

-- drift_items_delete :exec
DELETE FROM drift_item WHERE kab = :kab AND batch_id = :batch_id;

-- drift_kinds_set :exec
UPDATE drift SET kinds = :kinds WHERE kab = :kab AND batch_id = :batch_id AND state = 'looked';

-- drift_applied :exec
UPDATE drift SET state = 'applied', applied_at = :applied_at WHERE kab = :kab AND batch_id = :batch_id AND state = 'looked';

-- drift_undone :exec
UPDATE drift SET state = 'undone', undone_at = :undone_at WHERE kab = :kab AND batch_id = :batch_id AND state = 'applied';

-- drift_items_of :many
SELECT n, kind, family_id, person_id, row_n, village_id, old_value, new_value, is_by_hand, before_rp, after_rp, fact_n FROM drift_item
WHERE kab = :kab AND batch_id = :batch_id ORDER BY n;

-- drift_item_fact :exec
UPDATE drift_item SET family_id = :family_id, person_id = :person_id, fact_n = :fact_n WHERE kab = :kab AND batch_id = :batch_id AND n = :n;

-- drift_sums_of :many
SELECT i.kind, count(*) AS item_n, coalesce(sum(i.is_by_hand), 0) AS by_hand_n, coalesce(sum(i.before_rp), 0) AS before_rp, coalesce(sum(i.after_rp), 0) AS after_rp
FROM drift_item i WHERE i.kab = :kab AND i.batch_id = :batch_id AND may_see_district(i.kab) GROUP BY i.kind ORDER BY i.kind;

-- drift_lines_of :many
-- With a name: of the person, else of who receives for the family, else as the file has it.
SELECT i.n, i.kind, i.family_id, i.person_id, i.row_n, i.village_id, i.old_value, i.new_value, i.is_by_hand, i.before_rp, i.after_rp, i.fact_n,
    coalesce(p.name, q.name, r.name) AS name
FROM drift_item i
LEFT JOIN person p ON p.kab = i.kab AND p.family_id = i.family_id AND p.id = i.person_id
LEFT JOIN family f ON f.kab = i.kab AND f.id = i.family_id
LEFT JOIN person q ON q.kab = f.kab AND q.family_id = f.id AND q.id = f.payee_id
LEFT JOIN import_row r ON r.kab = i.kab AND r.batch_id = i.batch_id AND r.row_n = i.row_n
WHERE i.kab = :kab AND i.batch_id = :batch_id AND (:kind = '' OR i.kind = :kind) AND may_see_district(i.kab) ORDER BY i.n LIMIT :limit_n OFFSET :offset_n;
