-- training_last :one
SELECT COALESCE(MAX(id), 0) AS last_id FROM training_event WHERE kab = :kab;

-- training_same :one
SELECT id FROM training_event WHERE kab = :kab AND title = :title AND first_on = :first_on AND made_id = :made_id AND state = 'plan';

-- training_insert :exec
INSERT INTO training_event (kab, id, title, purpose, place, address, first_on, last_on, quota_n, jp_least_n, letter_number, signer_name, signer_number, state,
    open_test, made_id, made_at, version_n)
VALUES (:kab, :id, :title, :purpose, :place, :address, :first_on, :last_on, :quota_n, :jp_least_n, :letter_number, :signer_name, :signer_number, 'plan', '', :made_id, :made_at, 1);

-- training_set :exec
UPDATE training_event SET title = :title, purpose = :purpose, place = :place, address = :address, first_on = :first_on, last_on = :last_on, quota_n = :quota_n,
    jp_least_n = :jp_least_n, letter_number = :letter_number, signer_name = :signer_name, signer_number = :signer_number, version_n = version_n + 1
WHERE kab = :kab AND id = :id AND version_n = :version_n AND state = 'plan';

-- training_touch :exec
UPDATE training_event SET version_n = version_n + 1 WHERE kab = :kab AND id = :id AND state = :state;

-- training_asked :exec
UPDATE training_event SET request_id = :request_id WHERE kab = :kab AND id = :id AND state = 'plan';

-- training_called :exec
UPDATE training_event SET state = 'called', called_on = :called_on, version_n = version_n + 1 WHERE kab = :kab AND id = :id AND state = 'plan';

-- training_cancelled :exec
UPDATE training_event SET state = 'cancelled', version_n = version_n + 1 WHERE kab = :kab AND id = :id AND state IN ('plan', 'called');

-- training_closed :exec
UPDATE training_event SET state = 'closed', closed_at = :closed_at, open_test = '', version_n = version_n + 1 WHERE kab = :kab AND id = :id AND state = 'called';

-- training_test_opened :exec
UPDATE training_event SET open_test = :open_test WHERE kab = :kab AND id = :id AND state = 'called';

-- training_one :one
SELECT t.title, t.purpose, t.place, t.address, t.first_on, t.last_on, t.quota_n, t.jp_least_n, t.letter_number, t.signer_name, t.signer_number, t.state, t.request_id,
    t.called_on, t.closed_at, t.open_test, t.made_id, t.version_n,
    (SELECT COUNT(*) FROM training_person p WHERE p.kab = t.kab AND p.event_id = t.id) AS people_n
FROM training_event t WHERE t.kab = :kab AND t.id = :id AND may_see_training(t.kab, t.id);

-- training_rows :many
SELECT t.id, t.title, t.place, t.first_on, t.last_on, t.quota_n, t.state,
    (SELECT COUNT(*) FROM training_person p WHERE p.kab = t.kab AND p.event_id = t.id) AS people_n
FROM training_event t WHERE t.kab = :kab AND may_see_training(t.kab, t.id) ORDER BY t.first_on DESC, t.id DESC;

-- training_sessions :many
SELECT n, title, trainer, room, from_at, until_at, jp_n FROM training_session WHERE kab = :kab AND event_id = :event_id ORDER BY from_at, n;

-- training_session_set :exec
INSERT INTO training_session (kab, event_id, n, title, trainer, room, from_at, until_at, jp_n)
VALUES (:kab, :event_id, :n, :title, :trainer, :room, :from_at, :until_at, :jp_n)
ON CONFLICT (kab, event_id, n) DO UPDATE SET title = excluded.title, trainer = excluded.trainer, room = excluded.room, from_at = excluded.from_at,
    until_at = excluded.until_at, jp_n = excluded.jp_n;

-- training_session_drop :exec
DELETE FROM training_session WHERE kab = :kab AND event_id = :event_id AND n = :n;

-- training_costs :many
SELECT n, title, unit, quantity_n, price_rp FROM training_budget WHERE kab = :kab AND event_id = :event_id ORDER BY n;

-- training_cost_set :exec
INSERT INTO training_budget (kab, event_id, n, title, unit, quantity_n, price_rp) VALUES (:kab, :event_id, :n, :title, :unit, :quantity_n, :price_rp)
ON CONFLICT (kab, event_id, n) DO UPDATE SET title = excluded.title, unit = excluded.unit, quantity_n = excluded.quantity_n, price_rp = excluded.price_rp;

