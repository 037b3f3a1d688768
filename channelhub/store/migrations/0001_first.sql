-- The first schema. Times are microseconds UTC. INTEGER PRIMARY KEY is BIGINT on PostgreSQL, BLOB is BYTEA.

-- One delivery of a channel as it came. Never changed after its commit.
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  delivery_key BLOB NOT NULL,          -- 16 bytes of the digest of account and delivery id: a small unique index
  delivery_id TEXT NOT NULL,
  message_ref TEXT NOT NULL,           -- a mail's Message-ID as read while receiving, else empty
  received_us BIGINT NOT NULL,
  channel_us BIGINT,
  is_backfill INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  headers TEXT NOT NULL,               -- JSON: [[name, value], …]
  envelope TEXT NOT NULL,              -- JSON: domain.raw.Envelope
  body BLOB,                           -- NULL: in the file that `blob` names
  blob TEXT NOT NULL,                  -- SHA-256 in hex of a large body, else empty
  size BIGINT NOT NULL,
  sha256 BLOB NOT NULL
);
CREATE UNIQUE INDEX inbox_delivery_key ON inbox (delivery_key);
CREATE INDEX inbox_account ON inbox (account, id);

-- What waits for the pipeline. A row leaves in the transaction that writes what was made of it.
CREATE TABLE pending (inbox_id INTEGER PRIMARY KEY REFERENCES inbox (id));

-- What could not be read, with the reason and what could be salvaged (JSON: sender, subject).
CREATE TABLE parked (
  inbox_id INTEGER PRIMARY KEY REFERENCES inbox (id),
  account TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  salvage TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  parked_us BIGINT NOT NULL
);

-- How far a polled channel has been read.
CREATE TABLE cursors (
  account TEXT NOT NULL,
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  moved_us BIGINT NOT NULL,
  PRIMARY KEY (account, scope)
);

CREATE TABLE identities (
  id INTEGER PRIMARY KEY,              -- from the digest of the key: the same whatever arrived first
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  shown TEXT NOT NULL,
  name TEXT NOT NULL,
  name_us BIGINT NOT NULL,
  language TEXT NOT NULL,
  language_us BIGINT NOT NULL,
  first_us BIGINT NOT NULL,
  evidence TEXT NOT NULL,              -- the strongest with which it was ever named
  customer_id BIGINT NOT NULL          -- the id of its customer's oldest identity
);
CREATE UNIQUE INDEX identities_key ON identities (kind, scope, value);
CREATE INDEX identities_customer ON identities (customer_id);
CREATE INDEX identities_value ON identities (value);

CREATE TABLE links (
  id INTEGER PRIMARY KEY,
  left_id BIGINT NOT NULL,
  right_id BIGINT NOT NULL,
  evidence TEXT NOT NULL,
  score DOUBLE PRECISION NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  revoked_us BIGINT,
  revoked_by TEXT
);
CREATE INDEX links_left ON links (left_id);
CREATE INDEX links_right ON links (right_id);

CREATE TABLE suggestions (
  id INTEGER PRIMARY KEY,
  left_id BIGINT NOT NULL,
  right_id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  score DOUBLE PRECISION NOT NULL,
  at_us BIGINT NOT NULL,
  state TEXT NOT NULL,                 -- open, accepted, rejected
  actor TEXT NOT NULL
);
CREATE INDEX suggestions_left ON suggestions (left_id);
CREATE INDEX suggestions_right ON suggestions (right_id);

-- Senders whose messages open no incident and get no answer; lifted, not deleted.
CREATE TABLE blocks (
  identity_id INTEGER PRIMARY KEY,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  lifted_us BIGINT
);

CREATE TABLE conversations (
  id INTEGER PRIMARY KEY,              -- from the digest of account and key
  account TEXT NOT NULL,
  channel TEXT NOT NULL,
  key TEXT NOT NULL,
  identity_id BIGINT NOT NULL,
  subject TEXT NOT NULL,
  subjects TEXT NOT NULL,              -- digests of the subjects used in it, ours included
  opened_us BIGINT NOT NULL,
  last_us BIGINT NOT NULL,
  messages BIGINT NOT NULL,            -- how many came in
  merged_into BIGINT                   -- set once a mail showed that it is a part of that one
);
CREATE UNIQUE INDEX conversations_key ON conversations (account, key);
CREATE INDEX conversations_identity ON conversations (identity_id, last_us);

