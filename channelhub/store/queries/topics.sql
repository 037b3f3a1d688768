-- name: older
-- Customers' messages as outage detection sees them, the newest first, with whose they are today: of every customer, or
-- of one in so many.
SELECT f.seq, f.message_id, f.report, g.received_us, g.deleted_us, i.customer_id
FROM features AS f JOIN messages AS g ON g.id = f.message_id JOIN identities AS i ON i.id = g.identity_id
WHERE f.seq < :seq AND i.customer_id % :one_in = 0 ORDER BY f.seq DESC LIMIT :limit;

-- name: newer
SELECT f.seq, f.message_id, f.report, g.received_us, g.deleted_us, i.customer_id
FROM features AS f JOIN messages AS g ON g.id = f.message_id JOIN identities AS i ON i.id = g.identity_id
WHERE f.seq > :seq AND i.customer_id % :one_in = 0 ORDER BY f.seq LIMIT :limit;

-- name: in_outages
-- Which of some messages are in an outage that nobody dismissed.
SELECT DISTINCT m.message_id FROM outage_members AS m JOIN outages AS o ON o.id = m.outage_id
WHERE m.message_id = ANY(:message_ids) AND o.state <> 'dismissed';
