-- The same for the record of who looked: on SQLite in its own file, too (db.c knows that).
CREATE INDEX read_page_by_actor ON read_page (kab, actor_id, n);
CREATE INDEX read_page_by_time ON read_page (kab, read_at);
