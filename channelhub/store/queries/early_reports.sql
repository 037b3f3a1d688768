-- name: under_way
-- To which of some identities something is being sent, and through which account.
SELECT DISTINCT account, identity_id FROM outbox WHERE identity_id = ANY(:identity_ids) AND state = 'sending';

-- name: add
INSERT INTO early_reports (identity_id, external_ref, account, inbox_id, at_us)
VALUES (:identity_id, :external_ref, :account, :inbox_id, :at_us)
ON CONFLICT (identity_id, external_ref, account, inbox_id) DO NOTHING;

-- name: forget
DELETE FROM early_reports WHERE at_us < :before_us;

-- name: called
SELECT inbox_id FROM early_reports
WHERE identity_id = :identity_id AND account = :account AND external_ref = ANY(:external_refs) ORDER BY inbox_id;

-- name: done
DELETE FROM early_reports
WHERE identity_id = :identity_id AND account = :account AND external_ref = ANY(:external_refs);