-- training_cost_drop :exec
DELETE FROM training_budget WHERE kab = :kab AND event_id = :event_id AND n = :n;

-- training_materials :many
SELECT n, title, place FROM training_material WHERE kab = :kab AND event_id = :event_id ORDER BY n;

-- training_material_set :exec
INSERT INTO training_material (kab, event_id, n, title, place) VALUES (:kab, :event_id, :n, :title, :place)
ON CONFLICT (kab, event_id, n) DO UPDATE SET title = excluded.title, place = excluded.place;

-- training_material_drop :exec
DELETE FROM training_material WHERE kab = :kab AND event_id = :event_id AND n = :n;

-- training_persons :many
SELECT p.companion_id, p.way, k.name, k.user_id, k.is_coordinator FROM training_person p JOIN companion k ON k.kab = p.kab AND k.id = p.companion_id
WHERE p.kab = :kab AND p.event_id = :event_id AND may_see_training(p.kab, p.event_id) AND (:see_user_id = 0 OR k.user_id = :see_user_id)
ORDER BY k.name, p.companion_id;

-- training_all_companions :many
SELECT id FROM companion WHERE kab = :kab ORDER BY id;

-- training_person_put :exec
INSERT INTO training_person (kab, event_id, companion_id, way, actor_id, added_at) VALUES (:kab, :event_id, :companion_id, :way, :actor_id, :added_at)
ON CONFLICT (kab, event_id, companion_id) DO NOTHING;

-- training_person_drop :exec
DELETE FROM training_person WHERE kab = :kab AND event_id = :event_id AND companion_id = :companion_id;

-- training_person_n :one
SELECT COUNT(*) AS people_n FROM training_person WHERE kab = :kab AND event_id = :event_id;

-- training_other_events :many
SELECT p.companion_id, k.name, o.id, o.title, o.first_on, o.last_on FROM training_person p JOIN companion k ON k.kab = p.kab AND k.id = p.companion_id
JOIN training_event t ON t.kab = p.kab AND t.id = p.event_id
JOIN training_person q ON q.kab = p.kab AND q.companion_id = p.companion_id AND q.event_id <> p.event_id
JOIN training_event o ON o.kab = q.kab AND o.id = q.event_id AND o.state IN ('plan', 'called', 'closed') AND o.first_on <= t.last_on AND o.last_on >= t.first_on
WHERE p.kab = :kab AND p.event_id = :event_id ORDER BY k.name, p.companion_id, o.id;

-- training_pay_day_clashes :many
SELECT d.day_on, d.title FROM training_event t JOIN training_pay_day d ON d.kab = t.kab AND d.day_on BETWEEN t.first_on AND t.last_on
WHERE t.kab = :kab AND t.id = :id ORDER BY d.day_on;

-- training_pay_day_rows :many
SELECT day_on, title FROM training_pay_day WHERE kab = :kab AND day_on >= :from_on ORDER BY day_on;

-- training_pay_day_set :exec
INSERT INTO training_pay_day (kab, day_on, title, actor_id) VALUES (:kab, :day_on, :title, :actor_id)
ON CONFLICT (kab, day_on) DO UPDATE SET title = excluded.title, actor_id = excluded.actor_id;

-- training_pay_day_drop :exec
DELETE FROM training_pay_day WHERE kab = :kab AND day_on = :day_on;

-- training_miscounted :many
-- all districts
SELECT g.kab, g.event_id FROM training_goods g
WHERE g.given_n <> (SELECT COUNT(*) FROM training_handover h WHERE h.kab = g.kab AND h.event_id = g.event_id AND h.kind = g.kind AND h.size = g.size) ORDER BY 1, 2;

-- training_sheets_odd :many
-- all districts
SELECT s.kab, s.event_id FROM training_sheet s
WHERE LENGTH(s.choices) <> (SELECT COUNT(*) FROM training_item i WHERE i.kab = s.kab AND i.event_id = s.event_id) ORDER BY 1, 2;

-- training_uncertain :many
-- all districts
-- Closed, and somebody has a certificate for fewer learning hours than it needs.
SELECT c.kab, c.n FROM training_certificate c JOIN training_event t ON t.kab = c.kab AND t.id = c.event_id WHERE c.jp_n < t.jp_least_n OR t.state <> 'closed' ORDER BY 1, 2;
