-- Who decides what a stage pays in a district: we, by the rule book, or the Ministry, by its pay list, which we then check, follow up and
-- reconcile. The last row counts; without one we decide. Asked by one person and signed by another (approval_request).
-- append-only
CREATE TABLE paylist_mode (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    mode TEXT NOT NULL CHECK (mode IN ('ours', 'ministry')),
    request_id INTEGER NOT NULL,
    asked_id INTEGER NOT NULL,
    signed_id INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (kab, stage, n),
    FOREIGN KEY (kab, request_id) REFERENCES approval_request (kab, id),
    CHECK (asked_id <> signed_id)
);
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'mode', 0, 0, 0, 'operator'), (0, 'mode', 0, 0, 0, 'coordinator'), (0, 'mode', 0, 0, 0, 'head_linjamsos'),
    (0, 'mode', 0, 1, 0, 'head_linjamsos'), (0, 'mode', 0, 1, 0, 'head_dinsos');

-- What a closing pays where the Ministry decides: family, village, channel and amount in columns (src/stage/decided.h). Our own
-- entitlement stays beside it in the closing's cases, for explanation and comparison. list_hash: of the files that counted.
-- append-only
CREATE TABLE closing_decided (
    kab INTEGER NOT NULL,
    stage TEXT NOT NULL,
    closing_n INTEGER NOT NULL,
    family_n INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    total_rp INTEGER NOT NULL,
    list_hash BLOB NOT NULL,
    decided_hash BLOB NOT NULL,
    decided_data BLOB NOT NULL,
    PRIMARY KEY (kab, stage, closing_n),
    FOREIGN KEY (kab, stage, closing_n) REFERENCES closing (kab, stage, closing_n)
);
