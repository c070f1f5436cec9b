-- What the database knows about itself.

-- Each migration that was applied, with the BLAKE2b of its text: a migration never changes afterwards.
CREATE TABLE migration (
    n INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum_hash BLOB NOT NULL,
    applied_at INTEGER NOT NULL
);

-- Settings of this office: few, by name.
CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
