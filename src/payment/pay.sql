-- hold_insert :exec
INSERT INTO hold (kab, stage, family_id, reason, amount_rp, recorded_at) VALUES (:kab, :stage, :family_id, :reason, :amount_rp, :recorded_at);

-- hold_list :many
SELECT family_id, reason, amount_rp FROM hold WHERE kab = :kab AND stage = :stage AND family_id BETWEEN :first_id AND :last_id ORDER BY family_id;

-- batch_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM batch WHERE kab = :kab;

-- batch_insert :exec
INSERT INTO batch (kab, id, stage, channel, part_n, first_id, last_id, family_n, amount_rp, run_hash, state, payer_name, payer_account, reserved_at)
VALUES (:kab, :id, :stage, :channel, :part_n, :first_id, :last_id, :family_n, :amount_rp, :run_hash, 'reserved', :payer_name, :payer_account, :reserved_at);

-- batch_list :many
SELECT id, stage, channel, part_n, first_id, last_id, family_n, amount_rp, run_hash, state, payer_name, payer_account, reserved_at,
    (SELECT COUNT(*) FROM follow_up f WHERE f.kab = batch.kab AND f.batch_id = batch.id) AS follow_up_n FROM batch
WHERE kab = :kab AND stage = :stage ORDER BY channel, part_n;

-- batch_release_row :exec
UPDATE batch SET state = 'released' WHERE kab = :kab AND id = :id AND state = 'reserved';

-- batch_file_list :many
SELECT n, kind, file_name, bytes_n, sha256_hash, family_n, amount_rp, written_at FROM batch_file WHERE kab = :kab AND batch_id = :batch_id ORDER BY n;

-- batch_file_insert :exec
INSERT INTO batch_file (kab, batch_id, n, kind, file_name, bytes_n, sha256_hash, family_n, amount_rp, written_at)
VALUES (:kab, :batch_id, :n, :kind, :file_name, :bytes_n, :sha256_hash, :family_n, :amount_rp, :written_at);

-- stage_list :many
-- Stages of which the books of a district know.
SELECT DISTINCT stage FROM account WHERE kab = :kab ORDER BY stage;

-- attempt_live_twice :many
SELECT stage, family_id, COUNT(*) AS live_n FROM attempt WHERE kab = :kab AND is_live = 1 GROUP BY stage, family_id HAVING COUNT(*) > 1;

-- batch_reserved :one
SELECT amount_rp FROM transfer WHERE kab = :kab AND batch_id = :batch_id AND kind = 'pending';

-- attempt_owed :one
-- Families whose latest attempt failed: they are owed again.
SELECT CAST(COALESCE(SUM(a.amount_rp), 0) AS INTEGER) AS owed_rp FROM attempt a WHERE a.kab = :kab AND a.stage = :stage AND a.state = 'failed'
    AND NOT EXISTS (SELECT 1 FROM attempt b WHERE b.kab = a.kab AND b.stage = a.stage AND b.family_id = a.family_id AND b.n = a.n + 1);
