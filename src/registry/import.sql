-- import_batch_by_hash :one
-- The same file, unless it was dropped.
SELECT id, state, file_name, row_n, error_n, warning_n, staged_bytes_n, staged_row_n, staged_line_n, unwrapped_n, separated_n, nik_n, rounded_n, started_at, applied_at
FROM import_batch WHERE kab = :kab AND file_hash = :file_hash AND state <> 'dropped' ORDER BY id DESC LIMIT 1;

-- import_batch_by_id :one
SELECT id, state, source, actor_id, file_name, row_n, error_n, warning_n, staged_bytes_n, staged_row_n, staged_line_n, unwrapped_n, separated_n, nik_n, rounded_n, started_at, applied_at
FROM import_batch WHERE kab = :kab AND id = :id;

-- import_batch_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM import_batch WHERE kab = :kab;

-- import_batch_insert :exec
INSERT INTO import_batch (kab, id, source, file_name, file_hash, state, row_n, error_n, warning_n, staged_bytes_n, staged_row_n, staged_line_n,
    unwrapped_n, separated_n, actor_id, started_at, applied_at)
VALUES (:kab, :id, :source, :file_name, :file_hash, 'staging', 0, 0, 0, 0, 0, 0, 0, 0, :actor_id, :started_at, NULL);

-- import_batch_progress :exec
UPDATE import_batch SET row_n = :row_n, staged_bytes_n = :staged_bytes_n, staged_row_n = :staged_row_n, staged_line_n = :staged_line_n,
    unwrapped_n = :unwrapped_n, separated_n = :separated_n, nik_n = :nik_n, rounded_n = :rounded_n
WHERE kab = :kab AND id = :id AND state = 'staging';

-- import_batch_staged :exec
-- The findings are counted as they stand.
UPDATE import_batch SET state = 'staged',
    error_n = (SELECT COUNT(*) FROM import_finding f WHERE f.kab = :kab AND f.batch_id = :id AND f.level = 'error'),
    warning_n = (SELECT COUNT(*) FROM import_finding f WHERE f.kab = :kab AND f.batch_id = :id AND f.level = 'warning')
WHERE kab = :kab AND id = :id;

-- import_batch_applied :exec
UPDATE import_batch SET state = 'applied', applied_at = :applied_at WHERE kab = :kab AND id = :id AND state = 'staged';

-- import_batch_dropped :exec
UPDATE import_batch SET state = 'dropped' WHERE kab = :kab AND id = :id AND state <> 'applied';

-- import_rows :many
SELECT row_n, dtks_code, kk_data, nik_data FROM import_row WHERE kab = :kab AND batch_id = :batch_id ORDER BY row_n;

-- import_rows_between :many
SELECT row_n, dtks_code, village_id, address, hamlet, rt, rw, kk_data, nik_data, name, born_on, birth_place, sex, mother_name, relation, decile_n, is_dead
FROM import_row WHERE kab = :kab AND batch_id = :batch_id AND row_n >= :first_row_n AND row_n <= :last_row_n ORDER BY row_n;

-- import_error_rows :many
-- What is wrong with the whole file (field berkas) refuses no row.
SELECT DISTINCT row_n FROM import_finding WHERE kab = :kab AND batch_id = :batch_id AND level = 'error' AND field <> 'berkas' ORDER BY row_n;

-- import_other_error_rows :many
-- The same without those that are refused only because the registry has the person in another family.
SELECT DISTINCT row_n FROM import_finding WHERE kab = :kab AND batch_id = :batch_id AND level = 'error' AND field <> 'berkas' AND code <> 'in_registry' ORDER BY row_n;

-- import_finding_put :exec
INSERT INTO import_finding (kab, batch_id, row_n, field, code, level, message)
VALUES (:kab, :batch_id, :row_n, :field, :code, :level, :message) ON CONFLICT (kab, batch_id, row_n, field, code) DO NOTHING;

-- import_findings :many
SELECT row_n, field, code, level, message FROM import_finding WHERE kab = :kab AND batch_id = :batch_id ORDER BY row_n, level, field LIMIT :limit_n;

-- import_errors :many
SELECT row_n, field, message FROM import_finding WHERE kab = :kab AND batch_id = :batch_id AND level = 'error' AND field <> 'berkas' ORDER BY row_n, field;

-- import_family_keys :many
SELECT id, dtks_code, kk_data FROM family WHERE kab = :kab ORDER BY id;

-- import_family_read :one
SELECT dtks_code, kk_data, village_id, address, hamlet, rt, rw, payee_id, status, decile_n FROM family WHERE kab = :kab AND id = :id;

-- import_persons :many
SELECT id, nik_data, name, born_on, birth_place, sex, mother_name, relation, is_gone FROM person WHERE kab = :kab AND family_id = :family_id ORDER BY id;

-- import_person_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM person WHERE kab = :kab;

-- import_claim_any :one
-- all districts
SELECT COUNT(*) AS claim_n FROM (SELECT kab FROM claim WHERE kind_n = 1 LIMIT 1) AS c;

-- import_claims :many
-- all districts
SELECT kab, family_id, person_id FROM claim WHERE kind_n = 1 AND claim_id = :claim_id;

