-- The desk for requests about one's own data (UU 27/2022; src/registry/desk.h).

-- How long an answer may take, by kind, with its source. The newest from_on not after the day of the request holds.
-- append-only
CREATE TABLE desk_clock (
    kind TEXT NOT NULL,
    from_on INTEGER NOT NULL,
    hours_n INTEGER NOT NULL CHECK (hours_n > 0),
    source TEXT NOT NULL,
    PRIMARY KEY (kind, from_on)
);
-- 19282 is 17 October 2022, the day the law came into force.
INSERT INTO desk_clock (kind, from_on, hours_n, source) VALUES
    ('correct', 19282, 72, 'UU 27/2022 Pasal 30: 3 x 24 jam'),
    ('access', 19282, 72, 'UU 27/2022 Pasal 32: 3 x 24 jam'),
    ('withdraw', 19282, 72, 'UU 27/2022 Pasal 40: 3 x 24 jam'),
    ('object', 19282, 72, 'UU 27/2022 Pasal 10: tanpa jangka waktu; disamakan dengan Pasal 30'),
    ('erase', 19282, 72, 'UU 27/2022 Pasal 43: tanpa jangka waktu; disamakan dengan Pasal 30');

-- person_id NULL: the whole family. words_data: who asks, what is wrong, what is wanted, by what it is shown, sealed; answer_data: what was
-- answered, sealed; both are gone when the family is erased. salt_data goes into what is signed, so that a hash says nothing alone.
-- asker, proof, reason: codes of desk.h. request_id: asked for a second signature; fact_n: the fact of the family's life that did it.
-- version_n moves with every change: two people at once are told.
CREATE TABLE desk_request (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    family_id INTEGER NOT NULL,
    person_id INTEGER,
    kind TEXT NOT NULL CHECK (kind IN ('correct', 'object', 'access', 'erase', 'withdraw')),
    field TEXT,
    asker TEXT NOT NULL,
    proof TEXT NOT NULL,
    words_data BLOB,
    salt_data BLOB,
    taken_id INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    assigned_id INTEGER,
    request_id INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'granted', 'refused')),
    reason TEXT,
    fact_n INTEGER,
    answer_data BLOB,
    answered_id INTEGER,
    answered_at INTEGER,
    version_n INTEGER NOT NULL,
    PRIMARY KEY (kab, id),
    CHECK ((kind = 'correct') = (field IS NOT NULL)),
    CHECK ((state = 'open') = (answered_at IS NULL)),
    CHECK ((state = 'open') = (answered_id IS NULL)),
    CHECK ((state = 'refused') = (reason IS NOT NULL)),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
);
CREATE INDEX desk_request_by_state ON desk_request (kab, state, due_at, id);
CREATE INDEX desk_request_of_family ON desk_request (kab, family_id, id);
