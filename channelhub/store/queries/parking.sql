-- name: park
INSERT INTO parked (inbox_id, account, reason, detail, salvage, attempts, parked_us)
VALUES (:inbox_id, :account, :reason, :detail, :salvage, :attempts, :parked_us)
ON CONFLICT (inbox_id) DO UPDATE SET reason = excluded.reason, detail = excluded.detail, salvage = excluded.salvage,
  attempts = parked.attempts + 1, parked_us = excluded.parked_us;

-- name: unpark
DELETE FROM parked WHERE inbox_id = ANY(:inbox_ids);

-- name: page
SELECT k.inbox_id, k.account, k.reason, k.detail, k.salvage, k.attempts, k.parked_us, i.delivery_id, i.message_ref, i.size
FROM parked AS k JOIN inbox AS i ON i.id = k.inbox_id
WHERE k.inbox_id > :after ORDER BY k.inbox_id LIMIT :limit;

-- name: one
SELECT k.inbox_id, k.account, k.reason, k.detail, k.salvage, k.attempts, k.parked_us, i.delivery_id, i.message_ref, i.size
FROM parked AS k JOIN inbox AS i ON i.id = k.inbox_id WHERE k.inbox_id = :inbox_id;

-- name: count
SELECT count(*) AS parked FROM parked;

-- name: requeue
INSERT INTO pending (inbox_id) VALUES (:inbox_id) ON CONFLICT (inbox_id) DO NOTHING;
