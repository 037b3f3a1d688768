-- name: counted_through
SELECT identity_id, at_us, entry_id FROM timeline_counted WHERE id = 1;

-- name: move_through
UPDATE timeline_counted SET identity_id = :identity_id, at_us = :at_us, entry_id = :entry_id WHERE id = 1;

-- name: present
-- Which places of the timeline are taken; the index of ids holds all that is asked.
SELECT identity_id, at_us, id FROM timeline WHERE id = ANY(:ids);

-- name: count
INSERT INTO timeline_counts (identity_id, channel, entries) VALUES (:identity_id, :channel, :entries)
ON CONFLICT (identity_id, channel) DO UPDATE SET entries = timeline_counts.entries + excluded.entries;

-- name: take_one
UPDATE timeline_counts SET entries = entries - 1 WHERE identity_id = :identity_id AND channel = :channel;

-- name: drop_none
DELETE FROM timeline_counts WHERE identity_id = :identity_id AND channel = :channel AND entries = 0;

-- name: of_identities
SELECT channel, CAST(sum(entries) AS BIGINT) AS entries FROM timeline_counts WHERE identity_id = ANY(:ids) GROUP BY channel;

-- name: ends
-- Each is a step into the clustered key, however long the history.
SELECT (SELECT min(at_us) FROM timeline WHERE identity_id = :identity_id) AS first_us,
  (SELECT max(at_us) FROM timeline WHERE identity_id = :identity_id) AS last_us;

-- name: uncounted
-- What a stage hasn't counted yet of an identity: read by cards of older databases for the first minutes.
SELECT channel, count(*) AS entries FROM timeline
WHERE identity_id = :identity_id AND (at_us, id) > (:at_us, :entry_id) GROUP BY channel;

-- name: following
SELECT identity_id, at_us, id, channel FROM timeline WHERE (identity_id, at_us, id) > (:identity_id, :at_us, :entry_id)
ORDER BY identity_id, at_us, id LIMIT :limit;

-- name: differing
-- Counts that aren't those of the rows, both ways.
SELECT identity_id, channel, CAST(sum(counted) AS BIGINT) AS counted, CAST(sum(present) AS BIGINT) AS present FROM (
  SELECT identity_id, channel, entries AS counted, 0 AS present FROM timeline_counts
  UNION ALL
  SELECT t.identity_id, t.channel, 0 AS counted, count(*) AS present FROM timeline AS t, timeline_counted AS c
  WHERE c.id = 1 AND (t.identity_id, t.at_us, t.id) <= (c.identity_id, c.at_us, c.entry_id)
  GROUP BY t.identity_id, t.channel
) AS both_ways
GROUP BY identity_id, channel HAVING sum(counted) <> sum(present) ORDER BY identity_id, channel LIMIT :limit;

-- name: forget
DELETE FROM timeline_counts;
