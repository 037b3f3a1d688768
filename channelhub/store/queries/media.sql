-- name: queue
-- Every file of a message that is only named. One that is known already stays as it is.
INSERT INTO media (message_id, n, account, state, reason, detail, tries, due_us, queued_us, changed_us)
SELECT message_id, n, CAST(:account AS TEXT), 'pending', '', '', 0, CAST(:at_us AS BIGINT), CAST(:at_us AS BIGINT),
  CAST(:at_us AS BIGINT)
FROM attachments WHERE message_id = :message_id AND reference <> '' AND sha256 = ''
ON CONFLICT (message_id, n) DO NOTHING;

-- name: due_accounts
SELECT DISTINCT account FROM media WHERE state = 'pending' AND due_us <= :now_us;

-- name: due
SELECT m.message_id, m.n, m.account, m.state, m.reason, m.detail, m.tries, m.changed_us, a.filename, a.content_type,
  a.size, a.reference
FROM media AS m JOIN attachments AS a ON a.message_id = m.message_id AND a.n = m.n
WHERE m.state = 'pending' AND m.account = :account AND m.due_us <= :now_us
ORDER BY m.due_us, m.message_id, m.n LIMIT :limit;

-- name: one
SELECT m.message_id, m.n, m.account, m.state, m.reason, m.detail, m.tries, m.changed_us, a.filename, a.content_type,
  a.size, a.reference
FROM media AS m JOIN attachments AS a ON a.message_id = m.message_id AND a.n = m.n
WHERE m.message_id = :message_id AND m.n = :n;

-- name: page
-- Files that aren't here: `stored` is said to be none so that the partial index of the others serves.
SELECT m.message_id, m.n, m.account, m.state, m.reason, m.detail, m.tries, m.changed_us, a.filename, a.content_type,
  a.size, a.reference
FROM media AS m JOIN attachments AS a ON a.message_id = m.message_id AND a.n = m.n
WHERE m.state = :state AND m.state <> 'stored'
  AND m.message_id >= :message_id AND (m.message_id > :message_id OR m.n > :n)
  AND (CAST(:account AS TEXT) = '' OR m.account = :account)
ORDER BY m.message_id, m.n LIMIT :limit;

-- name: of_message
SELECT n, state, reason, detail FROM media WHERE message_id = :message_id;

-- name: missing
-- How many files of some messages aren't here, by state.
SELECT message_id, state, count(*) AS files FROM media
WHERE message_id = ANY(:message_ids) AND state <> 'stored' GROUP BY message_id, state;

-- name: counts
SELECT state, count(*) AS files FROM media WHERE state <> 'stored' GROUP BY state;

-- name: settle
UPDATE media SET state = :state, reason = :reason, detail = :detail, tries = :tries, due_us = :due_us,
  changed_us = :changed_us
WHERE message_id = :message_id AND n = :n;

-- name: name_file
UPDATE attachments SET sha256 = :sha256, size = :size WHERE message_id = :message_id AND n = :n;

-- name: count_file
INSERT INTO media_totals (account, files, bytes) VALUES (:account, 1, :size)
ON CONFLICT (account) DO UPDATE SET files = media_totals.files + 1, bytes = media_totals.bytes + excluded.bytes;

-- name: totals
SELECT account, files, bytes FROM media_totals;

-- name: remove
DELETE FROM media WHERE message_id = :message_id;
