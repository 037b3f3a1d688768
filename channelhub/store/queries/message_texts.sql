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

-- name: index_text [sqlite]
-- FTS5 has no equal on PostgreSQL, which will bring its own index.
INSERT INTO message_search (rowid, subject, text) VALUES (:id, :subject, :text);

-- name: unindex_text [sqlite]
INSERT INTO message_search (message_search, rowid, subject, text) VALUES ('delete', :id, :subject, :text);

-- name: search [sqlite]
-- Newest first: ranking by relevance takes seconds on common words.
SELECT t.id, t.message_id, t.at_us, snippet(message_search, 1, '', '', '…', 24) AS snippet
FROM message_search JOIN message_texts AS t ON t.id = message_search.rowid
WHERE message_search MATCH :words AND message_search.rowid < :before ORDER BY message_search.rowid DESC LIMIT :limit;

-- name: remove
DELETE FROM message_texts WHERE message_id = :message_id;
