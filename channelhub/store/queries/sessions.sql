-- name: add
INSERT INTO sessions (digest, name, role, created_us, expires_us)
VALUES (:digest, :name, :role, :created_us, :expires_us);

-- name: by_digest
SELECT digest, name, role, created_us, expires_us FROM sessions WHERE digest = :digest;

-- name: remove
DELETE FROM sessions WHERE digest = :digest;

-- name: remove_expired
DELETE FROM sessions WHERE expires_us <= :now_us;

-- name: add_link
INSERT INTO signin_links (digest, role, expires_us) VALUES (:digest, :role, :expires_us);

-- name: link
SELECT role, expires_us, used_us FROM signin_links WHERE digest = :digest;

-- name: use_link
-- The row comes back for the first caller only, and only in time: a link opens one session.
UPDATE signin_links SET used_us = :now_us WHERE digest = :digest AND used_us IS NULL AND expires_us > :now_us
RETURNING role;

-- name: remove_old_links
DELETE FROM signin_links WHERE expires_us <= :before_us;
