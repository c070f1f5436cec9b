-- Who works here, what they are doing now, what they signed, and the chain of everything that was changed.

-- An office's people. kab is the district they work for; 0 for the nation.
CREATE TABLE app_user (
    id INTEGER NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('operator', 'coordinator', 'head_linjamsos', 'head_dinsos', 'companion', 'auditor')),
    kab INTEGER NOT NULL,
    password_code TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    is_practice INTEGER NOT NULL CHECK (is_practice IN (0, 1)),
    created_at INTEGER NOT NULL
);

-- One row, written with the first person. 1 marks a practice database; the key refuses a second row and nothing may change
-- the first, so a database is for practice from its beginning or never.
-- append-only
CREATE TABLE office_mode (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    is_practice INTEGER NOT NULL CHECK (is_practice IN (0, 1)),
    begun_at INTEGER NOT NULL
);

-- Only the hash of the token is kept. face: 'page' or 'shell'.
CREATE TABLE session (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    face TEXT NOT NULL,
    csrf_code TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    confirmed_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);

-- Failed log-ins, as one instant for each account, place and device: until when the budget is spent (src/office/budget.h).
CREATE TABLE login_budget (
    key_hash BLOB NOT NULL PRIMARY KEY,
    spent_until_at INTEGER NOT NULL
);

-- Devices on which a person has logged in before: they have a budget of their own, which no stranger can spend.
CREATE TABLE login_device (
    device_hash BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    seen_at INTEGER NOT NULL
);

-- One chain for each district: hash = H(prev_hash, canonical entry). Written in the transaction of the change it records.
-- append-only
CREATE TABLE audit (
    kab INTEGER NOT NULL,
    n INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    entry_hash BLOB NOT NULL,
    PRIMARY KEY (kab, n)
);

-- A signature under the hash of what was seen. step 1 is the maker's, step 2 the checker's; never the same person.
-- append-only
CREATE TABLE approval (
    kab INTEGER NOT NULL,
    subject TEXT NOT NULL,
    seen_hash BLOB NOT NULL,
    step_n INTEGER NOT NULL CHECK (step_n IN (1, 2)),
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    signed_at INTEGER NOT NULL,
    PRIMARY KEY (kab, subject, seen_hash, step_n),
    UNIQUE (kab, subject, seen_hash, user_id)
);
