-- Follow-up waves, and the papers of money that comes in and goes back.

-- A batch of families whose payment failed or came back (their attempts name it). Payees as they were in epoch_n of the packs.
-- append-only
CREATE TABLE follow_up (
    kab INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    epoch_n INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    PRIMARY KEY (kab, batch_id),
    FOREIGN KEY (kab, batch_id) REFERENCES batch (kab, id)
);
CREATE INDEX attempt_batch ON attempt (kab, batch_id);

-- kind: sp2d (the treasury's disbursement order) or remittance (its receipt for money given back). Each number counts once.
-- append-only
CREATE TABLE money_paper (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sp2d', 'remittance')),
    channel TEXT NOT NULL,
    number TEXT NOT NULL,
    amount_rp INTEGER NOT NULL CHECK (amount_rp > 0),
    dated_on INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kab, id),
    UNIQUE (kab, kind, number),
    FOREIGN KEY (kab, transfer_id) REFERENCES transfer (kab, id)
);
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'reissue', 0, 0, 0, 'operator'), (0, 'reissue', 0, 0, 0, 'coordinator'),
    (0, 'reissue', 0, 1, 0, 'head_linjamsos'), (0, 'reissue', 0, 1, 0, 'head_dinsos');
