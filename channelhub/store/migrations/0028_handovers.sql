-- Answers in a chat that were not read there, and so went to their visitor by mail as well, or why they didn't.
CREATE TABLE handovers (
  message_id INTEGER PRIMARY KEY,      -- ours, in the chat
  mail_id BIGINT,                      -- the mail that carries it; NULL: none
  reason TEXT NOT NULL,                -- why none: blocked, own-address, cannot-send; else empty
  at_us BIGINT NOT NULL
);
