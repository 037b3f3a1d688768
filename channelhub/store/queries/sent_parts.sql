-- name: add
INSERT INTO sent_parts (message_id, number, of_number, account, identity_id, external_ref)
VALUES (:message_id, :number, :of_number, :account, :identity_id, :external_ref);

-- name: clear
DELETE FROM sent_parts WHERE message_id = :message_id;

-- name: of_messages
SELECT message_id, of_number, external_ref FROM sent_parts
WHERE message_id = ANY(:message_ids) ORDER BY message_id, number;

-- name: called
-- What went to some identities and is called so by its channel.
SELECT message_id, account, identity_id, external_ref FROM sent_parts
WHERE identity_id = ANY(:identity_ids) AND external_ref = ANY(:external_refs);
