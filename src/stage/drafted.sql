-- drafted_view :one
SELECT stage, book_hash, stamp_hash FROM draft_view WHERE kab = :kab;
