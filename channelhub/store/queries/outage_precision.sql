-- name: raised_since
-- Outages that the hub suspected, with when a person first confirmed them; not those that a person split off.
SELECT o.id, o.state, o.began_us, o.opened_us, o.merged_into,
  (SELECT max(s.customers) FROM outage_decisions AS s WHERE s.outage_id = o.id AND s.decision = 'suspected') AS customers,
  (SELECT min(c.at_us) FROM outage_decisions AS c
    WHERE c.outage_id = o.id AND c.decision = 'confirm' AND c.actor <> '') AS confirmed_us
FROM outages AS o
WHERE o.opened_us >= :since_us AND o.id > :after AND o.split_from IS NULL AND o.state <> 'emerging'
ORDER BY o.id LIMIT :limit;
