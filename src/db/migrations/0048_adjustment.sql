-- What a stage pays a family more or less than its own amount (src/commitment/adjustment.h): sanctions, their end, and corrections of an
-- earlier stage. Proposed in a run by the program, decided by people, and taken by the closing of a stage.

-- One pass over a district. what: 'sanctions' from outcomes, 'corrections' from late evidence. first_month_on, month_n: which months were
-- looked at, as known at known_at. book_hash: of the rule book that judged. items_hash: of all rows as they were proposed.
CREATE TABLE adjustment_run (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('sanctions', 'corrections')),
    n INTEGER NOT NULL CHECK (n > 0),
    about_stage TEXT NOT NULL,
    first_month_on INTEGER NOT NULL,
    month_n INTEGER NOT NULL CHECK (month_n > 0),
    known_at INTEGER NOT NULL,
    known_on INTEGER NOT NULL,
    book_hash BLOB NOT NULL,
    items_hash BLOB NOT NULL,
    row_n INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (kab, stage, what, n)
);

-- amount_rp: what it gives, or (below 0) takes; of a suspension or exclusion what it would take today, and it takes all there is. limit_n:
-- hundredths of a percent of the stage's amount that a recovery may take at most. missed_n, run_n: months missed in the stage, and in a row.
-- object_n: days to object in. of_n: the row that a restoration ends. rule_local, rule_english: the rule's title.
-- append-only
CREATE TABLE adjustment (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    stage TEXT NOT NULL,
    what TEXT NOT NULL,
    pass_n INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('warn', 'cut', 'suspend', 'exclude', 'restore', 'back_pay', 'recovery')),
    about_stage TEXT NOT NULL,
    rule_local TEXT NOT NULL,
    rule_english TEXT NOT NULL,
    amount_rp INTEGER NOT NULL,
    limit_n INTEGER NOT NULL CHECK (limit_n BETWEEN 0 AND 10000),
    missed_n INTEGER NOT NULL,
    run_n INTEGER NOT NULL,
    object_n INTEGER NOT NULL,
    of_n INTEGER,
    PRIMARY KEY (kab, family_id, n),
    UNIQUE (kab, stage, what, pass_n, family_id, n),
    FOREIGN KEY (kab, stage, what, pass_n) REFERENCES adjustment_run (kab, stage, what, n),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
) WITHOUT ROWID;

-- Why: what fell due in a month and was not met, and the fact that says so.
-- append-only
CREATE TABLE adjustment_reason (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    reason_n INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    month_on INTEGER NOT NULL,
    duty TEXT NOT NULL,
    fact_n INTEGER,
    PRIMARY KEY (kab, family_id, n, reason_n),
    FOREIGN KEY (kab, family_id, n) REFERENCES adjustment (kab, family_id, n)
) WITHOUT ROWID;

-- What people did with it, one step after the other; the last one is its state. reason: of an objection, or of who dropped it. until_on:
-- of a decision, the last day to object.
-- append-only
CREATE TABLE adjustment_step (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    step_n INTEGER NOT NULL CHECK (step_n > 0),
    what TEXT NOT NULL CHECK (what IN ('dropped', 'decided', 'objected', 'upheld', 'withdrawn', 'restored')),
    reason TEXT,
    until_on INTEGER,
    actor_id INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (kab, family_id, n, step_n),
    FOREIGN KEY (kab, family_id, n) REFERENCES adjustment (kab, family_id, n)
) WITHOUT ROWID;

-- What a closing took (src/stage/adjusted.h); covered by its hash.
CREATE TABLE closing_adjustment (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    closing_n INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    amount_rp INTEGER NOT NULL,
    limit_n INTEGER NOT NULL,
    PRIMARY KEY (kab, stage, closing_n, family_id, n),
    FOREIGN KEY (kab, stage, closing_n) REFERENCES closing (kab, stage, closing_n),
    FOREIGN KEY (kab, family_id, n) REFERENCES adjustment (kab, family_id, n)
);
CREATE INDEX closing_adjustment_by_row ON closing_adjustment (kab, family_id, n);

INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'sanctions', 0, 0, 0, 'operator'), (0, 'sanctions', 0, 0, 0, 'coordinator'),
    (0, 'sanctions', 0, 1, 0, 'head_linjamsos'), (0, 'sanctions', 0, 1, 0, 'head_dinsos'),
    (0, 'corrections', 0, 0, 0, 'operator'), (0, 'corrections', 0, 0, 0, 'coordinator'),
    (0, 'corrections', 0, 1, 0, 'head_linjamsos'), (0, 'corrections', 0, 2, 0, 'head_dinsos');
