-- name: reports_after
-- Every message's features in the order that grouping read them; people's decisions are left out.
SELECT seq, message_id, report FROM features WHERE seq > :seq AND message_id > 0 ORDER BY seq LIMIT :limit;

-- name: count_reports
SELECT count(*) AS reports FROM features WHERE message_id > 0;

-- name: members_after
SELECT outage_id, message_id FROM outage_members
WHERE outage_id > :outage_id OR (outage_id = :outage_id AND message_id > :message_id)
ORDER BY outage_id, message_id LIMIT :limit;

-- name: outages_after
-- With whether a person ever confirmed it or said that it was over.
SELECT o.id, o.state, o.merged_into, EXISTS (
  SELECT 1 FROM outage_decisions AS d
  WHERE d.outage_id = o.id AND d.decision IN ('confirm', 'resolve') AND d.actor <> ''
) AS is_vouched
FROM outages AS o WHERE o.id > :id ORDER BY o.id LIMIT :limit;
