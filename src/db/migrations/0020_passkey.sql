-- Letting a disabled person in again: one who keeps users asks, another signs.
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'enable', 0, 0, 0, 'administrator'), (0, 'enable', 0, 0, 0, 'head_linjamsos'), (0, 'enable', 0, 0, 0, 'head_dinsos'),
    (0, 'enable', 0, 1, 0, 'administrator'), (0, 'enable', 0, 1, 0, 'head_linjamsos'), (0, 'enable', 0, 1, 0, 'head_dinsos');

-- What a passkey is asked to sign: each once, by its hash, and only by whom and in the session for which it was made.
-- bound_hash: the session's token, or that of the log-in which waits for its second factor.
DROP TABLE passkey_challenge;
CREATE TABLE passkey_challenge (
    challenge_hash BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    bound_hash BLOB NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('login', 'enrol', 'confirm')),
    ends_at INTEGER NOT NULL
);
CREATE INDEX passkey_challenge_of_user ON passkey_challenge (user_id);

-- Another key for the head of each day: the same two people. A key that they agreed to may sign from then on (src/office/head_request.h);
-- the first key of a database needs no row.
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'head_key', 0, 0, 0, 'administrator'), (0, 'head_key', 0, 0, 0, 'head_linjamsos'), (0, 'head_key', 0, 0, 0, 'head_dinsos'),
    (0, 'head_key', 0, 1, 0, 'administrator'), (0, 'head_key', 0, 1, 0, 'head_linjamsos'), (0, 'head_key', 0, 1, 0, 'head_dinsos');
-- append-only
CREATE TABLE head_key (
    key_hash BLOB NOT NULL PRIMARY KEY,
    agreed_at INTEGER NOT NULL
);
