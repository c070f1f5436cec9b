-- For the pages of the audit trail: what happened to one thing, what one person did, and on which days.
CREATE INDEX audit_by_subject ON audit (kab, subject, n);
CREATE INDEX audit_by_actor ON audit (kab, actor_id, n);
CREATE INDEX audit_by_time ON audit (kab, recorded_at);
