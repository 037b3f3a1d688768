-- Files that messages only name: what is still to be fetched from the channel, and what became of it. The fetched file's
-- digest and size stand in `attachments`.
CREATE TABLE media (
  message_id BIGINT NOT NULL,
  n INTEGER NOT NULL,                  -- as in attachments
  account TEXT NOT NULL,               -- through which it is fetched
  state TEXT NOT NULL,                 -- pending, stored, refused, failed
  reason TEXT NOT NULL,                -- a word; while pending: of the last try
  detail TEXT NOT NULL,                -- a sentence for an operator
  tries INTEGER NOT NULL,
  due_us BIGINT NOT NULL,
  queued_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL,
  PRIMARY KEY (message_id, n)
);
CREATE INDEX media_due ON media (account, due_us, message_id, n) WHERE state = 'pending';
CREATE INDEX media_missing ON media (state, message_id, n) WHERE state <> 'stored';

-- How much was fetched, counted in the commit that stores a file.
CREATE TABLE media_totals (
  account TEXT PRIMARY KEY,
  files BIGINT NOT NULL,
  bytes BIGINT NOT NULL
);
