-- name: add_features
INSERT INTO features (message_id, version, report) VALUES (:message_id, :version, :report)
ON CONFLICT (message_id) DO NOTHING;

-- name: rewrite_features
UPDATE features SET version = :version, report = :report WHERE message_id = :message_id;

-- name: remove_features
DELETE FROM features WHERE message_id = :message_id;

-- name: retire_features
-- Their place in the stream stays; what stands there is a decision of the hub from now on, named as all of them are.
UPDATE features SET message_id = -seq, version = 0, report = :report WHERE message_id = :message_id;

-- name: features_of
SELECT seq, message_id, version, report FROM features WHERE message_id = :message_id;

-- name: features_after
SELECT seq, message_id, version, report FROM features WHERE seq > :seq ORDER BY seq LIMIT :limit;

-- name: worded_after
-- Features with the beginning of the words they were made of; people's decisions are left out.
SELECT f.seq, f.message_id, f.report, substr(coalesce(t.reply_text, t.text), 1, 400) AS text
FROM features AS f JOIN message_texts AS t ON t.message_id = f.message_id AND t.revision = 0
WHERE f.seq > :seq ORDER BY f.seq LIMIT :limit;

-- name: worded
SELECT f.seq, f.message_id, f.report, substr(coalesce(t.reply_text, t.text), 1, 400) AS text
FROM features AS f JOIN message_texts AS t ON t.message_id = f.message_id
WHERE f.message_id = :message_id ORDER BY t.revision DESC LIMIT 1;

-- name: newest_seq
SELECT coalesce(max(seq), 0) AS seq FROM features;

-- name: checkpoint
SELECT seq, snapshot, snapshot_seq, snapshot_us FROM group_checkpoint WHERE id = 1;

-- name: move_checkpoint
-- No row comes back when it stands elsewhere than expected.
INSERT INTO group_checkpoint (id, seq, snapshot, snapshot_seq, snapshot_us) VALUES (1, :seq, NULL, 0, 0)
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq WHERE group_checkpoint.seq = :after RETURNING seq;

-- name: save_snapshot
UPDATE group_checkpoint SET snapshot = :snapshot, snapshot_seq = :snapshot_seq, snapshot_us = :snapshot_us WHERE id = 1;

-- name: living_votes
SELECT first, last, votes FROM group_votes ORDER BY first;

-- name: add_votes
INSERT INTO group_votes (first, last, votes) VALUES (:first, :last, :votes);

-- name: forget_votes
-- Those that nobody counts any more, and those that a snapshot now being written has anew.
DELETE FROM group_votes WHERE last < :living_from OR first >= :written_from;

-- name: save
INSERT INTO outages (id, state, version, title, terms, reasons, began_us, opened_us, changed_us, closed_us, merged_into,
  actor, level, split_from)
VALUES (:id, :state, :version, :title, :terms, :reasons, :began_us, :opened_us, :changed_us, :closed_us, :merged_into,
  :actor, :level, :split_from)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, title = excluded.title,
  terms = excluded.terms, reasons = excluded.reasons, began_us = excluded.began_us, changed_us = excluded.changed_us, closed_us = excluded.closed_us,
  merged_into = excluded.merged_into, actor = excluded.actor, level = excluded.level;

-- name: by_id
SELECT id, state, version, title, terms, reasons, began_us, opened_us, changed_us, closed_us, merged_into, actor,
  level, split_from
FROM outages WHERE id = :id;

-- name: page
SELECT id, state, version, title, terms, reasons, began_us, opened_us, changed_us, closed_us, merged_into, actor,
  level, split_from
FROM outages WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: open
SELECT id, state, version, title, terms, reasons, began_us, opened_us, changed_us, closed_us, merged_into, actor,
  level, split_from
FROM outages WHERE state IN ('emerging', 'suspected', 'confirmed', 'monitoring') ORDER BY id DESC LIMIT 200;

-- name: excluded
-- Which of these reports a person moved out of the outage.
SELECT message_id FROM outage_exclusions WHERE outage_id = :outage_id AND message_id = ANY(:message_ids);

-- name: add_member
INSERT INTO outage_members (outage_id, message_id, identity_id, weight, reasons, at_us, segment)
VALUES (:outage_id, :message_id, :identity_id, :weight, :reasons, :at_us, :segment)
ON CONFLICT (outage_id, message_id) DO NOTHING;

-- name: move_members
INSERT INTO outage_members (outage_id, message_id, identity_id, weight, reasons, at_us, segment)
SELECT :into_id, m.message_id, m.identity_id, m.weight, m.reasons, m.at_us, m.segment FROM outage_members AS m
WHERE m.outage_id = :outage_id AND NOT EXISTS (
  SELECT 1 FROM outage_exclusions AS e WHERE e.outage_id = :into_id AND e.message_id = m.message_id)
ON CONFLICT (outage_id, message_id) DO NOTHING;

-- name: count_added
UPDATE outages SET reports_added = reports_added + :added WHERE id = :outage_id;

-- name: members
SELECT m.message_id, m.identity_id, m.weight, m.reasons, m.at_us, i.customer_id, g.channel, g.account, g.subject,
  g.language
FROM outage_members AS m JOIN identities AS i ON i.id = m.identity_id JOIN messages AS g ON g.id = m.message_id
WHERE m.outage_id = :outage_id ORDER BY m.at_us DESC, m.message_id DESC LIMIT :limit;

-- name: member_counts
SELECT m.outage_id, count(*) AS messages, count(DISTINCT i.customer_id) AS customers, min(m.at_us) AS first_us,
  max(m.at_us) AS last_us
FROM outage_members AS m JOIN identities AS i ON i.id = m.identity_id
WHERE m.outage_id = ANY(:outage_ids) GROUP BY m.outage_id;

-- name: open_of_identities
SELECT DISTINCT m.outage_id, m.identity_id FROM outage_members AS m JOIN outages AS o ON o.id = m.outage_id
WHERE m.identity_id = ANY(:ids) AND o.state IN ('suspected', 'confirmed', 'monitoring');

-- name: of_message
SELECT outage_id FROM outage_members WHERE message_id = :message_id;
