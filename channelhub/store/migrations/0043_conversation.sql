-- What agents write around conversations: answers not sent yet, notes among themselves, who is named in them.
-- Times are microseconds UTC.
CREATE TABLE drafts (
  conversation_id BIGINT NOT NULL,
  author TEXT NOT NULL,                -- their login, or what their token is called
  text TEXT NOT NULL,
  changed_us BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, author)
) WITHOUT ROWID;
CREATE INDEX drafts_changed ON drafts (changed_us);

-- A note is an entry of the timeline with the same id, of type `note`; it is never sent.
CREATE TABLE notes (
  id BIGINT NOT NULL PRIMARY KEY,
  note_key TEXT NOT NULL,              -- the same again writes nothing
  identity_id BIGINT NOT NULL,
  conversation_id BIGINT,              -- NULL: of the customer as such
  author TEXT NOT NULL,                -- their login, or what their token is called
  at_us BIGINT NOT NULL,
  revision BIGINT NOT NULL             -- the newest; 0 is the first
) WITHOUT ROWID;
CREATE UNIQUE INDEX notes_key ON notes (note_key);
CREATE INDEX notes_identity ON notes (identity_id, id);
CREATE INDEX notes_conversation ON notes (conversation_id, at_us);

CREATE TABLE note_texts (
  note_id BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  author TEXT NOT NULL,                -- who wrote this version
  at_us BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (note_id, revision)
) WITHOUT ROWID;

CREATE TABLE mentions (
  login TEXT NOT NULL,
  note_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  seen_us BIGINT,
  PRIMARY KEY (login, note_id)
) WITHOUT ROWID;
CREATE INDEX mentions_note ON mentions (note_id);
CREATE INDEX mentions_unseen ON mentions (login, note_id) WHERE seen_us IS NULL;
