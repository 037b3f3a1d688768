-- name: by_key
SELECT id, identity_id, conversation_id, author, at_us, revision FROM notes WHERE note_key = :note_key;

-- name: get
SELECT id, identity_id, conversation_id, author, at_us, revision FROM notes WHERE id = :id;

-- name: of_conversation
-- The newest notes of a conversation.
SELECT id FROM notes
WHERE conversation_id = :conversation_id AND (at_us < :before_us OR (at_us = :before_us AND id < :before_id))
ORDER BY at_us DESC, id DESC LIMIT :limit;

-- name: add
INSERT INTO notes (id, note_key, identity_id, conversation_id, author, at_us, revision)
VALUES (:id, :note_key, :identity_id, :conversation_id, :author, :at_us, 0);

-- name: revise
-- No row comes back where it has changed since this version.
UPDATE notes SET revision = revision + 1 WHERE id = :id AND revision = :revision RETURNING revision;

-- name: add_text
INSERT INTO note_texts (note_id, revision, author, at_us, text) VALUES (:note_id, :revision, :author, :at_us, :text);

-- name: texts
-- Every version of a note.
SELECT revision, author, at_us, text FROM note_texts WHERE note_id = :note_id ORDER BY revision DESC;

-- name: versions
-- Of some notes that were changed: the newest and at most `:most` before it, the beginnings of their words.
SELECT note_id, revision, author, at_us, substr(text, 1, :chars) AS text FROM note_texts AS t
WHERE note_id = ANY(:note_ids) AND revision >= (SELECT n.revision FROM notes AS n WHERE n.id = t.note_id) - :most
ORDER BY note_id, revision DESC;

-- name: mention
-- Who is named again by a new version has seen the note or will: they are not told twice.
INSERT INTO mentions (login, note_id, at_us) VALUES (:login, :note_id, :at_us)
ON CONFLICT (login, note_id) DO NOTHING;

-- name: mentioned
SELECT login FROM mentions WHERE note_id = :note_id ORDER BY login;

-- name: mentions_of
-- Where somebody is named, the newest first, with the newest words.
SELECT m.note_id, m.at_us, m.seen_us, n.conversation_id, n.author, i.customer_id, substr(t.text, 1, :chars) AS text
FROM mentions AS m JOIN notes AS n ON n.id = m.note_id
JOIN note_texts AS t ON t.note_id = n.id AND t.revision = n.revision
JOIN identities AS i ON i.id = n.identity_id
WHERE m.login = :login AND m.note_id < :before ORDER BY m.note_id DESC LIMIT :limit;

-- name: count_unseen
SELECT count(*) AS count
FROM (SELECT note_id FROM mentions WHERE login = :login AND seen_us IS NULL LIMIT :most) AS found;

-- name: see
UPDATE mentions SET seen_us = :at_us WHERE login = :login AND seen_us IS NULL AND note_id <= :upto;
