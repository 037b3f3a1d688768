-- What messages give away of who writes, beside the addresses they name: what two identities have in common may mean that
-- they are one person. Nothing is decided here: suggestions are worked out when a card is read.
CREATE TABLE clues (
  identity_id BIGINT NOT NULL,         -- who gave it
  kind TEXT NOT NULL,                  -- phone, email: mentioned in words; device; order; address: the name in a mail address
  value_key BIGINT NOT NULL,           -- of a phone, mail address or device the id that its identity has or would have
  at_us BIGINT NOT NULL,               -- given first
  PRIMARY KEY (identity_id, kind, value_key)
) WITHOUT ROWID;
CREATE INDEX clues_value ON clues (value_key, kind, identity_id);

-- Reasons of suggestions are codes: the kind of what was claimed.
UPDATE suggestions SET reason = REPLACE(REPLACE(reason, 'the sender of one message gave ', ''), ' without proof', '');
