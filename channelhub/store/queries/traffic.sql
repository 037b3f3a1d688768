-- name: add
INSERT INTO traffic (minute_us, messages) VALUES (:minute_us, :messages)
ON CONFLICT (minute_us) DO UPDATE SET messages = traffic.messages + excluded.messages;

-- name: since
SELECT coalesce(sum(messages), 0) AS messages FROM traffic WHERE minute_us >= :since_us;

-- name: between
SELECT minute_us, messages FROM traffic WHERE minute_us >= :since_us AND minute_us < :until_us ORDER BY minute_us
LIMIT :limit;
