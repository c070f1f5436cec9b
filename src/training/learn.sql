-- question_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM training_question WHERE kab = :kab;

-- question_same :one
SELECT id FROM training_question WHERE kab = :kab AND question = :question AND is_retired = 0;

-- question_rows :many
SELECT q.id, q.competence, q.topic, q.question, q.choice_a, q.choice_b, q.choice_c, q.choice_d, q.choice_e, q.right_choice, q.is_retired,
    (SELECT COUNT(*) FROM training_item i WHERE i.kab = q.kab AND i.question_id = q.id) AS used_n
FROM training_question q WHERE q.kab = :kab ORDER BY q.competence, q.topic, q.id;

-- question_insert :exec
INSERT INTO training_question (kab, id, competence, topic, question, choice_a, choice_b, choice_c, choice_d, choice_e, right_choice, is_retired, made_id, made_at)
VALUES (:kab, :id, :competence, :topic, :question, :choice_a, :choice_b, :choice_c, :choice_d, :choice_e, :right_choice, 0, :made_id, :made_at);

-- question_gone :exec
UPDATE training_question SET is_retired = 1 WHERE kab = :kab AND id = :id;

-- item_rows :many
SELECT q.id, q.competence, q.topic, q.question, q.choice_a, q.choice_b, q.choice_c, q.choice_d, q.choice_e, q.right_choice
FROM training_item i JOIN training_question q ON q.kab = i.kab AND q.id = i.question_id
WHERE i.kab = :kab AND i.event_id = :event_id AND may_see_training(i.kab, i.event_id) ORDER BY i.n;

-- item_drop_all :exec
DELETE FROM training_item WHERE kab = :kab AND event_id = :event_id;

-- item_insert :exec
INSERT INTO training_item (kab, event_id, n, question_id) VALUES (:kab, :event_id, :n, :question_id);

-- sheet_n :one
SELECT COUNT(*) AS sheet_n FROM training_sheet WHERE kab = :kab AND event_id = :event_id;

-- sheet_of :one
SELECT choices, way, recorded_at FROM training_sheet WHERE kab = :kab AND event_id = :event_id AND kind = :kind AND companion_id = :companion_id;

-- sheet_put :exec
INSERT INTO training_sheet (kab, event_id, kind, companion_id, choices, way, actor_id, recorded_at)
VALUES (:kab, :event_id, :kind, :companion_id, :choices, :way, :actor_id, :recorded_at)
ON CONFLICT (kab, event_id, kind, companion_id) DO UPDATE SET choices = excluded.choices, actor_id = excluded.actor_id, recorded_at = excluded.recorded_at;

-- sheet_rows :many
SELECT kind, companion_id, choices, way, recorded_at FROM training_sheet s WHERE s.kab = :kab AND s.event_id = :event_id AND may_see_training(s.kab, s.event_id)
    AND :see_user_id = 0 ORDER BY CASE WHEN s.kind = 'pre' THEN 0 ELSE 1 END, s.companion_id;
