-- name: reporters
-- Who reported the outage and isn't decided about; a newer report of an address that was sent nothing is looked at again.
SELECT m.identity_id, max(m.message_id) AS message_id, min(m.at_us) AS first_us, min(m.message_id) AS first_id
FROM outage_members AS m
LEFT JOIN notice_recipients AS r ON r.notice_id = :notice_id AND r.identity_id = m.identity_id
WHERE m.outage_id = :outage_id AND (r.identity_id IS NULL OR (r.outbox_id IS NULL AND r.message_id < m.message_id))
GROUP BY m.identity_id ORDER BY first_us, first_id LIMIT :limit;

-- name: told_before
-- Whom earlier notices went to, where this one didn't decide about them yet.
SELECT DISTINCT r.identity_id FROM notice_recipients AS r JOIN outbox AS b ON b.id = r.outbox_id
LEFT JOIN notice_recipients AS own ON own.notice_id = :notice_id AND own.identity_id = r.identity_id
WHERE r.notice_id = ANY(:earlier) AND r.notice_id <> :notice_id AND own.identity_id IS NULL
  AND (b.state <> 'withdrawn' OR b.error = 'superseded')
ORDER BY r.identity_id LIMIT :limit;

-- name: listed
SELECT l.identity_id, l.kind, l.scope, l.value, l.shown FROM notice_lists AS l
LEFT JOIN notice_recipients AS r ON r.notice_id = l.notice_id AND r.identity_id = l.identity_id
WHERE l.notice_id = :notice_id AND r.identity_id IS NULL ORDER BY l.identity_id LIMIT :limit;

-- name: human_reports
-- The newest report of each address that no machine wrote.
SELECT m.identity_id, max(g.id) AS message_id FROM outage_members AS m JOIN messages AS g ON g.id = m.message_id
WHERE m.outage_id = :outage_id AND m.identity_id = ANY(:ids) AND g.is_automatic = 0 AND g.spam_score < :spam_score
GROUP BY m.identity_id;

-- name: kin
-- Every address of some customers.
SELECT id, customer_id FROM identities WHERE customer_id = ANY(:customer_ids);

-- name: told
-- Which addresses a notice went to, or is about to go to.
SELECT r.identity_id FROM notice_recipients AS r JOIN outbox AS b ON b.id = r.outbox_id
WHERE r.identity_id = ANY(:ids) AND r.notice_id = :notice_id AND b.state <> 'withdrawn';

-- name: taken
-- Conversations in which a notice was said, or is about to be.
SELECT DISTINCT b.conversation_id FROM notice_recipients AS r JOIN outbox AS b ON b.id = r.outbox_id
WHERE r.notice_id = :notice_id AND b.conversation_id = ANY(:conversation_ids) AND b.state <> 'withdrawn';

-- name: handed
-- Which addresses some notices were handed over for, or may have been.
SELECT DISTINCT r.identity_id FROM notice_recipients AS r JOIN outbox AS b ON b.id = r.outbox_id
WHERE r.identity_id = ANY(:ids) AND r.notice_id = ANY(:notice_ids) AND b.state NOT IN ('withdrawn', 'queued');

-- name: save
INSERT INTO notice_recipients (notice_id, identity_id, message_id, outbox_id, reason, account, channel, language, at_us,
  handed_us)
VALUES (:notice_id, :identity_id, :message_id, :outbox_id, :reason, :account, :channel, :language, :at_us, NULL)
ON CONFLICT (notice_id, identity_id) DO UPDATE SET message_id = excluded.message_id, outbox_id = excluded.outbox_id,
  reason = excluded.reason, account = excluded.account, channel = excluded.channel, language = excluded.language,
  at_us = excluded.at_us
WHERE notice_recipients.outbox_id IS NULL;

-- name: of_outbox
SELECT notice_id, identity_id FROM notice_recipients WHERE outbox_id = :outbox_id;

-- name: mark_handed
UPDATE notice_recipients SET handed_us = :handed_us WHERE outbox_id = :outbox_id AND handed_us IS NULL;

-- name: counts
-- What became of a notice, by channel, language and reason.
SELECT coalesce(b.state, 'skipped') AS state, r.channel, r.language,
  CASE WHEN b.state = 'withdrawn' THEN b.error ELSE r.reason END AS reason, count(*) AS addresses,
  min(r.handed_us) AS first_us, max(r.handed_us) AS last_us
FROM notice_recipients AS r LEFT JOIN outbox AS b ON b.id = r.outbox_id WHERE r.notice_id = :notice_id
GROUP BY coalesce(b.state, 'skipped'), r.channel, r.language,
  CASE WHEN b.state = 'withdrawn' THEN b.error ELSE r.reason END
ORDER BY state, r.channel, r.language, reason;

-- name: troubled
-- The sends that a person should look at.
SELECT r.identity_id, r.channel, b.message_id, b.state, b.error, i.shown, i.customer_id FROM notice_recipients AS r
JOIN outbox AS b ON b.id = r.outbox_id JOIN identities AS i ON i.id = r.identity_id
WHERE r.notice_id = :notice_id AND b.state IN ('uncertain', 'failed') ORDER BY b.id LIMIT :limit;

-- name: waiting
SELECT b.id FROM notice_recipients AS r JOIN outbox AS b ON b.id = r.outbox_id
WHERE r.notice_id = :notice_id AND b.state = 'queued' ORDER BY b.id LIMIT :limit;

-- name: ended_with_waiting
-- Notices that ended while some of their messages still waited to be sent.
SELECT DISTINCT n.id FROM outbox AS b JOIN notice_recipients AS r ON r.outbox_id = b.id
JOIN notices AS n ON n.id = r.notice_id
WHERE b.state = 'queued' AND b.kind = 'notice' AND n.state IN ('cancelled', 'superseded') LIMIT :limit;

-- name: under_way
-- Beginning with what waits: of all that were told, few still do.
SELECT b.id FROM outbox AS b CROSS JOIN notice_recipients AS r
WHERE r.outbox_id = b.id AND r.notice_id = :notice_id AND b.state IN ('queued', 'sending') LIMIT 1;

-- name: notified
-- In which conversations some addresses were sent notices.
SELECT DISTINCT r.identity_id, b.conversation_id FROM notice_recipients AS r JOIN outbox AS b ON b.id = r.outbox_id
WHERE r.identity_id = ANY(:ids) AND b.state NOT IN ('queued', 'withdrawn');