-- How mails hang together: a sender's conversation holds a message (is_cited 0), or a message in it cites one (1).
CREATE TABLE thread_ids (
  ref BIGINT NOT NULL,                 -- 63 bits of the digest of a Message-ID
  is_cited INTEGER NOT NULL,
  identity_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  PRIMARY KEY (ref, is_cited, identity_id)
) WITHOUT ROWID;

-- Conversations that have to do with each other: the left answers the right (thread, token), or seems to (subject).
CREATE TABLE conversation_links (
  left_id BIGINT NOT NULL,
  right_id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (left_id, right_id, reason)
) WITHOUT ROWID;
CREATE INDEX conversation_links_right ON conversation_links (right_id);

CREATE TABLE incidents (
  id INTEGER PRIMARY KEY,              -- the id of the message that opened it
  number BIGINT NOT NULL,
  identity_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  priority TEXT NOT NULL,
  priority_reasons TEXT NOT NULL,      -- JSON list
  service TEXT NOT NULL,
  subject TEXT NOT NULL,
  language TEXT NOT NULL,
  terms TEXT NOT NULL,                 -- JSON list: the words that say what it is about
  order_id TEXT NOT NULL,
  assignee TEXT NOT NULL,
  opened_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL,
  state_times TEXT NOT NULL            -- JSON: state → when it was first reached
);
CREATE UNIQUE INDEX incidents_number ON incidents (number);
CREATE INDEX incidents_identity ON incidents (identity_id, opened_us);
CREATE INDEX incidents_conversation ON incidents (conversation_id);
CREATE INDEX incidents_state ON incidents (state, id);

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,              -- inbox id × 1024 + place in the delivery (1023: written by us)
  inbox_id BIGINT NOT NULL,
  account TEXT NOT NULL,
  channel TEXT NOT NULL,
  type TEXT NOT NULL,                  -- message, journey, call, reaction, unknown
  message_key TEXT NOT NULL,           -- 22 characters of the digest of scope, kind and external id
  external_id TEXT NOT NULL,
  message_ref TEXT NOT NULL,
  direction TEXT NOT NULL,
  identity_id BIGINT NOT NULL,
  conversation_id BIGINT,
  incident_id BIGINT,
  at_us BIGINT NOT NULL,
  received_us BIGINT NOT NULL,
  sent_us BIGINT,
  revision BIGINT NOT NULL,            -- the newest version's; 0 is the original
  deleted_us BIGINT,
  subject TEXT NOT NULL,
  language TEXT NOT NULL,
  evidence TEXT NOT NULL,
  is_automatic INTEGER NOT NULL,
  automatic TEXT NOT NULL,             -- JSON: domain.inbound.Automatic
  spam_score DOUBLE PRECISION NOT NULL,
  order_id TEXT NOT NULL,
  origin TEXT NOT NULL,
  extra TEXT NOT NULL,                 -- JSON: further fields as they came
  warnings TEXT NOT NULL,              -- JSON list
  marks TEXT NOT NULL                  -- words, what was noticed when it came: own returned linked new-subject
);
CREATE UNIQUE INDEX messages_key ON messages (message_key);
CREATE INDEX messages_conversation ON messages (conversation_id, at_us);
CREATE INDEX messages_inbox ON messages (inbox_id);
CREATE INDEX messages_incident ON messages (incident_id);

-- The words of every version; the newest is what is shown, the others stay.
CREATE TABLE message_texts (
  id INTEGER PRIMARY KEY,
  message_id BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  reply_text TEXT,                     -- what of text is new; NULL: all of it
  html TEXT NOT NULL,
  hidden TEXT NOT NULL DEFAULT '[]'    -- JSON: [start, end) in characters of what reply_text lacks of text
);
CREATE UNIQUE INDEX message_texts_version ON message_texts (message_id, revision);

-- Every delivery that carried a message: the first, redeliveries through other accounts, edits.
CREATE TABLE message_sources (
  inbox_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  PRIMARY KEY (inbox_id, message_id)
);
CREATE INDEX message_sources_message ON message_sources (message_id);

-- Deletions by their senders that came before the messages they delete: channels and retries don't keep an order.
CREATE TABLE deletions (
  message_key TEXT PRIMARY KEY,
  inbox_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL
);

CREATE TABLE attachments (
  message_id BIGINT NOT NULL,
  n INTEGER NOT NULL,
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,                -- names the file with the content; empty where only a reference came
  is_inline INTEGER NOT NULL,
  content_id TEXT NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (message_id, n)
);

