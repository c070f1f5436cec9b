-- paylist_of_file :many
SELECT id, stage, wave_n, state FROM paylist WHERE kab = :kab AND file_hash = :file_hash AND state <> 'dropped' ORDER BY id;

-- paylist_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM paylist WHERE kab = :kab;

-- paylist_insert :exec
INSERT INTO paylist (kab, id, stage, wave_n, file_hash, file_name, state, row_n, refused_n, warning_n, amount_rp, is_alarming, actor_id, read_at)
VALUES (:kab, :id, :stage, :wave_n, :file_hash, :file_name, 'reading', 0, 0, 0, 0, 0, :actor_id, :read_at);

-- paylist_finish :exec
UPDATE paylist SET state = 'staged', wave_n = :wave_n, row_n = :row_n, refused_n = :refused_n, warning_n = :warning_n, amount_rp = :amount_rp, is_alarming = :is_alarming
WHERE kab = :kab AND id = :id AND state = 'reading';

-- paylist_live :one
SELECT id FROM paylist WHERE kab = :kab AND stage = :stage AND wave_n = :wave_n AND state = 'live';

-- paylist_replace :exec
UPDATE paylist SET state = 'replaced' WHERE kab = :kab AND id = :id AND state = 'live';

-- paylist_make_live :exec
UPDATE paylist SET state = 'live', live_at = :live_at, replaces_id = :replaces_id, reason = :reason WHERE kab = :kab AND id = :id AND state IN ('staged', 'replaced');

-- paylist_mark_dropped :exec
UPDATE paylist SET state = 'dropped' WHERE kab = :kab AND id = :id AND state IN ('reading', 'staged');

-- paylist_rows_delete :exec
DELETE FROM paylist_row WHERE kab = :kab AND list_id = :list_id;

-- paylist_findings_delete :exec
DELETE FROM paylist_finding WHERE kab = :kab AND list_id = :list_id;

-- paylist_finding_put :exec
INSERT INTO paylist_finding (kab, list_id, row_n, field, code, level, message) VALUES (:kab, :list_id, :row_n, :field, :code, :level, :message)
ON CONFLICT (kab, list_id, row_n, field, code) DO NOTHING;

-- paylist_finding_list :many
SELECT row_n, field, code, level, message FROM paylist_finding WHERE kab = :kab AND list_id = :list_id AND may_see_district(kab) ORDER BY row_n, level, field LIMIT :limit_n OFFSET :offset_n;

-- paylist_finding_count :one
SELECT COUNT(*) AS finding_n FROM paylist_finding WHERE kab = :kab AND list_id = :list_id AND may_see_district(kab);

-- paylist_read_row :one
SELECT stage, wave_n, file_hash, file_name, state, row_n, refused_n, warning_n, amount_rp, is_alarming, actor_id, read_at, replaces_id, reason
FROM paylist WHERE kab = :kab AND id = :id AND may_see_district(kab);

-- paylist_ids_of_stage :many
SELECT id FROM paylist WHERE kab = :kab AND stage = :stage AND state IN ('staged', 'live', 'replaced') AND may_see_district(kab) ORDER BY wave_n, id DESC;

-- paylist_stage_list :many
SELECT DISTINCT stage FROM paylist WHERE kab = :kab AND state IN ('staged', 'live', 'replaced') ORDER BY stage DESC;

-- paylist_counts :one
SELECT COALESCE(SUM(CASE found WHEN 'matched' THEN 1 ELSE 0 END), 0) AS matched_n, COALESCE(SUM(CASE found WHEN 'stranger' THEN 1 ELSE 0 END), 0) AS stranger_n,
    COALESCE(SUM(CASE found WHEN 'contradiction' THEN 1 ELSE 0 END), 0) AS contradiction_n, COALESCE(SUM(CASE found WHEN 'twice' THEN 1 ELSE 0 END), 0) AS twice_n,
    COALESCE(SUM(CASE WHEN found <> 'matched' AND decided = '' THEN 1 ELSE 0 END), 0) AS open_n
FROM paylist_row WHERE kab = :kab AND list_id = :list_id;

