-- How the file of a pay list was read, and files of refused rows that were mended and sent again. (No foreign keys: the table of the
-- lists is made by a later number.)

-- source: whose titles of columns are remembered; choices: sheet, separator and columns, as lines name=value.
CREATE TABLE paylist_reading (
    kab INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    choices TEXT NOT NULL,
    PRIMARY KEY (kab, list_id)
);

-- append-only
CREATE TABLE paylist_mend (
    kab INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    file_hash BLOB NOT NULL,
    file_name TEXT NOT NULL,
    -- rows that went into the list with this file, and their sum
    row_n INTEGER NOT NULL CHECK (row_n > 0),
    amount_rp INTEGER NOT NULL CHECK (amount_rp >= 0),
    actor_id INTEGER NOT NULL,
    mended_at INTEGER NOT NULL,
    PRIMARY KEY (kab, list_id, n),
    UNIQUE (kab, list_id, file_hash)
);
