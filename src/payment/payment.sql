-- payment_batches :many
SELECT id, channel, first_id, last_id, state FROM batch WHERE kab = :kab AND stage = :stage AND state <> 'void' ORDER BY id;

-- payment_holds :many
SELECT family_id, reason FROM hold WHERE kab = :kab AND stage = :stage AND family_id >= :first_id AND family_id <= :last_id ORDER BY family_id;

-- payment_attempts :many
-- The latest attempt of each family that has attempts as rows.
SELECT a.family_id, a.n, a.state, a.channel, a.amount_rp, a.reason FROM attempt a
WHERE a.kab = :kab AND a.stage = :stage AND a.family_id >= :first_id AND a.family_id <= :last_id
    AND a.n = (SELECT max(b.n) FROM attempt b WHERE b.kab = a.kab AND b.stage = a.stage AND b.family_id = a.family_id)
ORDER BY a.family_id;
