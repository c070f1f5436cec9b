-- Search by name (src/registry/search_index.h): three tables made from the names of person alone, in the transaction of each change.

-- The words of 256 families' members, as they were last indexed: what a change takes out of the postings is read from here.
CREATE TABLE search_name (
    kab INTEGER NOT NULL,
    pack_n INTEGER NOT NULL,
    name_data BLOB NOT NULL,
    PRIMARY KEY (kab, pack_n)
);

-- The district's distinct words. part_n only grows: whoever has read up to a part reads what came after it.
CREATE TABLE search_word (
    kab INTEGER NOT NULL,
    part_n INTEGER NOT NULL,
    word_n INTEGER NOT NULL,
    word_data BLOB NOT NULL,
    PRIMARY KEY (kab, part_n)
);

-- Who has a word in the name, in blocks that fit a page. By word first, as claims are by their hash: one scan answers for a nation, and
-- a bulk build is one sorted pass. A block holds the members from start_n to before the next block's; the first begins at 0.
CREATE TABLE search_posting (
    word TEXT NOT NULL,
    kab INTEGER NOT NULL,
    start_n INTEGER NOT NULL,
    person_n INTEGER NOT NULL,
    posting_data BLOB NOT NULL,
    PRIMARY KEY (word, kab, start_n)
) WITHOUT ROWID;
