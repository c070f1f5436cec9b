-- columns_of_source :many
SELECT field, title FROM import_mapping WHERE kab = :kab AND source = :source ORDER BY field;

-- column_put :exec
INSERT INTO import_mapping (kab, source, field, title) VALUES (:kab, :source, :field, :title)
ON CONFLICT (kab, source, field) DO UPDATE SET title = excluded.title;
