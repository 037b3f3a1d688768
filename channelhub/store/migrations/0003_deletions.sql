-- Deletions by their senders that came before the messages they delete: channels and retries don't keep an order.
CREATE TABLE deletions (
  message_key TEXT PRIMARY KEY,
  inbox_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL
);
