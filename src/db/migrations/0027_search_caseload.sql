-- Whose families are whose: a companion searches in the own caseload while typing, and lists are filtered by companion.
CREATE INDEX family_by_companion ON family (kab, companion_id, id);
