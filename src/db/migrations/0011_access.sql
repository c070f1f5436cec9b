-- Who may do what, and how they prove who they are.

-- The list of roles stands in src/office/authority.c alone: a CHECK here could not grow with it.
ALTER TABLE app_user ADD COLUMN role_code TEXT NOT NULL DEFAULT '';
UPDATE app_user SET role_code = role;
ALTER TABLE app_user DROP COLUMN role;
ALTER TABLE app_user RENAME COLUMN role_code TO role;
-- 1: somebody else set the password, so the person must choose a new one at the next log-in.
ALTER TABLE app_user ADD COLUMN is_password_given INTEGER NOT NULL DEFAULT 0 CHECK (is_password_given IN (0, 1));

-- What the person sees in the list of own sessions: "Chrome, Android".
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';

-- Who answers for which family, with dates. A family without a row is family.companion_id's; the first hand-over writes that as
-- a row, too, and from then on the rows alone say who it is: each begins where the one before ends, the last has no end.
-- companion_id 0: nobody. until_on: the first day that is no longer his.
CREATE TABLE caseload (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    from_on INTEGER NOT NULL,
    until_on INTEGER CHECK (until_on > from_on),
    companion_id INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, family_id, from_on),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
) WITHOUT ROWID;
CREATE INDEX caseload_by_companion ON caseload (kab, companion_id);

-- Second factors. totp: secret_data is sealed under a key outside the database, last_step_n the last time step that was used.
-- passkey: credential_data and key_data (COSE, public), algorithm_n as in COSE, last_step_n the authenticator's counter.
CREATE TABLE factor (
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    n INTEGER NOT NULL CHECK (n > 0),
    kind TEXT NOT NULL CHECK (kind IN ('totp', 'passkey')),
    title TEXT NOT NULL,
    secret_data BLOB,
    credential_hash BLOB UNIQUE,
    credential_data BLOB,
    key_data BLOB,
    algorithm_n INTEGER NOT NULL,
    last_step_n INTEGER NOT NULL,
    is_confirmed INTEGER NOT NULL CHECK (is_confirmed IN (0, 1)),
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user_id, n)
);

-- For the day the telephone is lost: each code once, kept as a hash.
CREATE TABLE recovery_code (
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    code_hash BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user_id, code_hash)
);

-- A log-in whose password was right and whose second factor is awaited. Only the hash of the token is kept.
CREATE TABLE login_pending (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    face TEXT NOT NULL,
    is_own_device INTEGER NOT NULL CHECK (is_own_device IN (0, 1)),
    device_hash BLOB NOT NULL,
    ends_at INTEGER NOT NULL
);

-- What a passkey is asked to sign: each once, by its hash. purpose: login, enrol, confirm.
CREATE TABLE passkey_challenge (
    challenge_hash BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('login', 'enrol', 'confirm')),
    ends_at INTEGER NOT NULL
);
