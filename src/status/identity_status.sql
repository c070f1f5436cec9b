-- status_stage_last :one
-- The stage that was computed last.
SELECT stage FROM run WHERE kab = :kab ORDER BY ran_at DESC, stage DESC LIMIT 1;
