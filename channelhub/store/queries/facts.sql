-- name: forget_promises
DELETE FROM promises WHERE message_id = ANY(:message_ids);

-- name: forget_told
DELETE FROM told_facts WHERE message_id = ANY(:message_ids);

-- name: forget_journeys
DELETE FROM journey_places WHERE message_id = ANY(:message_ids);

-- name: add_promise
INSERT INTO promises (message_id, n, identity_id, at_us, words, due_us, is_day)
VALUES (:message_id, :n, :identity_id, :at_us, :words, :due_us, :is_day);

-- name: add_told
INSERT INTO told_facts (message_id, topic, value, shown, identity_id, at_us, is_verified)
VALUES (:message_id, :topic, :value, :shown, :identity_id, :at_us, :is_verified)
ON CONFLICT (message_id, topic, value) DO NOTHING;

-- name: add_journey
INSERT INTO journey_places (message_id, identity_id, at_us, order_id) VALUES (:message_id, :identity_id, :at_us, :order_id);

-- name: prune_promises
DELETE FROM promises WHERE identity_id = :identity_id AND at_us < (SELECT min(at_us) FROM
  (SELECT at_us FROM promises WHERE identity_id = :identity_id ORDER BY at_us DESC LIMIT :most) AS kept);

-- name: prune_told
DELETE FROM told_facts WHERE identity_id = :identity_id AND topic = :topic AND at_us < (SELECT min(at_us) FROM
  (SELECT at_us FROM told_facts WHERE identity_id = :identity_id AND topic = :topic ORDER BY at_us DESC LIMIT :most) AS kept);

-- name: prune_journeys
DELETE FROM journey_places WHERE identity_id = :identity_id AND at_us < (SELECT min(at_us) FROM
  (SELECT at_us FROM journey_places WHERE identity_id = :identity_id ORDER BY at_us DESC LIMIT :most) AS kept);

-- name: promises_of
SELECT message_id, identity_id, at_us, words, due_us, is_day FROM promises WHERE identity_id = ANY(:ids)
ORDER BY at_us DESC, message_id DESC, n LIMIT :limit;

-- name: told_of
SELECT message_id, topic, value, shown, identity_id, at_us, is_verified FROM told_facts WHERE identity_id = ANY(:ids)
ORDER BY at_us DESC, message_id DESC, topic, value LIMIT :limit;

-- name: journeys_of
SELECT message_id, identity_id, at_us, order_id FROM journey_places WHERE identity_id = ANY(:ids)
ORDER BY at_us DESC, message_id DESC LIMIT :limit;
