-- Bursts whose evidence is rising but not enough yet: rewritten whole, strongest first. Times are microseconds UTC.
CREATE TABLE emerging_outages (
  position INTEGER PRIMARY KEY,
  first_us BIGINT NOT NULL,
  last_us BIGINT NOT NULL,
  customers BIGINT NOT NULL,           -- different ones, as they count towards an alarm
  score DOUBLE PRECISION NOT NULL,
  needed DOUBLE PRECISION NOT NULL,    -- the score from which it would be suspected
  terms TEXT NOT NULL,                 -- JSON list
  messages TEXT NOT NULL               -- JSON list of ids, the newest first
);
