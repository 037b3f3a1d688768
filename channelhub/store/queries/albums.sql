-- name: add
-- An album has so many parts at most; what comes after them stands by itself.
INSERT INTO album_parts (album_key, place, message_id, attachments)
SELECT :album_key, :place, :message_id, :attachments
WHERE (SELECT count(*) FROM album_parts WHERE album_key = :album_key) < :most
ON CONFLICT (message_id) DO NOTHING;

-- name: resize
UPDATE album_parts SET attachments = :attachments WHERE message_id = :message_id;

-- name: keys_of
SELECT DISTINCT album_key FROM album_parts WHERE message_id = ANY(:message_ids);

-- name: sizes
SELECT message_id, attachments FROM album_parts WHERE message_id = ANY(:message_ids);

-- name: parts
SELECT album_key, place, message_id, attachments FROM album_parts WHERE album_key = :album_key
ORDER BY place, message_id;

-- name: around
SELECT message_id FROM album_parts
WHERE album_key = (SELECT album_key FROM album_parts WHERE message_id = :message_id) ORDER BY place, message_id;

-- name: forget
DELETE FROM album_parts WHERE message_id = :message_id;
