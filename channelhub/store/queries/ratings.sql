-- name: save
INSERT INTO ratings (id, kind, subject_id, identity_id, score, comment, first_us, changed_us, version)
VALUES (:id, :kind, :subject_id, :identity_id, :score, :comment, :first_us, :changed_us, :version)
ON CONFLICT (id) DO UPDATE SET score = excluded.score, comment = excluded.comment, changed_us = excluded.changed_us,
  version = excluded.version;

-- name: add_version
INSERT INTO rating_versions (rating_id, version, score, comment, at_us)
VALUES (:rating_id, :version, :score, :comment, :at_us)
ON CONFLICT (rating_id, version) DO NOTHING;

-- name: by_id
SELECT id, kind, subject_id, identity_id, score, comment, first_us, changed_us, version FROM ratings WHERE id = :id;

-- name: versions
SELECT version, score, comment, at_us FROM rating_versions WHERE rating_id = :rating_id ORDER BY version;

-- name: of_identities
SELECT id, kind, subject_id, identity_id, score, comment, first_us, changed_us, version FROM ratings
WHERE identity_id = ANY(:identity_ids) ORDER BY changed_us DESC, id DESC LIMIT :limit;

-- name: page
SELECT id, kind, subject_id, identity_id, score, comment, first_us, changed_us, version FROM ratings
WHERE changed_us < :before_us OR (changed_us = :before_us AND id < :before_id)
ORDER BY changed_us DESC, id DESC LIMIT :limit;

-- name: page_of
SELECT id, kind, subject_id, identity_id, score, comment, first_us, changed_us, version FROM ratings
WHERE kind = :kind AND subject_id = :subject_id
  AND (changed_us < :before_us OR (changed_us = :before_us AND id < :before_id))
ORDER BY changed_us DESC, id DESC LIMIT :limit;

-- name: scores
-- How often each score was given: a customer who answered from two addresses counts once, with the newest answer.
SELECT subject_id, score, count(*) AS customers FROM (
  SELECT r.subject_id, r.score,
    row_number() OVER (PARTITION BY r.subject_id, i.customer_id ORDER BY r.changed_us DESC, r.id DESC) AS place
  FROM ratings AS r JOIN identities AS i ON i.id = r.identity_id
  WHERE r.kind = :kind AND r.subject_id = ANY(:subject_ids)
) AS answers WHERE place = 1 GROUP BY subject_id, score;
