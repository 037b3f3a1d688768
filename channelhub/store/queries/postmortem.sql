-- name: by_channel
SELECT g.channel AS value, count(*) AS messages, count(DISTINCT i.customer_id) AS customers
FROM outage_members AS m JOIN messages AS g ON g.id = m.message_id JOIN identities AS i ON i.id = m.identity_id
WHERE m.outage_id = :outage_id GROUP BY g.channel ORDER BY messages DESC, value;

-- name: by_language
SELECT g.language AS value, count(*) AS messages, count(DISTINCT i.customer_id) AS customers
FROM outage_members AS m JOIN messages AS g ON g.id = m.message_id JOIN identities AS i ON i.id = m.identity_id
WHERE m.outage_id = :outage_id GROUP BY g.language ORDER BY messages DESC, value;

-- name: told
-- Customers to whom a channel took at least one of the outage's notices.
SELECT count(DISTINCT i.customer_id) AS customers FROM notices AS n
JOIN notice_recipients AS r ON r.notice_id = n.id JOIN outbox AS b ON b.id = r.outbox_id
JOIN identities AS i ON i.id = r.identity_id
WHERE n.outage_id = :outage_id AND b.state IN ('sent', 'delivered', 'read', 'delayed');

-- name: first_decided
-- When something was first decided about an outage.
SELECT min(at_us) AS at_us FROM outage_decisions WHERE outage_id = :outage_id AND decision = :decision;
