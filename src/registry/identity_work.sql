-- work_persons :many
-- Families that are in the programme, with all their members, also those who are gone; person NULL: a family without members.
SELECT f.id AS family_id, f.village_id, f.payee_id, p.id AS person_id, p.nik_data, p.born_on, p.sex, p.relation, p.school_level, p.is_gone
FROM family f LEFT JOIN person p ON p.kab = f.kab AND p.family_id = f.id WHERE f.kab = :kab AND f.status <> 'left' ORDER BY f.id, p.id;

-- work_claims_twice :many
-- A district's claims that somebody else makes, too.
SELECT a.family_id, a.person_id, b.kab AS other_kab_id, b.family_id AS other_family_id, b.person_id AS other_person_id
FROM claim a JOIN claim b ON b.kind_n = 1 AND b.claim_id = a.claim_id AND (b.kab <> a.kab OR b.person_id <> a.person_id)
JOIN person p ON p.kab = b.kab AND p.family_id = b.family_id AND p.id = b.person_id AND p.is_gone = 0
JOIN family f ON f.kab = b.kab AND f.id = b.family_id AND f.status <> 'left'
WHERE a.kind_n = 1 AND a.kab = :kab ORDER BY a.family_id, a.person_id, b.kab, b.family_id, b.person_id;

-- work_accounts_twice :many
SELECT f.id AS family_id, b.kab AS other_kab_id, b.family_id AS other_family_id
FROM claim a JOIN claim b ON b.kind_n = 3 AND b.claim_id = a.claim_id AND (b.kab <> a.kab OR b.family_id <> a.family_id)
JOIN family f ON f.kab = a.kab AND f.id = a.family_id AND f.status <> 'left'
JOIN family g ON g.kab = b.kab AND g.id = b.family_id AND g.status <> 'left'
WHERE a.kind_n = 3 AND a.kab = :kab ORDER BY f.id, b.kab, b.family_id;

-- work_findings :many
SELECT kind, family_id, person_id, detail, amount_rp, state FROM identity_finding WHERE kab = :kab ORDER BY kind, family_id, person_id;

-- work_insert :exec
INSERT INTO identity_finding (kab, kind, family_id, person_id, detail, amount_rp, state, found_at, changed_at)
VALUES (:kab, :kind, :family_id, :person_id, :detail, :amount_rp, 'open', :found_at, :found_at);

-- work_change :exec
UPDATE identity_finding SET detail = :detail, amount_rp = :amount_rp, state = :state, changed_at = :changed_at
WHERE kab = :kab AND kind = :kind AND family_id = :family_id AND person_id = :person_id;

-- work_decide :exec
UPDATE identity_finding SET state = :state, note = :note, actor_id = :actor_id, changed_at = :changed_at
WHERE kab = :kab AND kind = :kind AND family_id = :family_id AND person_id = :person_id AND state <> 'mended' AND state <> :state;

-- work_one :one
SELECT state, amount_rp FROM identity_finding WHERE kab = :kab AND kind = :kind AND family_id = :family_id AND person_id = :person_id;

-- work_rows :many
-- A page of the list: what comes after (after_rp, after_kind, …) in its order. family_id 0: of all; person_id less than 0: of all.
SELECT w.kind, w.family_id, w.person_id, w.detail, w.amount_rp, w.note, w.found_at, w.changed_at, u.name AS actor_name, f.village_id, p.name
FROM identity_finding w JOIN family f ON f.kab = w.kab AND f.id = w.family_id
LEFT JOIN person p ON p.kab = w.kab AND p.family_id = w.family_id AND p.id = CASE WHEN w.person_id > 0 THEN w.person_id ELSE f.payee_id END
LEFT JOIN app_user u ON u.id = w.actor_id
WHERE w.kab = :kab AND w.state = :state AND (:kind = '' OR w.kind = :kind) AND (:family_id = 0 OR w.family_id = :family_id)
    AND (:person_id < 0 OR w.person_id = :person_id) AND (:village_id = 0 OR f.village_id = :village_id)
    AND (:companion_id = 0 OR companion_today(f.kab, f.id) = :companion_id) AND may_see_family(w.kab, w.family_id)
    AND (w.amount_rp, w.kind, w.family_id, w.person_id) < (:after_rp, :after_kind, :after_family_id, :after_person_id)
ORDER BY w.amount_rp DESC, w.kind DESC, w.family_id DESC, w.person_id DESC LIMIT :limit_n;

-- work_sums :many
SELECT w.kind, COUNT(*) AS finding_n, CAST(SUM(w.amount_rp) AS INTEGER) AS amount_rp
FROM identity_finding w JOIN family f ON f.kab = w.kab AND f.id = w.family_id
WHERE w.kab = :kab AND w.state = :state AND (:village_id = 0 OR f.village_id = :village_id)
    AND (:companion_id = 0 OR companion_today(f.kab, f.id) = :companion_id) AND may_see_family(w.kab, w.family_id)
GROUP BY w.kind;
