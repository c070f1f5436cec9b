-- Payment: batches and their files, attempts that are not regular, and the books.

-- Payable families of one channel from first_id to last_id. state: reserved, released, void. Its files are made from this
-- row, the closing and the run alone (what they say of time is reserved_at), so that writing them again gives the same bytes.
CREATE TABLE batch (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    channel TEXT NOT NULL,
    part_n INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    family_n INTEGER NOT NULL,
    amount_rp INTEGER NOT NULL,
    run_hash BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'released', 'void')),
    payer_name TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    reserved_at INTEGER NOT NULL,
    PRIMARY KEY (kab, id),
    UNIQUE (kab, stage, channel, part_n)
);

-- append-only
CREATE TABLE batch_file (
    kab INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    bytes_n INTEGER NOT NULL,
    sha256_hash BLOB NOT NULL,
    family_n INTEGER NOT NULL,
    amount_rp INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (kab, batch_id, n),
    FOREIGN KEY (kab, batch_id) REFERENCES batch (kab, id)
);

-- A family without a row here has exactly its regular attempt 1. To do anything else, attempt 1 is first written as a row.
-- The database itself refuses a second live attempt, and any attempt without a dead predecessor.
CREATE TABLE attempt (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    is_live INTEGER NOT NULL CHECK (is_live IN (0, 1)),
    prev_n INTEGER,
    prev_is_live INTEGER,
    state TEXT NOT NULL,
    channel TEXT NOT NULL,
    amount_rp INTEGER NOT NULL,
    batch_id INTEGER,
    reason TEXT,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, stage, family_id, n),
    UNIQUE (kab, stage, family_id, n, is_live),
    CHECK ((n = 1 AND prev_n IS NULL AND prev_is_live IS NULL) OR
           (n > 1 AND prev_n IS NOT NULL AND prev_is_live IS NOT NULL AND prev_n = n - 1 AND prev_is_live = 0)),
    FOREIGN KEY (kab, stage, family_id, prev_n, prev_is_live) REFERENCES attempt (kab, stage, family_id, n, is_live)
);
CREATE UNIQUE INDEX attempt_one_live ON attempt (kab, stage, family_id) WHERE is_live = 1;

-- Control accounts. kind: programme_cost, payable, in_transit, … ; batch_id 0 where it does not apply. The four sums equal
-- the rows of transfer at all times.
CREATE TABLE account (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    batch_id INTEGER NOT NULL,
    debit_pending_rp INTEGER NOT NULL CHECK (debit_pending_rp >= 0),
    debit_posted_rp INTEGER NOT NULL CHECK (debit_posted_rp >= 0),
    credit_pending_rp INTEGER NOT NULL CHECK (credit_pending_rp >= 0),
    credit_posted_rp INTEGER NOT NULL CHECK (credit_posted_rp >= 0),
    PRIMARY KEY (kab, id),
    UNIQUE (kab, stage, kind, channel, batch_id)
);

-- Immutable. kind: single, pending, post, void; post and void name the pending they resolve. approval_hash: what two people
-- signed, zeros where nobody must sign.
-- append-only
CREATE TABLE transfer (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('single', 'pending', 'post', 'void')),
    debit_id INTEGER NOT NULL,
    credit_id INTEGER NOT NULL,
    amount_rp INTEGER NOT NULL CHECK (amount_rp > 0),
    pending_id INTEGER,
    batch_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    approval_hash BLOB NOT NULL,
    actor_id INTEGER NOT NULL,
    business_on INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, id),
    CHECK ((kind IN ('post', 'void')) = (pending_id IS NOT NULL)),
    CHECK (debit_id <> credit_id),
    FOREIGN KEY (kab, debit_id) REFERENCES account (kab, id),
    FOREIGN KEY (kab, credit_id) REFERENCES account (kab, id),
    FOREIGN KEY (kab, pending_id) REFERENCES transfer (kab, id)
);
CREATE INDEX transfer_pending ON transfer (kab, pending_id);
-- The database itself refuses to owe a stage's entitlement twice, and to reserve a batch twice.
CREATE UNIQUE INDEX transfer_one_entitlement ON transfer (kab, debit_id, credit_id) WHERE reason = 'entitlement';
CREATE UNIQUE INDEX transfer_one_reservation ON transfer (kab, batch_id) WHERE kind = 'pending' AND batch_id > 0;
