-- name: get
SELECT text, changed_us FROM drafts WHERE conversation_id = :conversation_id AND author = :author;

-- name: save
INSERT INTO drafts (conversation_id, author, text, changed_us) VALUES (:conversation_id, :author, :text, :changed_us)
ON CONFLICT (conversation_id, author) DO UPDATE SET text = excluded.text, changed_us = excluded.changed_us;

-- name: remove
DELETE FROM drafts WHERE conversation_id = :conversation_id AND author = :author;

-- name: forget
DELETE FROM drafts WHERE changed_us < :before_us;