-- paylist_match_rows :many
-- But those of erased families (registry/erase.sql): they have no keys any more, and count for whom they counted.
SELECT row_n, dtks_code, nik_claim_id, kk_claim_id, account_claim_id, found, auto_family_id, agree_n, against_n FROM paylist_row
WHERE kab = :kab AND list_id = :list_id AND row_n > :after_n AND name <> '(dihapus)' ORDER BY row_n LIMIT :limit_n;

-- paylist_match_set :exec
-- What a person decided stays.
UPDATE paylist_row SET dtks_family_id = :dtks_family_id, nik_family_id = :nik_family_id, kk_family_id = :kk_family_id, account_family_id = :account_family_id, found = :found,
    agree_n = :agree_n, against_n = :against_n, auto_family_id = :auto_family_id, family_id = CASE WHEN decided = '' THEN CAST(:family_id AS INTEGER) ELSE family_id END
WHERE kab = :kab AND list_id = :list_id AND row_n = :row_n;

-- paylist_change_counts :one
-- By families: what the rows of one list pay beside another one.
SELECT COALESCE(SUM(CASE WHEN x.before_rp IS NULL THEN 1 ELSE 0 END), 0) AS new_n, COALESCE(SUM(CASE WHEN x.before_rp <> x.now_rp THEN 1 ELSE 0 END), 0) AS changed_n,
    COALESCE(SUM(CASE WHEN x.before_rp = x.now_rp THEN 1 ELSE 0 END), 0) AS same_n
FROM (SELECT w.family_id, SUM(w.amount_rp) AS now_rp,
        (SELECT SUM(o.amount_rp) FROM paylist_row o WHERE o.kab = :kab AND o.family_id = w.family_id AND o.list_id = :before_id) AS before_rp
    FROM paylist_row w WHERE w.kab = :kab AND w.list_id = :list_id AND w.family_id IS NOT NULL GROUP BY w.family_id) AS x;

-- paylist_change_gone :one
SELECT COUNT(DISTINCT o.family_id) AS gone_n FROM paylist_row o WHERE o.kab = :kab AND o.list_id = :before_id AND o.family_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM paylist_row w WHERE w.kab = o.kab AND w.family_id = o.family_id AND w.list_id = :list_id);

-- paylist_entries :many
SELECT r.family_id, r.list_id, r.row_n, p.wave_n, r.agree_n, r.against_n, r.channel, r.is_old_period, r.is_excluded, r.amount_rp
FROM paylist_row r JOIN paylist p ON p.kab = r.kab AND p.id = r.list_id
WHERE r.kab = :kab AND p.stage = :stage AND p.state = 'live' AND r.family_id >= :first_id AND r.family_id <= :last_id
ORDER BY r.family_id, p.wave_n, r.row_n;

-- tray_rows :many
-- Rows of the lists that count, which their keys do not settle or about which a person said something.
SELECT r.list_id, r.row_n, p.wave_n, r.dtks_code, r.name, r.village_id, r.address, r.channel, r.period, r.note, r.is_old_period, r.is_excluded, r.amount_rp,
    r.dtks_family_id, r.nik_family_id, r.kk_family_id, r.account_family_id, r.found, r.decided, r.family_id
FROM paylist p JOIN paylist_row r ON r.kab = p.kab AND r.list_id = p.id
WHERE p.kab = :kab AND p.stage = :stage AND p.state = 'live' AND (:list_id = 0 OR p.id = :list_id) AND (r.found <> 'matched' OR r.decided <> '') AND may_see_district(p.kab)
    AND CASE WHEN r.decided = '' THEN 0 ELSE 1 END = :decided_n
ORDER BY r.amount_rp DESC, r.list_id, r.row_n LIMIT :limit_n OFFSET :offset_n;

-- tray_sums :one
SELECT COUNT(*) AS row_n, CAST(COALESCE(SUM(r.amount_rp), 0) AS INTEGER) AS amount_rp FROM paylist p JOIN paylist_row r ON r.kab = p.kab AND r.list_id = p.id
WHERE p.kab = :kab AND p.stage = :stage AND p.state = 'live' AND (:list_id = 0 OR p.id = :list_id) AND (r.found <> 'matched' OR r.decided <> '') AND may_see_district(p.kab)
    AND CASE WHEN r.decided = '' THEN 0 ELSE 1 END = :decided_n;

