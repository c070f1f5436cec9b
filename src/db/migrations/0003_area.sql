-- Areas by their Kemendagri code without dots: 13, 1371, 137101, 1371011001. level_n 1 province … 4 kelurahan or desa.
CREATE TABLE area (
    id INTEGER NOT NULL PRIMARY KEY,
    parent_id INTEGER,
    level_n INTEGER NOT NULL CHECK (level_n BETWEEN 1 AND 4),
    name TEXT NOT NULL,
    kind TEXT NOT NULL
);
CREATE INDEX area_parent ON area (parent_id);
