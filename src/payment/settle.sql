-- settle_file_known :one
SELECT id, file_hash, line_n FROM answer_file WHERE kab = :kab AND (file_hash = :file_hash OR (:message <> '' AND format = :format AND message = :message))
ORDER BY id LIMIT 1;

-- settle_file_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM answer_file WHERE kab = :kab;

-- settle_file_insert :exec
INSERT INTO answer_file (kab, id, stage, format, message, file_hash, line_n, actor_id, taken_at)
VALUES (:kab, :id, :stage, :format, :message, :file_hash, :line_n, :actor_id, :taken_at);

-- settle_stages :many
-- Stages of which something was handed over, the newest last.
SELECT DISTINCT stage FROM batch WHERE kab = :kab AND state = 'released' ORDER BY stage;

-- settle_batches :many
SELECT b.id, b.channel, b.part_n, b.family_n, t.id AS pending_id FROM batch b JOIN transfer t ON t.kab = b.kab AND t.batch_id = b.id AND t.kind = 'pending'
WHERE b.kab = :kab AND b.stage = :stage ORDER BY b.id;

-- settlement_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM settlement WHERE kab = :kab;

-- settlement_insert :exec
INSERT INTO settlement (kab, id, stage, batch_id, file_id, kind, first_id, last_id, family_n, amount_rp, family_data, happened_on, transfer_id)
VALUES (:kab, :id, :stage, :batch_id, :file_id, :kind, :first_id, :last_id, :family_n, :amount_rp, :family_data, :happened_on, :transfer_id);

-- attempt_first :exec
-- Writes down the attempt that a family had without a row.
INSERT INTO attempt (kab, stage, family_id, n, is_live, prev_n, prev_is_live, state, channel, amount_rp, batch_id, reason, recorded_at, happened_on, credited_on)
VALUES (:kab, :stage, :family_id, 1, :is_live, NULL, NULL, :state, :channel, :amount_rp, :batch_id, :reason, :recorded_at, :happened_on, :credited_on);

-- attempt_next :exec
INSERT INTO attempt (kab, stage, family_id, n, is_live, prev_n, prev_is_live, state, channel, amount_rp, batch_id, reason, recorded_at, happened_on, credited_on)
VALUES (:kab, :stage, :family_id, :n, 1, :n - 1, 0, 'reserved', :channel, :amount_rp, :batch_id, :reason, :recorded_at, :happened_on, NULL);

-- attempt_move :exec
-- From a state that is known into another; nothing when it is no longer in that state.
UPDATE attempt SET state = :state, is_live = :is_live, reason = :reason, happened_on = :happened_on, credited_on = :credited_on
WHERE kab = :kab AND stage = :stage AND family_id = :family_id AND n = :n AND state = :old_state;

-- attempt_event_last :one
SELECT COALESCE(MAX(event_n), 0) AS last_n FROM attempt_event WHERE kab = :kab AND stage = :stage AND family_id = :family_id;

-- attempt_event_insert :exec
INSERT INTO attempt_event (kab, stage, family_id, event_n, attempt_n, kind, batch_id, amount_rp, reason, happened_on, file_id, file_line_n, transfer_id, actor_id, recorded_at)
VALUES (:kab, :stage, :family_id, :event_n, :attempt_n, :kind, :batch_id, :amount_rp, :reason, :happened_on, :file_id, :file_line_n, :transfer_id, :actor_id, :recorded_at);

-- settle_tray_known :one
SELECT id FROM tray WHERE kab = :kab AND line_hash = :line_hash;

-- settle_tray_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM tray WHERE kab = :kab;

-- settle_tray_insert :exec
INSERT INTO tray (kab, id, stage, file_id, file_line_n, line_hash, kind, why, family_id, attempt_n, reference, reason, amount_rp, happened_on, transfer_id, state)
VALUES (:kab, :id, :stage, :file_id, :file_line_n, :line_hash, :kind, :why, :family_id, :attempt_n, :reference, :reason, :amount_rp, :happened_on, :transfer_id, 'open');
