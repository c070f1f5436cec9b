-- A log-in whose password was right and that waits for its second factor is over after a few wrong codes.
ALTER TABLE login_pending ADD COLUMN wrong_n INTEGER NOT NULL DEFAULT 0 CHECK (wrong_n >= 0);
