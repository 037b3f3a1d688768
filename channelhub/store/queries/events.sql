-- name: append
INSERT INTO events (type, at_us, account, identity_id, data, is_replayed)
VALUES (:type, :at_us, :account, :identity_id, :data, :is_replayed);

-- name: since
SELECT id, type, at_us, account, identity_id, data, is_replayed FROM events WHERE id > :after ORDER BY id LIMIT :limit;

-- name: oldest_id
SELECT coalesce(min(id), 0) AS id FROM events;

-- name: newest_id
SELECT coalesce(max(id), 0) AS id FROM events;

-- name: first_since
SELECT coalesce(min(id), 0) AS id FROM events WHERE at_us >= :at_us;
