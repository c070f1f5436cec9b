-- Drift (src/registry/drift.h): what a file of the Ministry says other than the registry, before anything of it is applied.

-- One look at a staged file, with the money of a stage. items_hash: of all items without their money; what is signed stands under it.
-- kinds: which of them are to be applied, by name. state looked: nothing was changed yet.
CREATE TABLE drift (
    kab INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    items_hash BLOB NOT NULL,
    item_n INTEGER NOT NULL,
    family_n INTEGER NOT NULL,
    more_rp INTEGER NOT NULL,
    less_rp INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    happened_on INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('looked', 'applied', 'undone')),
    actor_id INTEGER NOT NULL,
    looked_at INTEGER NOT NULL,
    applied_at INTEGER,
    undone_at INTEGER,
    PRIMARY KEY (kab, batch_id),
    CHECK ((state = 'looked') = (applied_at IS NULL)),
    FOREIGN KEY (kab, batch_id) REFERENCES import_batch (kab, id)
);

-- before_rp, after_rp: what the family comes to in the stage; both 0 in its further items, so that sums hold. row_n: its row in the
-- file. old_value, new_value: codes and ids, no personal data. fact_n: the fact in the family's life once it is applied.
CREATE TABLE drift_item (
    kab INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    kind TEXT NOT NULL,
    family_id INTEGER,
    person_id INTEGER,
    row_n INTEGER,
    village_id INTEGER,
    old_value TEXT,
    new_value TEXT,
    is_by_hand INTEGER NOT NULL CHECK (is_by_hand IN (0, 1)),
    before_rp INTEGER NOT NULL,
    after_rp INTEGER NOT NULL,
    fact_n INTEGER,
    PRIMARY KEY (kab, batch_id, n),
    FOREIGN KEY (kab, batch_id) REFERENCES drift (kab, batch_id)
);
CREATE INDEX drift_item_by_kind ON drift_item (kab, batch_id, kind, n);

-- What newer files say beside the usual columns: the decile of the family, and that somebody has died.
ALTER TABLE import_row ADD COLUMN decile_n INTEGER;
ALTER TABLE import_row ADD COLUMN is_dead INTEGER NOT NULL DEFAULT 0;
