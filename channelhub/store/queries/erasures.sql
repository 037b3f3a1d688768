-- name: add
INSERT INTO erasures (id, step, place, collected_until, actor, asked_us, done_us, is_compact, counts, limits)
VALUES (:id, :step, 0, 0, :actor, :asked_us, NULL, 0, '{}', :limits) ON CONFLICT (id) DO NOTHING;

-- name: by_id
SELECT id, step, place, collected_until, actor, asked_us, done_us, is_compact, counts, limits FROM erasures WHERE id = :id;

-- name: open_ones
-- A customer's request before what is only old.
SELECT id, step, place, collected_until, actor, asked_us, done_us, is_compact, counts, limits FROM erasures
WHERE done_us IS NULL ORDER BY limits <> '[]', asked_us, id LIMIT :limit;

-- name: not_compact
-- Done, but the file was not written anew since. Of what is only old it never is.
SELECT id, step, place, collected_until, actor, asked_us, done_us, is_compact, counts, limits FROM erasures
WHERE done_us IS NOT NULL AND is_compact = 0 AND limits = '[]' ORDER BY asked_us, id LIMIT :limit;

-- name: page
-- Ids are random: the newest by time.
SELECT id, step, place, collected_until, actor, asked_us, done_us, is_compact, counts, limits FROM erasures
WHERE limits = '[]' ORDER BY asked_us DESC, id LIMIT :limit;

-- name: newest_expiry
SELECT id, step, place, collected_until, actor, asked_us, done_us, is_compact, counts, limits FROM erasures
WHERE limits <> '[]' ORDER BY asked_us DESC, id LIMIT 1;

-- name: ids
SELECT id FROM erasures;

-- name: save
UPDATE erasures SET step = :step, place = :place, collected_until = :collected_until, done_us = :done_us,
  is_compact = :is_compact, counts = :counts
WHERE id = :id;

-- name: all_compact
UPDATE erasures SET is_compact = 1 WHERE done_us IS NOT NULL;

-- name: add_item
INSERT INTO erasure_items (erasure_id, kind, item, name) VALUES (:erasure_id, :kind, :item, :name)
ON CONFLICT (erasure_id, kind, item, name) DO NOTHING;

-- name: items
SELECT item, name FROM erasure_items WHERE erasure_id = :erasure_id AND kind = :kind AND item > :after
ORDER BY item, name LIMIT :limit;

-- name: names
SELECT item, name FROM erasure_items WHERE erasure_id = :erasure_id AND kind = :kind ORDER BY name, item LIMIT :limit;

-- name: remove_names
DELETE FROM erasure_items WHERE erasure_id = :erasure_id AND kind = :kind AND name = ANY(:names);

-- name: remove_items
DELETE FROM erasure_items WHERE erasure_id = :erasure_id;

-- name: settle_items
DELETE FROM erasure_items WHERE erasure_id = :erasure_id AND kind = :kind AND item = ANY(:items);

-- name: erasing
-- The request that an identity is in, as long as it is open.
SELECT e.erasure_id FROM erasure_items AS e JOIN erasures AS r ON r.id = e.erasure_id
WHERE r.done_us IS NULL AND e.kind = 'identity' AND e.item = :item LIMIT 1;

-- name: only_named_by
-- Addresses that are known from nothing but what some identities gave without proof.
SELECT i.id FROM identities AS i
WHERE i.id IN (SELECT right_id FROM suggestions WHERE left_id = ANY(:ids)
    UNION SELECT left_id FROM suggestions WHERE right_id = ANY(:ids))
  AND NOT (i.id = ANY(:ids))
  AND NOT EXISTS (SELECT 1 FROM timeline AS t WHERE t.identity_id = i.id)
  AND NOT EXISTS (SELECT 1 FROM profiles AS p WHERE p.identity_id = i.id)
  AND NOT EXISTS (SELECT 1 FROM links AS l WHERE l.left_id = i.id AND NOT (l.right_id = ANY(:ids)))
  AND NOT EXISTS (SELECT 1 FROM links AS l WHERE l.right_id = i.id AND NOT (l.left_id = ANY(:ids)))
  AND NOT EXISTS (SELECT 1 FROM suggestions AS s WHERE s.left_id = i.id AND NOT (s.right_id = ANY(:ids)))
  AND NOT EXISTS (SELECT 1 FROM suggestions AS s WHERE s.right_id = i.id AND NOT (s.left_id = ANY(:ids)))
