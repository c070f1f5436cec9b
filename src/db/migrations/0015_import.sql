-- How a staged file is read, and which column is which in the files of a source.

-- choices: what a person said about the file (sheet, separator, encoding, columns, places to be filled down), as lines name=value;
-- a file that was interrupted goes on with them. carried: place names to be filled down, and counts since the last total of the
-- file, as they stood at the end of the rows that are staged.
CREATE TABLE import_reading (
    kab INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    -- of the file's bytes; the batch's own hash also tells sheets of a workbook apart
    content_hash BLOB NOT NULL,
    choices TEXT NOT NULL,
    -- found out or chosen, for people
    sheet TEXT NOT NULL,
    separator TEXT NOT NULL,
    encoding TEXT NOT NULL,
    header TEXT NOT NULL,
    bytes_n INTEGER NOT NULL,
    carried TEXT NOT NULL,
    data_row_n INTEGER NOT NULL,
    part_row_n INTEGER NOT NULL,
    family_n INTEGER NOT NULL,
    part_family_n INTEGER NOT NULL,
    last_family_id INTEGER NOT NULL,
    footer_n INTEGER NOT NULL,
    PRIMARY KEY (kab, batch_id),
    FOREIGN KEY (kab, batch_id) REFERENCES import_batch (kab, id)
);

-- The title that a column had in the last file of this source, where it was a person who said so.
CREATE TABLE import_mapping (
    kab INTEGER NOT NULL,
    source TEXT NOT NULL,
    field TEXT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (kab, source, field)
);
