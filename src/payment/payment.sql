-- payment_batches :many
-- Of the run: those of a follow-up wave are named by their attempts.
SELECT id, channel, first_id, last_id, state FROM batch WHERE kab = :kab AND stage = :stage AND state <> 'void'
    AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.kab = batch.kab AND f.batch_id = batch.id) ORDER BY id;

-- payment_holds :many
SELECT family_id, reason FROM hold WHERE kab = :kab AND stage = :stage AND family_id >= :first_id AND family_id <= :last_id ORDER BY family_id;

-- payment_attempts :many
-- The latest attempt of each family that has attempts as rows.
SELECT a.family_id, a.n, a.state, a.channel, a.amount_rp, a.reason, a.batch_id, a.credited_on, a.happened_on FROM attempt a
WHERE a.kab = :kab AND a.stage = :stage AND a.family_id >= :first_id AND a.family_id <= :last_id
    AND a.n = (SELECT max(b.n) FROM attempt b WHERE b.kab = a.kab AND b.stage = a.stage AND b.family_id = a.family_id)
ORDER BY a.family_id;

-- payment_settlements :many
-- Withdrawals after credits: the later word stands.
SELECT kind, family_n, family_data, happened_on FROM settlement
WHERE kab = :kab AND stage = :stage AND first_id <= :last_id AND last_id >= :first_id ORDER BY kind, id;

-- payment_places :many
-- Where there are payments to show: stages whose latest closing has been run. stage '': all.
SELECT r.kab, r.stage, CASE WHEN q.last_id > p.last_id THEN q.last_id ELSE p.last_id END AS last_id FROM run r
JOIN closing_chunk p ON p.kab = r.kab AND p.stage = r.stage AND p.closing_n = r.closing_n
LEFT JOIN closing_decided q ON q.kab = r.kab AND q.stage = r.stage AND q.closing_n = r.closing_n
WHERE r.kab >= :low_kab_n AND r.kab <= :high_kab_n AND (:stage = '' OR r.stage = :stage)
    AND r.closing_n = (SELECT max(c.closing_n) FROM closing c WHERE c.kab = r.kab AND c.stage = r.stage)
    AND p.chunk_n = (SELECT max(l.chunk_n) FROM closing_chunk l WHERE l.kab = p.kab AND l.stage = p.stage AND l.closing_n = p.closing_n)
ORDER BY r.kab, r.stage;
