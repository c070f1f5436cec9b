-- The record of who looked, the signed head of each day, and the salts of commitments in the audit chain.

-- What opens a commitment of the audit chain (src/office/audit.h): destroying the row leaves a number that proves nothing.
-- family_id: whose data it is, 0 for nobody's. An entry is the nth of its district's chain.
CREATE TABLE audit_salt (
    kab INTEGER NOT NULL,
    n INTEGER NOT NULL,
    field TEXT NOT NULL,
    family_id INTEGER NOT NULL,
    salt_data BLOB NOT NULL,
    PRIMARY KEY (kab, n, field)
);
CREATE INDEX audit_salt_by_family ON audit_salt (kab, family_id);

-- One entry for each page (file, answer in the shell) that showed personal data: who, when, which route, what for, and the
-- families it showed, as "1-50,52" (src/office/read_log.h). A hash chain for each district. On SQLite these three tables
-- are used in a file of their own beside the database (NAME.reads), and stay empty in the database itself.
-- append-only
CREATE TABLE read_page (
    kab INTEGER NOT NULL,
    n INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    route TEXT NOT NULL,
    purpose TEXT NOT NULL,
    families TEXT NOT NULL,
    family_n INTEGER NOT NULL,
    prev_hash BLOB NOT NULL,
    entry_hash BLOB NOT NULL,
    PRIMARY KEY (kab, n)
);

-- Finds the entries of one family: a row for each family of a page, and for long lists one row with their lowest and highest.
-- append-only
CREATE TABLE read_family (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (kab, family_id, n)
) WITHOUT ROWID;
-- append-only
CREATE TABLE read_list (
    kab INTEGER NOT NULL,
    n INTEGER NOT NULL,
    low_id INTEGER NOT NULL,
    high_id INTEGER NOT NULL,
    PRIMARY KEY (kab, n)
);

-- The signed head of a day (src/office/head.h): `line` is what goes to outsiders.
-- append-only
CREATE TABLE head (
    day_on INTEGER NOT NULL PRIMARY KEY,
    signed_at INTEGER NOT NULL,
    line TEXT NOT NULL
);

-- What a head says of each chain: how long it was, its last hash, the root of the tree over its entries, and the tree's open
-- edge, so that the next head reads only what is new. log: 'audit' or 'reads'.
-- append-only
CREATE TABLE head_chain (
    kab INTEGER NOT NULL,
    log TEXT NOT NULL CHECK (log IN ('audit', 'reads')),
    day_on INTEGER NOT NULL REFERENCES head (day_on),
    n INTEGER NOT NULL,
    entry_hash BLOB NOT NULL,
    root_hash BLOB NOT NULL,
    edge_data BLOB NOT NULL,
    PRIMARY KEY (kab, log, day_on)
);
CREATE INDEX head_chain_by_day ON head_chain (day_on, kab, log);
