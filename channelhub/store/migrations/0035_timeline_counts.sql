-- How many entries each identity has in each channel, kept in the commit that writes the entries: a card's count must
-- not read the whole history. Entries up to `timeline_counted` are in the counts; older databases are counted from the
-- beginning, a few entries at a time, by a stage. First and last contact need no column: they are the ends of a key.
CREATE TABLE timeline_counts (
  identity_id BIGINT NOT NULL,
  channel TEXT NOT NULL,               -- empty for entries without one: incidents, outages
  entries BIGINT NOT NULL,
  PRIMARY KEY (identity_id, channel)
) WITHOUT ROWID;

-- One row: the key of the last entry that was counted; the greatest there can be when all are.
CREATE TABLE timeline_counted (
  id INTEGER PRIMARY KEY,
  identity_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  entry_id BIGINT NOT NULL
);
INSERT INTO timeline_counted (id, identity_id, at_us, entry_id)
SELECT 1, 0, 0, 0 WHERE EXISTS (SELECT 1 FROM timeline);
INSERT INTO timeline_counted (id, identity_id, at_us, entry_id)
SELECT 1, 9223372036854775807, 9223372036854775807, 9223372036854775807 WHERE NOT EXISTS (SELECT 1 FROM timeline);
