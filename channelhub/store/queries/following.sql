-- name: said
-- A conversation's messages, the oldest first, with what became of ours.
SELECT m.id, m.account, m.direction, m.at_us,
  coalesce((SELECT t.state FROM timeline AS t WHERE t.id = m.id LIMIT 1), '') AS state
FROM messages AS m
WHERE m.conversation_id = :conversation_id AND m.type = 'message' AND m.deleted_us IS NULL
ORDER BY m.at_us, m.id LIMIT :limit;

-- name: held
SELECT id FROM inbox WHERE id = :inbox_id;
