-- name: oldest_events
SELECT id, at_us FROM events ORDER BY id LIMIT :limit;

-- name: forget_events
-- `until` is the id of one of the oldest, so that a page at most goes.
DELETE FROM events WHERE id <= :until;

-- name: listening
-- Endpoints that are sent events, and the event after which the first of them begins.
SELECT count(*) AS endpoints, coalesce(min(starts_after), 0) AS starts_after FROM webhooks WHERE state = 'enabled';

-- name: redelivered
-- How far events that are being sent again have come.
SELECT min(redeliver_after) AS until FROM webhooks WHERE redeliver = 'events' AND state <> 'removed';

-- name: alert_readers
-- How far the target that is furthest behind has come in the events.
SELECT min(read_until) AS until FROM alert_readers;

-- name: oldest_audit
SELECT id, at_us FROM audit ORDER BY id LIMIT :limit;

-- name: newest_audit_id
SELECT coalesce(max(id), 0) AS id FROM audit;

-- name: forget_audit
-- `until` is the id of one of the oldest, so that a page at most goes.
DELETE FROM audit WHERE id <= :until;

-- name: told_alerts
-- Told before a time, as was everything that the same target was told of the same outage, and that outage is over. What
-- was told last goes last: a target is never taken for one that still waits for the end.
SELECT d.id FROM alert_deliveries AS d LEFT JOIN outages AS o ON o.id = d.outage_id
WHERE d.changed_us < :before_us
  AND (o.id IS NULL OR o.state NOT IN ('emerging', 'suspected', 'confirmed', 'monitoring'))
  AND NOT EXISTS (
    SELECT 1 FROM alert_deliveries AS e
    WHERE e.target = d.target AND e.alert_key = d.alert_key AND (e.changed_us >= :before_us OR e.state = 'sending'))
ORDER BY d.id LIMIT :limit;

-- name: told_events
-- What targets were told of events before a time.
SELECT id FROM alert_deliveries
WHERE changed_us < :before_us AND event_type <> '' AND state NOT IN ('queued', 'sending')
ORDER BY changed_us LIMIT :limit;

-- name: forget_told_alerts
DELETE FROM alert_deliveries WHERE id = ANY(:ids);

-- name: ended_alerts
SELECT id FROM monitoring_alerts WHERE ended_us < :before_us ORDER BY ended_us LIMIT :limit;

-- name: unended_alerts
-- Still firing, or their end was never said.
SELECT id FROM monitoring_alerts WHERE ended_us IS NULL AND started_us < :before_us ORDER BY started_us LIMIT :limit;

-- name: forget_monitoring_alerts
DELETE FROM monitoring_alerts WHERE id = ANY(:ids);

-- name: first_open_outage
SELECT min(began_us) AS began_us FROM outages WHERE state IN ('emerging', 'suspected', 'confirmed', 'monitoring');
