-- user_requests_open :many
SELECT id FROM approval_request
WHERE kab = :kab AND state = 'open' AND ((kind = 'factor' AND subject = :who) OR (kind IN ('role', 'enable') AND subject LIKE :who || ' %'))
ORDER BY id;
