-- Alerts of monitoring systems that come in, and alerts about outages that go out.

-- What a monitoring system said: one row for each time that one of its alerts fired.
CREATE TABLE monitoring_alerts (
  id INTEGER PRIMARY KEY,              -- that of the first notice about it: derived from its place in the inbox
  account TEXT NOT NULL,
  alert_key TEXT NOT NULL,             -- what the system calls the alert by
  name TEXT NOT NULL,
  severity TEXT NOT NULL,              -- in the system's own word
  summary TEXT NOT NULL,
  labels TEXT NOT NULL,                -- JSON object
  url TEXT NOT NULL,
  started_us BIGINT NOT NULL,
  ended_us BIGINT                      -- NULL: still firing
);
CREATE UNIQUE INDEX monitoring_alerts_key ON monitoring_alerts (account, alert_key, started_us);
CREATE INDEX monitoring_alerts_started ON monitoring_alerts (started_us, id);
CREATE INDEX monitoring_alerts_ended ON monitoring_alerts (ended_us);

-- What each target is to be told. Rows of one alert on one target are sent in the order of their ids.
CREATE TABLE alert_deliveries (
  id INTEGER PRIMARY KEY,
  target TEXT NOT NULL,                -- [alerts.NAME]
  alert_key TEXT NOT NULL,             -- the same for everything told about one outage
  outage_id BIGINT,                    -- NULL: a test
  action TEXT NOT NULL,                -- trigger | update | resolve
  content TEXT NOT NULL,               -- JSON of domain.alerts.OutageAlert
  state TEXT NOT NULL,                 -- queued | sending | sent | failed | skipped
  attempts INTEGER NOT NULL,
  may_have_arrived INTEGER NOT NULL,   -- 1: an attempt was cut off, so the next one may be a repetition
  due_us BIGINT,                       -- the next try; of a sent row: when the receiver wants to hear it again
  error TEXT NOT NULL,
  external_ref TEXT NOT NULL,          -- what the receiver calls it
  created_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL
);
CREATE INDEX alert_deliveries_alert ON alert_deliveries (target, alert_key, id);
CREATE INDEX alert_deliveries_outage ON alert_deliveries (outage_id, target, id);
CREATE INDEX alert_deliveries_due ON alert_deliveries (state, due_us);
