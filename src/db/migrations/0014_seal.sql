-- Identifiers are sealed: NIK, KK and account are bytes that only the key file beside the database and the family's salt open
-- (src/registry/secret.h). What was written in clear before cannot be sealed by a migration: such a database is refused here and
-- is exported by the program that made it (harapan export) and imported anew.
CREATE TABLE clear_identifiers_must_be_exported_first (n INTEGER NOT NULL PRIMARY KEY CHECK (n = 0));
INSERT INTO clear_identifiers_must_be_exported_first (n)
SELECT (SELECT COUNT(*) FROM person WHERE nik IS NOT NULL) + (SELECT COUNT(*) FROM family WHERE kk IS NOT NULL OR account IS NOT NULL) +
    (SELECT COUNT(*) FROM import_row WHERE nik IS NOT NULL OR kk IS NOT NULL);
DROP TABLE clear_identifiers_must_be_exported_first;

-- A family's salt. Whoever destroys it has destroyed every identifier of the family, in rows, packs and copies alike: nothing
-- else opens them. So this table has a short-lived backup of its own. Below 0: a staged file, -family_id is the number of its
-- import; destroyed when the file is applied or dropped. key_n: under which key of the area; lookup_n: under which look-up key.
CREATE TABLE family_salt (
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    key_n INTEGER NOT NULL,
    lookup_n INTEGER NOT NULL,
    salt_data BLOB NOT NULL,
    PRIMARY KEY (kab, family_id)
) WITHOUT ROWID;

-- The keys this database was sealed with, known by their hash alone; the keys themselves are in the key file. kab 0: the national
-- look-up key. state: current seals; leaving still opens what is not yet sealed anew; gone is for the record.
CREATE TABLE seal_key (
    kab INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    check_hash BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('current', 'leaving', 'gone')),
    made_at INTEGER NOT NULL,
    PRIMARY KEY (kab, n)
);

ALTER TABLE family ADD COLUMN kk_data BLOB;
ALTER TABLE family ADD COLUMN account_data BLOB;
ALTER TABLE family DROP COLUMN kk;
ALTER TABLE family DROP COLUMN account;
ALTER TABLE person ADD COLUMN nik_data BLOB;
ALTER TABLE person DROP COLUMN nik;
ALTER TABLE import_row ADD COLUMN kk_data BLOB;
ALTER TABLE import_row ADD COLUMN nik_data BLOB;
ALTER TABLE import_row DROP COLUMN kk;
ALTER TABLE import_row DROP COLUMN nik;
-- How many NIK a file has, and how many of them end in 0: counted while they are read, for afterwards they are sealed.
ALTER TABLE import_batch ADD COLUMN nik_n INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_batch ADD COLUMN rounded_n INTEGER NOT NULL DEFAULT 0;

-- Who claims which number: a keyed hash under the national look-up key. kind_n: 1 NIK, 2 KK, 3 account, 4 phone, 5 card
-- (SecretKind). person_id 0: the family itself. May repeat; repeats are findings. Filled in order of the hash.
DROP TABLE nik_claim;
CREATE TABLE claim (
    kind_n INTEGER NOT NULL,
    claim_id INTEGER NOT NULL,
    kab INTEGER NOT NULL,
    family_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (kind_n, claim_id, kab, family_id, person_id)
) WITHOUT ROWID;
