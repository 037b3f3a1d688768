-- name: state_newest
SELECT id, 0 AS changed_us, state, is_snoozed, assignee, account, channel FROM incidents
WHERE state = :state AND is_snoozed = :is_snoozed AND id < :after_id ORDER BY id DESC LIMIT :limit;

-- name: state_oldest
SELECT id, 0 AS changed_us, state, is_snoozed, assignee, account, channel FROM incidents
WHERE state = :state AND is_snoozed = :is_snoozed AND id > :after_id ORDER BY id LIMIT :limit;

-- name: state_changed
SELECT id, changed_us, state, is_snoozed, assignee, account, channel FROM incidents
WHERE state = :state AND is_snoozed = :is_snoozed AND (changed_us, id) < (:after_us, :after_id)
ORDER BY changed_us DESC, id DESC LIMIT :limit;

-- name: assigned_newest
SELECT id, 0 AS changed_us, state, is_snoozed, assignee, account, channel FROM incidents
WHERE assignee = :assignee AND assignee <> '' AND state = :state AND is_snoozed = :is_snoozed AND id < :after_id
ORDER BY id DESC LIMIT :limit;

-- name: assigned_oldest
SELECT id, 0 AS changed_us, state, is_snoozed, assignee, account, channel FROM incidents
WHERE assignee = :assignee AND assignee <> '' AND state = :state AND is_snoozed = :is_snoozed AND id > :after_id
ORDER BY id LIMIT :limit;

-- name: assigned_changed
SELECT id, changed_us, state, is_snoozed, assignee, account, channel FROM incidents
WHERE assignee = :assignee AND assignee <> '' AND state = :state AND is_snoozed = :is_snoozed
  AND (changed_us, id) < (:after_us, :after_id)
ORDER BY changed_us DESC, id DESC LIMIT :limit;

-- name: tagged_newest
SELECT one.id, one.changed_us, one.state, one.is_snoozed, one.assignee, one.account, one.channel
FROM incident_tags AS tagged JOIN incidents AS one ON one.id = tagged.incident_id
WHERE tagged.tag = :tag AND tagged.incident_id < :after_id ORDER BY tagged.incident_id DESC LIMIT :limit;

-- name: tagged_oldest
SELECT one.id, one.changed_us, one.state, one.is_snoozed, one.assignee, one.account, one.channel
FROM incident_tags AS tagged JOIN incidents AS one ON one.id = tagged.incident_id
WHERE tagged.tag = :tag AND tagged.incident_id > :after_id ORDER BY tagged.incident_id LIMIT :limit;

-- name: with_tag
-- Which of these have a tag: where the order is not that of the tag's own index.
SELECT incident_id FROM incident_tags WHERE tag = :tag AND incident_id = ANY(:ids);

-- name: count_in_state
SELECT count(*) AS incidents FROM (
  SELECT 1 AS one FROM incidents WHERE state = :state AND is_snoozed = :is_snoozed LIMIT :most) AS bounded;

-- name: count_assigned
SELECT count(*) AS incidents FROM (
  SELECT 1 AS one FROM incidents
  WHERE assignee = :assignee AND assignee <> '' AND state = :state AND is_snoozed = :is_snoozed LIMIT :most) AS bounded;
