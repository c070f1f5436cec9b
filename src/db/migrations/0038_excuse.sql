-- Why something could not be done (src/commitment/excuse.h): asked by one person, granted by the signature of another. person_id NULL:
-- everybody in the family. duty NULL: all duties. Months by their first days. granted_at NULL: asked, and not granted (yet).
CREATE TABLE commitment_excuse (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    person_id INTEGER,
    duty TEXT,
    first_month_on INTEGER NOT NULL,
    last_month_on INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('no_school', 'disaster', 'post_closed', 'unreachable', 'illness', 'other')),
    note TEXT,
    evidence TEXT,
    maker_id INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    granted_by_id INTEGER,
    granted_at INTEGER,
    PRIMARY KEY (kab, family_id, n),
    CHECK (first_month_on <= last_month_on),
    CHECK ((granted_at IS NULL) = (granted_by_id IS NULL)),
    CHECK (granted_by_id <> maker_id),
    FOREIGN KEY (kab, family_id) REFERENCES family (kab, id)
);
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'excuse', 0, 0, 0, 'operator'), (0, 'excuse', 0, 0, 0, 'coordinator'),
    (0, 'excuse', 0, 1, 0, 'coordinator'), (0, 'excuse', 0, 1, 0, 'head_linjamsos'), (0, 'excuse', 0, 1, 0, 'head_dinsos');
