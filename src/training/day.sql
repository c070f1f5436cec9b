-- training_check_put :exec
INSERT INTO training_attendance (kab, event_id, session_n, companion_id, way, actor_id, checked_at)
VALUES (:kab, :event_id, :session_n, :companion_id, :way, :actor_id, :checked_at)
ON CONFLICT (kab, event_id, session_n, companion_id) DO NOTHING;

-- training_checks :many
SELECT x.session_n, x.companion_id, x.way, x.checked_at FROM training_attendance x JOIN companion k ON k.kab = x.kab AND k.id = x.companion_id
WHERE x.kab = :kab AND x.event_id = :event_id AND may_see_training(x.kab, x.event_id) AND (:see_user_id = 0 OR k.user_id = :see_user_id)
ORDER BY x.session_n, x.checked_at, x.companion_id;

-- training_goods_put :exec
INSERT INTO training_goods (kab, event_id, kind, size, stock_n, given_n) VALUES (:kab, :event_id, :kind, :size, :stock_n, 0)
ON CONFLICT (kab, event_id, kind, size) DO UPDATE SET stock_n = excluded.stock_n;

-- training_goods_take :exec
UPDATE training_goods SET given_n = given_n + 1 WHERE kab = :kab AND event_id = :event_id AND kind = :kind AND size = :size AND given_n < stock_n;

-- training_goods_of :one
SELECT stock_n, given_n FROM training_goods WHERE kab = :kab AND event_id = :event_id AND kind = :kind AND size = :size;

-- training_goods_rows :many
SELECT g.kind, g.size, g.stock_n, g.given_n FROM training_goods g WHERE g.kab = :kab AND g.event_id = :event_id AND may_see_training(g.kab, g.event_id) ORDER BY g.kind, g.size;

-- training_handover_of :one
SELECT size FROM training_handover WHERE kab = :kab AND event_id = :event_id AND kind = :kind AND companion_id = :companion_id;

-- training_handover_put :exec
INSERT INTO training_handover (kab, event_id, kind, companion_id, size, signature, actor_id, given_at)
VALUES (:kab, :event_id, :kind, :companion_id, :size, :signature, :actor_id, :given_at);

-- training_handovers :many
SELECT h.kind, h.companion_id, h.size, h.signature, h.given_at, k.name FROM training_handover h JOIN companion k ON k.kab = h.kab AND k.id = h.companion_id
WHERE h.kab = :kab AND h.event_id = :event_id AND may_see_training(h.kab, h.event_id) AND (:see_user_id = 0 OR k.user_id = :see_user_id)
ORDER BY h.kind, k.name, h.companion_id;
