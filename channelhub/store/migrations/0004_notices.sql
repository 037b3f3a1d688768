-- Notices: messages to many customers about an outage. Times are microseconds UTC.

CREATE TABLE notices (
  id INTEGER PRIMARY KEY,
  outage_id BIGINT NOT NULL,
  kind TEXT NOT NULL,                  -- notice, update, resolution
  state TEXT NOT NULL,                 -- draft, approved, superseded, cancelled
  version INTEGER NOT NULL,
  texts TEXT NOT NULL,                 -- JSON: language → {subject, text, short}
  author TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  approver TEXT NOT NULL,
  approved_us BIGINT,
  closed_by TEXT NOT NULL,             -- who cancelled it, or approved the one that took its place
  closed_us BIGINT,
  finished_us BIGINT                   -- when everybody known by then had been told
);
CREATE INDEX notices_outage ON notices (outage_id, id);
CREATE INDEX notices_state ON notices (state, id);

-- What was decided about each address a notice concerns. A row without an outbox row says why nothing was sent; a newer
-- report of the same address is looked at again.
CREATE TABLE notice_recipients (
  notice_id BIGINT NOT NULL,
  identity_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,          -- the newest report when it was decided; 0: on a list, or told before
  outbox_id BIGINT,
  reason TEXT NOT NULL,                -- why nothing was sent, else empty
  account TEXT NOT NULL,
  channel TEXT NOT NULL,
  language TEXT NOT NULL,              -- of the text that was chosen
  at_us BIGINT NOT NULL,
  handed_us BIGINT,                    -- when it was given to the channel
  PRIMARY KEY (notice_id, identity_id)
);
CREATE INDEX notice_recipients_identity ON notice_recipients (identity_id);
CREATE INDEX notice_recipients_outbox ON notice_recipients (outbox_id);

-- Who is told although they have not written. The identity need not be known yet.
CREATE TABLE notice_lists (
  notice_id BIGINT NOT NULL,
  identity_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  shown TEXT NOT NULL,
  PRIMARY KEY (notice_id, identity_id)
);

-- When each account may send its next notice.
CREATE TABLE notice_slots (
  account TEXT PRIMARY KEY,
  next_us BIGINT NOT NULL
);

-- How far the events were read for words that decline notices.
CREATE TABLE notice_checkpoint (
  id INTEGER PRIMARY KEY,
  event_id BIGINT NOT NULL
);

-- Who wants no notices. Lifted, not deleted.
CREATE TABLE notice_optouts (
  identity_id INTEGER PRIMARY KEY,
  means TEXT NOT NULL,                 -- link, word, agent
  actor TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  lifted_us BIGINT
);
