-- account_find :one
SELECT id, debit_pending_rp, debit_posted_rp, credit_pending_rp, credit_posted_rp FROM account
WHERE kab = :kab AND stage = :stage AND kind = :kind AND channel = :channel AND batch_id = :batch_id;

-- account_by_id :one
SELECT kind, stage, debit_pending_rp, debit_posted_rp, credit_pending_rp, credit_posted_rp FROM account WHERE kab = :kab AND id = :id;

-- account_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM account WHERE kab = :kab;

-- account_insert :exec
INSERT INTO account (kab, id, stage, kind, channel, batch_id, debit_pending_rp, debit_posted_rp, credit_pending_rp, credit_posted_rp)
VALUES (:kab, :id, :stage, :kind, :channel, :batch_id, 0, 0, 0, 0);

-- account_update :exec
UPDATE account SET debit_pending_rp = :debit_pending_rp, debit_posted_rp = :debit_posted_rp,
    credit_pending_rp = :credit_pending_rp, credit_posted_rp = :credit_posted_rp WHERE kab = :kab AND id = :id;

-- account_list :many
SELECT id, stage, kind, channel, batch_id, debit_pending_rp, debit_posted_rp, credit_pending_rp, credit_posted_rp FROM account
WHERE kab = :kab AND stage = :stage ORDER BY kind, channel, batch_id;

-- account_all :many
SELECT id, stage, kind, channel, batch_id, debit_pending_rp, debit_posted_rp, credit_pending_rp, credit_posted_rp FROM account
WHERE kab = :kab ORDER BY id;

-- transfer_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM transfer WHERE kab = :kab;

-- transfer_read :one
SELECT stage, kind, debit_id, credit_id, amount_rp, batch_id FROM transfer WHERE kab = :kab AND id = :id;

-- transfer_resolved :one
SELECT CAST(COALESCE(SUM(amount_rp), 0) AS INTEGER) AS resolved_rp FROM transfer WHERE kab = :kab AND pending_id = :pending_id;

-- transfer_insert :exec
INSERT INTO transfer (kab, id, stage, kind, debit_id, credit_id, amount_rp, pending_id, batch_id, reason, approval_hash, actor_id, business_on, recorded_at)
VALUES (:kab, :id, :stage, :kind, :debit_id, :credit_id, :amount_rp, :pending_id, :batch_id, :reason, :approval_hash, :actor_id, :business_on, :recorded_at);

-- transfer_all :many
SELECT id, stage, kind, debit_id, credit_id, amount_rp, pending_id, batch_id, reason FROM transfer WHERE kab = :kab ORDER BY id;
