-- name: add
INSERT INTO tokens (name, role, scopes, account, digest, created_us, expires_us)
VALUES (:name, :role, :scopes, :account, :digest, :created_us, :expires_us)
RETURNING id;

-- name: by_digest
SELECT id, name, role, scopes, account, digest, created_us, expires_us, used_us, revoked_us
FROM tokens WHERE digest = :digest;

-- name: page
SELECT id, name, role, scopes, account, digest, created_us, expires_us, used_us, revoked_us
FROM tokens WHERE id > :after ORDER BY id LIMIT :limit;

-- name: live
SELECT id, name, role, scopes, account, digest, created_us, expires_us, used_us, revoked_us
FROM tokens WHERE revoked_us IS NULL ORDER BY id DESC LIMIT :limit;

-- name: called
-- One that still opens, by its name as a login would be written.
SELECT id, name, role, scopes, account, digest, created_us, expires_us, used_us, revoked_us
FROM tokens
WHERE lower(trim(name)) = :login AND revoked_us IS NULL AND (expires_us IS NULL OR expires_us > :at_us)
ORDER BY id LIMIT 1;

-- name: revoke
UPDATE tokens SET revoked_us = :revoked_us WHERE id = :id AND revoked_us IS NULL RETURNING id;

-- name: used
UPDATE tokens SET used_us = :used_us WHERE id = :id AND (used_us IS NULL OR used_us < :used_us);
