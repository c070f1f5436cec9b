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
SELECT row_n, field, code, level, message FROM paylist_finding WHERE kab = :kab AND list_id = :list_id ORDER BY row_n, level, field LIMIT :limit_n OFFSET :offset_n;

-- paylist_read_row :one
SELECT stage, wave_n, file_hash, file_name, state, row_n, refused_n, warning_n, amount_rp, is_alarming, actor_id, read_at, replaces_id, reason
FROM paylist WHERE kab = :kab AND id = :id;

-- paylist_ids_of_stage :many
SELECT id FROM paylist WHERE kab = :kab AND stage = :stage AND state IN ('staged', 'live', 'replaced') ORDER BY wave_n, id DESC;

-- paylist_stage_list :many
SELECT DISTINCT stage FROM paylist WHERE kab = :kab AND state IN ('staged', 'live', 'replaced') ORDER BY stage DESC;

-- paylist_counts :one
SELECT COALESCE(SUM(CASE found WHEN 'matched' THEN 1 ELSE 0 END), 0) AS matched_n, COALESCE(SUM(CASE found WHEN 'stranger' THEN 1 ELSE 0 END), 0) AS stranger_n,
    COALESCE(SUM(CASE found WHEN 'contradiction' THEN 1 ELSE 0 END), 0) AS contradiction_n, COALESCE(SUM(CASE found WHEN 'twice' THEN 1 ELSE 0 END), 0) AS twice_n,
    COALESCE(SUM(CASE WHEN found <> 'matched' AND decided = '' THEN 1 ELSE 0 END), 0) AS open_n
FROM paylist_row WHERE kab = :kab AND list_id = :list_id;

-- paylist_match_code :exec
-- Whom the iddtks names; 0 when several families have it.
UPDATE paylist_row SET dtks_family_id = k.family_id
FROM (SELECT f.dtks_code, CASE COUNT(*) WHEN 1 THEN MIN(f.id) ELSE 0 END AS family_id FROM family f WHERE f.kab = :kab AND f.dtks_code IS NOT NULL GROUP BY f.dtks_code) AS k
WHERE paylist_row.kab = :kab AND paylist_row.list_id = :list_id AND k.dtks_code = paylist_row.dtks_code;

-- paylist_match_forget :exec
UPDATE paylist_row SET dtks_family_id = NULL, nik_family_id = NULL, kk_family_id = NULL, account_family_id = NULL, auto_family_id = NULL, found = ''
WHERE kab = :kab AND list_id = :list_id;

-- paylist_match_choose :exec
-- The first key that names one family decides; iddtks and NIK must not contradict each other, nor KK and account where these alone tell.
UPDATE paylist_row SET auto_family_id = CASE
    WHEN dtks_family_id > 0 AND nik_family_id > 0 AND dtks_family_id <> nik_family_id THEN NULL
    WHEN dtks_family_id > 0 THEN dtks_family_id
    WHEN nik_family_id > 0 THEN nik_family_id
    WHEN kk_family_id > 0 AND account_family_id > 0 AND kk_family_id <> account_family_id THEN NULL
    WHEN kk_family_id > 0 THEN kk_family_id
    WHEN account_family_id > 0 THEN account_family_id END
WHERE kab = :kab AND list_id = :list_id;

-- paylist_match_tell :exec
UPDATE paylist_row SET
    agree_n = CASE WHEN dtks_family_id = auto_family_id THEN 1 ELSE 0 END + CASE WHEN nik_family_id = auto_family_id THEN 2 ELSE 0 END +
        CASE WHEN kk_family_id = auto_family_id THEN 4 ELSE 0 END + CASE WHEN account_family_id = auto_family_id THEN 8 ELSE 0 END,
    against_n = CASE WHEN dtks_family_id > 0 AND dtks_family_id <> auto_family_id THEN 1 ELSE 0 END + CASE WHEN nik_family_id > 0 AND nik_family_id <> auto_family_id THEN 2 ELSE 0 END +
        CASE WHEN kk_family_id > 0 AND kk_family_id <> auto_family_id THEN 4 ELSE 0 END + CASE WHEN account_family_id > 0 AND account_family_id <> auto_family_id THEN 8 ELSE 0 END,
    found = CASE WHEN auto_family_id IS NOT NULL THEN 'matched'
        WHEN dtks_family_id IS NULL AND nik_family_id IS NULL AND kk_family_id IS NULL AND account_family_id IS NULL THEN 'stranger' ELSE 'contradiction' END
WHERE kab = :kab AND list_id = :list_id;

-- paylist_match_twice :exec
UPDATE paylist_row SET found = 'twice'
FROM (SELECT r.auto_family_id, MIN(r.row_n) AS first_n FROM paylist_row r WHERE r.kab = :kab AND r.list_id = :list_id AND r.auto_family_id IS NOT NULL
    GROUP BY r.auto_family_id HAVING COUNT(*) > 1) AS k
WHERE paylist_row.kab = :kab AND paylist_row.list_id = :list_id AND k.auto_family_id = paylist_row.auto_family_id AND paylist_row.row_n > k.first_n;

-- paylist_match_settle :exec
-- What a person decided stays.
UPDATE paylist_row SET family_id = CASE WHEN found = 'matched' THEN auto_family_id END
WHERE kab = :kab AND list_id = :list_id AND decided = '' AND COALESCE(family_id, 0) <> CASE WHEN found = 'matched' THEN auto_family_id ELSE 0 END;

-- paylist_change_counts :one
-- By families: what the rows of one list pay beside another one.
SELECT COALESCE(SUM(CASE WHEN o.family_id IS NULL THEN 1 ELSE 0 END), 0) AS new_n, COALESCE(SUM(CASE WHEN o.amount_rp <> w.amount_rp THEN 1 ELSE 0 END), 0) AS changed_n,
    COALESCE(SUM(CASE WHEN o.amount_rp = w.amount_rp THEN 1 ELSE 0 END), 0) AS same_n
FROM (SELECT family_id, CAST(SUM(amount_rp) AS INTEGER) AS amount_rp FROM paylist_row WHERE kab = :kab AND list_id = :list_id AND family_id IS NOT NULL GROUP BY family_id) AS w
LEFT JOIN (SELECT family_id, CAST(SUM(amount_rp) AS INTEGER) AS amount_rp FROM paylist_row WHERE kab = :kab AND list_id = :before_id AND family_id IS NOT NULL GROUP BY family_id) AS o
    ON o.family_id = w.family_id;

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
WHERE p.kab = :kab AND p.stage = :stage AND p.state = 'live' AND (:list_id = 0 OR p.id = :list_id) AND (r.found <> 'matched' OR r.decided <> '')
    AND CASE WHEN r.decided = '' THEN 0 ELSE 1 END = :decided_n
ORDER BY r.amount_rp DESC, r.list_id, r.row_n LIMIT :limit_n OFFSET :offset_n;

-- tray_sums :one
SELECT COUNT(*) AS row_n, CAST(COALESCE(SUM(r.amount_rp), 0) AS INTEGER) AS amount_rp FROM paylist p JOIN paylist_row r ON r.kab = p.kab AND r.list_id = p.id
WHERE p.kab = :kab AND p.stage = :stage AND p.state = 'live' AND (:list_id = 0 OR p.id = :list_id) AND (r.found <> 'matched' OR r.decided <> '')
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
SELECT decision, family_id, reason, actor_id, decided_at FROM paylist_decision WHERE kab = :kab AND list_id = :list_id AND row_n = :row_n ORDER BY n;
