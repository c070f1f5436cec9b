-- Approvals as a service of every room: what is asked, who must sign, who signed, who may sign for whom.

-- Who asks and who signs, by kind and amount. kab 0: every district that has no policy of its own for the kind. The newest
-- from_on not after the day of the request holds, whole. step_n 0: who may ask; 1, 2, …: who signs, one after the other. Of the
-- rows of a step those with the highest amount_from_rp that the amount reaches count: so an amount may add a step, or change one.
-- append-only
CREATE TABLE approval_policy (
    kab INTEGER NOT NULL,
    kind TEXT NOT NULL,
    from_on INTEGER NOT NULL,
    step_n INTEGER NOT NULL CHECK (step_n BETWEEN 0 AND 5),
    amount_from_rp INTEGER NOT NULL CHECK (amount_from_rp >= 0),
    role TEXT NOT NULL,
    PRIMARY KEY (kab, kind, from_on, step_n, amount_from_rp, role)
);

-- One thing to be signed, under the hash of what its maker saw. now_hash: what it is now, where the room tells it (else equal).
-- link: the page that shows it. state changed: it was asked anew after it had changed; the signatures stay as history.
CREATE TABLE approval_request (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    seen_hash BLOB NOT NULL,
    now_hash BLOB NOT NULL,
    amount_rp INTEGER NOT NULL,
    maker_id INTEGER NOT NULL REFERENCES app_user (id),
    made_at INTEGER NOT NULL,
    due_on INTEGER NOT NULL,
    link TEXT NOT NULL,
    step_n INTEGER NOT NULL CHECK (step_n > 0),
    signed_n INTEGER NOT NULL CHECK (signed_n >= 0 AND signed_n <= step_n),
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn', 'changed')),
    ended_by_id INTEGER REFERENCES app_user (id),
    ended_at INTEGER,
    reason TEXT,
    PRIMARY KEY (kab, id),
    UNIQUE (kab, id, maker_id, seen_hash),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((state = 'open') = (ended_by_id IS NULL)),
    CHECK (state <> 'open' OR signed_n < step_n),
    CHECK (state <> 'approved' OR signed_n = step_n),
    CHECK (state NOT IN ('approved', 'refused') OR ended_by_id <> maker_id),
    CHECK (state <> 'refused' OR reason IS NOT NULL),
    CHECK (state <> 'withdrawn' OR ended_by_id = maker_id)
);
-- The same thing is asked once at a time.
CREATE UNIQUE INDEX approval_one_open ON approval_request (kab, kind, subject) WHERE state = 'open';
CREATE INDEX approval_open ON approval_request (kab, due_on) WHERE state = 'open';
CREATE INDEX approval_of_subject ON approval_request (kab, kind, subject);
CREATE INDEX approval_of_maker ON approval_request (maker_id, made_at);

-- The steps of a request, from the policy of its day: a policy that changes later does not change what is under way.
-- append-only
CREATE TABLE approval_step (
    kab INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    step_n INTEGER NOT NULL CHECK (step_n > 0),
    role TEXT NOT NULL,
    PRIMARY KEY (kab, request_id, step_n, role),
    FOREIGN KEY (kab, request_id) REFERENCES approval_request (kab, id)
);

-- The giver lets the taker sign in his place from from_on until until_on, both included; ended_at: taken back before.
CREATE TABLE approval_delegation (
    giver_id INTEGER NOT NULL REFERENCES app_user (id),
    n INTEGER NOT NULL CHECK (n > 0),
    taker_id INTEGER NOT NULL REFERENCES app_user (id),
    from_on INTEGER NOT NULL,
    until_on INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (giver_id, n),
    UNIQUE (giver_id, n, taker_id),
    CHECK (giver_id <> taker_id),
    CHECK (from_on <= until_on)
);
CREATE INDEX approval_delegation_taker ON approval_delegation (taker_id, until_on);

-- user_id signed, for_id is whose place he took (himself without a delegation). The keys refuse: the maker in either place, one
-- person or one place twice, a step twice, a role that the step does not name, another hash than the request's, and a place that
-- was never given.
-- append-only
CREATE TABLE approval_signature (
    kab INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    step_n INTEGER NOT NULL,
    role TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    for_id INTEGER NOT NULL REFERENCES app_user (id),
    delegation_n INTEGER,
    maker_id INTEGER NOT NULL,
    seen_hash BLOB NOT NULL,
    signed_at INTEGER NOT NULL,
    PRIMARY KEY (kab, request_id, step_n),
    UNIQUE (kab, request_id, user_id),
    UNIQUE (kab, request_id, for_id),
    CHECK (user_id <> maker_id AND for_id <> maker_id),
    CHECK ((user_id = for_id) = (delegation_n IS NULL)),
    FOREIGN KEY (kab, request_id, maker_id, seen_hash) REFERENCES approval_request (kab, id, maker_id, seen_hash),
    FOREIGN KEY (kab, request_id, step_n, role) REFERENCES approval_step (kab, request_id, step_n, role),
    FOREIGN KEY (for_id, delegation_n, user_id) REFERENCES approval_delegation (giver_id, n, taker_id)
);

