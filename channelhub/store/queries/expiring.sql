-- name: accounts
-- Every account by which something came or went.
SELECT DISTINCT account FROM inbox UNION SELECT DISTINCT account FROM conversations;

-- name: channel
SELECT channel FROM conversations WHERE account = :account LIMIT 1;

-- name: aged_after
-- What says whether messages are kept. Ids grow with time, those of ours too.
SELECT m.id, m.account, m.received_us, m.incident_id, i.state, i.changed_us, (
    SELECT n.received_us FROM messages AS n
    WHERE n.id = (SELECT max(last.id) FROM messages AS last WHERE last.incident_id = m.incident_id)) AS newest_us
FROM messages AS m LEFT JOIN incidents AS i ON i.id = m.incident_id
WHERE m.id > :after
  AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.message_id = m.id AND o.state IN ('queued', 'sending'))
ORDER BY m.id LIMIT :limit;

-- name: places
-- In which conversations and incidents messages stand.
SELECT DISTINCT conversation_id, incident_id FROM messages WHERE id = ANY(:ids);

-- name: reporters
-- Whose each report in an outage is.
SELECT message_id, identity_id FROM outage_members WHERE outage_id = :outage_id ORDER BY message_id;

-- name: brought
-- The deliveries of messages, of their versions, and of reports about them.
SELECT inbox_id FROM message_sources WHERE message_id = ANY(:ids)
UNION SELECT inbox_id FROM delivery_reports WHERE message_id = ANY(:ids);

-- name: messageless_after
-- Deliveries that no message names: receipts, what is parked. Walks a piece of the ids.
SELECT i.id, i.account, i.received_us, p.inbox_id IS NOT NULL AS is_parked FROM inbox AS i
LEFT JOIN parked AS p ON p.inbox_id = i.id
WHERE i.id > :after AND i.id <= :until
  AND NOT EXISTS (SELECT 1 FROM message_sources AS s WHERE s.inbox_id = i.id)
  AND NOT EXISTS (SELECT 1 FROM pending AS w WHERE w.inbox_id = i.id)
  AND i.erased_us IS NULL
ORDER BY i.id;

-- name: received
SELECT received_us FROM inbox WHERE id > :after ORDER BY id LIMIT 1;

-- name: sole
-- Of some deliveries those that no message names any more.
SELECT i.id FROM inbox AS i WHERE i.id = ANY(:ids)
  AND NOT EXISTS (SELECT 1 FROM message_sources AS s WHERE s.inbox_id = i.id) ORDER BY i.id;

-- name: blank_outbox
UPDATE outbox SET dedupe_key = 'erased:' || id, payload = '{"id":0,"to":"","text":""}', error = '', external_ref = ''
WHERE message_id = ANY(:ids);

-- name: remove_sent_parts
DELETE FROM sent_parts WHERE message_id = ANY(:ids);

-- name: entries_of
SELECT identity_id, at_us, id FROM timeline WHERE id = ANY(:ids);

-- name: empty_incidents
SELECT id FROM incidents WHERE id = ANY(:ids)
  AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.incident_id = incidents.id) ORDER BY id;

-- name: entries_of_incidents
SELECT t.identity_id, t.at_us, t.id FROM incidents AS i
JOIN timeline AS t ON t.identity_id = i.identity_id AND t.incident_id = i.id WHERE i.id = ANY(:ids);

-- name: ratings_of_incidents
SELECT id FROM ratings WHERE kind = 'incident' AND subject_id = ANY(:ids) ORDER BY id;

-- name: blank_ratings
UPDATE ratings SET comment = '' WHERE id = ANY(:ids);

-- name: blank_rating_versions
UPDATE rating_versions SET comment = '' WHERE rating_id = ANY(:ids);

-- name: remove_tags
DELETE FROM incident_tags WHERE incident_id = ANY(:ids);

-- name: newest_incident
SELECT id FROM incidents WHERE id = ANY(:ids) AND number = (SELECT max(number) FROM incidents);

-- name: close_incident
-- The newest number isn't given again: its incident stays, closed and without words.
UPDATE incidents SET state = 'closed', subject = '', terms = '[]', order_id = '' WHERE id = :id;

-- name: remove_incidents
DELETE FROM incidents WHERE id = ANY(:ids);

-- name: blank_incidents
-- Those that stay although the message that opened them has gone.
UPDATE incidents SET subject = '', terms = '[]', order_id = '' WHERE id = ANY(:ids)
  AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.id = incidents.id);

-- name: empty_conversations
SELECT id FROM conversations WHERE id = ANY(:ids)
  AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.conversation_id = conversations.id)
  AND NOT EXISTS (SELECT 1 FROM incidents AS i WHERE i.conversation_id = conversations.id) ORDER BY id;

-- name: merged_into
SELECT id, merged_into FROM conversations WHERE merged_into = ANY(:ids) ORDER BY id;

-- name: thread_ids
SELECT ref, is_cited, identity_id, conversation_id FROM thread_ids WHERE conversation_id = ANY(:ids);

-- name: notes
SELECT id FROM notes WHERE conversation_id = ANY(:ids) ORDER BY id;

-- name: remove_note_texts
DELETE FROM note_texts WHERE note_id = ANY(:ids);

-- name: remove_mentions
DELETE FROM mentions WHERE note_id = ANY(:ids);

-- name: remove_notes
DELETE FROM notes WHERE id = ANY(:ids);

-- name: remove_thread_id
DELETE FROM thread_ids WHERE ref = :ref AND is_cited = :is_cited AND identity_id = :identity_id
  AND conversation_id = :conversation_id;

-- name: remove_drafts
DELETE FROM drafts WHERE conversation_id = ANY(:ids);

-- name: remove_conversation_links
DELETE FROM conversation_links WHERE left_id = ANY(:ids) OR right_id = ANY(:ids);

-- name: remove_conversations
DELETE FROM conversations WHERE id = ANY(:ids);

-- name: rename_conversations
-- Those that stay are called as the oldest message in them is.
UPDATE conversations SET subject = coalesce((
  SELECT m.subject FROM messages AS m WHERE m.conversation_id = conversations.id ORDER BY m.at_us, m.id LIMIT 1), '')
WHERE id = ANY(:ids);
