-- Alert targets that are told of events.

-- Empty: the content is an outage; else the event's type, or `summary`.
ALTER TABLE alert_deliveries ADD COLUMN event_type TEXT NOT NULL DEFAULT '';
-- 1: of one target, rows with a 1 are told one after the other.
ALTER TABLE alert_deliveries ADD COLUMN is_in_order INTEGER NOT NULL DEFAULT 0;

-- How far each target that is told of events has come, and what of it waits to be summed up.
CREATE TABLE alert_readers (
  target TEXT PRIMARY KEY,             -- [alerts.NAME]
  read_until BIGINT NOT NULL,          -- the last event that was looked at
  window_us BIGINT NOT NULL,           -- when the minute began in which messages are counted
  told INTEGER NOT NULL,               -- messages in that minute
  held TEXT NOT NULL,                  -- JSON object: events that wait to be summed up, by type
  held_first_us BIGINT NOT NULL,       -- when the first of them happened; 0: there are none
  held_last_us BIGINT NOT NULL
);