-- Clustered: one customer's newest entries lie together on disk, however long the history.
CREATE TABLE timeline (
  identity_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  id BIGINT NOT NULL,
  type TEXT NOT NULL,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  direction TEXT NOT NULL,
  is_verified INTEGER NOT NULL,
  conversation_id BIGINT,
  incident_id BIGINT,
  outage_id BIGINT,
  subject TEXT NOT NULL,
  preview TEXT NOT NULL,
  is_cut INTEGER NOT NULL,             -- the preview is not all of it
  attachments INTEGER NOT NULL,
  state TEXT NOT NULL,                 -- of an outgoing message or an incident change, else empty
  flags TEXT NOT NULL,                 -- words: edited deleted automatic spam, and a message's marks
  PRIMARY KEY (identity_id, at_us, id)
) WITHOUT ROWID;
CREATE INDEX timeline_id ON timeline (id);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  account TEXT NOT NULL,
  identity_id BIGINT,
  data TEXT NOT NULL,                  -- JSON
  is_replayed INTEGER NOT NULL
);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  dedupe_key TEXT NOT NULL,            -- what must happen once: ack:{conversation}:{day}, reply:{message}
  kind TEXT NOT NULL,                  -- reply, acknowledgement
  account TEXT NOT NULL,
  identity_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  payload TEXT NOT NULL,               -- JSON: domain.outbound.Outbound
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  due_us BIGINT NOT NULL,
  error TEXT NOT NULL,
  external_ref TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX outbox_dedupe_key ON outbox (dedupe_key);
CREATE INDEX outbox_due ON outbox (state, due_us);
CREATE INDEX outbox_message ON outbox (message_id);
CREATE INDEX outbox_identity ON outbox (identity_id, created_us);

-- What was reported of messages that we sent: bounces, receipts. A report that comes again is known by its key.
CREATE TABLE delivery_reports (
  report_key TEXT PRIMARY KEY,
  message_id BIGINT NOT NULL,          -- ours
  inbox_id BIGINT NOT NULL,            -- the delivery that brought the report
  status TEXT NOT NULL,                -- delayed, delivered, failed, read
  is_permanent INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  detail TEXT NOT NULL,                -- in the words of the other side
  at_us BIGINT NOT NULL                -- when it came
);
CREATE INDEX delivery_reports_message ON delivery_reports (message_id, at_us);

-- What the outage detector sees, in order: the reports of messages, and what people decided about outages between them.
CREATE TABLE features (
  seq INTEGER PRIMARY KEY,
  message_id BIGINT NOT NULL,          -- negative: a person's decision
  version INTEGER NOT NULL,
  report TEXT NOT NULL                 -- JSON: rules.outage.report.Report
);
CREATE UNIQUE INDEX features_message ON features (message_id);

-- How far grouping has read, and a snapshot of its counters at some earlier place.
CREATE TABLE group_checkpoint (
  id INTEGER PRIMARY KEY,
  seq BIGINT NOT NULL,
  snapshot BLOB,
  snapshot_seq BIGINT NOT NULL,
  snapshot_us BIGINT NOT NULL
);

CREATE TABLE outages (
  id INTEGER PRIMARY KEY,              -- the id of the message that raised it
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,                 -- one report's own words
  terms TEXT NOT NULL,                 -- JSON list
  reasons TEXT NOT NULL,               -- JSON list, in an agent's words
  began_us BIGINT NOT NULL,
  opened_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL,
  closed_us BIGINT,
  merged_into BIGINT,
  actor TEXT NOT NULL
);
CREATE INDEX outages_state ON outages (state, id);

CREATE TABLE outage_members (
  outage_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  identity_id BIGINT NOT NULL,
  weight DOUBLE PRECISION NOT NULL,
  reasons TEXT NOT NULL,               -- JSON list
  at_us BIGINT NOT NULL,
  PRIMARY KEY (outage_id, message_id)
);
CREATE INDEX outage_members_identity ON outage_members (identity_id);
CREATE INDEX outage_members_message ON outage_members (message_id);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at_us BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  detail TEXT NOT NULL                 -- JSON
);

CREATE TABLE tokens (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  account TEXT NOT NULL,               -- empty: every account
  digest BLOB NOT NULL,                -- SHA-256 of the token; the token itself is shown once
  created_us BIGINT NOT NULL,
  used_us BIGINT,
  revoked_us BIGINT
);
CREATE UNIQUE INDEX tokens_digest ON tokens (digest);

CREATE TABLE sessions (
  digest BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL
);

CREATE TABLE signin_links (
  digest BLOB PRIMARY KEY,
  role TEXT NOT NULL,
  expires_us BIGINT NOT NULL,
  used_us BIGINT
);

-- Few facts about the hub itself: sending_paused, …
CREATE TABLE hub_facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