-- tray_family_name :one
SELECT COALESCE(p.name, '') AS name, f.village_id FROM family f LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id WHERE f.kab = :kab AND f.id = :id;

-- tray_row_read :one
SELECT r.found, r.decided, r.auto_family_id, r.family_id, p.state FROM paylist_row r JOIN paylist p ON p.kab = r.kab AND p.id = r.list_id
WHERE r.kab = :kab AND r.list_id = :list_id AND r.row_n = :row_n;

-- tray_last :one
SELECT COALESCE(MAX(n), 0) AS last_n FROM paylist_decision WHERE kab = :kab AND list_id = :list_id AND row_n = :row_n;

-- tray_insert :exec
INSERT INTO paylist_decision (kab, list_id, row_n, n, decision, family_id, reason, actor_id, decided_at)
VALUES (:kab, :list_id, :row_n, :n, :decision, :family_id, :reason, :actor_id, :decided_at);

-- tray_set :exec
UPDATE paylist_row SET decided = :decided, family_id = :family_id WHERE kab = :kab AND list_id = :list_id AND row_n = :row_n;

-- tray_step_list :many
SELECT decision, family_id, reason, actor_id, decided_at FROM paylist_decision WHERE kab = :kab AND list_id = :list_id AND row_n = :row_n AND may_see_district(kab) ORDER BY n;

-- paylist_decided_rows :many
SELECT r.family_id, f.village_id, f.channel AS family_channel, r.channel, r.amount_rp
FROM paylist p JOIN paylist_row r ON r.kab = p.kab AND r.list_id = p.id JOIN family f ON f.kab = r.kab AND f.id = r.family_id
WHERE p.kab = :kab AND p.stage = :stage AND p.state = 'live' AND r.is_old_period = 0 AND r.amount_rp > 0 ORDER BY r.family_id, p.wave_n, r.row_n;

-- paylist_reading_put :exec
INSERT INTO paylist_reading (kab, list_id, source, choices) VALUES (:kab, :list_id, :source, :choices);

-- paylist_reading_row :one
SELECT source, choices FROM paylist_reading WHERE kab = :kab AND list_id = :list_id;

-- paylist_errors :many
-- In the order of the rows; what is wrong with the whole file refuses no row.
SELECT f.row_n, f.field, f.message FROM paylist_finding f WHERE f.kab = :kab AND f.list_id = :list_id AND f.level = 'error' AND f.row_n > 0 AND may_see_district(f.kab) ORDER BY f.row_n, f.field;

-- paylist_row_findings_delete :exec
DELETE FROM paylist_finding WHERE kab = :kab AND list_id = :list_id AND row_n = :row_n;

-- paylist_mends :many
SELECT n, file_hash FROM paylist_mend WHERE kab = :kab AND list_id = :list_id ORDER BY n;

-- paylist_mend_put :exec
INSERT INTO paylist_mend (kab, list_id, n, file_hash, file_name, row_n, amount_rp, actor_id, mended_at)
VALUES (:kab, :list_id, :n, :file_hash, :file_name, :row_n, :amount_rp, :actor_id, :mended_at);

-- paylist_grow :exec
UPDATE paylist SET row_n = row_n + :more_n, refused_n = refused_n - :more_n, warning_n = warning_n + :warning_n, amount_rp = amount_rp + :more_rp
WHERE kab = :kab AND id = :id AND state IN ('staged', 'live') AND refused_n >= :more_n;

-- paylist_live_files :many
SELECT p.id, p.wave_n, p.file_hash, p.refused_n, (SELECT COUNT(*) FROM paylist_row r WHERE r.kab = p.kab AND r.list_id = p.id AND r.found IN ('contradiction', 'twice') AND r.decided = '') AS open_n
FROM paylist p WHERE p.kab = :kab AND p.stage = :stage AND p.state = 'live' ORDER BY p.wave_n;
