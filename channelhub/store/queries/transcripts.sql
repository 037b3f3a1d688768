-- name: page
-- The newest messages of a conversation, older than a place in it, with their newest words. Of ours only what its
-- channel was given.
SELECT m.id, m.external_id, m.direction, m.at_us, m.is_automatic, t.text FROM messages AS m
JOIN message_texts AS t ON t.message_id = m.id AND t.revision = m.revision
WHERE m.conversation_id = :conversation_id AND m.type IN ('message', 'notice') AND m.deleted_us IS NULL
  AND m.at_us >= :since_us AND (m.at_us < :before_us OR (m.at_us = :before_us AND m.id < :before_id))
  AND (m.direction = 'in' OR EXISTS (SELECT 1 FROM outbox AS o WHERE o.message_id = m.id
    AND o.state NOT IN ('queued', 'withdrawn', 'failed')))
ORDER BY m.at_us DESC, m.id DESC LIMIT :limit;

-- name: named
-- One message of a conversation by the id that its channel gave it.
SELECT id FROM messages
WHERE conversation_id = :conversation_id AND external_id = :external_id AND direction = 'in' AND deleted_us IS NULL
  AND at_us >= :since_us LIMIT 1;

-- name: files
SELECT message_id, n, filename, content_type, size, sha256 FROM attachments
WHERE message_id = ANY(:message_ids) ORDER BY message_id, n;
