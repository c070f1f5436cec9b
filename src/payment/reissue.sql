-- reissue_list :many
-- Families whose latest attempt failed or came back.
SELECT a.family_id, a.n, a.state, a.channel, a.amount_rp, a.batch_id, a.reason, a.credited_on FROM attempt a
WHERE a.kab = :kab AND a.stage = :stage AND a.state IN ('failed', 'returned')
    AND NOT EXISTS (SELECT 1 FROM attempt b WHERE b.kab = a.kab AND b.stage = a.stage AND b.family_id = a.family_id AND b.n = a.n + 1)
ORDER BY a.family_id;

-- reissue_payer :one
SELECT payer_name, payer_account, run_hash, (SELECT COALESCE(MAX(c.part_n), 0) FROM batch c WHERE c.kab = :kab AND c.stage = :stage AND c.channel = :channel) AS last_part_n
FROM batch WHERE kab = :kab AND stage = :stage ORDER BY id LIMIT 1;

-- reissue_epoch :one
SELECT epoch_n FROM pack_epoch WHERE kab = :kab;

-- follow_up_insert :exec
INSERT INTO follow_up (kab, batch_id, epoch_n, request_id) VALUES (:kab, :batch_id, :epoch_n, :request_id);

-- follow_up_read :one
SELECT epoch_n FROM follow_up WHERE kab = :kab AND batch_id = :batch_id;

-- follow_up_families :many
SELECT family_id, n, amount_rp FROM attempt WHERE kab = :kab AND batch_id = :batch_id AND n > 1 ORDER BY family_id;

-- follow_up_release :exec
UPDATE attempt SET state = 'ordered' WHERE kab = :kab AND batch_id = :batch_id AND state = 'reserved';
