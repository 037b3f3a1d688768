-- name: files_of_messages
SELECT DISTINCT sha256 FROM attachments WHERE message_id = ANY(:ids) AND sha256 <> '';

-- name: files_of_deliveries
SELECT DISTINCT blob FROM inbox WHERE id = ANY(:ids) AND blob <> '';

-- name: remove_texts
DELETE FROM message_texts WHERE message_id = ANY(:ids);

-- name: remove_sources
DELETE FROM message_sources WHERE message_id = ANY(:ids);

-- name: remove_attachments
DELETE FROM attachments WHERE message_id = ANY(:ids);

-- name: remove_album_parts
DELETE FROM album_parts WHERE message_id = ANY(:ids);

-- name: remove_media
DELETE FROM media WHERE message_id = ANY(:ids);

-- name: remove_promises
DELETE FROM promises WHERE message_id = ANY(:ids);

-- name: remove_told_facts
DELETE FROM told_facts WHERE message_id = ANY(:ids);

-- name: remove_journey_places
DELETE FROM journey_places WHERE message_id = ANY(:ids);

-- name: remove_from_learning
DELETE FROM learning_queue WHERE message_id = ANY(:ids);

-- name: remove_handovers
DELETE FROM handovers WHERE message_id = ANY(:ids);

-- name: remove_delivery_reports
DELETE FROM delivery_reports WHERE message_id = ANY(:ids);

-- name: remove_messages
DELETE FROM messages WHERE id = ANY(:ids);

-- name: nobodys_members
UPDATE outage_members SET identity_id = :nobody, reasons = '[]' WHERE message_id = ANY(:ids);

-- name: forget_reasons
UPDATE outage_members SET reasons = '[]' WHERE message_id = ANY(:ids);

-- name: report_of
SELECT report FROM features WHERE message_id = :message_id;

-- name: rewrite_report
UPDATE features SET report = :report WHERE message_id = :message_id;

-- name: remove_emerging
DELETE FROM emerging_outages;

-- name: remove_events
DELETE FROM events WHERE id = ANY(:ids);

-- name: rewrite_event
UPDATE events SET data = :data WHERE id = :id;

-- name: webhook_keys
SELECT message_key FROM webhook_messages WHERE event_id = ANY(:ids);

-- name: webhook_bodies
SELECT message_key, body FROM webhook_messages WHERE event_id = ANY(:ids);

-- name: rewrite_webhook_body
UPDATE webhook_messages SET body = :body WHERE message_key = :message_key;

-- name: remove_attempts
DELETE FROM webhook_attempts WHERE delivery_id IN (SELECT id FROM webhook_deliveries WHERE message_key = ANY(:keys));

-- name: remove_deliveries
DELETE FROM webhook_deliveries WHERE message_key = ANY(:keys);

-- name: remove_webhook_messages
DELETE FROM webhook_messages WHERE message_key = ANY(:keys);

-- name: remove_alerts
DELETE FROM alert_deliveries WHERE id = ANY(:ids);

-- name: rewrite_alert
UPDATE alert_deliveries SET content = :content WHERE id = :id;

-- name: blank_audit
UPDATE audit SET target = :target, detail = '{}', looked_us = NULL WHERE id = ANY(:ids);

-- name: remove_keyed
DELETE FROM idempotency_keys WHERE id = ANY(:ids);

-- name: payloads
SELECT payload FROM outbox WHERE identity_id = ANY(:ids) ORDER BY id;

-- name: blank_outbox
UPDATE outbox SET identity_id = :nobody, dedupe_key = 'erased:' || id, payload = '{"id":0,"to":"","text":""}', error = '',
  external_ref = '', state = CASE WHEN state IN ('queued', 'sending') THEN 'withdrawn' ELSE state END
WHERE identity_id = ANY(:ids);

-- name: nobodys_notices
-- One address of each customer is counted.
UPDATE notice_recipients SET identity_id = :nobody WHERE identity_id = ANY(:ids) AND identity_id = (
  SELECT min(other.identity_id) FROM notice_recipients AS other
  WHERE other.notice_id = notice_recipients.notice_id AND other.identity_id = ANY(:ids));

-- name: remove_notices
DELETE FROM notice_recipients WHERE identity_id = ANY(:ids);

-- name: remove_listed
DELETE FROM notice_lists WHERE identity_id = ANY(:ids);

-- name: remove_optouts
DELETE FROM notice_optouts WHERE identity_id = ANY(:ids);

-- name: ratings
SELECT id, kind, subject_id FROM ratings WHERE identity_id = ANY(:ids) ORDER BY id;

-- name: remove_rating
DELETE FROM ratings WHERE id = :id;

-- name: nobodys_rating
UPDATE ratings SET id = :new_id, identity_id = :nobody, comment = '' WHERE id = :id;

-- name: blank_rating_versions
UPDATE rating_versions SET rating_id = :new_id, comment = '' WHERE rating_id = :id;

-- name: remove_rating_versions
DELETE FROM rating_versions WHERE rating_id = :id;

-- name: unindex_people [sqlite]
-- FTS5 has no equal on PostgreSQL, which will bring its own index.
INSERT INTO people_search (people_search, rowid, words)
SELECT 'delete', id, words FROM people_words WHERE identity_id = ANY(:ids) AND words <> '';

-- name: remove_people_words [sqlite]
DELETE FROM people_words WHERE identity_id = ANY(:ids);

