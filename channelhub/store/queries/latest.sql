-- name: page
-- The newest messages of all customers, with whose they are. Ids grow as messages arrive. Journey events only stand on
-- their customer's timeline: a shop has far more of them than there are messages.
SELECT m.id, m.type, m.channel, m.account, m.direction, m.at_us, m.subject, m.evidence, i.customer_id, i.name, i.shown,
  t.preview, t.flags, t.state
FROM messages AS m JOIN identities AS i ON i.id = m.identity_id JOIN timeline AS t ON t.id = m.id
WHERE m.id < :before AND m.type <> 'journey' ORDER BY m.id DESC LIMIT :limit;

-- name: reports_by_time
-- When the reports of an outage came, for its chart.
SELECT at_us FROM outage_members WHERE outage_id = :outage_id ORDER BY at_us LIMIT :limit;
