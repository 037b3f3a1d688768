-- name: keep
INSERT INTO clues (identity_id, kind, value_key, at_us) VALUES (:identity_id, :kind, :value_key, :at_us)
ON CONFLICT (identity_id, kind, value_key) DO UPDATE SET at_us = excluded.at_us WHERE excluded.at_us < clues.at_us;

-- name: busy
-- Whoever gave away too much: a courier, an office, a relay. As many rows are read as are needed to know.
SELECT id FROM identities WHERE id = ANY(:ids) AND (
  (SELECT COUNT(*) FROM (SELECT 1 AS one FROM clues WHERE identity_id = identities.id LIMIT :too_many) AS few)
    >= :too_many
  OR (SELECT COUNT(*) FROM (
    SELECT 1 AS one FROM clues WHERE identity_id = identities.id AND kind IN ('phone', 'email') LIMIT :too_many_named
  ) AS few) >= :too_many_named
);

-- name: in_common
-- What some identities and others gave, but for what too many gave.
SELECT own.identity_id AS own_id, other.identity_id AS other_id, own.kind AS kind, own.value_key AS value_key,
  CASE WHEN own.at_us > other.at_us THEN own.at_us ELSE other.at_us END AS at_us
FROM clues AS own JOIN clues AS other ON other.value_key = own.value_key AND other.kind = own.kind
WHERE own.identity_id = ANY(:ids) AND own.kind <> 'name' AND other.identity_id <> own.identity_id AND (
  SELECT COUNT(*) FROM (
    SELECT 1 AS one FROM clues AS given WHERE given.value_key = own.value_key AND given.kind = own.kind LIMIT :too_many
  ) AS few
) < :too_many
ORDER BY at_us, own_id, other_id LIMIT 1000;

-- name: named_by
-- Addresses and devices that some identities gave and that are somebody's.
SELECT clues.identity_id AS own_id, named.id AS other_id, clues.kind AS kind, clues.value_key AS value_key,
  clues.at_us AS at_us
FROM clues JOIN identities AS named ON named.id = clues.value_key
WHERE clues.identity_id = ANY(:ids) AND clues.kind IN ('phone', 'email', 'device') AND named.id <> clues.identity_id AND (
  SELECT COUNT(*) FROM (
    SELECT 1 AS one FROM clues AS given WHERE given.value_key = clues.value_key AND given.kind = clues.kind
    LIMIT :too_many
  ) AS few
) < :too_many
ORDER BY at_us, own_id, other_id LIMIT 1000;

-- name: naming
-- Who gave these addresses or devices.
SELECT identities.id AS own_id, clues.identity_id AS other_id, clues.kind AS kind, clues.value_key AS value_key,
  clues.at_us AS at_us
FROM identities JOIN clues ON clues.value_key = identities.id AND clues.kind IN ('phone', 'email', 'device')
WHERE identities.id = ANY(:ids) AND clues.identity_id <> identities.id AND (
  SELECT COUNT(*) FROM (
    SELECT 1 AS one FROM clues AS given WHERE given.value_key = identities.id
      AND given.kind IN ('phone', 'email', 'device') LIMIT :too_many
  ) AS few
) < :too_many
ORDER BY at_us, own_id, other_id LIMIT 1000;

-- name: namesakes
SELECT identity_id FROM clues WHERE value_key = :value_key AND kind = 'name' ORDER BY identity_id LIMIT :limit;
