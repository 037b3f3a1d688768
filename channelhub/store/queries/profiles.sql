-- name: save
INSERT INTO profiles (identity_id, account, segment, attributes, updated_us, inbox_id)
VALUES (:identity_id, :account, :segment, :attributes, :updated_us, :inbox_id)
ON CONFLICT (identity_id, account) DO UPDATE SET segment = excluded.segment, attributes = excluded.attributes,
  updated_us = excluded.updated_us, inbox_id = excluded.inbox_id
WHERE excluded.updated_us > profiles.updated_us
  OR (excluded.updated_us = profiles.updated_us AND excluded.inbox_id > profiles.inbox_id);

-- name: of_identities
SELECT p.identity_id, i.customer_id, p.account, p.segment, p.attributes, p.updated_us, p.inbox_id
FROM profiles AS p JOIN identities AS i ON i.id = p.identity_id
WHERE p.identity_id = ANY(:ids) ORDER BY p.updated_us DESC, p.inbox_id DESC LIMIT :limit;

-- name: of_customers
-- Of the customers of some identities, by whichever of their addresses.
SELECT p.identity_id, i.customer_id, p.account, p.segment, p.attributes, p.updated_us, p.inbox_id
FROM identities AS i JOIN profiles AS p ON p.identity_id = i.id
WHERE i.customer_id IN (SELECT customer_id FROM identities WHERE id = ANY(:ids))
ORDER BY p.updated_us DESC, p.inbox_id DESC LIMIT :limit;
