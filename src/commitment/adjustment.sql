-- pass_last :one
SELECT n, about_stage, first_month_on, month_n, known_at, known_on, book_hash, items_hash FROM adjustment_run WHERE kab = :kab AND stage = :stage AND what = :what ORDER BY n DESC LIMIT 1;

-- pass_insert :exec
INSERT INTO adjustment_run (kab, stage, what, n, about_stage, first_month_on, month_n, known_at, known_on, book_hash, items_hash, row_n, actor_id, made_at)
VALUES (:kab, :stage, :what, :n, :about_stage, :first_month_on, :month_n, :known_at, :known_on, :book_hash, :items_hash, :row_n, :actor_id, :made_at);

-- adjustment_last :one
SELECT coalesce(max(n), 0) AS last_n FROM adjustment WHERE kab = :kab AND family_id = :family_id;

-- adjustment_insert :exec
INSERT INTO adjustment (kab, family_id, n, stage, what, pass_n, kind, about_stage, rule_local, rule_english, amount_rp, limit_n, missed_n, run_n, object_n, of_n)
VALUES (:kab, :family_id, :n, :stage, :what, :pass_n, :kind, :about_stage, :rule_local, :rule_english, :amount_rp, :limit_n, :missed_n, :run_n, :object_n, :of_n);

-- adjustment_reason_insert :exec
INSERT INTO adjustment_reason (kab, family_id, n, reason_n, person_id, month_on, duty, fact_n) VALUES (:kab, :family_id, :n, :reason_n, :person_id, :month_on, :duty, :fact_n);

-- adjustment_step_insert :exec
INSERT INTO adjustment_step (kab, family_id, n, step_n, what, reason, until_on, actor_id, made_at) VALUES (:kab, :family_id, :n, :step_n, :what, :reason, :until_on, :actor_id, :made_at);

-- adjustment_steps :many
SELECT step_n, what, actor_id FROM adjustment_step WHERE kab = :kab AND family_id = :family_id AND n = :n ORDER BY step_n;

-- adjustment_rows :many
-- Of one family (family_id), or of a pass (stage, what, pass_n; family_id 0), or all decided ones of the district (is_decided).
SELECT x.family_id, x.n, x.stage, x.what, x.pass_n, x.kind, x.about_stage, x.rule_local, x.rule_english, x.amount_rp, x.limit_n, x.missed_n, x.run_n, x.object_n, x.of_n,
    r.made_at, r.actor_id AS maker_id, m.name AS maker_name, s.what AS state, s.reason, s.made_at AS changed_at, w.name AS changed_name,
    (SELECT max(z.n) FROM adjustment_run z WHERE z.kab = x.kab AND z.stage = x.stage AND z.what = x.what) AS newest_n, d.until_on, d.made_at AS decided_at, y.name AS decided_name,
    CASE WHEN EXISTS (SELECT 1 FROM closing_adjustment t WHERE t.kab = x.kab AND t.family_id = x.family_id AND t.n = x.n AND t.stage <> :now_stage) THEN 1 ELSE 0 END AS is_taken
FROM adjustment x JOIN adjustment_run r ON r.kab = x.kab AND r.stage = x.stage AND r.what = x.what AND r.n = x.pass_n
LEFT JOIN app_user m ON m.id = r.actor_id
LEFT JOIN adjustment_step s ON s.kab = x.kab AND s.family_id = x.family_id AND s.n = x.n
    AND s.step_n = (SELECT max(z.step_n) FROM adjustment_step z WHERE z.kab = x.kab AND z.family_id = x.family_id AND z.n = x.n)
LEFT JOIN app_user w ON w.id = s.actor_id
LEFT JOIN adjustment_step d ON d.kab = x.kab AND d.family_id = x.family_id AND d.n = x.n AND d.what = 'decided'
LEFT JOIN app_user y ON y.id = d.actor_id
WHERE x.kab = :kab AND x.family_id BETWEEN :first_id AND :last_id AND (:pass_n = 0 OR (x.stage = :stage AND x.what = :what AND x.pass_n = :pass_n))
    AND (:is_decided = 0 OR d.n IS NOT NULL) AND may_see_family(x.kab, x.family_id)
ORDER BY x.family_id, x.n LIMIT :limit_n OFFSET :offset_n;

-- adjustment_reasons :many
SELECT n, person_id, month_on, duty, fact_n FROM adjustment_reason WHERE kab = :kab AND family_id = :family_id ORDER BY n, reason_n;

-- adjustment_seen :one
SELECT f.id FROM family f WHERE f.kab = :kab AND f.id = :family_id AND may_see_family(f.kab, f.id);

-- pass_closed :one
SELECT count(*) AS closed_n FROM closing WHERE kab = :kab AND stage = :stage;
