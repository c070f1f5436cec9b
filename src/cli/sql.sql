-- sql_districts :many
-- The districts of an area that have families, with the highest number of a family.
SELECT kab, max(id) AS last_id FROM family WHERE kab >= :low_kab_n AND kab <= :high_kab_n GROUP BY kab ORDER BY kab;
