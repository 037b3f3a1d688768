-- Requests that carried an Idempotency-Key, for a day. Times are microseconds UTC.
CREATE TABLE idempotency_keys (
  id TEXT PRIMARY KEY,                 -- digest of who asked and the key
  n BIGINT NOT NULL,                   -- counts them, so that a bounded number is kept
  fingerprint TEXT NOT NULL,           -- digest of method, address and body
  begun_us BIGINT NOT NULL,
  status INTEGER NOT NULL,             -- of the answer; 0: it is being worked on, or was cut off
  content_type TEXT NOT NULL,
  answer BLOB                          -- NULL: not kept, too large or a secret
);
CREATE UNIQUE INDEX idempotency_keys_n ON idempotency_keys (n);
