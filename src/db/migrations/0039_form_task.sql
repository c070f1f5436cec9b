-- What a filled form leaves for a person to look at (src/commitment/form_apply.h): a pupil who sits in another school than we know, is not on
-- our list, or stands twice. kind: other_school, stranger, twice. name: of a stranger only; whom we know is named by family and person
-- (0 for a stranger). quarter_n: 20242 is the second quarter of 2024.
CREATE TABLE form_task (
    kab INTEGER NOT NULL,
    id INTEGER NOT NULL,
    npsn TEXT NOT NULL,
    quarter_n INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('other_school', 'stranger', 'twice')),
    family_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done')),
    actor_id INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (kab, id)
);
CREATE UNIQUE INDEX form_task_once ON form_task (kab, npsn, quarter_n, kind, person_id, name);
