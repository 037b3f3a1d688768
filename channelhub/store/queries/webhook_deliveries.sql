-- name: add_message
-- The same event gives the same key: a second time changes nothing.
INSERT INTO webhook_messages (message_key, event_id, type, at_us, body, created_us)
VALUES (:message_key, :event_id, :type, :at_us, :body, :created_us)
ON CONFLICT (message_key) DO NOTHING;

-- name: messages
SELECT message_key, event_id, type, at_us, body FROM webhook_messages WHERE message_key = ANY(:message_keys);

-- name: add
INSERT INTO webhook_deliveries (webhook_id, message_key, event_type, state, attempts, tries, due_us, error,
  created_us, changed_us)
VALUES (:webhook_id, :message_key, :event_type, :state, 0, 0, :due_us, :error, :created_us, :created_us)
ON CONFLICT (message_key, webhook_id) DO NOTHING;

-- name: of_message
SELECT id, webhook_id, message_key, event_type, state, attempts, tries, due_us, error, created_us, changed_us
FROM webhook_deliveries WHERE message_key = :message_key AND webhook_id = :webhook_id;

-- name: again
-- What an endpoint was sent, or could not be, is queued anew.
UPDATE webhook_deliveries SET state = 'queued', tries = 0, due_us = :now_us, error = '', changed_us = :now_us
WHERE id = ANY(:ids) AND state <> 'queued';

-- name: again_of_messages
UPDATE webhook_deliveries SET state = 'queued', tries = 0, due_us = :now_us, error = '', changed_us = :now_us
WHERE webhook_id = :webhook_id AND message_key = ANY(:message_keys) AND state <> 'queued';

-- name: failed_after
-- Dead letters of an endpoint between two ids, in order.
SELECT id, created_us FROM webhook_deliveries
WHERE webhook_id = :webhook_id AND state = 'failed' AND id > :after AND id <= :until ORDER BY id LIMIT :limit;

-- name: newest_id
SELECT coalesce(max(id), 0) AS id FROM webhook_deliveries WHERE webhook_id = :webhook_id;

-- name: by_ids
SELECT id, webhook_id, message_key, event_type, state, attempts, tries, due_us, error, created_us, changed_us
FROM webhook_deliveries WHERE id = ANY(:ids);

-- name: page
-- Of every state, the newest first.
SELECT id, webhook_id, message_key, event_type, state, attempts, tries, due_us, error, created_us, changed_us
FROM webhook_deliveries WHERE webhook_id = :webhook_id AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: page_of_state
SELECT id, webhook_id, message_key, event_type, state, attempts, tries, due_us, error, created_us, changed_us
FROM webhook_deliveries WHERE webhook_id = :webhook_id AND state = :state AND id < :before
ORDER BY id DESC LIMIT :limit;

-- name: pulses
-- When the next delivery of each enabled endpoint is due: of an ordered one that is its oldest.
SELECT w.id AS webhook_id, w.is_ordered, w.failing_since_us, w.hold_until_us,
  CASE WHEN w.is_ordered = 1 THEN (
    SELECT d.due_us FROM webhook_deliveries AS d
    WHERE d.webhook_id = w.id AND d.state = 'queued' ORDER BY d.id LIMIT 1)
  ELSE (
    SELECT min(d.due_us) FROM webhook_deliveries AS d WHERE d.webhook_id = w.id AND d.state = 'queued')
  END AS due_us
FROM webhooks AS w WHERE w.state = 'enabled';

-- name: due
SELECT id, webhook_id, message_key, event_type, state, attempts, tries, due_us, error, created_us, changed_us
FROM webhook_deliveries WHERE webhook_id = :webhook_id AND state = 'queued' AND due_us <= :now_us
ORDER BY due_us, id LIMIT :limit;

-- name: head
-- The oldest that waits: an ordered endpoint gets nothing before it.
SELECT id, webhook_id, message_key, event_type, state, attempts, tries, due_us, error, created_us, changed_us
FROM webhook_deliveries WHERE webhook_id = :webhook_id AND state = 'queued' ORDER BY id LIMIT 1;

-- name: settle
UPDATE webhook_deliveries SET state = :state, attempts = :attempts, tries = :tries, due_us = :due_us, error = :error,
  changed_us = :changed_us
WHERE id = :id;

-- name: add_attempt
INSERT INTO webhook_attempts (delivery_id, number, at_us, took_ms, headers, status, answer, error)
VALUES (:delivery_id, :number, :at_us, :took_ms, :headers, :status, :answer, :error);

-- name: attempts
SELECT number, at_us, took_ms, headers, status, answer, error FROM webhook_attempts
WHERE delivery_id = :delivery_id AND number < :before ORDER BY number DESC LIMIT :limit;

-- name: waiting
-- What waits, by endpoint.
SELECT webhook_id, count(*) AS deliveries FROM webhook_deliveries WHERE state = 'queued' GROUP BY webhook_id;

-- name: counts
SELECT state, count(*) AS deliveries FROM webhook_deliveries WHERE webhook_id = :webhook_id GROUP BY state;

-- name: outdated
-- What nobody waits for any more: it ended, or its endpoint is not enabled.
SELECT d.id FROM webhook_deliveries AS d
WHERE d.created_us < :before_us AND (d.state <> 'queued' OR NOT EXISTS (
  SELECT 1 FROM webhooks AS w WHERE w.id = d.webhook_id AND w.state = 'enabled'))
ORDER BY d.created_us LIMIT :limit;

-- name: forget_attempts
DELETE FROM webhook_attempts WHERE delivery_id = ANY(:ids);

-- name: forget
DELETE FROM webhook_deliveries WHERE id = ANY(:ids);

-- name: unneeded_messages
SELECT m.message_key FROM webhook_messages AS m
WHERE m.created_us < :before_us AND NOT EXISTS (
  SELECT 1 FROM webhook_deliveries AS d WHERE d.message_key = m.message_key)
ORDER BY m.created_us LIMIT :limit;

-- name: forget_messages
DELETE FROM webhook_messages WHERE message_key = ANY(:message_keys);
