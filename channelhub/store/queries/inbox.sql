-- name: append
-- Store a raw message once. The writer gives the ids, so which rows went in is asked by id afterwards.
INSERT INTO inbox (id, account, delivery_key, delivery_id, message_ref, received_us, channel_us, is_backfill,
  content_type, headers, envelope, body, blob, size, sha256)
VALUES (:id, :account, :delivery_key, :delivery_id, :message_ref, :received_us, :channel_us, :is_backfill,
  :content_type, :headers, :envelope, :body, :blob, :size, :sha256)
ON CONFLICT (delivery_key) DO NOTHING;

-- name: since
SELECT id FROM inbox WHERE id >= :id ORDER BY id;

-- name: queue_since
INSERT INTO pending (inbox_id) SELECT id FROM inbox WHERE id >= :id;

-- name: by_delivery_key
SELECT id, sha256 FROM inbox WHERE delivery_key = :delivery_key;

-- name: held
-- Which of up to sixteen deliveries are stored; digests can't be given as a list to both databases.
SELECT delivery_key FROM inbox
WHERE delivery_key IN (:key0, :key1, :key2, :key3, :key4, :key5, :key6, :key7, :key8, :key9, :key10, :key11, :key12,
  :key13, :key14, :key15);

-- name: newest_id
-- The highest id given to anything: deliveries and outgoing messages share one sequence.
SELECT max(id) AS id FROM (
  SELECT coalesce(max(id), 0) AS id FROM inbox UNION ALL SELECT coalesce(max(id), 0) FROM outbox
) AS given;

-- name: cursor
SELECT value FROM cursors WHERE account = :account AND scope = :scope;

-- name: move_cursor
INSERT INTO cursors (account, scope, value, moved_us) VALUES (:account, :scope, :value, :moved_us)
ON CONFLICT (account, scope) DO UPDATE SET value = excluded.value, moved_us = excluded.moved_us;

-- name: oldest_pending
-- Ids only: whoever asks knows which of them it has in hand already.
SELECT inbox_id FROM pending ORDER BY inbox_id LIMIT :limit;

-- name: by_ids
SELECT id, account, delivery_id, message_ref, received_us, channel_us, is_backfill, content_type, headers, envelope,
  body, blob, size, sha256, erased_us
FROM inbox WHERE id = ANY(:ids) ORDER BY id;

-- name: backlog
SELECT count(*) AS waiting, min(i.received_us) AS oldest_us FROM pending AS p JOIN inbox AS i ON i.id = p.inbox_id;

-- name: done
DELETE FROM pending WHERE inbox_id = ANY(:inbox_ids);

-- name: still_pending
SELECT inbox_id FROM pending WHERE inbox_id = ANY(:inbox_ids);

-- name: by_id
SELECT id, account, delivery_id, message_ref, received_us, channel_us, is_backfill, content_type, headers, envelope,
  body, blob, size, sha256, erased_us
FROM inbox WHERE id = :id;

-- name: page
-- What came in, oldest first, with what became of it.
SELECT i.id, i.account, i.delivery_id, i.message_ref, i.received_us, i.size,
  CASE WHEN k.inbox_id IS NOT NULL THEN 'parked' WHEN p.inbox_id IS NOT NULL THEN 'received' ELSE 'processed' END AS state
FROM inbox AS i LEFT JOIN pending AS p ON p.inbox_id = i.id LEFT JOIN parked AS k ON k.inbox_id = i.id
WHERE i.id > :after ORDER BY i.id LIMIT :limit;

-- name: page_of_account
SELECT i.id, i.account, i.delivery_id, i.message_ref, i.received_us, i.size,
  CASE WHEN k.inbox_id IS NOT NULL THEN 'parked' WHEN p.inbox_id IS NOT NULL THEN 'received' ELSE 'processed' END AS state
FROM inbox AS i LEFT JOIN pending AS p ON p.inbox_id = i.id LEFT JOIN parked AS k ON k.inbox_id = i.id
WHERE i.account = :account AND i.id > :after ORDER BY i.id LIMIT :limit;

-- name: processed
-- For replay: what was read once and waits nowhere.
SELECT i.id, i.account, i.delivery_id, i.message_ref, i.received_us, i.channel_us, i.is_backfill, i.content_type,
  i.headers, i.envelope, i.body, i.blob, i.size, i.sha256, i.erased_us
FROM inbox AS i
WHERE i.id > :after AND i.erased_us IS NULL AND i.received_us >= :since_us AND (:account = '' OR i.account = :account)
  AND NOT EXISTS (SELECT 1 FROM pending AS p WHERE p.inbox_id = i.id)
  AND NOT EXISTS (SELECT 1 FROM parked AS k WHERE k.inbox_id = i.id)
ORDER BY i.id LIMIT :limit;

-- name: whole
-- For fsck: a page of everything that has a digest.
SELECT id, account, delivery_id, body, blob, size, sha256 FROM inbox WHERE id > :after ORDER BY id LIMIT :limit;

-- name: files
SELECT id, blob FROM inbox WHERE id > :after ORDER BY id LIMIT :limit;
