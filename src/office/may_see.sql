-- Who may see which rows: the one predicate of role, area and own caseload. tools/sqlc.py puts these into every query that names
-- them; how to use them stands in authority.h. :see_user_id 0 is whoever sees a whole area; a companion's own number else.

-- may_see_district(a_kab) :predicate
-- What belongs to a district as a whole: stages, totals, batches. A companion sees none of it.
a_kab BETWEEN :see_low_n AND :see_high_n AND :see_user_id = 0 AND :see_on IS NOT NULL;

-- may_see_family(a_kab, an_id) :predicate
-- A family, and everything that hangs on it.
a_kab BETWEEN :see_low_n AND :see_high_n AND (:see_user_id = 0 OR EXISTS (
    SELECT 1 FROM companion see_k WHERE see_k.kab = a_kab AND see_k.user_id = :see_user_id AND see_k.id = COALESCE(
        (SELECT see_c.companion_id FROM caseload see_c WHERE see_c.kab = a_kab AND see_c.family_id = an_id AND see_c.from_on <= :see_on
            AND (see_c.until_on IS NULL OR see_c.until_on > :see_on)),
        (SELECT see_f.companion_id FROM family see_f WHERE see_f.kab = a_kab AND see_f.id = an_id))));

-- companion_today(a_kab, an_id) :predicate
-- The number of the companion who answers for a family on the day :see_on; 0 or NULL: nobody.
COALESCE(
    (SELECT see_c.companion_id FROM caseload see_c WHERE see_c.kab = a_kab AND see_c.family_id = an_id AND see_c.from_on <= :see_on
        AND (see_c.until_on IS NULL OR see_c.until_on > :see_on)),
    (SELECT see_f.companion_id FROM family see_f WHERE see_f.kab = a_kab AND see_f.id = an_id));

-- may_see_training(a_kab, an_id) :predicate
-- A training: whoever sees the district, and of the companions those who are called to it, once the letter is signed.
a_kab BETWEEN :see_low_n AND :see_high_n AND :see_on IS NOT NULL AND (:see_user_id = 0 OR EXISTS (
    SELECT 1 FROM training_person see_p JOIN companion see_k ON see_k.kab = see_p.kab AND see_k.id = see_p.companion_id
    JOIN training_event see_t ON see_t.kab = see_p.kab AND see_t.id = see_p.event_id AND see_t.state IN ('called', 'closed')
    WHERE see_p.kab = a_kab AND see_p.event_id = an_id AND see_k.user_id = :see_user_id));
