-- name: add
INSERT INTO timeline (identity_id, at_us, id, type, channel, account, direction, is_verified, conversation_id,
  incident_id, outage_id, subject, preview, is_cut, attachments, state, flags)
VALUES (:identity_id, :at_us, :id, :type, :channel, :account, :direction, :is_verified, :conversation_id,
  :incident_id, :outage_id, :subject, :preview, :is_cut, :attachments, :state, :flags)
ON CONFLICT (identity_id, at_us, id) DO UPDATE SET is_verified = excluded.is_verified, subject = excluded.subject,
  preview = excluded.preview, is_cut = excluded.is_cut, attachments = excluded.attachments, state = excluded.state, flags = excluded.flags;

-- name: remove
DELETE FROM timeline WHERE identity_id = :identity_id AND at_us = :at_us AND id = :id RETURNING channel;

-- name: set_state
UPDATE timeline SET state = :state WHERE id = :id AND type IN ('message', 'notice');

-- name: newest
SELECT identity_id, at_us, id, type, channel, account, direction, is_verified, conversation_id, incident_id, outage_id,
  subject, preview, is_cut, attachments, state, flags
FROM timeline WHERE identity_id = :identity_id AND (at_us, id) < (:at_us, :id)
ORDER BY at_us DESC, id DESC LIMIT :limit;

-- name: oldest
SELECT identity_id, at_us, id, type, channel, account, direction, is_verified, conversation_id, incident_id, outage_id,
  subject, preview, is_cut, attachments, state, flags
FROM timeline WHERE identity_id = :identity_id AND (at_us, id) > (:at_us, :id) ORDER BY at_us, id LIMIT :limit;

-- name: look_older
SELECT at_us, id, type, channel, subject, preview, is_cut FROM timeline
WHERE identity_id = :identity_id AND (at_us, id) < (:at_us, :id) ORDER BY at_us DESC, id DESC LIMIT :limit;

-- name: look_newer
SELECT at_us, id, type, channel, subject, preview, is_cut FROM timeline
WHERE identity_id = :identity_id AND (at_us, id) > (:at_us, :id) ORDER BY at_us, id LIMIT :limit;

-- name: by_id
SELECT identity_id, at_us, id, type, channel, account, direction, is_verified, conversation_id, incident_id, outage_id,
  subject, preview, is_cut, attachments, state, flags
FROM timeline WHERE id = :id LIMIT 1;

-- name: by_ids
SELECT identity_id, at_us, id, type, channel, account, direction, is_verified, conversation_id, incident_id, outage_id,
  subject, preview, is_cut, attachments, state, flags
FROM timeline WHERE id = ANY(:ids);
