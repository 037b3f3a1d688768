-- name: by_keys
SELECT id, inbox_id, account, channel, type, message_key, external_id, message_ref, direction, identity_id,
  conversation_id, incident_id, at_us, received_us, sent_us, revision, deleted_us, subject, language, evidence,
  is_automatic, automatic, spam_score, order_id, origin, extra, warnings, marks
FROM messages WHERE message_key = ANY(:keys);

-- name: by_id
SELECT id, inbox_id, account, channel, type, message_key, external_id, message_ref, direction, identity_id,
  conversation_id, incident_id, at_us, received_us, sent_us, revision, deleted_us, subject, language, evidence,
  is_automatic, automatic, spam_score, order_id, origin, extra, warnings, marks
FROM messages WHERE id = :id;

-- name: by_ids
SELECT id, inbox_id, account, channel, type, message_key, external_id, message_ref, direction, identity_id,
  conversation_id, incident_id, at_us, received_us, sent_us, revision, deleted_us, subject, language, evidence,
  is_automatic, automatic, spam_score, order_id, origin, extra, warnings, marks
FROM messages WHERE id = ANY(:ids);

-- name: of_inbox
SELECT message_id FROM message_sources WHERE inbox_id = :inbox_id ORDER BY message_id;

-- name: add
INSERT INTO messages (id, inbox_id, account, channel, type, message_key, external_id, message_ref, direction,
  identity_id, conversation_id, incident_id, at_us, received_us, sent_us, revision, deleted_us, subject, language,
  evidence, is_automatic, automatic, spam_score, order_id, origin, extra, warnings, marks)
VALUES (:id, :inbox_id, :account, :channel, :type, :message_key, :external_id, :message_ref, :direction,
  :identity_id, :conversation_id, :incident_id, :at_us, :received_us, :sent_us, :revision, :deleted_us, :subject,
  :language, :evidence, :is_automatic, :automatic, :spam_score, :order_id, :origin, :extra, :warnings, :marks);

-- name: change
UPDATE messages SET revision = :revision, deleted_us = :deleted_us, subject = :subject, language = :language,
  evidence = :evidence
WHERE id = :id;

-- name: correct
UPDATE messages SET identity_id = :identity_id, at_us = :at_us, received_us = :received_us, sent_us = :sent_us,
  revision = :revision, subject = :subject, evidence = :evidence, extra = :extra, marks = :marks
WHERE id = :id;

-- name: rewrite
-- Replay: what comes from bytes is computed anew; ids, conversation and incident stay.
UPDATE messages SET identity_id = :identity_id, external_id = :external_id, message_ref = :message_ref, at_us = :at_us, sent_us = :sent_us,
  subject = :subject, language = :language, evidence = :evidence, is_automatic = :is_automatic, automatic = :automatic,
  spam_score = :spam_score, order_id = :order_id, origin = :origin, extra = :extra, warnings = :warnings
WHERE id = :id;

-- name: clear_of_spam
UPDATE messages SET spam_score = 0, marks = :marks, incident_id = :incident_id WHERE id = :id;

-- name: remove
-- Replay: what stood there is read as something else now; its sources stay.
DELETE FROM messages WHERE id = :id;

-- name: remove_attachments
DELETE FROM attachments WHERE message_id = :message_id;

-- name: add_source
INSERT INTO message_sources (inbox_id, message_id) VALUES (:inbox_id, :message_id)
ON CONFLICT (inbox_id, message_id) DO NOTHING;

-- name: sources
SELECT s.inbox_id, i.account, i.received_us FROM message_sources AS s JOIN inbox AS i ON i.id = s.inbox_id
WHERE s.message_id = :message_id ORDER BY s.inbox_id;

-- name: add_attachment
INSERT INTO attachments (message_id, n, filename, content_type, size, sha256, is_inline, content_id, reference)
VALUES (:message_id, :n, :filename, :content_type, :size, :sha256, :is_inline, :content_id, :reference)
ON CONFLICT (message_id, n) DO NOTHING;

-- name: add_further_attachment
-- An edit's files go behind those we have; one that stayed is not listed twice, also where we have fetched it meanwhile.
INSERT INTO attachments (message_id, n, filename, content_type, size, sha256, is_inline, content_id, reference)
SELECT :message_id, (SELECT coalesce(max(n), -1) + 1 FROM attachments WHERE message_id = :message_id), :filename,
  :content_type, :size, :sha256, :is_inline, :content_id, :reference
WHERE NOT EXISTS (SELECT 1 FROM attachments WHERE message_id = :message_id AND filename = :filename
  AND reference = :reference AND (sha256 = :sha256 OR reference <> ''));

-- name: deletions
SELECT message_key, at_us FROM deletions WHERE message_key = ANY(:keys);

-- name: save_deletion
INSERT INTO deletions (message_key, inbox_id, at_us) VALUES (:message_key, :inbox_id, :at_us)
ON CONFLICT (message_key) DO UPDATE
SET at_us = CASE WHEN excluded.at_us < deletions.at_us THEN excluded.at_us ELSE deletions.at_us END;

-- name: attachments
SELECT n, filename, content_type, size, sha256, is_inline, content_id, reference FROM attachments
WHERE message_id = :message_id ORDER BY n;
