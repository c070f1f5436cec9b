-- An excuse that ended early (src/commitment/excuse.h): last_month_on is the last month it still covers, by its first day; the month before
-- the excuse's first one takes it back wholly. Once for each excuse.
-- append-only
CREATE TABLE commitment_excuse_end (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    last_month_on INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (kab, family_id, n),
    FOREIGN KEY (kab, family_id, n) REFERENCES commitment_excuse (kab, family_id, n)
) WITHOUT ROWID;
-- A companion may ask for his own families.
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES (0, 'excuse', 0, 0, 0, 'companion');
