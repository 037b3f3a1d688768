-- name: add_text
INSERT INTO message_texts (id, message_id, revision, at_us, inbox_id, subject, text, reply_text, html, hidden)
VALUES (:id, :message_id, :revision, :at_us, :inbox_id, :subject, :text, :reply_text, :html, :hidden)
ON CONFLICT (message_id, revision) DO NOTHING;

-- name: rewrite_text
UPDATE message_texts SET subject = :subject, text = :text, reply_text = :reply_text, html = :html,
  hidden = :hidden
WHERE message_id = :message_id AND revision = :revision;

-- name: texts
SELECT id, message_id, revision, at_us, inbox_id, subject, text, reply_text, html, hidden FROM message_texts
WHERE message_id = ANY(:message_ids) ORDER BY message_id, revision DESC;

-- name: beginnings
-- The first characters of every version of some messages.
SELECT message_id, revision, at_us, subject, substr(text, 1, :chars) AS text, hidden FROM message_texts
WHERE message_id = ANY(:message_ids) ORDER BY message_id, revision DESC;

-- name: own_words
SELECT t.message_id, substr(coalesce(t.reply_text, t.text), 1, 20000) AS words FROM message_texts AS t
WHERE t.message_id = ANY(:message_ids)
  AND t.revision = (SELECT max(m.revision) FROM message_texts AS m WHERE m.message_id = t.message_id);

-- name: about
-- What the messages of some versions are narrowed down by.
SELECT id, channel, identity_id, at_us FROM messages WHERE id = ANY(:message_ids);

-- name: marks_of [sqlite]
-- Which of some versions are in the index. FTS5 has no equal on PostgreSQL, which will bring its own index.
SELECT version_id, marks FROM indexed_texts WHERE version_id = ANY(:ids);

-- name: remember_marks [sqlite]
INSERT INTO indexed_texts (version_id, marks) VALUES (:id, :marks);

-- name: forget_marks [sqlite]
DELETE FROM indexed_texts WHERE version_id = :id;

-- name: index_terms [sqlite]
INSERT INTO message_search (rowid, terms) VALUES (:id, :terms);

-- name: unindex_terms [sqlite]
INSERT INTO message_search (message_search, rowid, terms) VALUES ('delete', :id, :terms);

-- name: empty_index [sqlite]
INSERT INTO message_search (message_search) VALUES ('delete-all');

-- name: forget_all_marks [sqlite]
DELETE FROM indexed_texts;

-- name: search [sqlite]
-- Newest first: in the order of the index, which needs no sorting however many are found.
SELECT t.id, t.message_id, m.at_us, t.subject, substr(t.text, 1, :chars) AS text FROM message_search
JOIN message_texts AS t ON t.id = message_search.rowid JOIN messages AS m ON m.id = t.message_id
WHERE message_search MATCH :terms AND message_search.rowid < :before
ORDER BY message_search.rowid DESC LIMIT :limit;

-- name: places [sqlite]
-- The same without their words: a long text lies on pages of its own, which most of what is passed over needn't touch.
SELECT t.id, t.message_id, m.at_us FROM message_search
JOIN message_texts AS t ON t.id = message_search.rowid JOIN messages AS m ON m.id = t.message_id
WHERE message_search MATCH :terms AND message_search.rowid < :before
ORDER BY message_search.rowid DESC LIMIT :limit;

-- name: terms_from [sqlite]
-- Term by term: no term has the letter U+0001, so with it the next one is found without walking through all messages
-- that have the one before.
WITH RECURSIVE known(term) AS (
  SELECT (SELECT term FROM message_terms WHERE term >= :first LIMIT 1)
  UNION ALL
  SELECT (SELECT term FROM message_terms WHERE term >= known.term || char(1) LIMIT 1) FROM known
  WHERE known.term < :beyond LIMIT :limit
) SELECT term FROM known WHERE term < :beyond;

-- name: excerpts
SELECT id, subject, substr(text, 1, :chars) AS text FROM message_texts WHERE id = ANY(:ids);

-- name: newest_before
-- Of each message the version that is shown, the last learnt first.
SELECT id, message_id, revision, at_us, inbox_id, subject, text, reply_text, html, hidden FROM message_texts AS t
WHERE id < :place AND NOT EXISTS (
  SELECT 1 FROM message_texts AS n WHERE n.message_id = t.message_id AND n.revision > t.revision
) ORDER BY id DESC LIMIT :limit;

-- name: remove
DELETE FROM message_texts WHERE message_id = :message_id;
