-- adjusted_rows :many
SELECT family_id, n, kind, amount_rp, limit_n FROM closing_adjustment
WHERE kab = :kab AND stage = :stage AND closing_n = :closing_n AND family_id BETWEEN :first_id AND :last_id ORDER BY family_id, n;

-- adjusted_insert :exec
INSERT INTO closing_adjustment (kab, stage, closing_n, family_id, n, kind, amount_rp, limit_n) VALUES (:kab, :stage, :closing_n, :family_id, :n, :kind, :amount_rp, :limit_n);

-- late_families :many
-- Families of whom something was told, excused or un-excused after a moment, of the months from first_on to before end_on.
SELECT family_id FROM commitment_fact WHERE kab = :kab AND recorded_at > :known_at AND last_on >= :first_on AND first_on < :end_on
UNION SELECT family_id FROM commitment_excuse WHERE kab = :kab AND granted_at > :known_at AND last_month_on >= :first_on AND first_month_on < :end_on
UNION SELECT d.family_id FROM commitment_excuse_end d JOIN commitment_excuse x ON x.kab = d.kab AND x.family_id = d.family_id AND x.n = d.n
    WHERE d.kab = :kab AND d.ended_at > :known_at AND x.last_month_on >= :first_on AND x.first_month_on < :end_on
ORDER BY family_id;

-- late_pass :one
-- The newest pass of sanctions for a stage: which months it looked at, and what was known then.
SELECT first_month_on, month_n, known_at, known_on FROM adjustment_run WHERE kab = :kab AND stage = :stage AND what = 'sanctions' ORDER BY n DESC LIMIT 1;
