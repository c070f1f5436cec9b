-- The Ministry's pay lists: what came, whom each row means, and what people decided where the rows did not say it themselves.

-- One file, for a stage and a wave. state: reading (never seen by anybody), staged (whole, but another file of the wave counts),
-- live (this one counts), replaced (by a later file), dropped. Of a wave one file counts at a time; the others stay as the trail.
CREATE TABLE paylist (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    stage TEXT NOT NULL,
    wave_n INTEGER NOT NULL CHECK (wave_n >= 0),
    file_hash BLOB NOT NULL,
    file_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reading', 'staged', 'live', 'replaced', 'dropped')),
    -- rows that were read and rows that were refused; warnings; the sum of the amounts that were read
    row_n INTEGER NOT NULL,
    refused_n INTEGER NOT NULL,
    warning_n INTEGER NOT NULL,
    amount_rp INTEGER NOT NULL,
    -- the whole file is in doubt: rounded numbers, a cut sheet, a total that is not its sum
    is_alarming INTEGER NOT NULL CHECK (is_alarming IN (0, 1)),
    actor_id INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    -- when it began to count; in place of which file, and why it counts although another one did or the file is in doubt
    live_at INTEGER,
    replaces_id INTEGER,
    reason TEXT,
    PRIMARY KEY (kab, id),
    CHECK (replaces_id IS NULL OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX paylist_one_live ON paylist (kab, stage, wave_n) WHERE state = 'live';
CREATE INDEX paylist_of_file ON paylist (kab, file_hash);

-- row_n: as a spreadsheet numbers it. NIK, KK and account stand here as look-up hashes only: they tell whom a row means, and the
-- numbers themselves are in the file. …_family_id: whom each of the four keys names; 0: more than one family; NULL: nobody.
-- agree_n, against_n: bits of the keys that name family_id, and that name another one (1 iddtks, 2 NIK, 4 KK, 8 account).
-- found: matched, stranger (no key names anybody), contradiction (keys name different families), twice (an earlier row of the file
-- names the same family). family_id: whom the row counts for, by its keys or by a person's decision; NULL: nobody (yet).
CREATE TABLE paylist_row (
    kab INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    row_n INTEGER NOT NULL,
    dtks_code TEXT,
    name TEXT NOT NULL,
    village_id INTEGER,
    address TEXT,
    channel TEXT,
    period TEXT,
    note TEXT,
    is_old_period INTEGER NOT NULL CHECK (is_old_period IN (0, 1)),
    is_excluded INTEGER NOT NULL CHECK (is_excluded IN (0, 1)),
    amount_rp INTEGER NOT NULL CHECK (amount_rp >= 0),
    nik_claim_id INTEGER,
    kk_claim_id INTEGER,
    account_claim_id INTEGER,
    dtks_family_id INTEGER,
    nik_family_id INTEGER,
    kk_family_id INTEGER,
    account_family_id INTEGER,
    found TEXT NOT NULL CHECK (found IN ('matched', 'stranger', 'contradiction', 'twice')),
    agree_n INTEGER NOT NULL,
    against_n INTEGER NOT NULL,
    auto_family_id INTEGER,
    decided TEXT NOT NULL CHECK (decided IN ('', 'family', 'not_ours')),
    family_id INTEGER,
    PRIMARY KEY (kab, list_id, row_n),
    FOREIGN KEY (kab, list_id) REFERENCES paylist (kab, id),
    CHECK ((decided = 'family') <= (family_id IS NOT NULL)),
    CHECK (decided <> 'not_ours' OR family_id IS NULL)
);
CREATE INDEX paylist_row_of_family ON paylist_row (kab, family_id, list_id);
CREATE INDEX paylist_row_open ON paylist_row (kab, list_id, row_n) WHERE found <> 'matched';

-- row_n 0: of the whole file.
CREATE TABLE paylist_finding (
    kab INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    row_n INTEGER NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('error', 'warning')),
    message TEXT NOT NULL,
    PRIMARY KEY (kab, list_id, row_n, field, code),
    FOREIGN KEY (kab, list_id) REFERENCES paylist (kab, id)
);

-- What a person said about a row; the last one counts, decision open takes the one before it back.
-- append-only
CREATE TABLE paylist_decision (
    kab INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    row_n INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    decision TEXT NOT NULL CHECK (decision IN ('family', 'not_ours', 'open')),
    family_id INTEGER,
    reason TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (kab, list_id, row_n, n),
    FOREIGN KEY (kab, list_id, row_n) REFERENCES paylist_row (kab, list_id, row_n),
    CHECK ((decision = 'family') = (family_id IS NOT NULL))
);
