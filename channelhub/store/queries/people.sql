-- name: by_ids
SELECT id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id
FROM identities WHERE id = ANY(:ids);

-- name: by_value
SELECT id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id
FROM identities WHERE value = :value AND kind = :kind ORDER BY first_us, id LIMIT 50;

-- name: of_customer
SELECT id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id
FROM identities WHERE customer_id = :customer_id ORDER BY first_us, id;

-- name: save
-- A later name or language wins; the first sight, and how it was written then, only ever move back.
INSERT INTO identities (id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id)
VALUES (:id, :kind, :scope, :value, :shown, :name, :name_us, :language, :language_us, :first_us, :evidence, :customer_id)
ON CONFLICT (id) DO UPDATE SET shown = excluded.shown, name = excluded.name, name_us = excluded.name_us, language = excluded.language,
  language_us = excluded.language_us, first_us = excluded.first_us, evidence = excluded.evidence,
  customer_id = excluded.customer_id;

-- name: links_of
SELECT id, left_id, right_id, evidence, score, reason, actor, at_us, name, revoked_us, revocation, taken_out_id FROM links
WHERE left_id = ANY(:ids)
UNION
SELECT id, left_id, right_id, evidence, score, reason, actor, at_us, name, revoked_us, revocation, taken_out_id FROM links
WHERE right_id = ANY(:ids);

-- name: link
SELECT id, left_id, right_id, evidence, score, reason, actor, at_us, name, revoked_us, revocation, taken_out_id FROM links WHERE id = :id;

-- name: save_link
-- The same evidence again keeps the earliest time; what was taken apart stays apart unless a person joins it anew.
INSERT INTO links (id, left_id, right_id, evidence, score, reason, actor, at_us, name, revoked_us, revoked_by, revocation,
  taken_out_id)
VALUES (:id, :left_id, :right_id, :evidence, :score, :reason, :actor, :at_us, :name, :revoked_us, NULL, :revocation,
  :taken_out_id)
ON CONFLICT (id) DO UPDATE SET at_us = CASE WHEN excluded.at_us < links.at_us THEN excluded.at_us ELSE links.at_us END,
  name = CASE WHEN excluded.at_us < links.at_us OR (excluded.at_us = links.at_us AND excluded.name < links.name)
    THEN excluded.name ELSE links.name END,
  revoked_us = CASE WHEN excluded.evidence = 'agent' THEN NULL ELSE links.revoked_us END,
  revocation = CASE WHEN excluded.evidence = 'agent' THEN NULL ELSE links.revocation END,
  taken_out_id = CASE WHEN excluded.evidence = 'agent' THEN NULL ELSE links.taken_out_id END;

-- name: revoke_between
UPDATE links SET revoked_us = :revoked_us, revoked_by = :revoked_by, revocation = 'apart'
WHERE left_id = :left_id AND right_id = :right_id AND revoked_us IS NULL;

-- name: undo_link
UPDATE links SET revoked_us = :revoked_us, revoked_by = :revoked_by, revocation = 'undone'
WHERE id = :id AND revoked_us IS NULL;

-- name: take_out
UPDATE links SET revoked_us = :revoked_us, revoked_by = :revoked_by, revocation = 'taken-out', taken_out_id = :identity_id
WHERE id = ANY(:ids) AND revoked_us IS NULL;

-- name: keep_out
-- In the place of an agent's link that never was, or was taken back.
INSERT INTO links (id, left_id, right_id, evidence, score, reason, actor, at_us, revoked_us, revoked_by, revocation,
  taken_out_id)
VALUES (:id, :left_id, :right_id, :evidence, :score, :reason, :actor, :at_us, :at_us, :actor, 'kept-out', :identity_id)
ON CONFLICT (id) DO UPDATE SET revoked_us = excluded.revoked_us, revoked_by = excluded.revoked_by,
  revocation = excluded.revocation, taken_out_id = excluded.taken_out_id
  WHERE links.revocation = 'undone';

-- name: taken_out
-- Newest first: what was revoked at once has one time.
SELECT id, left_id, right_id, evidence, score, reason, actor, at_us, name, revoked_us, revocation, taken_out_id FROM links
WHERE taken_out_id = :identity_id AND revocation IN ('taken-out', 'kept-out') ORDER BY revoked_us DESC, id LIMIT 1000;

-- name: put_back
UPDATE links SET revoked_us = NULL, revoked_by = NULL, revocation = NULL, taken_out_id = NULL
WHERE taken_out_id = :identity_id AND revoked_us = :revoked_us AND revocation = 'taken-out';

-- name: keep_out_no_more
UPDATE links SET revocation = 'undone', taken_out_id = NULL
WHERE taken_out_id = :identity_id AND revoked_us = :revoked_us AND revocation = 'kept-out';

-- name: blocked
SELECT identity_id FROM blocks WHERE identity_id = ANY(:ids) AND lifted_us IS NULL;

-- name: block
INSERT INTO blocks (identity_id, actor, reason, at_us, lifted_us) VALUES (:identity_id, :actor, :reason, :at_us, NULL)
ON CONFLICT (identity_id) DO UPDATE SET actor = excluded.actor, reason = excluded.reason, at_us = excluded.at_us,
  lifted_us = NULL;

-- name: unblock
UPDATE blocks SET lifted_us = :lifted_us WHERE identity_id = :identity_id;
