-- name: keep [sqlite]
-- Triggers keep the index in step. FTS5's trigrams have no equal on PostgreSQL, which will bring its own index.
INSERT INTO people_words (identity_id, words) VALUES (:identity_id, :words)
ON CONFLICT (identity_id) DO UPDATE SET words = excluded.words WHERE words <> excluded.words;

-- name: find [sqlite]
-- In the order of the index, which needs no sorting however many are found.
SELECT w.identity_id, w.words FROM people_search JOIN people_words AS w ON w.id = people_search.rowid
WHERE people_search MATCH :words ORDER BY people_search.rowid DESC LIMIT :limit;

-- name: names
SELECT customer_id, name FROM identities WHERE customer_id = ANY(:customer_ids) AND name <> ''
ORDER BY name_us DESC, id LIMIT 5000;

-- name: known_after [sqlite]
SELECT id, identity_id FROM people_words WHERE id > :place ORDER BY id LIMIT :limit;
