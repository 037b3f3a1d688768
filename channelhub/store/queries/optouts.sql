-- name: declining
SELECT identity_id FROM notice_optouts WHERE identity_id = ANY(:ids) AND lifted_us IS NULL;

-- name: save
-- What was lifted since it was said stays lifted: the same word may be read again.
INSERT INTO notice_optouts (identity_id, means, actor, at_us, lifted_us) VALUES (:identity_id, :means, :actor, :at_us, NULL)
ON CONFLICT (identity_id) DO UPDATE SET means = excluded.means, actor = excluded.actor, at_us = excluded.at_us,
  lifted_us = NULL
WHERE notice_optouts.lifted_us IS NULL OR notice_optouts.lifted_us < excluded.at_us;

-- name: lift
UPDATE notice_optouts SET lifted_us = :lifted_us WHERE identity_id = :identity_id;