-- name: remove_links
DELETE FROM links WHERE left_id = ANY(:ids) OR right_id = ANY(:ids);

-- name: remove_suggestions
DELETE FROM suggestions WHERE left_id = ANY(:ids) OR right_id = ANY(:ids);

-- name: remove_shared
DELETE FROM shared_addresses WHERE identity_id = ANY(:ids);

-- name: remove_clues
-- Also what others gave away of them.
DELETE FROM clues WHERE identity_id = ANY(:ids) OR value_key = ANY(:ids);

-- name: remove_blocks
DELETE FROM blocks WHERE identity_id = ANY(:ids);

-- name: remove_profiles
DELETE FROM profiles WHERE identity_id = ANY(:ids);

-- name: remove_reach
DELETE FROM reach WHERE identity_id = ANY(:ids);

-- name: remove_early_reports
DELETE FROM early_reports WHERE identity_id = ANY(:ids);

-- name: remove_sent_parts
DELETE FROM sent_parts WHERE identity_id = ANY(:ids);

-- name: remove_habits
DELETE FROM habits WHERE identity_id = ANY(:ids);

-- name: remove_threads
DELETE FROM thread_ids WHERE identity_id = ANY(:ids);

-- name: remove_drafts
DELETE FROM drafts WHERE conversation_id IN (SELECT id FROM conversations WHERE identity_id = ANY(:ids));

-- name: remove_note_texts
DELETE FROM note_texts WHERE note_id IN (SELECT id FROM notes WHERE identity_id = ANY(:ids));

-- name: remove_mentions
DELETE FROM mentions WHERE note_id IN (SELECT id FROM notes WHERE identity_id = ANY(:ids));

-- name: remove_notes
DELETE FROM notes WHERE identity_id = ANY(:ids);

-- name: remove_conversation_links
DELETE FROM conversation_links
WHERE left_id IN (SELECT id FROM conversations WHERE identity_id = ANY(:ids))
  OR right_id IN (SELECT id FROM conversations WHERE identity_id = ANY(:ids));

-- name: leave_conversations
-- Others wrote in them, too.
UPDATE conversations SET key = 'erased:' || id, subject = '', subjects = '[]', identity_id = (
  SELECT min(m.identity_id) FROM messages AS m WHERE m.conversation_id = conversations.id)
WHERE identity_id = ANY(:ids) AND EXISTS (SELECT 1 FROM messages AS m WHERE m.conversation_id = conversations.id);

-- name: remove_conversations
DELETE FROM conversations WHERE identity_id = ANY(:ids);

-- name: remove_tags
DELETE FROM incident_tags WHERE incident_id IN (SELECT id FROM incidents WHERE identity_id = ANY(:ids));

-- name: last_incident
SELECT id FROM incidents WHERE identity_id = ANY(:ids) AND number = (SELECT max(number) FROM incidents);

-- name: blank_incident
-- The newest number isn't given again: its incident stays, closed and about nobody.
UPDATE incidents SET identity_id = :nobody, state = 'closed', subject = '', terms = '[]', order_id = '' WHERE id = :id;

-- name: remove_incidents
DELETE FROM incidents WHERE identity_id = ANY(:ids);

-- name: remove_timeline
DELETE FROM timeline WHERE identity_id = ANY(:ids);

-- name: remove_timeline_counts
DELETE FROM timeline_counts WHERE identity_id = ANY(:ids);

-- name: remove_identities
DELETE FROM identities WHERE id = ANY(:ids);

-- name: remove_parked
DELETE FROM parked WHERE inbox_id = ANY(:ids);

-- name: remove_deletions
DELETE FROM deletions WHERE inbox_id = ANY(:ids);

-- name: blank_deliveries
UPDATE inbox SET delivery_id = '', message_ref = '', content_type = '', headers = '[]', envelope = '{}', body = NULL,
  blob = '', size = 0, sha256 = :nothing, erased_us = :erased_us
WHERE id = ANY(:ids);

-- name: named_files
-- Which of some files are still named.
SELECT blob AS name FROM inbox WHERE blob = ANY(:names) AND blob <> ''
UNION SELECT sha256 AS name FROM attachments WHERE sha256 = ANY(:names) AND sha256 <> '';

-- name: waiting_payloads
-- Files of messages that are still to be sent stand in these.
SELECT payload FROM outbox WHERE state IN ('queued', 'sending') ORDER BY id;

-- name: merge_texts [sqlite]
INSERT INTO message_search (message_search, rank) VALUES ('merge', :pages);

-- name: merge_people [sqlite]
INSERT INTO people_search (people_search, rank) VALUES ('merge', :pages);

-- name: changes [sqlite]
SELECT total_changes() AS changes;

-- name: decision_reasons
SELECT at_us, decision, subject_id, reasons FROM outage_decisions WHERE outage_id = :outage_id;

-- name: rewrite_decision
UPDATE outage_decisions SET reasons = :reasons
WHERE outage_id = :outage_id AND at_us = :at_us AND decision = :decision AND subject_id = :subject_id;

-- name: member_reasons
SELECT message_id, reasons FROM outage_members WHERE outage_id = :outage_id;

-- name: rewrite_member
UPDATE outage_members SET reasons = :reasons WHERE outage_id = :outage_id AND message_id = :message_id;

-- name: remove_outage_words
DELETE FROM outage_words WHERE outage_id = :outage_id AND word = ANY(:words);
