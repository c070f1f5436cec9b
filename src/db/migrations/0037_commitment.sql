-- Commitment (src/commitment/): what families are told to have done, and why something could not be done.

-- Facts (fact.h). person_id NULL: of the family as a whole. first_on, last_on: one day, or a whole month. times_n: how often it was done;
-- days_n: the school days of the month, and of them missed without leave, with leave, sick. source: who says it. evidence: the form,
-- list or letter it stands in. replaces_n: the fact that this one corrects; each is corrected once. is_void: nothing is said any more.
-- identity_id: of all that it says, so that the same thing told twice is one fact.
-- append-only
CREATE TABLE commitment_fact (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    person_id INTEGER,
    kind TEXT NOT NULL,
    first_on INTEGER NOT NULL,
    last_on INTEGER NOT NULL,
    times_n INTEGER CHECK (times_n >= 0),
    days_n INTEGER CHECK (days_n >= 0),
    absent_n INTEGER CHECK (absent_n >= 0),
    permitted_n INTEGER CHECK (permitted_n >= 0),
    sick_n INTEGER CHECK (sick_n >= 0),
    is_void INTEGER NOT NULL CHECK (is_void IN (0, 1)),
    source TEXT NOT NULL,
    evidence TEXT,
    replaces_n INTEGER CHECK (replaces_n < n),
    identity_id INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, family_id, n),
    UNIQUE (kab, family_id, identity_id),
    UNIQUE (kab, family_id, replaces_n),
    CHECK (first_on <= last_on),
    CHECK (is_void = 0 OR replaces_n IS NOT NULL),
    CHECK (days_n IS NULL OR times_n IS NULL),
    CHECK (days_n IS NULL OR absent_n + permitted_n + sick_n <= days_n),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
) WITHOUT ROWID;

-- What was measured or found beside a fact of health, sealed (src/registry/secret.h): not append-only, for keys change and families are
-- erased.
CREATE TABLE commitment_observation (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    observation_data BLOB NOT NULL,
    PRIMARY KEY (kab, family_id, n),
    FOREIGN KEY (kab, family_id, n) REFERENCES commitment_fact (kab, family_id, n)
) WITHOUT ROWID;
