-- name: begin
-- No row comes back when the key is in use.
INSERT INTO idempotency_keys (id, n, fingerprint, begun_us, status, content_type, answer)
VALUES (:id, (SELECT coalesce(max(n), 0) + 1 FROM idempotency_keys), :fingerprint, :begun_us, 0, '', NULL)
ON CONFLICT (id) DO NOTHING RETURNING n;

-- name: by_id
SELECT id, fingerprint, begun_us, status, content_type, answer FROM idempotency_keys WHERE id = :id;

-- name: keep
UPDATE idempotency_keys SET status = :status, content_type = :content_type, answer = :answer WHERE id = :id;

-- name: forget
DELETE FROM idempotency_keys WHERE id = :id;

-- name: forget_old
DELETE FROM idempotency_keys WHERE n IN (SELECT n FROM idempotency_keys
  WHERE begun_us < :since_us OR n <= :up_to ORDER BY n LIMIT :limit);
