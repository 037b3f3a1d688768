-- What the card knows of a customer beyond their messages' words: learned by a stage, message by message.

-- Messages that the stage hasn't read, or must read again: written in the commit that writes or changes the message.
CREATE TABLE learning_queue (
  message_id INTEGER PRIMARY KEY,
  times INTEGER NOT NULL               -- how often it was asked for: what is asked for meanwhile stays
);

-- How and when an identity writes, from its newest entries.
CREATE TABLE habits (
  identity_id INTEGER PRIMARY KEY,
  channels TEXT NOT NULL,              -- JSON: channel → messages
  hours TEXT NOT NULL,                 -- JSON: hour of the week in UTC, 0 is Monday 00:00 → messages
  wrote_us BIGINT,                     -- their newest message
  spoke_us BIGINT                      -- the newest that a person of us wrote to them
);

-- What we promised in our messages; the newest of each identity are kept.
CREATE TABLE promises (
  message_id BIGINT NOT NULL,
  n INTEGER NOT NULL,
  identity_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  words TEXT NOT NULL,
  due_us BIGINT,
  is_day INTEGER NOT NULL,             -- by the end of a day; due_us is the midnight after it
  PRIMARY KEY (message_id, n)
) WITHOUT ROWID;
CREATE INDEX promises_identity ON promises (identity_id, at_us);

-- What customers told us of themselves; the newest of each identity and topic are kept.
CREATE TABLE told_facts (
  message_id BIGINT NOT NULL,
  topic TEXT NOT NULL,                 -- order, parcel, phone, email, city, address, device
  value TEXT NOT NULL,
  shown TEXT NOT NULL,
  identity_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  is_verified INTEGER NOT NULL,        -- of the message
  PRIMARY KEY (message_id, topic, value)
) WITHOUT ROWID;
CREATE INDEX told_facts_identity ON told_facts (identity_id, topic, at_us);

-- Where each identity's newest journey events stand, however many chats came after them.
CREATE TABLE journey_places (
  message_id INTEGER PRIMARY KEY,
  identity_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  order_id TEXT NOT NULL               -- as the event names it, else empty
);
CREATE INDEX journey_places_identity ON journey_places (identity_id, at_us);

INSERT INTO learning_queue (message_id, times) SELECT id, 1 FROM messages;