-- What holds from the first day.
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'run', 0, 0, 0, 'operator'), (0, 'run', 0, 0, 0, 'coordinator'), (0, 'run', 0, 0, 0, 'head_linjamsos'),
    (0, 'run', 0, 1, 0, 'head_linjamsos'), (0, 'run', 0, 1, 0, 'head_dinsos'),
    (0, 'import', 0, 0, 0, 'operator'), (0, 'import', 0, 0, 0, 'coordinator'),
    (0, 'import', 0, 1, 0, 'coordinator'), (0, 'import', 0, 1, 0, 'head_linjamsos'), (0, 'import', 0, 1, 0, 'head_dinsos'),
    (0, 'drift', 0, 0, 0, 'operator'), (0, 'drift', 0, 0, 0, 'coordinator'),
    (0, 'drift', 0, 1, 0, 'head_linjamsos'), (0, 'drift', 0, 1, 0, 'head_dinsos'),
    (0, 'merge', 0, 0, 0, 'operator'), (0, 'merge', 0, 0, 0, 'coordinator'),
    (0, 'merge', 0, 1, 0, 'coordinator'), (0, 'merge', 0, 1, 0, 'head_linjamsos'), (0, 'merge', 0, 1, 0, 'head_dinsos'),
    (0, 'account', 0, 0, 0, 'operator'), (0, 'account', 0, 0, 0, 'coordinator'),
    (0, 'account', 0, 1, 0, 'head_linjamsos'), (0, 'account', 0, 1, 0, 'head_dinsos'),
    (0, 'role', 0, 0, 0, 'head_linjamsos'), (0, 'role', 0, 0, 0, 'head_dinsos'),
    (0, 'role', 0, 1, 0, 'head_linjamsos'), (0, 'role', 0, 1, 0, 'head_dinsos'),
    (0, 'correction', 0, 0, 0, 'operator'), (0, 'correction', 0, 0, 0, 'coordinator'),
    (0, 'correction', 0, 1, 0, 'head_linjamsos'), (0, 'correction', 0, 1, 0, 'head_dinsos'),
    (0, 'erasure', 0, 0, 0, 'operator'), (0, 'erasure', 0, 0, 0, 'coordinator'),
    (0, 'erasure', 0, 1, 0, 'head_linjamsos'), (0, 'erasure', 0, 1, 0, 'head_dinsos');

-- Runs that were signed before: the first signature was the maker's, the second the approver's.
INSERT INTO approval_request (kab, id, kind, subject, seen_hash, now_hash, amount_rp, maker_id, made_at, due_on, link, step_n, signed_n, state, ended_by_id, ended_at)
    SELECT a.kab, row_number() OVER (PARTITION BY a.kab ORDER BY a.signed_at, a.subject, a.seen_hash), 'run', substr(a.subject, 5), a.seen_hash, a.seen_hash,
        coalesce((SELECT max(r.total_rp) FROM run r WHERE r.kab = a.kab AND r.run_hash = a.seen_hash), 0), a.user_id, a.signed_at, a.signed_at / 86400000 + 7,
        '/approval?kab=' || a.kab || '&stage=' || substr(a.subject, 5), 1, CASE WHEN b.step_n IS NULL THEN 0 ELSE 1 END,
        CASE WHEN b.step_n IS NULL THEN 'changed' ELSE 'approved' END, coalesce(b.user_id, a.user_id), coalesce(b.signed_at, a.signed_at)
    FROM approval a LEFT JOIN approval b ON b.kab = a.kab AND b.subject = a.subject AND b.seen_hash = a.seen_hash AND b.step_n = 2 WHERE a.step_n = 1;
UPDATE approval_request SET state = 'open', ended_by_id = NULL, ended_at = NULL
WHERE state = 'changed' AND seen_hash = (SELECT r.run_hash FROM run r WHERE r.kab = approval_request.kab AND r.stage = approval_request.subject ORDER BY r.closing_n DESC LIMIT 1);
INSERT INTO approval_step (kab, request_id, step_n, role)
    SELECT q.kab, q.id, 1, p.role FROM approval_request q JOIN approval_policy p ON p.kab = 0 AND p.kind = 'run' AND p.step_n = 1;
INSERT INTO approval_signature (kab, request_id, step_n, role, user_id, for_id, maker_id, seen_hash, signed_at)
    SELECT q.kab, q.id, 1, u.role, b.user_id, b.user_id, q.maker_id, q.seen_hash, b.signed_at
    FROM approval_request q JOIN approval b ON b.kab = q.kab AND b.subject = 'run ' || q.subject AND b.seen_hash = q.seen_hash AND b.step_n = 2
    JOIN app_user u ON u.id = b.user_id;
DROP TABLE approval;
