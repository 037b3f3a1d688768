-- How a channel calls the messages that an answer became, where they are several: reports on each find the answer.
CREATE TABLE sent_parts (
  message_id BIGINT NOT NULL,          -- ours
  number INTEGER NOT NULL,             -- its place among them, from 1
  of_number INTEGER NOT NULL,          -- how many they are
  account TEXT NOT NULL,
  identity_id BIGINT NOT NULL,
  external_ref TEXT NOT NULL,
  PRIMARY KEY (message_id, number)
) WITHOUT ROWID;
CREATE INDEX sent_parts_name ON sent_parts (identity_id, external_ref);

-- Which of these messages a report is about, as its channel calls it; empty: none was named.
ALTER TABLE delivery_reports ADD COLUMN part TEXT NOT NULL DEFAULT '';
