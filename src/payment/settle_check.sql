-- settle_check_segments :many
SELECT s.id, s.stage, s.batch_id, s.kind, s.first_id, s.last_id, s.family_n, s.amount_rp, s.family_data, s.transfer_id FROM settlement s
WHERE s.kab = :kab AND s.stage = :stage ORDER BY s.id;

-- settle_check_transfers :many
-- Credits, failures and returns in the books, and what the settlements and single payments that name them add up to.
SELECT t.id, t.batch_id, t.amount_rp, CAST(COALESCE((SELECT SUM(s.amount_rp) FROM settlement s WHERE s.kab = t.kab AND s.transfer_id = t.id), 0)
    + COALESCE((SELECT SUM(v.amount_rp) FROM attempt_event v WHERE v.kab = t.kab AND v.transfer_id = t.id), 0) AS INTEGER) AS named_rp
FROM transfer t WHERE t.kab = :kab AND t.stage = :stage AND t.reason IN ('credited', 'failed', 'returned') ORDER BY t.id;

-- settle_check_tray :one
SELECT CAST(COALESCE(SUM(CASE WHEN state IN ('open', 'asked') THEN amount_rp ELSE 0 END), 0) AS INTEGER) AS open_rp, COUNT(*) AS open_n
FROM tray WHERE kab = :kab AND stage = :stage AND transfer_id IS NOT NULL;
