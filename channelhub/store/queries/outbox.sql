-- name: add
-- What must happen once has one key; the second attempt to queue it changes nothing.
INSERT INTO outbox (id, dedupe_key, kind, account, identity_id, conversation_id, message_id, payload, state, attempts,
  due_us, error, external_ref, created_us, changed_us)
VALUES (:id, :dedupe_key, :kind, :account, :identity_id, :conversation_id, :message_id, :payload, :state, 0,
  :due_us, '', '', :created_us, :created_us)
ON CONFLICT (dedupe_key) DO NOTHING;

-- name: known_keys
SELECT dedupe_key FROM outbox WHERE dedupe_key = ANY(:keys);

-- name: due
SELECT id, dedupe_key, kind, account, identity_id, conversation_id, message_id, payload, state, attempts, due_us, error,
  external_ref, created_us, changed_us
FROM outbox WHERE state = 'queued' AND due_us <= :now_us AND account = :account ORDER BY due_us, id LIMIT :limit;

-- name: due_accounts
SELECT DISTINCT account FROM outbox WHERE state = 'queued' AND due_us <= :now_us;

-- name: in_state
SELECT id, dedupe_key, kind, account, identity_id, conversation_id, message_id, payload, state, attempts, due_us, error,
  external_ref, created_us, changed_us
FROM outbox WHERE state = :state ORDER BY id LIMIT :limit;

-- name: by_id
SELECT id, dedupe_key, kind, account, identity_id, conversation_id, message_id, payload, state, attempts, due_us, error,
  external_ref, created_us, changed_us
FROM outbox WHERE id = :id;

-- name: by_key
SELECT id, dedupe_key, kind, account, identity_id, conversation_id, message_id, payload, state, attempts, due_us, error,
  external_ref, created_us, changed_us
FROM outbox WHERE dedupe_key = :dedupe_key;

-- name: of_message
SELECT id, dedupe_key, kind, account, identity_id, conversation_id, message_id, payload, state, attempts, due_us, error,
  external_ref, created_us, changed_us
FROM outbox WHERE message_id = :message_id;

-- name: of_messages
SELECT id, dedupe_key, kind, account, identity_id, conversation_id, message_id, payload, state, attempts, due_us, error,
  external_ref, created_us, changed_us
FROM outbox WHERE message_id = ANY(:message_ids);

-- name: sent_as
-- What went to some identities and is called so by its channel.
SELECT message_id, account, identity_id, external_ref FROM outbox
WHERE identity_id = ANY(:identity_ids) AND external_ref = ANY(:external_refs);

-- name: acknowledged
SELECT identity_id, count(*) AS messages FROM outbox
WHERE identity_id = ANY(:identity_ids) AND created_us >= :since_us AND kind = 'acknowledgement' GROUP BY identity_id;

-- name: settle
UPDATE outbox SET state = :state, attempts = attempts + :attempts, due_us = :due_us, error = :error,
  external_ref = :external_ref, changed_us = :changed_us
WHERE id = :id;

-- name: requeue
-- A person has it sent again: the schedule of tries begins anew.
UPDATE outbox SET state = 'queued', attempts = 0, due_us = :at_us, error = '', changed_us = :at_us WHERE id = :id;

-- name: depth
SELECT state, count(*) AS messages FROM outbox GROUP BY state;
