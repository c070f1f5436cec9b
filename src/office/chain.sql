-- chain_audit :many
SELECT n, recorded_at, actor_id, action, subject, detail, prev_hash, entry_hash FROM audit WHERE kab = :kab AND n > :after_n ORDER BY n;

-- chain_reads :many
SELECT n, read_at, actor_id, route, purpose, families, prev_hash, entry_hash FROM read_page WHERE kab = :kab AND n > :after_n ORDER BY n;

-- chain_audit_districts :many
-- all districts
SELECT kab FROM audit GROUP BY kab ORDER BY kab;

-- chain_reads_districts :many
-- all districts
SELECT kab FROM read_page GROUP BY kab ORDER BY kab;