-- import_family_change :exec
-- What the file leaves empty stays as it is.
UPDATE family SET dtks_code = COALESCE(:dtks_code, dtks_code), kk_data = COALESCE(:kk_data, kk_data), village_id = :village_id, address = COALESCE(:address, address),
    hamlet = COALESCE(:hamlet, hamlet), rt = COALESCE(:rt, rt), rw = COALESCE(:rw, rw), recorded_at = :recorded_at
WHERE kab = :kab AND id = :id;

-- import_person_change :exec
UPDATE person SET nik_data = COALESCE(:nik_data, nik_data), name = :name, born_on = COALESCE(:born_on, born_on), birth_place = COALESCE(:birth_place, birth_place),
    sex = COALESCE(:sex, sex), mother_name = COALESCE(:mother_name, mother_name), relation = COALESCE(:relation, relation)
WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- import_export :many
-- The registry as a DTKS export writes it.
SELECT f.id, f.dtks_code, f.village_id, f.address, f.hamlet, f.rt, f.rw, f.kk_data, p.id AS person_id, p.nik_data, p.name, p.born_on, p.birth_place, p.sex, p.mother_name, p.relation
FROM family f JOIN person p ON p.kab = f.kab AND p.family_id = f.id
WHERE f.kab = :kab AND f.id >= :first_id AND f.id <= :last_id AND f.status <> 'left' AND p.is_gone = 0 AND may_see_family(f.kab, f.id)
ORDER BY f.id, p.id;

-- import_family_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM family WHERE kab = :kab;

-- import_reading_put :exec
INSERT INTO import_reading (kab, batch_id, content_hash, choices, sheet, separator, encoding, header, bytes_n, carried, data_row_n, part_row_n, family_n, part_family_n,
    last_family_id, footer_n)
VALUES (:kab, :batch_id, :content_hash, :choices, :sheet, :separator, :encoding, :header, :bytes_n, '', 0, 0, 0, 0, 0, 0);

-- import_reading_by_batch :one
SELECT content_hash, choices, sheet, separator, encoding, header, bytes_n, carried, data_row_n, part_row_n, family_n, part_family_n, last_family_id, footer_n
FROM import_reading WHERE kab = :kab AND batch_id = :batch_id;

-- import_reading_progress :exec
UPDATE import_reading SET carried = :carried, data_row_n = :data_row_n, part_row_n = :part_row_n, family_n = :family_n, part_family_n = :part_family_n,
    last_family_id = :last_family_id, footer_n = :footer_n
WHERE kab = :kab AND batch_id = :batch_id;

-- import_rows_delete :exec
DELETE FROM import_row WHERE kab = :kab AND batch_id = :batch_id;

-- import_findings_delete :exec
DELETE FROM import_finding WHERE kab = :kab AND batch_id = :batch_id;

-- import_alarms :one
SELECT COUNT(*) AS alarm_n FROM import_finding WHERE kab = :kab AND batch_id = :batch_id AND field = 'berkas' AND level = 'error';

-- import_row_family :one
SELECT dtks_code FROM import_row WHERE kab = :kab AND batch_id = :batch_id AND row_n = :row_n;

-- import_leftovers :many
-- Batches that need their rows no more.
SELECT b.id FROM import_batch b WHERE b.kab = :kab AND b.state IN ('applied', 'dropped')
AND EXISTS (SELECT 1 FROM import_row r WHERE r.kab = b.kab AND r.batch_id = b.id) ORDER BY b.id LIMIT 1;

-- import_history :many
SELECT b.id, b.source, b.file_name, b.state, b.row_n, b.error_n, b.warning_n, b.actor_id, b.started_at, b.applied_at, COALESCE(u.name, '') AS actor_name
FROM import_batch b LEFT JOIN app_user u ON u.id = b.actor_id WHERE b.kab = :kab ORDER BY b.id DESC LIMIT :limit_n OFFSET :offset_n;

-- import_history_count :one
SELECT COUNT(*) AS batch_n FROM import_batch WHERE kab = :kab;

-- import_by_content :many
SELECT b.id, b.state, r.sheet FROM import_reading r JOIN import_batch b ON b.kab = r.kab AND b.id = r.batch_id
WHERE r.kab = :kab AND r.content_hash = :content_hash AND b.state <> 'dropped' ORDER BY b.id DESC LIMIT 50;

-- import_finding_groups :many
SELECT level, field, code, COUNT(*) AS finding_n, MIN(row_n) AS first_row_n, MIN(message) AS example FROM import_finding
WHERE kab = :kab AND batch_id = :batch_id GROUP BY level, field, code ORDER BY level, COUNT(*) DESC, field, code;

-- import_findings_of :many
SELECT row_n, message FROM import_finding WHERE kab = :kab AND batch_id = :batch_id AND field = :field AND code = :code
ORDER BY row_n LIMIT :limit_n OFFSET :offset_n;

-- import_findings_of_count :one
SELECT COUNT(*) AS finding_n FROM import_finding WHERE kab = :kab AND batch_id = :batch_id AND field = :field AND code = :code;
