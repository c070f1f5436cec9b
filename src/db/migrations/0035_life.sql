-- A family's life (src/registry/life.h): each thing that happened is a row that stays, with the day it happened and the moment it was told.
-- What is true now stands in family and person; a closed stage keeps its packs, so nothing that is told later reaches it.

-- kind: what happened. person_id: to whom, NULL to the whole family. old_value and new_value are codes, ids and days, never a number
-- of identity. other_*: the other side (the mother of a birth, the new family of a split, where a family came from or went to).
-- corrects_n: the fact that this one takes back; each is taken back once.
-- append-only
CREATE TABLE life_event (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    kind TEXT NOT NULL CHECK (kind IN ('birth', 'death', 'school', 'pregnancy', 'pregnancy_end', 'postpartum_end', 'move', 'move_out', 'arrive', 'split',
        'joined', 'member', 'gone', 'decile', 'payee', 'account', 'leave', 'suspend', 'return', 'correction')),
    happened_on INTEGER NOT NULL,
    person_id INTEGER,
    old_value TEXT,
    new_value TEXT,
    other_kab_id INTEGER,
    other_family_id INTEGER,
    other_person_id INTEGER,
    corrects_n INTEGER CHECK (corrects_n < n),
    note TEXT,
    actor_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, family_id, n),
    UNIQUE (kab, family_id, corrects_n),
    CHECK ((kind = 'correction') = (corrects_n IS NOT NULL)),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
);

-- Where the family lived until its event n (a move).
-- append-only
CREATE TABLE life_place (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    village_id INTEGER NOT NULL,
    address TEXT,
    hamlet TEXT,
    rt TEXT,
    rw TEXT,
    PRIMARY KEY (kab, family_id, n),
    FOREIGN KEY (kab, family_id, n) REFERENCES life_event (kab, family_id, n)
);

-- One pregnancy of one woman. order_n: which of hers it is. It counts in a stage until it ends without a living child, else until
-- counts_until_on (the weeks after the birth); person.pregnancy_n is order_n as long as it counts.
CREATE TABLE pregnancy (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    order_n INTEGER NOT NULL CHECK (order_n > 0),
    known_on INTEGER NOT NULL,
    due_on INTEGER,
    ended_on INTEGER,
    outcome TEXT CHECK (outcome IN ('birth', 'loss', 'death', 'moved', 'mistake')),
    counts_until_on INTEGER,
    is_settled INTEGER NOT NULL CHECK (is_settled IN (0, 1)),
    PRIMARY KEY (kab, family_id, person_id, n),
    CHECK ((ended_on IS NULL) = (outcome IS NULL)),
    FOREIGN KEY (kab, family_id, person_id) REFERENCES person (kab, family_id, id)
);
CREATE UNIQUE INDEX pregnancy_one_open ON pregnancy (kab, family_id, person_id) WHERE ended_on IS NULL;
CREATE INDEX pregnancy_unsettled ON pregnancy (kab, counts_until_on) WHERE is_settled = 0;

-- A family on its way from one district to another: closed there, not yet opened here. kab: where it is going.
CREATE TABLE life_transfer (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    from_kab_id INTEGER NOT NULL,
    from_family_id INTEGER NOT NULL,
    from_n INTEGER NOT NULL,
    left_on INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'arrived', 'back')),
    family_id INTEGER,
    recorded_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (kab, id),
    CHECK ((state = 'waiting') = (ended_at IS NULL)),
    CHECK ((state = 'arrived') = (family_id IS NOT NULL))
);
CREATE UNIQUE INDEX life_transfer_waiting ON life_transfer (from_kab_id, from_family_id) WHERE state = 'waiting';

-- Another payee or another account, asked by one person and signed by another (office/approval.h). account_data: the new account, until
-- it is decided.
CREATE TABLE life_proposal (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    family_id INTEGER NOT NULL,
    payee_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    is_same_account INTEGER NOT NULL CHECK (is_same_account IN (0, 1)),
    account_data BLOB,
    happened_on INTEGER NOT NULL,
    note TEXT,
    seen_hash BLOB NOT NULL,
    maker_id INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (kab, id),
    CHECK (is_same_account = 0 OR account_data IS NULL),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
);
CREATE INDEX life_proposal_of_family ON life_proposal (kab, family_id, id);
