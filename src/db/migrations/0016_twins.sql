-- Persons who probably stand twice, what people decided about them, and identity work as a list.

-- A pair of entries, the lesser (kab, person) first; its two districts may differ. score_n: points, 0 as likely as not; reasons:
-- what they are made of (src/registry/duplicate_score.h). is_exact: both claim one NIK. state same: one person, to be merged.
-- A search writes and removes open pairs only: what people decided stays and never comes back as a question.
CREATE TABLE duplicate_pair (
    kab INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    other_kab_id INTEGER NOT NULL,
    other_person_id INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    other_family_id INTEGER NOT NULL,
    score_n INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    is_exact INTEGER NOT NULL CHECK (is_exact IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('open', 'same', 'different', 'merged')),
    found_at INTEGER NOT NULL,
    decided_id INTEGER,
    decided_at INTEGER,
    note TEXT,
    PRIMARY KEY (kab, person_id, other_kab_id, other_person_id),
    CHECK (kab < other_kab_id OR (kab = other_kab_id AND person_id < other_person_id))
) WITHOUT ROWID;
CREATE INDEX duplicate_pair_by_score ON duplicate_pair (kab, state, score_n);
CREATE INDEX duplicate_pair_by_other ON duplicate_pair (other_kab_id, other_person_id);

-- One entry went into another. The entry that goes is only marked gone; what the kept one took over (taken: names of columns)
-- stands here as it was before, so that undoing restores every byte. kab: the district of the kept entry.
CREATE TABLE person_merge (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    gone_kab_id INTEGER NOT NULL,
    gone_family_id INTEGER NOT NULL,
    gone_person_id INTEGER NOT NULL,
    taken TEXT NOT NULL,
    old_name TEXT NOT NULL,
    old_born_on INTEGER,
    old_birth_place TEXT,
    old_sex TEXT,
    old_mother_name TEXT,
    is_payee_moved INTEGER NOT NULL CHECK (is_payee_moved IN (0, 1)),
    new_payee_id INTEGER,
    pair_state TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('merged', 'undone')),
    actor_id INTEGER NOT NULL,
    merged_at INTEGER NOT NULL,
    undone_id INTEGER,
    undone_at INTEGER,
    PRIMARY KEY (kab, id)
);
-- Nobody goes twice.
CREATE UNIQUE INDEX person_merge_gone ON person_merge (gone_kab_id, gone_person_id) WHERE state = 'merged';

-- Identity work (src/registry/identity_work.h): one row for each kind of fault of a family or a person (person_id 0: the family).
-- amount_rp: what the family is paid in the stage the list was made for. detail: codes and ids, no personal data. A fault that is
-- no longer there is mended by itself; a dismissed one stays dismissed while its detail stays the same.
CREATE TABLE identity_finding (
    kab INTEGER NOT NULL,
    kind TEXT NOT NULL,
    family_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    detail TEXT NOT NULL,
    amount_rp INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'dismissed', 'mended')),
    found_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    actor_id INTEGER,
    note TEXT,
    PRIMARY KEY (kab, kind, family_id, person_id)
) WITHOUT ROWID;
CREATE INDEX identity_finding_by_money ON identity_finding (kab, state, amount_rp);
