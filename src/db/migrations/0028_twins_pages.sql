-- Identity work and pairs of entries as pages: paged by key, put off, and merged only when a second person has signed.

-- The order of the worklist, so that a page begins where the one before ended.
DROP INDEX identity_finding_by_money;
CREATE INDEX identity_finding_by_money ON identity_finding (kab, state, amount_rp, kind, family_id, person_id);

-- later_on: an open pair that somebody has put off is not asked about before this day. taken, is_other_kept: the merge that somebody
-- asks for (which entry stays, what it takes over from the other); taken NULL: nobody asks.
ALTER TABLE duplicate_pair ADD COLUMN later_on INTEGER;
ALTER TABLE duplicate_pair ADD COLUMN is_other_kept INTEGER CHECK (is_other_kept IN (0, 1));
ALTER TABLE duplicate_pair ADD COLUMN taken TEXT;

-- The approval request that a merge was done under; NULL: before merges needed a second person.
ALTER TABLE person_merge ADD COLUMN request_id INTEGER;
-- A family's page tells who of it went where, and who came.
CREATE INDEX person_merge_kept ON person_merge (kab, family_id);
CREATE INDEX person_merge_gone_family ON person_merge (gone_kab_id, gone_family_id);
