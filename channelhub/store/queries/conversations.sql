-- name: by_ids
SELECT id, account, channel, key, identity_id, subject, subjects, opened_us, last_us, messages, merged_into
FROM conversations WHERE id = ANY(:ids);

-- name: save
INSERT INTO conversations (id, account, channel, key, identity_id, subject, subjects, opened_us, last_us, messages,
  merged_into)
VALUES (:id, :account, :channel, :key, :identity_id, :subject, :subjects, :opened_us, :last_us, :messages,
  :merged_into)
ON CONFLICT (id) DO UPDATE SET identity_id = excluded.identity_id, subject = excluded.subject,
  subjects = excluded.subjects, opened_us = excluded.opened_us, last_us = excluded.last_us,
  messages = excluded.messages, merged_into = excluded.merged_into;

-- name: newest_of
-- A sender's conversations that moved last.
SELECT id, account, channel, key, identity_id, subject, subjects, opened_us, last_us, messages, merged_into
FROM conversations WHERE identity_id = :identity_id AND last_us >= :since_us AND merged_into IS NULL
ORDER BY last_us DESC LIMIT :limit;

-- name: mails_of
-- The Message-IDs of a thread up to one message, ours included, the newest first: an answer to it cites them.
SELECT message_ref FROM messages
WHERE conversation_id = :conversation_id AND type = 'message' AND message_ref <> ''
  AND (at_us, id) <= (SELECT at_us, id FROM messages WHERE id = :answered_id)
ORDER BY at_us DESC, id DESC LIMIT :limit;

-- name: heard
-- When the customer last wrote in it.
SELECT max(at_us) AS at_us FROM messages
WHERE conversation_id = :conversation_id AND direction = 'in' AND type = 'message';

-- name: last_message_in
-- What a reply answers: the customer's newest message of the conversation.
SELECT id, channel, external_id, message_ref, subject FROM messages
WHERE conversation_id = :conversation_id AND direction = 'in' AND type = 'message' ORDER BY at_us DESC, id DESC LIMIT 1;

-- name: last_answer
-- What a person of ours said last in it.
SELECT m.id, m.at_us, t.text FROM messages AS m
JOIN message_texts AS t ON t.message_id = m.id AND t.revision = m.revision
WHERE m.conversation_id = :conversation_id AND m.direction = 'out' AND m.is_automatic = 0 AND m.type = 'message'
ORDER BY m.at_us DESC, m.id DESC LIMIT 1;

-- name: entries
-- The messages of a conversation, older than a place in it, the newest first.
SELECT id, at_us FROM messages
WHERE conversation_id = :conversation_id AND (at_us < :before_us OR (at_us = :before_us AND id < :before_id))
ORDER BY at_us DESC, id DESC LIMIT :limit;
