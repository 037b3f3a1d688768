-- name: add
INSERT INTO outage_words (outage_id, term, word) VALUES (:outage_id, :term, :word)
ON CONFLICT (outage_id, term) DO NOTHING;

-- name: of_outages
SELECT outage_id, term, word FROM outage_words WHERE outage_id = ANY(:outage_ids);

-- name: texts
-- The beginnings of the newest words of some messages.
SELECT m.id, m.language, substr(t.subject, 1, 200) AS subject, substr(coalesce(t.reply_text, t.text), 1, 600) AS text
FROM messages AS m JOIN message_texts AS t ON t.message_id = m.id AND t.revision = m.revision
WHERE m.id = ANY(:ids) ORDER BY m.id;
