-- The registry: families and persons as facts, and beside them the packs that a closing reads.

CREATE TABLE companion (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    user_id INTEGER,
    is_coordinator INTEGER NOT NULL CHECK (is_coordinator IN (0, 1)),
    PRIMARY KEY (kab, id)
);

-- npsn: 8 digits for schools. level: SD, SMP, SMA.
CREATE TABLE school (
    npsn TEXT NOT NULL PRIMARY KEY,
    kab INTEGER NOT NULL,
    village_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('SD', 'SMP', 'SMA'))
);

CREATE TABLE health_post (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    village_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (kab, id)
);

-- Family ids count from 1 inside a district, in the order of entry. status: active, suspended, left.
-- account is text: leading zeros count. kk changes when a family splits and is no key.
CREATE TABLE family (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    dtks_code TEXT,
    kk TEXT,
    village_id INTEGER NOT NULL,
    address TEXT,
    hamlet TEXT,
    rt TEXT,
    rw TEXT,
    channel TEXT NOT NULL,
    account TEXT,
    payee_id INTEGER,
    companion_id INTEGER,
    health_post_id INTEGER,
    status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'left')),
    decile_n INTEGER,
    entered_on INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, id)
) WITHOUT ROWID;
CREATE INDEX family_by_village ON family (kab, village_id, id);

-- A person's id is unique inside the district and never changes. sex: L, P. outcome: of the duties of the present stage.
CREATE TABLE person (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    nik TEXT,
    name TEXT NOT NULL,
    born_on INTEGER,
    birth_place TEXT,
    sex TEXT CHECK (sex IN ('L', 'P')),
    mother_name TEXT,
    relation TEXT,
    school_level TEXT CHECK (school_level IN ('SD', 'SMP', 'SMA')),
    school_npsn TEXT,
    pregnancy_n INTEGER NOT NULL,
    is_severe_disability INTEGER NOT NULL CHECK (is_severe_disability IN (0, 1)),
    is_rights_victim INTEGER NOT NULL CHECK (is_rights_victim IN (0, 1)),
    outcome TEXT NOT NULL CHECK (outcome IN ('unknown', 'met', 'not_met', 'excused')),
    is_gone INTEGER NOT NULL CHECK (is_gone IN (0, 1)),
    PRIMARY KEY (kab, family_id, id),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
) WITHOUT ROWID;

-- Claims on a national identity: a keyed hash, who claims it. May repeat; repeats are findings. Filled in order of the hash.
CREATE TABLE nik_claim (
    claim_id INTEGER NOT NULL,
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (claim_id, kab, person_id)
) WITHOUT ROWID;

-- The district's epoch: a closing moves it on, and packs of older epochs are never written again.
CREATE TABLE pack_epoch (kab INTEGER NOT NULL PRIMARY KEY, epoch_n INTEGER NOT NULL);

-- 256 families in columns (src/registry/pack.h). part_n: 1 person, 2 payee. Latest epoch not after E = the pack as of closing E.
CREATE TABLE pack (
    kab INTEGER NOT NULL,
    part_n INTEGER NOT NULL,
    pack_n INTEGER NOT NULL,
    epoch_n INTEGER NOT NULL,
    family_n INTEGER NOT NULL,
    pack_hash BLOB NOT NULL,
    pack_data BLOB NOT NULL,
    PRIMARY KEY (kab, part_n, pack_n, epoch_n)
);
-- A closing needs the hashes of the payee part and not its bytes: from here it reads them without touching the packs.
CREATE INDEX pack_hashes ON pack (kab, part_n, pack_n, epoch_n, pack_hash);

-- Files from outside: staged whole, then applied in one step.
CREATE TABLE import_batch (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staging', 'staged', 'applied', 'dropped')),
    row_n INTEGER NOT NULL,
    error_n INTEGER NOT NULL,
    warning_n INTEGER NOT NULL,
    -- where reading goes on after an interruption: bytes, rows and lines of the file that are staged
    staged_bytes_n INTEGER NOT NULL,
    staged_row_n INTEGER NOT NULL,
    staged_line_n INTEGER NOT NULL,
    -- cells from which a wrapper or separators were taken off
    unwrapped_n INTEGER NOT NULL,
    separated_n INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    applied_at INTEGER,
    PRIMARY KEY (kab, id)
);

-- row_n is the row as a spreadsheet numbers it.
CREATE TABLE import_row (
    kab INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    row_n INTEGER NOT NULL,
    dtks_code TEXT,
    village_id INTEGER,
    address TEXT,
    hamlet TEXT,
    rt TEXT,
    rw TEXT,
    kk TEXT,
    nik TEXT,
    name TEXT,
    born_on INTEGER,
    birth_place TEXT,
    sex TEXT,
    mother_name TEXT,
    relation TEXT,
    PRIMARY KEY (kab, batch_id, row_n),
    FOREIGN KEY (kab, batch_id) REFERENCES import_batch (kab, id)
) WITHOUT ROWID;

-- row_n 0: of the whole file.
CREATE TABLE import_finding (
    kab INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    row_n INTEGER NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('error', 'warning')),
    message TEXT NOT NULL,
    PRIMARY KEY (kab, batch_id, row_n, field, code),
    FOREIGN KEY (kab, batch_id) REFERENCES import_batch (kab, id)
);
