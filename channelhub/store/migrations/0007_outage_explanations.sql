-- What explains an outage. Times are microseconds UTC.

-- Every decision about an outage in the order of time, with its reasons.
CREATE TABLE outage_decisions (
  outage_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  decision TEXT NOT NULL,              -- suspected, grown, merged, resolved, or what a person did
  subject_id BIGINT NOT NULL,          -- the other outage, or the message, that it is about; else 0
  actor TEXT NOT NULL,                 -- empty: the hub itself
  customers BIGINT NOT NULL,           -- distinct customers by then; 0 where nobody counted
  reasons TEXT NOT NULL,               -- JSON: rules.outage.reasons
  PRIMARY KEY (outage_id, at_us, decision, subject_id)
) WITHOUT ROWID;

-- Which word customers used for a term (a stem or a concept id) of an outage.
CREATE TABLE outage_words (
  outage_id BIGINT NOT NULL,
  term TEXT NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (outage_id, term)
) WITHOUT ROWID;

-- How many messages with a vote came in each minute: what an outage's usual rate is a share of.
CREATE TABLE traffic (
  minute_us BIGINT NOT NULL,           -- when the minute began
  messages BIGINT NOT NULL,
  PRIMARY KEY (minute_us)
) WITHOUT ROWID;
