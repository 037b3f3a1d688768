-- name: of_senders
-- What these senders' conversations have or cite.
SELECT ref, is_cited, identity_id, conversation_id FROM thread_ids
WHERE ref = ANY(:refs) AND is_cited IN (0, 1) AND identity_id = ANY(:identity_ids);

-- name: holders
-- The conversations that hold these messages, whoever wrote them.
SELECT ref, is_cited, identity_id, conversation_id FROM thread_ids
WHERE ref = ANY(:refs) AND is_cited = 0 LIMIT :limit;

-- name: citers
-- The conversations in which these messages are cited.
SELECT ref, is_cited, identity_id, conversation_id FROM thread_ids
WHERE ref = ANY(:refs) AND is_cited = 1 LIMIT :limit;

-- name: add
INSERT INTO thread_ids (ref, is_cited, identity_id, conversation_id)
VALUES (:ref, :is_cited, :identity_id, :conversation_id)
ON CONFLICT (ref, is_cited, identity_id) DO NOTHING;

-- name: links_from
SELECT left_id, right_id, reason, at_us FROM conversation_links WHERE left_id = ANY(:ids) LIMIT :limit;

-- name: links_to
SELECT left_id, right_id, reason, at_us FROM conversation_links WHERE right_id = ANY(:ids) LIMIT :limit;

-- name: add_link
INSERT INTO conversation_links (left_id, right_id, reason, at_us) VALUES (:left_id, :right_id, :reason, :at_us)
ON CONFLICT (left_id, right_id, reason) DO NOTHING;

-- name: move_entries
UPDATE timeline SET conversation_id = :into_id
WHERE id IN (SELECT id FROM messages WHERE conversation_id = :moved_id) AND conversation_id = :moved_id;

-- name: move_messages
UPDATE messages SET conversation_id = :into_id WHERE conversation_id = :moved_id;

-- name: move_incidents
UPDATE incidents SET conversation_id = :into_id WHERE conversation_id = :moved_id;
