-- form_told :many
SELECT x.family_id, x.person_id, MIN(x.recorded_at) AS told_at FROM commitment_fact x
WHERE x.kab = :kab AND x.first_on >= :first_on AND x.first_on < :end_on AND x.is_void = 0 AND x.person_id IS NOT NULL
    AND CASE WHEN x.kind = 'school_days' THEN 0 WHEN x.kind IN ('elderly_care', 'disability_care') THEN 2 WHEN x.kind = 'session' THEN 9 ELSE 1 END = CAST(:kind_n AS INTEGER)
    AND NOT EXISTS (SELECT 1 FROM commitment_fact c WHERE c.kab = x.kab AND c.family_id = x.family_id AND c.replaces_n = x.n AND c.is_void = 1)
GROUP BY x.family_id, x.person_id ORDER BY x.family_id, x.person_id;

-- form_reminders :many
SELECT r.place, MAX(r.sent_on) AS sent_on FROM form_reminder r WHERE r.kab = :kab AND r.form = :form AND r.month_on = :month_on GROUP BY r.place ORDER BY r.place;

-- form_reminder_find :one
SELECT r.sent_at FROM form_reminder r WHERE r.kab = :kab AND r.form = :form AND r.place = :place AND r.month_on = :month_on AND r.channel = :channel AND r.sent_on = :sent_on;

-- form_reminder_insert :exec
INSERT INTO form_reminder (kab, form, place, month_on, channel, sent_on, actor_id, sent_at) VALUES (:kab, :form, :place, :month_on, :channel, :sent_on, :actor_id, :sent_at);
