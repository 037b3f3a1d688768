-- Messages that were sent as one, an album of pictures: they stand on the timeline as one entry.
CREATE TABLE album_parts (
  album_key TEXT NOT NULL,             -- 22 characters of the digest of account, writer and the channel's album id
  place BIGINT NOT NULL,               -- the channel's own order
  message_id BIGINT NOT NULL,
  attachments INTEGER NOT NULL,        -- files of the part's newest version
  PRIMARY KEY (album_key, place, message_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX album_parts_message ON album_parts (message_id);

-- Whether an account may write to an address, as its channel said last: customers block bots, and let them in again.
CREATE TABLE reach (
  identity_id BIGINT NOT NULL,
  account TEXT NOT NULL,
  is_reachable INTEGER NOT NULL,
  at_us BIGINT NOT NULL,
  place BIGINT NOT NULL,               -- orders words of one moment; 0 where the channel gave no order
  PRIMARY KEY (identity_id, account)
) WITHOUT ROWID;
