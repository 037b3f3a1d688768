-- name: newest_id
SELECT id FROM messages ORDER BY id DESC LIMIT 1;

-- name: from_id
SELECT id, received_us FROM messages WHERE id >= :id ORDER BY id LIMIT 1;

-- name: between
-- What customers wrote, in the order of arrival, with what detection knows of it.
SELECT m.id, m.identity_id, i.customer_id, m.at_us, m.channel, m.account, m.language, m.extra, f.report
FROM messages AS m JOIN identities AS i ON i.id = m.identity_id LEFT JOIN features AS f ON f.message_id = m.id
WHERE m.id >= :first_id AND m.id < :end_id AND m.type = 'message' AND m.direction = 'in' AND m.is_automatic = 0
ORDER BY m.id LIMIT :limit;

-- name: by_ids
SELECT m.id, m.identity_id, i.customer_id, m.at_us, m.channel, m.account, m.language, m.extra, f.report
FROM messages AS m JOIN identities AS i ON i.id = m.identity_id LEFT JOIN features AS f ON f.message_id = m.id
WHERE m.id = ANY(:ids) ORDER BY m.id;

-- name: journeys
-- What happened to some customers elsewhere, the newest first.
SELECT i.customer_id, m.subject, m.extra FROM timeline AS t JOIN messages AS m ON m.id = t.id
  JOIN identities AS i ON i.id = t.identity_id
WHERE t.identity_id = ANY(:identity_ids) AND t.at_us >= :since_us AND t.at_us < :until_us AND t.type = 'journey'
ORDER BY t.at_us DESC, t.id DESC LIMIT :limit;