ORDER BY i.id;

-- name: oldest_pending
SELECT min(inbox_id) AS inbox_id FROM pending;

-- name: messages_after
-- Whose each message is; whoever walks picks.
SELECT id, identity_id FROM messages WHERE id > :after ORDER BY id LIMIT :limit;

-- name: deliveries_of
-- Which deliveries brought messages, their versions, and reports about them.
SELECT inbox_id FROM message_sources WHERE message_id = ANY(:ids)
UNION SELECT inbox_id FROM messages WHERE id = ANY(:ids)
UNION SELECT inbox_id FROM message_texts WHERE message_id = ANY(:ids)
UNION SELECT inbox_id FROM delivery_reports WHERE message_id = ANY(:ids);

-- name: outages_of
SELECT DISTINCT outage_id FROM outage_members WHERE message_id = ANY(:ids);

-- name: deliveries_of_people
SELECT inbox_id FROM profiles WHERE identity_id = ANY(:ids)
UNION SELECT inbox_id FROM early_reports WHERE identity_id = ANY(:ids);

-- name: related
-- Ids by which events and the audit name what is a customer's.
SELECT id FROM conversations WHERE identity_id = ANY(:ids)
UNION SELECT id FROM incidents WHERE identity_id = ANY(:ids)
UNION SELECT id FROM ratings WHERE identity_id = ANY(:ids)
UNION SELECT id FROM notes WHERE identity_id = ANY(:ids)
UNION SELECT id FROM links WHERE left_id = ANY(:ids)
UNION SELECT id FROM links WHERE right_id = ANY(:ids)
UNION SELECT id FROM suggestions WHERE left_id = ANY(:ids)
UNION SELECT id FROM suggestions WHERE right_id = ANY(:ids);

-- name: unread_between
-- Deliveries that no message names, the parked ones among them.
SELECT i.id FROM inbox AS i LEFT JOIN message_sources AS s ON s.inbox_id = i.id
LEFT JOIN pending AS p ON p.inbox_id = i.id
WHERE i.id > :after AND i.id <= :until AND s.inbox_id IS NULL AND p.inbox_id IS NULL AND i.erased_us IS NULL
ORDER BY i.id LIMIT :limit;

-- name: salvaged
SELECT salvage, detail FROM parked WHERE inbox_id = :inbox_id;

-- name: keys
SELECT id, delivery_key FROM inbox WHERE id = ANY(:ids);

-- name: keys_after
SELECT id, delivery_key FROM inbox WHERE id > :after AND erased_us IS NULL ORDER BY id LIMIT :limit;

-- name: people_after
SELECT id, kind, scope, value FROM identities WHERE id > :after ORDER BY id LIMIT :limit;

-- name: unqueue
DELETE FROM pending WHERE inbox_id = ANY(:ids);

-- name: reports_after
SELECT seq, message_id, report FROM features WHERE seq > :after AND message_id > 0 ORDER BY seq LIMIT :limit;

-- name: events_after
SELECT id, type, identity_id, data FROM events WHERE id > :after ORDER BY id LIMIT :limit;

-- name: audit_after
SELECT id, action, target, detail FROM audit WHERE id > :after ORDER BY id LIMIT :limit;

-- name: alerts_after
SELECT id, outage_id, event_type, content FROM alert_deliveries WHERE id > :after ORDER BY id LIMIT :limit;

-- name: keyed_after
SELECT n, id, answer FROM idempotency_keys WHERE n > :after AND answer IS NOT NULL ORDER BY n LIMIT :limit;

-- name: nobody
-- Who stands in figures for somebody who was erased.
INSERT INTO identities (id, kind, scope, value, shown, name, name_us, language, language_us, first_us, evidence, customer_id)
VALUES (:id, :kind, '', :value, '', '', 0, '', 0, :at_us, 'claimed', :id) ON CONFLICT (id) DO NOTHING;

-- name: newer_message
-- One of theirs that was taken in since the walk.
SELECT m.id FROM timeline AS t JOIN messages AS m ON m.id = t.id
WHERE t.identity_id = ANY(:ids) ORDER BY m.id LIMIT 1;
