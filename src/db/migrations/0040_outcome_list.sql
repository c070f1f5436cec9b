-- Lists of proposed outcomes (src/commitment/outcome_list.h): what the facts of a stage's months came to at one moment, asked for by one
-- person and signed by another. Only the last signature writes person.outcome. The rows of a list are not stored: the same facts as of
-- the same moment give them again, and items_hash says whether they do. book_hash: of the rule book that judged.
CREATE TABLE commitment_list (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    first_month_on INTEGER NOT NULL,
    month_n INTEGER NOT NULL CHECK (month_n > 0),
    known_at INTEGER NOT NULL,
    known_on INTEGER NOT NULL,
    book_hash BLOB NOT NULL,
    items_hash BLOB NOT NULL,
    met_n INTEGER NOT NULL,
    not_met_n INTEGER NOT NULL,
    excused_n INTEGER NOT NULL,
    unknown_n INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    applied_at INTEGER,
    PRIMARY KEY (kab, stage, n)
);
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'outcomes', 0, 0, 0, 'operator'), (0, 'outcomes', 0, 0, 0, 'coordinator'),
    (0, 'outcomes', 0, 1, 0, 'head_linjamsos'), (0, 'outcomes', 0, 1, 0, 'head_dinsos');
