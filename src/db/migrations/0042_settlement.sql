-- What the channels answered, what that settled, and what waits for a person.

-- happened_on: when the attempt came into its state. credited_on: when the money reached the family; NULL while it has not.
ALTER TABLE attempt ADD COLUMN happened_on INTEGER;
ALTER TABLE attempt ADD COLUMN credited_on INTEGER;

-- A file that was taken in, once: neither the same bytes nor the same message under another name come in again. stage: of its strangers.
-- append-only
CREATE TABLE answer_file (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    format TEXT NOT NULL,
    message TEXT NOT NULL,
    file_hash BLOB NOT NULL,
    line_n INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    PRIMARY KEY (kab, id),
    UNIQUE (kab, file_hash)
);
CREATE UNIQUE INDEX answer_file_one_message ON answer_file (kab, format, message) WHERE message <> '';

-- Families (four bytes each, ascending) whose regular attempt one file settled on one day, and the post in the books that says so.
-- A withdrawal moves nothing in the books: transfer_id NULL. What happened to single families stands in attempt_event.
-- append-only
CREATE TABLE settlement (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    batch_id INTEGER NOT NULL,
    file_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('credited', 'withdrawn')),
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    family_n INTEGER NOT NULL CHECK (family_n > 0),
    amount_rp INTEGER NOT NULL CHECK (amount_rp > 0),
    family_data BLOB NOT NULL,
    happened_on INTEGER NOT NULL,
    transfer_id INTEGER,
    PRIMARY KEY (kab, id),
    CHECK ((kind = 'credited') = (transfer_id IS NOT NULL)),
    FOREIGN KEY (kab, batch_id) REFERENCES batch (kab, id),
    FOREIGN KEY (kab, file_id) REFERENCES answer_file (kab, id),
    FOREIGN KEY (kab, transfer_id) REFERENCES transfer (kab, id)
);
CREATE INDEX settlement_stage ON settlement (kab, stage, first_id);

-- What happened to one payment, in the order in which it became known. file_id NULL: a person decided it.
-- append-only
CREATE TABLE attempt_event (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    family_id INTEGER NOT NULL,
    event_n INTEGER NOT NULL,
    attempt_n INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('credited', 'failed', 'withdrawn', 'returned', 'reissued', 'to_treasury')),
    batch_id INTEGER NOT NULL,
    amount_rp INTEGER NOT NULL,
    reason TEXT,
    happened_on INTEGER NOT NULL,
    file_id INTEGER,
    file_line_n INTEGER,
    transfer_id INTEGER,
    actor_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, stage, family_id, event_n),
    FOREIGN KEY (kab, stage, family_id, attempt_n) REFERENCES attempt (kab, stage, family_id, n),
    FOREIGN KEY (kab, file_id) REFERENCES answer_file (kab, id),
    FOREIGN KEY (kab, transfer_id) REFERENCES transfer (kab, id)
);

-- A line that no rule may decide. line_hash: the same line in another file, or in another statement of the same days, stands here once.
-- family_id, attempt_n: whose it seems to be. transfer_id: where the money of a credit that nobody can explain was booked.
CREATE TABLE tray (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    file_id INTEGER NOT NULL,
    file_line_n INTEGER NOT NULL,
    line_hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    why TEXT NOT NULL,
    family_id INTEGER,
    attempt_n INTEGER,
    reference TEXT NOT NULL,
    reason TEXT,
    amount_rp INTEGER NOT NULL,
    happened_on INTEGER,
    transfer_id INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'asked', 'settled', 'dismissed')),
    decision TEXT,
    decision_family_id INTEGER,
    maker_id INTEGER,
    decided_by_id INTEGER,
    decided_at INTEGER,
    PRIMARY KEY (kab, id),
    UNIQUE (kab, line_hash),
    CHECK (decided_by_id <> maker_id),
    FOREIGN KEY (kab, file_id) REFERENCES answer_file (kab, id)
);
CREATE INDEX tray_state ON tray (kab, state, id);
