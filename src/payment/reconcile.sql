-- money_paper_known :one
SELECT id, stage, channel, amount_rp, dated_on FROM money_paper WHERE kab = :kab AND kind = :kind AND number = :number;

-- money_paper_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM money_paper WHERE kab = :kab;

-- money_paper_insert :exec
INSERT INTO money_paper (kab, id, stage, kind, channel, number, amount_rp, dated_on, transfer_id, actor_id, recorded_at)
VALUES (:kab, :id, :stage, :kind, :channel, :number, :amount_rp, :dated_on, :transfer_id, :actor_id, :recorded_at);

-- money_paper_list :many
SELECT kind, channel, number, amount_rp, dated_on FROM money_paper WHERE kab = :kab AND stage = :stage ORDER BY kind, dated_on, id;

-- reconcile_tray :one
SELECT COUNT(*) AS open_n, CAST(COALESCE(SUM(amount_rp), 0) AS INTEGER) AS open_rp FROM tray WHERE kab = :kab AND stage = :stage AND state IN ('open', 'asked');

-- reconcile_tray_rows :many
SELECT id, kind, why, family_id, attempt_n, reference, reason, amount_rp, happened_on, state, file_id, file_line_n FROM tray
WHERE kab = :kab AND stage = :stage AND state IN ('open', 'asked') AND id > :after_id ORDER BY id LIMIT :limit_n;
