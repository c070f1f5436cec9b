-- What people wrote of a family in tables that only grow, and what such tables keep of where it lived: an erasure empties these columns
-- (src/registry/erase.h), and nothing else of such a row ever changes. The engines' guards allow just that.
-- erasable: life_event note
-- erasable: life_place address, hamlet, rt, rw
-- erasable: commitment_fact evidence
-- erasable: paylist_decision reason

-- Who was erased, and by which rules: a program that knows more places where a family's words lie goes over them again. It is kept with
-- the salts, apart from the backup of the rest, so that a restore of an older one brings nobody back (src/registry/erase.h).
CREATE TABLE erased_family (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    erased_at INTEGER NOT NULL,
    rule_n INTEGER NOT NULL,
    PRIMARY KEY (kab, family_id)
);
-- Who was erased until now has left and has no salt any more.
INSERT INTO erased_family (kab, family_id, erased_at, rule_n)
    SELECT f.kab, f.id, f.recorded_at, 0 FROM family f WHERE f.status = 'left' AND f.kk_data IS NULL AND f.account_data IS NULL
    AND NOT EXISTS (SELECT 1 FROM family_salt s WHERE s.kab = f.kab AND s.family_id = f.id)
    AND NOT EXISTS (SELECT 1 FROM person p WHERE p.kab = f.kab AND p.family_id = f.id AND p.name <> '-');
