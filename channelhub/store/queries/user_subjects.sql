-- name: user_of
SELECT user_id FROM user_subjects WHERE issuer = :issuer AND external_id = :external_id;

-- name: add
-- No row comes back where it belongs to somebody already.
INSERT INTO user_subjects (issuer, external_id, user_id, added_us) VALUES (:issuer, :external_id, :user_id, :added_us)
ON CONFLICT (issuer, external_id) DO NOTHING RETURNING user_id;

-- name: of_user
SELECT issuer FROM user_subjects WHERE user_id = :user_id ORDER BY added_us, issuer LIMIT 20;

-- name: remove_of_user
DELETE FROM user_subjects WHERE user_id = :user_id;
