-- name: add
INSERT INTO sessions (digest, name, role, created_us, expires_us, user_id, seen_us, browser)
VALUES (:digest, :name, :role, :created_us, :expires_us, :user_id, :created_us, :browser);

-- name: by_digest
-- A person is called, and may do, what their row says now.
SELECT s.digest, COALESCE(u.login, s.name) AS name, COALESCE(u.role, s.role) AS role, s.created_us, s.expires_us,
  s.user_id, s.seen_us, s.browser, u.disabled_us
FROM sessions s LEFT JOIN users u ON u.id = s.user_id WHERE s.digest = :digest;

-- name: of_user
SELECT digest, name, role, created_us, expires_us, user_id, seen_us, browser, NULL AS disabled_us
FROM sessions WHERE user_id = :user_id AND expires_us > :now_us ORDER BY created_us DESC, digest;

-- name: seen
UPDATE sessions SET seen_us = :seen_us WHERE digest = :digest AND (seen_us IS NULL OR seen_us < :seen_us);

-- name: remove
DELETE FROM sessions WHERE digest = :digest;

-- name: remove_of_user
-- All of a person's, but one.
DELETE FROM sessions WHERE user_id = :user_id AND digest <> :kept;

-- name: remove_expired
DELETE FROM sessions WHERE expires_us <= :now_us;

-- name: add_link
INSERT INTO signin_links (digest, role, expires_us, user_id) VALUES (:digest, :role, :expires_us, :user_id);

-- name: link
SELECT l.role, l.expires_us, l.used_us, l.user_id, u.disabled_us
FROM signin_links l LEFT JOIN users u ON u.id = l.user_id WHERE l.digest = :digest;

-- name: use_link
-- The row comes back for the first caller only, and only in time: a link opens one session.
UPDATE signin_links SET used_us = :now_us WHERE digest = :digest AND used_us IS NULL AND expires_us > :now_us
RETURNING role, user_id;

-- name: remove_old_links
DELETE FROM signin_links WHERE expires_us <= :before_us;

-- name: remove_links_of_user
DELETE FROM signin_links WHERE user_id = :user_id;
