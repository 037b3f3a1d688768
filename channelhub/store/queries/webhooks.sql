-- name: add
INSERT INTO webhooks (url, description, owner_email, filters, is_ordered, headers, signing, state, disabled_reason,
  starts_after, failing_since_us, delivered_us, error, hold_until_us, redeliver, redeliver_after, redeliver_until,
  redeliver_since_us, version, created_us, changed_us)
VALUES (:url, :description, :owner_email, :filters, :is_ordered, :headers, :signing, :state, '',
  :starts_after, NULL, NULL, '', 0, '', 0, 0, 0, 1, :created_us, :created_us)
RETURNING id;

-- name: by_ids
SELECT id, url, description, owner_email, filters, is_ordered, headers, signing, state, disabled_reason, starts_after,
  failing_since_us, delivered_us, error, hold_until_us, redeliver, redeliver_after, redeliver_until,
  redeliver_since_us, version, created_us, changed_us
FROM webhooks WHERE id = ANY(:ids) AND state <> 'removed';

-- name: page
SELECT id, url, description, owner_email, filters, is_ordered, headers, signing, state, disabled_reason, starts_after,
  failing_since_us, delivered_us, error, hold_until_us, redeliver, redeliver_after, redeliver_until,
  redeliver_since_us, version, created_us, changed_us
FROM webhooks WHERE id > :after AND state <> 'removed' ORDER BY id LIMIT :limit;

-- name: enabled
SELECT id, url, description, owner_email, filters, is_ordered, headers, signing, state, disabled_reason, starts_after,
  failing_since_us, delivered_us, error, hold_until_us, redeliver, redeliver_after, redeliver_until,
  redeliver_since_us, version, created_us, changed_us
FROM webhooks WHERE state = 'enabled' ORDER BY id;

-- name: enabled_ids
SELECT id FROM webhooks WHERE state = 'enabled' AND id = ANY(:ids);

-- name: revision
-- Changes with every change of an endpoint's settings or state.
SELECT count(*) AS endpoints, coalesce(max(id), 0) AS newest, coalesce(sum(version), 0) AS versions FROM webhooks;

-- name: living
SELECT count(*) AS endpoints FROM webhooks WHERE state <> 'removed';

-- name: redelivering
SELECT id, url, description, owner_email, filters, is_ordered, headers, signing, state, disabled_reason, starts_after,
  failing_since_us, delivered_us, error, hold_until_us, redeliver, redeliver_after, redeliver_until,
  redeliver_since_us, version, created_us, changed_us
FROM webhooks WHERE redeliver <> '' AND state <> 'removed' ORDER BY id LIMIT :limit;

-- name: save
-- What people change. How deliveries go is not touched, except that an endpoint that is enabled begins anew.
UPDATE webhooks SET url = :url, description = :description, owner_email = :owner_email, filters = :filters,
  is_ordered = :is_ordered, headers = :headers, signing = :signing, state = :state,
  disabled_reason = :disabled_reason, starts_after = :starts_after, failing_since_us = :failing_since_us,
  hold_until_us = :hold_until_us, version = :version, changed_us = :changed_us
WHERE id = :id;

-- name: set_health
UPDATE webhooks SET failing_since_us = :failing_since_us, delivered_us = :delivered_us, error = :error,
  hold_until_us = :hold_until_us
WHERE id = :id;

-- name: set_redelivery
UPDATE webhooks SET redeliver = :redeliver, redeliver_after = :redeliver_after, redeliver_until = :redeliver_until,
  redeliver_since_us = :redeliver_since_us
WHERE id = :id;

-- name: states
-- How many endpoints are in each state, and of those how many fail.
SELECT state, count(*) AS endpoints, count(failing_since_us) AS failing FROM webhooks
WHERE state <> 'removed' GROUP BY state;

-- name: add_secret
INSERT INTO webhook_secrets (webhook_id, secret, created_us, expires_us)
VALUES (:webhook_id, :secret, :created_us, NULL);

-- name: expire_secrets
-- Those of before sign until then, none longer than it would have.
UPDATE webhook_secrets SET expires_us = :expires_us
WHERE webhook_id = :webhook_id AND (expires_us IS NULL OR expires_us > :expires_us);

-- name: secrets
-- The newest first.
SELECT id, webhook_id, secret, created_us, expires_us FROM webhook_secrets
WHERE webhook_id = ANY(:webhook_ids) AND (expires_us IS NULL OR expires_us > :now_us) ORDER BY webhook_id, id DESC;

-- name: forget_secrets
DELETE FROM webhook_secrets WHERE expires_us <= :now_us;

-- name: forget_removed
-- Never the newest: its number must not be given again.
DELETE FROM webhooks WHERE state = 'removed' AND changed_us < :before_us
  AND id < (SELECT max(w.id) FROM webhooks AS w)
  AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.webhook_id = webhooks.id);
