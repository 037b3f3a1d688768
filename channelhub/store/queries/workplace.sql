-- name: tags_of
SELECT incident_id, tag FROM incident_tags WHERE incident_id = ANY(:ids) ORDER BY incident_id, tag;

-- name: add_tag
INSERT INTO incident_tags (tag, incident_id) VALUES (:tag, :incident_id) ON CONFLICT (tag, incident_id) DO NOTHING;

-- name: remove_tag
DELETE FROM incident_tags WHERE tag = :tag AND incident_id = :incident_id;

-- name: known_tags
-- Each tag once, by one step of the index for each: not by reading every row.
WITH RECURSIVE known (tag) AS (
  SELECT min(first.tag) FROM incident_tags AS first
  UNION ALL
  SELECT (SELECT min(further.tag) FROM incident_tags AS further WHERE further.tag > known.tag)
  FROM known WHERE known.tag IS NOT NULL
)
SELECT tag FROM known WHERE tag IS NOT NULL LIMIT :limit;

-- name: add_view
INSERT INTO saved_views (owner, name, look, is_shared, version, changed_us)
VALUES (:owner, :name, :look, :is_shared, 1, :changed_us) RETURNING id;

-- name: view
SELECT id, owner, name, look, is_shared, version, changed_us FROM saved_views WHERE id = :id;

-- name: own_views
SELECT id, owner, name, look, is_shared, version, changed_us FROM saved_views WHERE owner = :owner
ORDER BY id LIMIT :limit;

-- name: shared_views
SELECT id, owner, name, look, is_shared, version, changed_us FROM saved_views WHERE is_shared = 1
ORDER BY id LIMIT :limit;

-- name: save_view
UPDATE saved_views SET name = :name, look = :look, is_shared = :is_shared, version = :version, changed_us = :changed_us
WHERE id = :id;

-- name: remove_view
DELETE FROM saved_views WHERE id = :id;

-- name: add_step
INSERT INTO undo_steps (actor, at_us, before) VALUES (:actor, :at_us, :before) RETURNING id;

-- name: step
SELECT id, actor, at_us, before FROM undo_steps WHERE id = :id;

-- name: remove_step
DELETE FROM undo_steps WHERE id = :id;

-- name: forget_steps
DELETE FROM undo_steps WHERE at_us < :before_us;
