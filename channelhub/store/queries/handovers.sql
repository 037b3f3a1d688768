-- name: unread
-- Answers that an account's visitors haven't read, where one address at least is known to be, or said to be, theirs.
SELECT o.id FROM outbox AS o
WHERE o.state IN ('sent', 'delivered') AND o.due_us >= :since_us AND o.due_us <= :until_us
  AND o.account = :account AND o.kind = 'reply'
  AND NOT EXISTS (SELECT 1 FROM handovers AS h WHERE h.message_id = o.message_id)
  AND (EXISTS (SELECT 1 FROM links AS l JOIN identities AS i ON i.id = l.left_id OR i.id = l.right_id
      WHERE (l.left_id = o.identity_id OR l.right_id = o.identity_id) AND l.revoked_us IS NULL AND i.kind = 'email')
    OR EXISTS (SELECT 1 FROM suggestions AS s JOIN identities AS i ON i.id = s.left_id OR i.id = s.right_id
      WHERE (s.left_id = o.identity_id OR s.right_id = o.identity_id) AND s.state IN ('open', 'shared') AND i.kind = 'email'))
ORDER BY o.due_us, o.id LIMIT :limit;

-- name: add
INSERT INTO handovers (message_id, mail_id, reason, at_us) VALUES (:message_id, :mail_id, :reason, :at_us)
ON CONFLICT (message_id) DO NOTHING;
