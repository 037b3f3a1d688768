-- name: may_be_suspected
-- A row comes back when an outage is suspected, or may be by a report that isn't read yet.
SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM outages WHERE state = 'suspected')
  OR (SELECT coalesce(max(seq), 0) FROM features) > (SELECT coalesce(max(seq), 0) FROM group_checkpoint);

-- name: reports_added
SELECT reports_added FROM outages WHERE id = :outage_id;
