-- pack_epoch_of :one
SELECT epoch_n FROM pack_epoch WHERE kab = :kab;

-- pack_epoch_start :exec
-- A district that never closed anything is in epoch 1.
INSERT INTO pack_epoch (kab, epoch_n) VALUES (:kab, 1) ON CONFLICT (kab) DO NOTHING;

-- pack_epoch_advance :exec
-- A closing keeps what is there: from now on changes write new versions. Refused when somebody else moved the epoch meanwhile.
UPDATE pack_epoch SET epoch_n = epoch_n + 1 WHERE kab = :kab AND epoch_n = :epoch_n;

-- pack_epoch_touch :exec
-- Takes the district's row: of two transactions that do so at once, one is turned away and tries again.
UPDATE pack_epoch SET epoch_n = epoch_n WHERE kab = :kab;

-- pack_districts :many
SELECT kab, epoch_n FROM pack_epoch ORDER BY kab;

-- pack_families :many
SELECT f.id, f.village_id, f.channel, f.status, f.decile_n, f.account_data, f.address, f.rt, f.rw, f.payee_id, p.name, p.nik_data
FROM family f LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id
WHERE f.kab = :kab AND f.id >= :first_id AND f.id <= :last_id ORDER BY f.id;

-- pack_persons :many
SELECT family_id, id, born_on, sex, school_level, pregnancy_n, is_severe_disability, is_rights_victim, outcome, is_gone
FROM person WHERE kab = :kab AND family_id >= :first_id AND family_id <= :last_id ORDER BY family_id, id;

-- pack_put :exec
INSERT INTO pack (kab, part_n, pack_n, epoch_n, family_n, pack_hash, pack_data)
VALUES (:kab, :part_n, :pack_n, :epoch_n, :family_n, :pack_hash, :pack_data)
ON CONFLICT (kab, part_n, pack_n, epoch_n)
DO UPDATE SET family_n = excluded.family_n, pack_hash = excluded.pack_hash, pack_data = excluded.pack_data;

-- packs_as_of :many
-- Each pack of a part as it was in epoch :epoch_n: its latest version not after it.
SELECT p.pack_n, p.family_n, p.pack_hash, p.pack_data FROM pack p
WHERE p.kab = :kab AND p.part_n = :part_n AND p.epoch_n =
    (SELECT max(q.epoch_n) FROM pack q WHERE q.kab = p.kab AND q.part_n = p.part_n AND q.pack_n = p.pack_n AND q.epoch_n <= :epoch_n)
ORDER BY p.pack_n;

-- pack_hashes_until :many
-- All versions up to an epoch, from an index alone: the last one of each pack is the one that counts.
SELECT pack_n, pack_hash FROM pack WHERE kab = :kab AND part_n = :part_n AND epoch_n <= :epoch_n ORDER BY pack_n, epoch_n;

-- pack_as_of :one
SELECT p.pack_hash, p.pack_data FROM pack p
WHERE p.kab = :kab AND p.part_n = :part_n AND p.pack_n = :pack_n AND p.epoch_n <= :epoch_n ORDER BY p.epoch_n DESC LIMIT 1;

-- family_last_id :one
SELECT coalesce(max(id), 0) AS last_id FROM family WHERE kab = :kab;
