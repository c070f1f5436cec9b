-- Families that change hands: what one person asked for and another signed. With the last signature the rows of caseload are written.

-- to_id 0: nobody answers for them any more. seen_hash: of whom it is about and who answered for them when it was asked.
CREATE TABLE hand_over (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    to_id INTEGER NOT NULL,
    from_on INTEGER NOT NULL,
    seen_hash BLOB NOT NULL,
    family_n INTEGER NOT NULL CHECK (family_n > 0),
    actor_id INTEGER NOT NULL REFERENCES app_user (id),
    asked_at INTEGER NOT NULL,
    done_at INTEGER,
    PRIMARY KEY (kab, id)
);
CREATE INDEX hand_over_by_hash ON hand_over (kab, seen_hash);

-- companion_id: who answers for the family on the day before; 0: nobody.
CREATE TABLE hand_over_item (
    kab INTEGER NOT NULL,
    hand_over_id INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    companion_id INTEGER NOT NULL,
    PRIMARY KEY (kab, hand_over_id, family_id),
    FOREIGN KEY (kab, hand_over_id) REFERENCES hand_over (kab, id),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
) WITHOUT ROWID;

INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'caseload', 0, 0, 0, 'coordinator'), (0, 'caseload', 0, 0, 0, 'head_linjamsos'),
    (0, 'caseload', 0, 1, 0, 'head_linjamsos'), (0, 'caseload', 0, 1, 0, 'head_dinsos');
