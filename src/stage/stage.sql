-- rule_book_put :exec
INSERT INTO rule_book (book_hash, code, book_text) VALUES (:book_hash, :code, :book_text) ON CONFLICT (book_hash) DO NOTHING;

-- rule_book_of :one
SELECT code, book_text FROM rule_book WHERE book_hash = :book_hash;

-- closing_put :exec
INSERT INTO closing (kab, stage, closing_n, epoch_n, book_hash, family_n, pack_n, chunk_n, case_n,
    person_hash, payee_hash, pay_hash, closing_hash, actor_id, closed_at)
VALUES (:kab, :stage, :closing_n, :epoch_n, :book_hash, :family_n, :pack_n, :chunk_n, :case_n,
    :person_hash, :payee_hash, :pay_hash, :closing_hash, :actor_id, :closed_at);

-- closing_chunk_put :exec
INSERT INTO closing_chunk (kab, stage, closing_n, chunk_n, first_id, last_id, family_n, chunk_hash, chunk_data)
VALUES (:kab, :stage, :closing_n, :chunk_n, :first_id, :last_id, :family_n, :chunk_hash, :chunk_data);

-- closing_case_put :exec
INSERT INTO closing_case (kab, stage, closing_n, case_n, case_hash, case_data)
VALUES (:kab, :stage, :closing_n, :case_n, :case_hash, :case_data);

-- closing_latest :one
-- The closing of a district that counts: its latest.
SELECT closing_n, epoch_n, book_hash, family_n, pack_n, chunk_n, case_n, person_hash, payee_hash, pay_hash, closing_hash, actor_id, closed_at
FROM closing WHERE kab = :kab AND stage = :stage ORDER BY closing_n DESC LIMIT 1;

-- closings_of_stage :many
-- all districts
SELECT c.kab, c.closing_n, c.epoch_n, c.book_hash, c.family_n, c.chunk_n, c.case_n, c.person_hash, c.payee_hash, c.pay_hash, c.closing_hash, c.actor_id, c.closed_at
FROM closing c
WHERE c.stage = :stage AND c.closing_n = (SELECT max(d.closing_n) FROM closing d WHERE d.kab = c.kab AND d.stage = c.stage)
ORDER BY c.kab;

-- runs_of_stage :many
-- all districts' latest closings, each with its run where it has one
SELECT c.kab, COALESCE(r.closing_n, 0) AS run_n, r.run_hash, r.family_n, r.payable_n, r.suspended_n, r.total_rp
FROM closing c LEFT JOIN run r ON r.kab = c.kab AND r.stage = c.stage AND r.closing_n = c.closing_n
WHERE c.stage = :stage AND c.closing_n = (SELECT max(d.closing_n) FROM closing d WHERE d.kab = c.kab AND d.stage = c.stage)
ORDER BY c.kab;

-- closing_chunks :many
SELECT chunk_n, first_id, last_id, family_n, chunk_hash, chunk_data FROM closing_chunk
WHERE kab = :kab AND stage = :stage AND closing_n = :closing_n AND last_id >= :first_id AND first_id <= :last_id ORDER BY chunk_n;

-- closing_cases :one
SELECT case_n, case_hash, case_data FROM closing_case WHERE kab = :kab AND stage = :stage AND closing_n = :closing_n;

-- run_put :exec
INSERT INTO run (kab, stage, closing_n, closing_hash, run_hash, family_n, payable_n, suspended_n, total_rp, amount_data, total_data, actor_id, ran_at)
VALUES (:kab, :stage, :closing_n, :closing_hash, :run_hash, :family_n, :payable_n, :suspended_n, :total_rp, :amount_data, :total_data, :actor_id, :ran_at);

-- run_of :one
SELECT closing_hash, run_hash, family_n, payable_n, suspended_n, total_rp, amount_data, total_data, actor_id, ran_at
FROM run WHERE kab = :kab AND stage = :stage AND closing_n = :closing_n;

-- run_hash_of :one
SELECT closing_hash, run_hash, family_n, payable_n, suspended_n, total_rp FROM run WHERE kab = :kab AND stage = :stage AND closing_n = :closing_n;

-- explained_seen :one
SELECT f.id FROM family f WHERE f.kab = :kab AND f.id = :id AND may_see_family(f.kab, f.id);

-- explained_names :many
SELECT id, name FROM person WHERE kab = :kab AND family_id = :family_id ORDER BY id;

-- closing_newest :one
-- The stage that the district closed last, and the rule book it was closed with.
SELECT c.stage, b.code, b.book_text FROM closing c JOIN rule_book b ON b.book_hash = c.book_hash WHERE c.kab = :kab ORDER BY c.closed_at DESC, c.stage DESC LIMIT 1;

-- closing_decided_of :one
SELECT family_n, total_rp, list_hash, decided_hash, decided_data FROM closing_decided WHERE kab = :kab AND stage = :stage AND closing_n = :closing_n;

-- closing_decided_put :exec
INSERT INTO closing_decided (kab, stage, closing_n, family_n, last_id, total_rp, list_hash, decided_hash, decided_data)
VALUES (:kab, :stage, :closing_n, :family_n, :last_id, :total_rp, :list_hash, :decided_hash, :decided_data);
