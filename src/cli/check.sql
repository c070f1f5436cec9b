-- check_chains :many
-- all districts
SELECT kab FROM audit GROUP BY kab ORDER BY kab;

-- check_reads :many
-- all districts
SELECT kab FROM read_page GROUP BY kab ORDER BY kab;

-- check_books :many
-- all districts
SELECT kab FROM account GROUP BY kab ORDER BY kab;

-- check_stages :many
-- all districts
SELECT c.kab, c.stage, count(r.kab) AS run_n
FROM closing c LEFT JOIN run r ON r.kab = c.kab AND r.stage = c.stage AND r.closing_n = c.closing_n
GROUP BY c.kab, c.stage ORDER BY c.kab, c.stage;

-- read_families_of :many
SELECT id FROM family WHERE kab = :kab ORDER BY id;
