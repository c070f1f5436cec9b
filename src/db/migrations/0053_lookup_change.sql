-- While the look-up key is being changed (src/registry/reseal.h): what each number's hash was and is, so that pay lists, which keep nothing of
-- a number but its hash, follow; and the lists that have followed. Both are emptied when the change is done. kind_n: as in claim.
CREATE TABLE lookup_change (
    kind_n INTEGER NOT NULL,
    old_claim_id INTEGER NOT NULL,
    new_claim_id INTEGER NOT NULL,
    PRIMARY KEY (kind_n, old_claim_id)
) WITHOUT ROWID;
CREATE TABLE lookup_change_list (
    kab INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    PRIMARY KEY (kab, list_id)
);
