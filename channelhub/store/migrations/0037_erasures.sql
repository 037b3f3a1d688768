-- Customers whose data is erased on request. Times are microseconds UTC.

-- A delivery whose content is gone. Its key stays, so that a redelivery is not taken in again.
ALTER TABLE inbox ADD COLUMN erased_us BIGINT;

-- One request. Nothing in it says whose: what it is about stands in erasure_items until it is over.
CREATE TABLE erasures (
  id INTEGER PRIMARY KEY,              -- random; also the id of the nobody that stands in figures for who was erased
  step TEXT NOT NULL,                  -- rules.erasing.Step: what is to be done next
  place BIGINT NOT NULL,               -- how far that step has come
  collected_until BIGINT NOT NULL,     -- messages up to this id were looked at
  actor TEXT NOT NULL,
  asked_us BIGINT NOT NULL,
  done_us BIGINT,
  is_compact INTEGER NOT NULL,         -- the file was written anew since
  counts TEXT NOT NULL                 -- JSON: what → how many
);
CREATE INDEX erasures_open ON erasures (id) WHERE done_us IS NULL;

-- What is to go, by its ids or names. Empty when the erasure is over.
CREATE TABLE erasure_items (
  erasure_id BIGINT NOT NULL,
  kind TEXT NOT NULL,                  -- rules.erasing.Item
  item BIGINT NOT NULL,                -- an id, else 0
  name TEXT NOT NULL,                  -- of a file, else empty
  PRIMARY KEY (erasure_id, kind, item, name)
) WITHOUT ROWID;
