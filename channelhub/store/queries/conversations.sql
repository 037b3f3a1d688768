-- name: by_ids
SELECT id, account, channel, key, identity_id, subject, opened_us, last_us FROM conversations WHERE id = ANY(:ids);

-- name: save
INSERT INTO conversations (id, account, channel, key, identity_id, subject, opened_us, last_us)
VALUES (:id, :account, :channel, :key, :identity_id, :subject, :opened_us, :last_us)
ON CONFLICT (id) DO UPDATE SET identity_id = excluded.identity_id, subject = excluded.subject,
  opened_us = excluded.opened_us, last_us = excluded.last_us;

-- name: last_message_in
-- What a reply answers: the customer's newest message of the conversation.
SELECT id, external_id, message_ref, subject FROM messages
WHERE conversation_id = :conversation_id AND direction = 'in' AND type = 'message' ORDER BY at_us DESC, id DESC LIMIT 1;
