-- name: candidates
SELECT id, identity_id, at_us, extra FROM messages WHERE id = ANY(:message_ids) ORDER BY id;

-- name: named
-- Those of some messages that are in an outage, with whose they are.
SELECT m.message_id, m.identity_id, m.weight, m.reasons, m.at_us, m.segment, i.customer_id, g.channel
FROM outage_members AS m JOIN identities AS i ON i.id = m.identity_id JOIN messages AS g ON g.id = m.message_id
WHERE m.outage_id = :outage_id AND m.message_id = ANY(:message_ids) ORDER BY m.message_id;

-- name: common_ids
-- The reports that are in both of two outages.
SELECT a.message_id FROM outage_members AS a JOIN outage_members AS b ON b.message_id = a.message_id
WHERE a.outage_id = :outage_id AND b.outage_id = :other_id ORDER BY a.message_id LIMIT :limit;

-- name: remove
DELETE FROM outage_members WHERE outage_id = :outage_id AND message_id = ANY(:message_ids);

-- name: exclude
INSERT INTO outage_exclusions (outage_id, message_id, actor, at_us) VALUES (:outage_id, :message_id, :actor, :at_us)
ON CONFLICT (outage_id, message_id) DO NOTHING;

-- name: include
DELETE FROM outage_exclusions WHERE outage_id = :outage_id AND message_id = ANY(:message_ids);

-- name: include_all
-- What a person merges into an outage belongs to it, whatever was moved out before.
DELETE FROM outage_exclusions WHERE outage_id = :into_id AND message_id IN (
  SELECT m.message_id FROM outage_members AS m WHERE m.outage_id = :outage_id);

-- name: carry_exclusions
-- What was moved out of a merged outage stays out of the one it went into, unless it is in that one by itself.
INSERT INTO outage_exclusions (outage_id, message_id, actor, at_us)
SELECT :into_id, e.message_id, e.actor, e.at_us FROM outage_exclusions AS e
WHERE e.outage_id = :outage_id AND NOT EXISTS (
  SELECT 1 FROM outage_members AS m WHERE m.outage_id = :into_id AND m.message_id = e.message_id)
ON CONFLICT (outage_id, message_id) DO NOTHING;

-- name: in_open
-- The outages that a message is in and that are not over.
SELECT m.outage_id FROM outage_members AS m JOIN outages AS o ON o.id = m.outage_id
WHERE m.message_id = :message_id AND o.state IN ('suspected', 'confirmed', 'monitoring') ORDER BY m.outage_id;

-- name: segments
-- How many different customers report an outage, by the class that their messages say and the newest that an account
-- says of them; a customer with several counts in one.
SELECT said, told, count(*) AS customers FROM (
  SELECT max(m.segment) AS said, coalesce((
    SELECT p.segment FROM identities AS own JOIN profiles AS p ON p.identity_id = own.id
    WHERE own.customer_id = i.customer_id AND p.segment <> '' ORDER BY p.updated_us DESC, p.inbox_id DESC LIMIT 1
  ), '') AS told
  FROM outage_members AS m JOIN identities AS i ON i.id = m.identity_id
  WHERE m.outage_id = :outage_id GROUP BY i.customer_id
) AS classed GROUP BY said, told ORDER BY said, told;

-- name: channels
SELECT DISTINCT g.channel FROM outage_members AS m JOIN messages AS g ON g.id = m.message_id
WHERE m.outage_id = :outage_id ORDER BY g.channel;

-- name: reports
SELECT message_id, report FROM features WHERE message_id = ANY(:message_ids) ORDER BY message_id;
