-- name: add
INSERT INTO notices (outage_id, kind, state, version, texts, author, created_us, approver, closed_by)
VALUES (:outage_id, :kind, 'draft', 1, :texts, :author, :created_us, '', '') RETURNING id;

-- name: change
UPDATE notices SET state = :state, version = :version, texts = :texts, approver = :approver, approved_us = :approved_us,
  closed_by = :closed_by, closed_us = :closed_us, finished_us = :finished_us
WHERE id = :id;

-- name: by_id
SELECT id, outage_id, kind, state, version, texts, author, created_us, approver, approved_us, closed_by, closed_us,
  finished_us
FROM notices WHERE id = :id;

-- name: of_outage
SELECT id, outage_id, kind, state, version, texts, author, created_us, approver, approved_us, closed_by, closed_us,
  finished_us
FROM notices WHERE outage_id = :outage_id ORDER BY id DESC LIMIT :limit;

-- name: page
SELECT id, outage_id, kind, state, version, texts, author, created_us, approver, approved_us, closed_by, closed_us,
  finished_us
FROM notices WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: going_on
-- Approved notices that fit their outages as these are now; the end of an outage only for a while.
SELECT n.id, n.outage_id, n.kind, n.state, n.version, n.texts, n.author, n.created_us, n.approver, n.approved_us,
  n.closed_by, n.closed_us, n.finished_us
FROM notices AS n JOIN outages AS o ON o.id = n.outage_id
WHERE n.state = 'approved' AND o.merged_into IS NULL
  AND ((n.kind = 'resolution' AND o.state = 'resolved' AND n.approved_us >= :since_us)
    OR (n.kind <> 'resolution' AND o.state IN ('confirmed', 'monitoring')))
ORDER BY n.id LIMIT :limit;

-- name: family
-- Every notice of an outage and of those that were made a part of it.
SELECT n.id FROM notices AS n JOIN outages AS o ON o.id = n.outage_id
WHERE (o.id = :outage_id OR o.merged_into = :outage_id) AND n.state <> 'draft' ORDER BY n.id LIMIT 1000;

-- name: add_to_list
INSERT INTO notice_lists (notice_id, identity_id, kind, scope, value, shown)
VALUES (:notice_id, :identity_id, :kind, :scope, :value, :shown) ON CONFLICT (notice_id, identity_id) DO NOTHING;

-- name: list_size
SELECT count(*) AS addresses FROM notice_lists WHERE notice_id = :notice_id;

-- name: slots
SELECT account, next_us FROM notice_slots WHERE account = ANY(:accounts);

-- name: save_slot
INSERT INTO notice_slots (account, next_us) VALUES (:account, :next_us)
ON CONFLICT (account) DO UPDATE SET next_us = excluded.next_us;

-- name: checkpoint
SELECT event_id FROM notice_checkpoint WHERE id = 1;

-- name: move_checkpoint
INSERT INTO notice_checkpoint (id, event_id) VALUES (1, :event_id) ON CONFLICT (id) DO UPDATE SET event_id = excluded.event_id;
