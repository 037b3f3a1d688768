-- name: add
-- No row comes back where the login is taken.
INSERT INTO users (login, name, role, password, totp_step, version, created_us)
VALUES (:login, :name, :role, :password, 0, 1, :created_us)
ON CONFLICT (login) DO NOTHING RETURNING id;

-- name: get
SELECT id, login, name, role, password, totp, totp_since_us, totp_step, version, created_us, disabled_us
FROM users WHERE id = :id;

-- name: by_login
SELECT id, login, name, role, password, totp, totp_since_us, totp_step, version, created_us, disabled_us
FROM users WHERE login = :login;

-- name: page
SELECT id, login, name, role, password, totp, totp_since_us, totp_step, version, created_us, disabled_us
FROM users WHERE id > :after ORDER BY id LIMIT :limit;

-- name: enabled_logins
SELECT login FROM users WHERE disabled_us IS NULL ORDER BY login LIMIT :limit;

-- name: change
-- No row comes back where it has changed since this version.
UPDATE users SET name = :name, role = :role, disabled_us = :disabled_us, version = version + 1
WHERE id = :id AND version = :version RETURNING id;

-- name: set_password
UPDATE users SET password = :password, version = version + 1 WHERE id = :id;

-- name: set_totp
UPDATE users SET totp = :totp, totp_since_us = :since_us, totp_step = :step, version = version + 1 WHERE id = :id;

-- name: take_step
-- A row comes back for the first who shows a code of this step: none is taken twice, nor one of before.
UPDATE users SET totp_step = :step WHERE id = :id AND totp_step < :step RETURNING id;

-- name: add_codes
INSERT INTO user_codes (user_id, digest) VALUES (:user_id, :digest) ON CONFLICT (user_id, digest) DO NOTHING;

-- name: take_code
DELETE FROM user_codes WHERE user_id = :user_id AND digest = :digest RETURNING user_id;

-- name: forget_codes
DELETE FROM user_codes WHERE user_id = :user_id;

-- name: count_codes
SELECT COUNT(*) AS codes FROM user_codes WHERE user_id = :user_id;
