-- name: save
INSERT INTO suggestions (id, left_id, right_id, reason, score, at_us, state, actor)
VALUES (:id, :left_id, :right_id, :reason, :score, :at_us, 'open', '')
ON CONFLICT (id) DO UPDATE SET
  at_us = CASE WHEN suggestions.score = 0 OR excluded.at_us < suggestions.at_us THEN excluded.at_us ELSE suggestions.at_us END,
  reason = CASE WHEN suggestions.score = 0 OR excluded.at_us < suggestions.at_us
    OR (excluded.at_us = suggestions.at_us AND excluded.reason < suggestions.reason)
    THEN excluded.reason ELSE suggestions.reason END,
  score = CASE WHEN excluded.score > suggestions.score THEN excluded.score ELSE suggestions.score END;

-- name: open_of
-- What was claimed; a row with score 0 only remembers what a person said of two.
SELECT id, left_id, right_id, reason, score, at_us, state, settled_us FROM suggestions
WHERE state = 'open' AND score > 0 AND (left_id = ANY(:ids) OR right_id = ANY(:ids)) ORDER BY at_us, id LIMIT 200;

-- name: rejected_of
SELECT left_id, right_id FROM suggestions
WHERE state = 'rejected' AND (left_id = ANY(:ids) OR right_id = ANY(:ids)) ORDER BY settled_us DESC, id LIMIT 1000;

-- name: claims_of
-- What one identity's messages claimed and nobody rejected, the newest first.
SELECT id, left_id, right_id, reason, score, at_us, state, settled_us FROM suggestions
WHERE state IN ('open', 'shared') AND score > 0 AND (left_id = :identity_id OR right_id = :identity_id)
ORDER BY at_us DESC, id DESC LIMIT 200;

-- name: get
SELECT id, left_id, right_id, reason, score, at_us, state, settled_us FROM suggestions WHERE id = :id;

-- name: settle
UPDATE suggestions SET state = :state, actor = :actor, settled_us = :settled_us WHERE id = :id;

-- name: shared_among
SELECT identity_id FROM shared_addresses WHERE identity_id = ANY(:ids);

-- name: save_shared
INSERT INTO shared_addresses (identity_id) VALUES (:identity_id) ON CONFLICT (identity_id) DO NOTHING;

-- name: claimed_neighbours
-- How many identities of each kind were claimed together with some, or claimed them. Of a pair that a person only took
-- apart nobody claimed anything: its score is 0.
SELECT pairs.own AS own, identities.kind AS kind, COUNT(*) AS neighbours
FROM (
  SELECT left_id AS own, right_id AS other FROM suggestions WHERE left_id = ANY(:ids) AND score > 0
  UNION ALL SELECT right_id AS own, left_id AS other FROM suggestions WHERE right_id = ANY(:ids) AND score > 0
) AS pairs JOIN identities ON identities.id = pairs.other
GROUP BY pairs.own, identities.kind;

-- name: close_of
UPDATE suggestions SET state = 'shared' WHERE state = 'open' AND (left_id = ANY(:ids) OR right_id = ANY(:ids));

-- name: close_some
UPDATE suggestions SET state = 'shared' WHERE state = 'open' AND id = ANY(:ids);

-- name: reject_between
-- An unlinked pair is not suggested again.
INSERT INTO suggestions (id, left_id, right_id, reason, score, at_us, state, actor, settled_us)
VALUES (:id, :left_id, :right_id, 'taken apart by an agent', 0, :at_us, 'rejected', :actor, :at_us)
ON CONFLICT (id) DO UPDATE SET state = 'rejected', actor = excluded.actor, settled_us = excluded.settled_us;
