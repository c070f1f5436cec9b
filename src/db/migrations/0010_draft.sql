-- Drafts: what each pack comes to in the stage in view, kept up to date by every change, so that a closing need not read persons.
-- They hold nothing that the packs do not: a draft that does not fit is made anew or left unread.

-- The stage that a district's drafts are made for, and the rule book they are made with.
CREATE TABLE draft_view (
    kab INTEGER NOT NULL PRIMARY KEY,
    stage TEXT NOT NULL,
    book_hash BLOB NOT NULL REFERENCES rule_book (book_hash),
    stamp_hash BLOB NOT NULL
);

-- The latest draft of each pack (src/registry/draft.h). It fits when its stamp is the view's and pack_hash is the person part's.
CREATE TABLE draft (
    kab INTEGER NOT NULL,
    pack_n INTEGER NOT NULL,
    stamp_hash BLOB NOT NULL,
    pack_hash BLOB NOT NULL,
    draft_data BLOB NOT NULL,
    PRIMARY KEY (kab, pack_n)
);
