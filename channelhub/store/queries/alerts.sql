-- name: add
INSERT INTO alert_deliveries (target, alert_key, outage_id, event_type, is_in_order, action, content, state, attempts,
  may_have_arrived, due_us, error, external_ref, created_us, changed_us)
VALUES (:target, :alert_key, :outage_id, :event_type, :is_in_order, :action, :content, :state, 0, 0, :due_us, '', '',
  :created_us, :created_us)
RETURNING id;

-- name: by_id
SELECT id, target, alert_key, outage_id, event_type, action, content, state, attempts, may_have_arrived, due_us,
  error, external_ref, created_us, changed_us FROM alert_deliveries WHERE id = :id;

-- name: page
SELECT id, target, alert_key, outage_id, event_type, action, content, state, attempts, may_have_arrived, due_us,
  error, external_ref, created_us, changed_us FROM alert_deliveries WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: of_alert
-- Everything told to a target about one outage, the oldest first.
SELECT id, target, alert_key, outage_id, event_type, action, content, state, attempts, may_have_arrived, due_us,
  error, external_ref, created_us, changed_us FROM alert_deliveries
WHERE target = :target AND alert_key = :alert_key ORDER BY id;

-- name: newest_of_outages
-- The last thing that each target was told, or is going to be told, about some outages.
SELECT d.id, d.target, d.alert_key, d.outage_id, d.event_type, d.action, d.content, d.state, d.attempts,
  d.may_have_arrived, d.due_us, d.error, d.external_ref, d.created_us, d.changed_us
FROM alert_deliveries AS d
WHERE d.outage_id = ANY(:outage_ids) AND NOT EXISTS (
  SELECT 1 FROM alert_deliveries AS e WHERE e.outage_id = d.outage_id AND e.target = d.target AND e.id > d.id);

-- name: told_open
-- Outages that some target was told of and not yet told that they are over.
SELECT DISTINCT d.outage_id FROM alert_deliveries AS d
WHERE d.outage_id IS NOT NULL AND d.action <> 'resolve' AND NOT EXISTS (
  SELECT 1 FROM alert_deliveries AS e WHERE e.outage_id = d.outage_id AND e.target = d.target AND e.id > d.id)
ORDER BY d.outage_id LIMIT :limit;

-- name: due_targets
SELECT DISTINCT target FROM alert_deliveries WHERE state IN ('queued', 'sent') AND due_us <= :now_us;

-- name: heads
-- What is due and waits for nothing that is to be told before it. A change that waits holds nothing up: what comes
-- after it says more. Of those told in order, none comes after one that waits for its next try.
SELECT d.id, d.target, d.alert_key, d.outage_id, d.event_type, d.action, d.content, d.state, d.attempts,
  d.may_have_arrived, d.due_us, d.error, d.external_ref, d.created_us, d.changed_us
FROM alert_deliveries AS d
WHERE d.state = 'queued' AND d.due_us <= :now_us AND d.target = :target AND NOT EXISTS (
  SELECT 1 FROM alert_deliveries AS e
  WHERE e.target = d.target AND e.alert_key = d.alert_key AND e.id < d.id
    AND (e.state = 'sending' OR (e.state = 'queued' AND e.action <> 'update')))
  AND (d.is_in_order = 0 OR NOT EXISTS (
    SELECT 1 FROM alert_deliveries AS e
    WHERE e.state IN ('queued', 'sending') AND e.target = d.target AND e.is_in_order = 1 AND e.id < d.id
      AND (e.state = 'sending' OR e.due_us > :now_us)))
ORDER BY d.id LIMIT :limit;

-- name: to_refresh
-- What was told last, is not over, and has to be told again by now.
SELECT d.id, d.target, d.alert_key, d.outage_id, d.event_type, d.action, d.content, d.state, d.attempts,
  d.may_have_arrived, d.due_us, d.error, d.external_ref, d.created_us, d.changed_us
FROM alert_deliveries AS d
WHERE d.state = 'sent' AND d.due_us <= :now_us AND d.target = :target AND NOT EXISTS (
  SELECT 1 FROM alert_deliveries AS e WHERE e.target = d.target AND e.alert_key = d.alert_key AND e.id > d.id)
ORDER BY d.id LIMIT :limit;

-- name: settle
UPDATE alert_deliveries SET state = :state, attempts = :attempts, may_have_arrived = :may_have_arrived,
  due_us = :due_us, error = :error, external_ref = :external_ref, changed_us = :changed_us WHERE id = :id;

-- name: interrupted
-- A process that ended while it was telling: said again, and said that it may be a repetition.
UPDATE alert_deliveries SET state = 'queued', may_have_arrived = 1, due_us = :now_us, changed_us = :now_us,
  error = 'the hub was interrupted while sending: it may have arrived'
WHERE state = 'sending';

-- name: newest_of_target
SELECT id, target, alert_key, outage_id, event_type, action, content, state, attempts, may_have_arrived, due_us,
  error, external_ref, created_us, changed_us FROM alert_deliveries
WHERE target = :target AND state <> 'skipped' AND (state <> 'queued' OR attempts > 0)
ORDER BY changed_us DESC, id DESC LIMIT 1;

-- name: channels
-- On which channels the reports of an outage came.
SELECT g.channel, count(*) AS messages FROM outage_members AS m JOIN messages AS g ON g.id = m.message_id
WHERE m.outage_id = :outage_id GROUP BY g.channel ORDER BY messages DESC, g.channel LIMIT 10;

-- name: outage_events
-- What was told of outages among the next events.
SELECT id, data FROM events
WHERE id > :after AND id <= :until AND type >= 'outage.' AND type < 'outage/' AND is_replayed = 0 ORDER BY id;

-- name: waiting_events
-- How many messages about events each target was not told yet.
SELECT target, count(*) AS messages FROM alert_deliveries
WHERE state IN ('queued', 'sending') AND event_type <> '' GROUP BY target;

-- name: readers
SELECT target, read_until, window_us, told, held, held_first_us, held_last_us FROM alert_readers ORDER BY target;

-- name: save_reader
INSERT INTO alert_readers (target, read_until, window_us, told, held, held_first_us, held_last_us)
VALUES (:target, :read_until, :window_us, :told, :held, :held_first_us, :held_last_us)
ON CONFLICT (target) DO UPDATE SET read_until = excluded.read_until, window_us = excluded.window_us,
  told = excluded.told, held = excluded.held, held_first_us = excluded.held_first_us,
  held_last_us = excluded.held_last_us;

-- name: remove_readers
DELETE FROM alert_readers WHERE target = ANY(:targets);
