-- read_last :one
SELECT n, entry_hash FROM read_page WHERE kab = :kab ORDER BY n DESC LIMIT 1;

-- read_page_insert :exec
INSERT INTO read_page (kab, n, read_at, actor_id, route, purpose, families, family_n, prev_hash, entry_hash)
VALUES (:kab, :n, :read_at, :actor_id, :route, :purpose, :families, :family_n, :prev_hash, :entry_hash);

-- read_family_insert :exec
INSERT INTO read_family (kab, family_id, n) VALUES (:kab, :family_id, :n);

-- read_list_insert :exec
INSERT INTO read_list (kab, n, low_id, high_id) VALUES (:kab, :n, :low_id, :high_id);

-- read_of_family :many
SELECT p.n, p.read_at, p.actor_id, p.route, p.purpose, p.family_n FROM read_family f JOIN read_page p ON p.kab = f.kab AND p.n = f.n
WHERE f.kab = :kab AND f.family_id = :family_id ORDER BY p.n DESC LIMIT :limit_n;

-- read_lists_over :many
SELECT p.n, p.read_at, p.actor_id, p.route, p.purpose, p.families, p.family_n FROM read_list l JOIN read_page p ON p.kab = l.kab AND p.n = l.n
WHERE l.kab = :kab AND l.low_id <= :family_id AND l.high_id >= :family_id ORDER BY p.n DESC;

-- read_all :many
-- Of one chain, after an entry.
SELECT n, read_at, actor_id, route, purpose, families, family_n, prev_hash, entry_hash FROM read_page WHERE kab = :kab AND n > :after_n ORDER BY n;

-- read_index_n :one
SELECT (SELECT count(*) FROM read_family WHERE kab = :kab) AS family_n, (SELECT count(*) FROM read_list WHERE kab = :kab) AS list_n;

