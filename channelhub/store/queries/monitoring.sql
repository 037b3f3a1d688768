-- name: newest_of_keys
-- The records of some alerts since a time, and those that still fire.
SELECT id, account, alert_key, name, severity, summary, labels, url, started_us, ended_us FROM monitoring_alerts
WHERE alert_key = ANY(:keys) AND (started_us >= :since_us OR ended_us IS NULL) ORDER BY started_us DESC LIMIT :limit;

-- name: save
INSERT INTO monitoring_alerts (id, account, alert_key, name, severity, summary, labels, url, started_us, ended_us)
VALUES (:id, :account, :alert_key, :name, :severity, :summary, :labels, :url, :started_us, :ended_us)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, severity = excluded.severity, summary = excluded.summary,
  labels = excluded.labels, url = excluded.url, started_us = excluded.started_us, ended_us = excluded.ended_us;

-- name: started_between
SELECT id, account, alert_key, name, severity, summary, labels, url, started_us, ended_us FROM monitoring_alerts
WHERE started_us >= :since_us AND started_us <= :until_us ORDER BY started_us DESC, id DESC LIMIT :limit;

-- name: ended_since
-- Those that began earlier and ended after a time.
SELECT id, account, alert_key, name, severity, summary, labels, url, started_us, ended_us FROM monitoring_alerts
WHERE ended_us >= :since_us AND started_us < :since_us ORDER BY ended_us DESC, id DESC LIMIT :limit;

-- name: firing_before
-- Those that began earlier and still fire, the newest first.
SELECT id, account, alert_key, name, severity, summary, labels, url, started_us, ended_us FROM monitoring_alerts
WHERE ended_us IS NULL AND started_us < :since_us ORDER BY started_us DESC, id DESC LIMIT :limit;

-- name: page
-- The newest first, older than the id `before`.
SELECT id, account, alert_key, name, severity, summary, labels, url, started_us, ended_us FROM monitoring_alerts
WHERE id < :before ORDER BY id DESC LIMIT :limit;
