-- Outbound webhooks: endpoints, what each of them is to be sent, and how every attempt went.

CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  owner_email TEXT NOT NULL,
  filters TEXT NOT NULL,               -- JSON: domain.webhooks.Filters
  is_ordered INTEGER NOT NULL,         -- 1: one event at a time, in the order of events
  headers TEXT NOT NULL,               -- JSON object: headers of its own, which may be secrets
  signing TEXT NOT NULL,               -- v1 | v1a
  state TEXT NOT NULL,                 -- enabled | disabled | removed
  disabled_reason TEXT NOT NULL,       -- empty | by-hand | gone | failing
  starts_after BIGINT NOT NULL,        -- events up to this id are not for it
  failing_since_us BIGINT,             -- since when every attempt failed; NULL: the last one was taken
  delivered_us BIGINT,                 -- when it last took something
  error TEXT NOT NULL,                 -- of its last attempt; empty: that was taken
  hold_until_us BIGINT NOT NULL,       -- it asked for nothing before this moment
  redeliver TEXT NOT NULL,             -- empty | events | failed: what is being queued again
  redeliver_after BIGINT NOT NULL,     -- how far that has come: the id of an event or delivery
  redeliver_until BIGINT NOT NULL,
  redeliver_since_us BIGINT NOT NULL,  -- nothing older
  version INTEGER NOT NULL,
  created_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL
);

-- The keys that deliveries are signed with: the current one, and those that still sign beside it after a rotation.
CREATE TABLE webhook_secrets (
  id INTEGER PRIMARY KEY,
  webhook_id BIGINT NOT NULL,
  secret TEXT NOT NULL,                -- whsec_… or whsk_…
  created_us BIGINT NOT NULL,
  expires_us BIGINT                    -- NULL: the current one
);
CREATE INDEX webhook_secrets_webhook ON webhook_secrets (webhook_id, id);

-- What is posted, once for all endpoints that get it: the same bytes at every attempt.
CREATE TABLE webhook_messages (
  message_key TEXT PRIMARY KEY,        -- the header webhook-id
  event_id BIGINT,                     -- NULL: a test
  type TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  body TEXT NOT NULL,                  -- JSON
  created_us BIGINT NOT NULL
);
CREATE INDEX webhook_messages_created ON webhook_messages (created_us);

CREATE TABLE webhook_deliveries (
  id INTEGER PRIMARY KEY,
  webhook_id BIGINT NOT NULL,
  message_key TEXT NOT NULL,
  event_type TEXT NOT NULL,
  state TEXT NOT NULL,                 -- queued | delivered | failed
  attempts INTEGER NOT NULL,           -- ever
  tries INTEGER NOT NULL,              -- since it was queued last: its place in the schedule
  due_us BIGINT NOT NULL,
  error TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_message ON webhook_deliveries (message_key, webhook_id);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (webhook_id, state, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_us, id) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_us);

CREATE TABLE webhook_attempts (
  id INTEGER PRIMARY KEY,
  delivery_id BIGINT NOT NULL,
  number INTEGER NOT NULL,             -- from 1, over all rounds
  at_us BIGINT NOT NULL,
  took_ms INTEGER NOT NULL,
  headers TEXT NOT NULL,               -- JSON object, secrets and signatures masked
  status INTEGER,                      -- NULL: no answer
  answer TEXT NOT NULL,                -- the first 1,024 bytes of its body
  error TEXT NOT NULL                  -- a word: dns, connect, tls, timeout, …; empty: it was taken
);
CREATE INDEX webhook_attempts_delivery ON webhook_attempts (delivery_id, number);
