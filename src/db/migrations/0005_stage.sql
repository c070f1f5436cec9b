-- A stage: the frozen picture, what the run made of it, and the few families that something particular happened to.

-- The rule books that closings are bound to, as text, so that a stage can be computed again years later.
-- append-only
CREATE TABLE rule_book (
    book_hash BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    book_text TEXT NOT NULL
);

-- append-only
CREATE TABLE closing (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    closing_n INTEGER NOT NULL CHECK (closing_n > 0),
    epoch_n INTEGER NOT NULL,
    book_hash BLOB NOT NULL REFERENCES rule_book (book_hash),
    family_n INTEGER NOT NULL,
    pack_n INTEGER NOT NULL,
    chunk_n INTEGER NOT NULL,
    case_n INTEGER NOT NULL,
    person_hash BLOB NOT NULL,
    payee_hash BLOB NOT NULL,
    pay_hash BLOB NOT NULL,
    closing_hash BLOB NOT NULL,
    actor_id INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    PRIMARY KEY (kab, stage, closing_n)
);

-- Pay columns of at most 65,536 families (src/stage/chunk.h).
-- append-only
CREATE TABLE closing_chunk (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    closing_n INTEGER NOT NULL,
    chunk_n INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    family_n INTEGER NOT NULL,
    chunk_hash BLOB NOT NULL,
    chunk_data BLOB NOT NULL,
    PRIMARY KEY (kab, stage, closing_n, chunk_n),
    FOREIGN KEY (kab, stage, closing_n) REFERENCES closing (kab, stage, closing_n)
);

-- The district's distinct cases, sorted by their canonical bytes, numbered from 0, with the villages the chunks number.
-- append-only
CREATE TABLE closing_case (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    closing_n INTEGER NOT NULL,
    case_n INTEGER NOT NULL,
    case_hash BLOB NOT NULL,
    case_data BLOB NOT NULL,
    PRIMARY KEY (kab, stage, closing_n),
    FOREIGN KEY (kab, stage, closing_n) REFERENCES closing (kab, stage, closing_n)
);

-- One amount for each channel and case, and the totals by village, channel and component. A run is a function of its closing.
-- append-only
CREATE TABLE run (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    closing_n INTEGER NOT NULL,
    closing_hash BLOB NOT NULL,
    run_hash BLOB NOT NULL,
    family_n INTEGER NOT NULL,
    payable_n INTEGER NOT NULL,
    suspended_n INTEGER NOT NULL,
    total_rp INTEGER NOT NULL,
    amount_data BLOB NOT NULL,
    total_data BLOB NOT NULL,
    actor_id INTEGER NOT NULL,
    ran_at INTEGER NOT NULL,
    PRIMARY KEY (kab, stage, closing_n),
    FOREIGN KEY (kab, stage, closing_n) REFERENCES closing (kab, stage, closing_n)
);

-- Families held out of the payment at approval, with the reason, until a person decides. A decision is another row elsewhere:
-- this one stays, for the stage's first files must come out the same for ever.
-- append-only
CREATE TABLE hold (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    family_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    amount_rp INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, stage, family_id)
);
