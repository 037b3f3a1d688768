-- name: add
INSERT INTO tokens (name, role, account, digest, created_us) VALUES (:name, :role, :account, :digest, :created_us)
RETURNING id;

-- name: by_digest
SELECT id, name, role, account, digest, created_us, used_us, revoked_us FROM tokens WHERE digest = :digest;

-- name: page
SELECT id, name, role, account, digest, created_us, used_us, revoked_us
FROM tokens WHERE id > :after ORDER BY id LIMIT :limit;

-- name: revoke
UPDATE tokens SET revoked_us = :revoked_us WHERE id = :id AND revoked_us IS NULL RETURNING id;

-- name: used
UPDATE tokens SET used_us = :used_us WHERE id = :id;
