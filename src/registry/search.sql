-- search_persons :many
SELECT family_id, id, name FROM person WHERE kab = :kab AND family_id BETWEEN :first_id AND :last_id ORDER BY family_id, id;

-- search_last_family :one
SELECT coalesce(max(family_id), 0) AS last_id FROM person WHERE kab = :kab;

-- search_name_packs :many
SELECT pack_n, name_data FROM search_name WHERE kab = :kab AND pack_n BETWEEN :first_n AND :last_n ORDER BY pack_n;

-- search_name_put :exec
INSERT INTO search_name (kab, pack_n, name_data) VALUES (:kab, :pack_n, :name_data)
ON CONFLICT (kab, pack_n) DO UPDATE SET name_data = excluded.name_data;

-- search_name_drop :exec
DELETE FROM search_name WHERE kab = :kab AND pack_n = :pack_n;

-- search_name_last :one
SELECT coalesce(max(pack_n), -1) AS last_n FROM search_name WHERE kab = :kab;

-- search_blocks :many
-- The blocks of a word that hold, or would hold, members from :first_n to :last_n.
SELECT start_n, posting_data FROM search_posting
WHERE word = :word AND kab = :kab AND start_n <= :last_n AND start_n >=
    coalesce((SELECT max(p.start_n) FROM search_posting p WHERE p.word = :word AND p.kab = :kab AND p.start_n <= :first_n), 0)
ORDER BY start_n;

-- search_block_put :exec
INSERT INTO search_posting (word, kab, start_n, person_n, posting_data) VALUES (:word, :kab, :start_n, :person_n, :posting_data)
ON CONFLICT (word, kab, start_n) DO UPDATE SET person_n = excluded.person_n, posting_data = excluded.posting_data;

-- search_block_drop :exec
DELETE FROM search_posting WHERE word = :word AND kab = :kab AND start_n = :start_n;

-- search_postings :many
-- A word's members in an area, in order.
SELECT kab, posting_data FROM search_posting WHERE word = :word AND kab BETWEEN :low_n AND :high_n ORDER BY kab, start_n;

-- search_postings_all :many
-- all districts
SELECT word, kab, start_n, person_n, posting_data FROM search_posting ORDER BY word, kab, start_n;

-- search_word_parts :many
SELECT kab, part_n FROM search_word WHERE kab BETWEEN :low_n AND :high_n ORDER BY kab, part_n;

-- search_word_read :many
SELECT part_n, word_data FROM search_word WHERE kab = :kab AND part_n > :after_n ORDER BY part_n;

-- search_word_put :exec
INSERT INTO search_word (kab, part_n, word_n, word_data) VALUES (:kab, :part_n, :word_n, :word_data);

-- search_word_used :one
SELECT start_n FROM search_posting WHERE word = :word AND kab = :kab LIMIT 1;

-- search_word_drop :exec
DELETE FROM search_word WHERE kab = :kab AND part_n < :before_n;

-- search_districts :many
-- all districts
SELECT kab FROM pack_epoch ORDER BY kab;

-- search_indexed_districts :many
-- all districts
SELECT DISTINCT kab FROM search_name ORDER BY kab;

-- search_clear_postings :exec
-- all districts
DELETE FROM search_posting;

-- search_clear_names :exec
-- all districts
DELETE FROM search_name;

-- search_families_in :many
-- Families of a village, or of a kecamatan when :last_id is its last village.
SELECT id FROM family WHERE kab = :kab AND village_id BETWEEN :first_id AND :last_id ORDER BY id;

-- search_caseload :many
-- The families that a companion answers for: given out by the registry or handed over.
SELECT f.id FROM companion k JOIN family f ON f.kab = k.kab AND f.companion_id = k.id WHERE k.kab = :kab AND k.user_id = :see_user_id AND may_see_family(f.kab, f.id)
UNION SELECT c.family_id AS id FROM companion k JOIN caseload c ON c.kab = k.kab AND c.companion_id = k.id
    WHERE k.kab = :kab AND k.user_id = :see_user_id AND may_see_family(c.kab, c.family_id) ORDER BY id;

-- search_places :many
-- all districts
SELECT id, level_n, name FROM area WHERE level_n >= 3 AND id BETWEEN :first_id AND :last_id ORDER BY id;

-- search_name_of :one
SELECT name FROM person WHERE kab = :kab AND family_id = :family_id AND id = :id;

-- search_hit :one
SELECT p.name, p.born_on, p.is_gone, f.village_id, f.status, f.payee_id FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id
WHERE p.kab = :kab AND p.family_id = :family_id AND p.id = :id;

-- search_family :one
SELECT f.village_id, f.status, f.payee_id, p.name, p.born_on, p.is_gone FROM family f
LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id WHERE f.kab = :kab AND f.id = :id;
