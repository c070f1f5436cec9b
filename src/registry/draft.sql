-- draft_book_put :exec
INSERT INTO rule_book (book_hash, code, book_text) VALUES (:book_hash, :code, :book_text) ON CONFLICT (book_hash) DO NOTHING;

-- draft_book_of :one
SELECT code, book_text FROM rule_book WHERE book_hash = :book_hash;

-- draft_view_of :one
SELECT stage, book_hash, stamp_hash FROM draft_view WHERE kab = :kab;

-- draft_view_put :exec
INSERT INTO draft_view (kab, stage, book_hash, stamp_hash) VALUES (:kab, :stage, :book_hash, :stamp_hash)
ON CONFLICT (kab) DO UPDATE SET stage = excluded.stage, book_hash = excluded.book_hash, stamp_hash = excluded.stamp_hash;

-- draft_put :exec
INSERT INTO draft (kab, pack_n, stamp_hash, pack_hash, draft_data) VALUES (:kab, :pack_n, :stamp_hash, :pack_hash, :draft_data)
ON CONFLICT (kab, pack_n) DO UPDATE SET stamp_hash = excluded.stamp_hash, pack_hash = excluded.pack_hash, draft_data = excluded.draft_data;

-- drafts_with_stamp :many
-- None when the district's stage in view is another.
SELECT d.pack_n, d.pack_hash, d.draft_data FROM draft_view v JOIN draft d ON d.kab = v.kab AND d.stamp_hash = v.stamp_hash
WHERE v.kab = :kab AND v.stamp_hash = :stamp_hash ORDER BY d.pack_n;

-- draft_of_pack :one
-- When its stamp is that of the district's stage in view.
SELECT d.pack_hash, d.draft_data FROM draft d JOIN draft_view v ON v.kab = d.kab AND v.stamp_hash = d.stamp_hash
WHERE d.kab = :kab AND d.pack_n = :pack_n;
