-- name: by_ids
SELECT id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id
FROM identities WHERE id = ANY(:ids);

-- name: by_value
SELECT id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id
FROM identities WHERE value = :value AND kind = :kind ORDER BY first_us, id LIMIT 50;

-- name: of_customer
SELECT id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id
FROM identities WHERE customer_id = :customer_id ORDER BY first_us, id;

-- name: named_like
SELECT id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id
FROM identities WHERE value LIKE :pattern ESCAPE '!' OR lower(name) LIKE :pattern ESCAPE '!'
ORDER BY first_us DESC LIMIT :limit;

-- name: save
-- A later name or language wins; the first sight, and how it was written then, only ever move back.
INSERT INTO identities (id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id)
VALUES (:id, :kind, :scope, :value, :shown, :name, :name_us, :language, :language_us, :first_us, :evidence, :customer_id)
ON CONFLICT (id) DO UPDATE SET shown = excluded.shown, name = excluded.name, name_us = excluded.name_us, language = excluded.language,
  language_us = excluded.language_us, first_us = excluded.first_us, evidence = excluded.evidence,
  customer_id = excluded.customer_id;

-- name: links_of
SELECT id, left_id, right_id, evidence, score, reason, actor, at_us, revoked_us FROM links
WHERE left_id = ANY(:ids)
UNION
SELECT id, left_id, right_id, evidence, score, reason, actor, at_us, revoked_us FROM links
WHERE right_id = ANY(:ids);

-- name: link
SELECT id, left_id, right_id, evidence, score, reason, actor, at_us, revoked_us FROM links WHERE id = :id;

-- name: save_link
-- The same evidence again keeps the earliest time; what was taken apart stays apart unless a person joins it anew.
INSERT INTO links (id, left_id, right_id, evidence, score, reason, actor, at_us, revoked_us, revoked_by)
VALUES (:id, :left_id, :right_id, :evidence, :score, :reason, :actor, :at_us, :revoked_us, NULL)
ON CONFLICT (id) DO UPDATE SET at_us = CASE WHEN excluded.at_us < links.at_us THEN excluded.at_us ELSE links.at_us END,
  revoked_us = CASE WHEN excluded.evidence = 'agent' THEN NULL ELSE links.revoked_us END;

-- name: revoke_between
UPDATE links SET revoked_us = :revoked_us, revoked_by = :revoked_by
WHERE left_id = :left_id AND right_id = :right_id AND revoked_us IS NULL;

-- name: save_suggestion
INSERT INTO suggestions (id, left_id, right_id, reason, score, at_us, state, actor)
VALUES (:id, :left_id, :right_id, :reason, :score, :at_us, 'open', '')
ON CONFLICT (id) DO UPDATE SET
  at_us = CASE WHEN excluded.at_us < suggestions.at_us THEN excluded.at_us ELSE suggestions.at_us END,
  reason = CASE WHEN excluded.at_us < suggestions.at_us
    OR (excluded.at_us = suggestions.at_us AND excluded.reason < suggestions.reason)
    THEN excluded.reason ELSE suggestions.reason END;

-- name: suggestions_of
SELECT id, left_id, right_id, reason, score, at_us, state FROM suggestions
WHERE state = 'open' AND (left_id = ANY(:ids) OR right_id = ANY(:ids)) ORDER BY at_us, id LIMIT 200;

-- name: suggestion
SELECT id, left_id, right_id, reason, score, at_us, state FROM suggestions WHERE id = :id;

-- name: settle_suggestion
UPDATE suggestions SET state = :state, actor = :actor WHERE id = :id;

-- name: reject_between
-- An unlinked pair is not suggested again.
INSERT INTO suggestions (id, left_id, right_id, reason, score, at_us, state, actor)
VALUES (:id, :left_id, :right_id, 'taken apart by an agent', 0, :at_us, 'rejected', :actor)
ON CONFLICT (id) DO UPDATE SET state = 'rejected', actor = excluded.actor;

-- name: blocked
SELECT identity_id FROM blocks WHERE identity_id = ANY(:ids) AND lifted_us IS NULL;

-- name: block
INSERT INTO blocks (identity_id, actor, reason, at_us, lifted_us) VALUES (:identity_id, :actor, :reason, :at_us, NULL)
ON CONFLICT (identity_id) DO UPDATE SET actor = excluded.actor, reason = excluded.reason, at_us = excluded.at_us,
  lifted_us = NULL;

-- name: unblock
UPDATE blocks SET lifted_us = :lifted_us WHERE identity_id = :identity_id;
