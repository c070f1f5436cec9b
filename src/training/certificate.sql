-- certificate_last :one
SELECT COALESCE(MAX(n), 0) AS last_n FROM training_certificate WHERE kab = :kab;

-- certificate_insert :exec
INSERT INTO training_certificate (kab, n, event_id, companion_id, number, name, title, first_on, last_on, jp_n, made_at)
VALUES (:kab, :n, :event_id, :companion_id, :number, :name, :title, :first_on, :last_on, :jp_n, :made_at);

-- certificate_n :one
SELECT COUNT(*) AS certificate_n FROM training_certificate WHERE kab = :kab AND event_id = :event_id;

-- certificate_rows :many
SELECT c.n, c.companion_id, c.number, c.name, c.title, c.first_on, c.last_on, c.jp_n FROM training_certificate c JOIN companion k ON k.kab = c.kab AND k.id = c.companion_id
WHERE c.kab = :kab AND c.event_id = :event_id AND may_see_training(c.kab, c.event_id) AND (:see_user_id = 0 OR k.user_id = :see_user_id) ORDER BY c.name, c.n;

-- certificate_one :one
SELECT event_id, companion_id, number, name, title, first_on, last_on, jp_n FROM training_certificate WHERE kab = :kab AND n = :n;

-- companion_name :one
SELECT k.name FROM companion k WHERE k.kab = :kab AND k.id = :id AND k.kab BETWEEN :see_low_n AND :see_high_n AND (:see_user_id = 0 OR k.user_id = :see_user_id) AND :see_on IS NOT NULL;

-- training_past_rows :many
SELECT t.id, t.title, t.place, t.first_on, t.last_on, t.state, c.number, c.n AS certificate_n,
    (SELECT COALESCE(SUM(s.jp_n), 0) FROM training_attendance x JOIN training_session s ON s.kab = x.kab AND s.event_id = x.event_id AND s.n = x.session_n
     WHERE x.kab = p.kab AND x.event_id = p.event_id AND x.companion_id = p.companion_id) AS jp_n
FROM training_person p JOIN training_event t ON t.kab = p.kab AND t.id = p.event_id AND t.state IN ('called', 'closed')
LEFT JOIN training_certificate c ON c.kab = p.kab AND c.event_id = p.event_id AND c.companion_id = p.companion_id
WHERE p.kab = :kab AND p.companion_id = :companion_id AND may_see_training(p.kab, p.event_id) ORDER BY t.first_on DESC, t.id DESC;
