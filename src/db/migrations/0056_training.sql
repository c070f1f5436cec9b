-- Trainings (Bimtek): who is called to what, what the day was, what was learned (src/training/).

-- state: plan, called (the assignment letter is signed), closed (certificates stand), cancelled. version_n moves with every change of the plan.
-- letter_number: as the office's register of letters numbers it. jp_least_n: learning hours that a certificate needs.
CREATE TABLE training_event (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    title TEXT NOT NULL,
    purpose TEXT NOT NULL,
    place TEXT NOT NULL,
    address TEXT NOT NULL,
    first_on INTEGER NOT NULL,
    last_on INTEGER NOT NULL,
    quota_n INTEGER NOT NULL CHECK (quota_n > 0),
    jp_least_n INTEGER NOT NULL CHECK (jp_least_n >= 0),
    letter_number TEXT NOT NULL,
    signer_name TEXT NOT NULL,
    signer_number TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('plan', 'called', 'closed', 'cancelled')),
    request_id INTEGER,
    called_on INTEGER,
    closed_at INTEGER,
    open_test TEXT NOT NULL CHECK (open_test IN ('', 'pre', 'post')),
    made_id INTEGER NOT NULL REFERENCES app_user (id),
    made_at INTEGER NOT NULL,
    version_n INTEGER NOT NULL,
    PRIMARY KEY (kab, id),
    CHECK (last_on >= first_on),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX training_event_by_day ON training_event (kab, first_on, id);

-- jp_n: learning hours (JP). 0 for a ceremony or a break.
CREATE TABLE training_session (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    title TEXT NOT NULL,
    trainer TEXT NOT NULL,
    room TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    jp_n INTEGER NOT NULL CHECK (jp_n >= 0),
    PRIMARY KEY (kab, event_id, n),
    CHECK (until_at > from_at),
    FOREIGN KEY (kab, event_id) REFERENCES training_event (kab, id)
);

CREATE TABLE training_budget (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    title TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity_n INTEGER NOT NULL CHECK (quantity_n > 0),
    price_rp INTEGER NOT NULL CHECK (price_rp >= 0),
    PRIMARY KEY (kab, event_id, n),
    FOREIGN KEY (kab, event_id) REFERENCES training_event (kab, id)
);

-- place: where it lies: an address, a folder, "hand-out".
CREATE TABLE training_material (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    title TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (kab, event_id, n),
    FOREIGN KEY (kab, event_id) REFERENCES training_event (kab, id)
);

-- way: 'called' stands in the assignment letter, 'walk_in' came without having been called.
CREATE TABLE training_person (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    companion_id INTEGER NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('called', 'walk_in')),
    actor_id INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (kab, event_id, companion_id),
    FOREIGN KEY (kab, event_id) REFERENCES training_event (kab, id),
    FOREIGN KEY (kab, companion_id) REFERENCES companion (kab, id)
);
CREATE INDEX training_person_by_companion ON training_person (kab, companion_id, event_id);

-- Days on which families are paid: companions stand at the counters then. Told by the office.
CREATE TABLE training_pay_day (
    kab INTEGER NOT NULL,
    day_on INTEGER NOT NULL,
    title TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    PRIMARY KEY (kab, day_on)
);

-- One person, one session, one check-in. way: 'self' (code of the session), 'desk' (code of the person), 'list' (from paper).
-- append-only
CREATE TABLE training_attendance (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    session_n INTEGER NOT NULL,
    companion_id INTEGER NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('self', 'desk', 'list')),
    actor_id INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    PRIMARY KEY (kab, event_id, session_n, companion_id),
    FOREIGN KEY (kab, event_id, session_n) REFERENCES training_session (kab, event_id, n),
    FOREIGN KEY (kab, event_id, companion_id) REFERENCES training_person (kab, event_id, companion_id)
);

-- The bank of questions. choice_d and choice_e may be empty. right_choice: A to E. A question that was used is never changed, only retired.
CREATE TABLE training_question (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    competence TEXT NOT NULL CHECK (competence IN ('integrity', 'knowledge', 'skill')),
    topic TEXT NOT NULL,
    question TEXT NOT NULL,
    choice_a TEXT NOT NULL,
    choice_b TEXT NOT NULL,
    choice_c TEXT NOT NULL,
    choice_d TEXT NOT NULL,
    choice_e TEXT NOT NULL,
    right_choice TEXT NOT NULL CHECK (right_choice IN ('A', 'B', 'C', 'D', 'E')),
    is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
    made_id INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (kab, id)
);

-- The questions of an event, the same before and after it, so that a person is compared with himself.
CREATE TABLE training_item (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    question_id INTEGER NOT NULL,
    PRIMARY KEY (kab, event_id, n),
    UNIQUE (kab, event_id, question_id),
    FOREIGN KEY (kab, event_id) REFERENCES training_event (kab, id),
    FOREIGN KEY (kab, question_id) REFERENCES training_question (kab, id)
);

-- One answer sheet a person and test. choices: a letter for each item in its order, '-' where nothing was chosen. way: 'self' or 'paper'.
CREATE TABLE training_sheet (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pre', 'post')),
    companion_id INTEGER NOT NULL,
    choices TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('self', 'paper')),
    actor_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, event_id, kind, companion_id),
    FOREIGN KEY (kab, event_id, companion_id) REFERENCES training_person (kab, event_id, companion_id)
);

-- What is handed out, by kind and size, and how much of it there is. given_n is counted with each hand-over and never above stock_n.
CREATE TABLE training_goods (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    size TEXT NOT NULL,
    stock_n INTEGER NOT NULL,
    given_n INTEGER NOT NULL,
    PRIMARY KEY (kab, event_id, kind, size),
    CHECK (given_n >= 0 AND given_n <= stock_n),
    FOREIGN KEY (kab, event_id) REFERENCES training_event (kab, id)
);

-- One of a kind for each person. signature: strokes drawn on the screen; empty when it stands on the paper list.
-- append-only
CREATE TABLE training_handover (
    kab INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    companion_id INTEGER NOT NULL,
    size TEXT NOT NULL,
    signature TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (kab, event_id, kind, companion_id),
    FOREIGN KEY (kab, event_id, kind, size) REFERENCES training_goods (kab, event_id, kind, size),
    FOREIGN KEY (kab, event_id, companion_id) REFERENCES training_person (kab, event_id, companion_id)
);

-- As it was printed. The code on the paper is a keyed hash over all of it (certificate.h): neither a row put in nor a paper made up is true.
-- append-only
CREATE TABLE training_certificate (
    kab INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    event_id INTEGER NOT NULL,
    companion_id INTEGER NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    first_on INTEGER NOT NULL,
    last_on INTEGER NOT NULL,
    jp_n INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (kab, n),
    UNIQUE (kab, event_id, companion_id),
    FOREIGN KEY (kab, event_id, companion_id) REFERENCES training_person (kab, event_id, companion_id)
);

INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'training', 0, 0, 0, 'operator'), (0, 'training', 0, 0, 0, 'coordinator'), (0, 'training', 0, 0, 0, 'head_linjamsos'),
    (0, 'training', 0, 1, 0, 'head_dinsos');
