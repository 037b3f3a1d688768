-- name: open_of_identities
SELECT id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service, subject, language,
  terms, order_id, assignee, opened_us, changed_us, state_times, account, channel, is_snoozed, snoozed_until_us
FROM incidents WHERE identity_id = ANY(:ids) AND state NOT IN ('resolved', 'closed') ORDER BY opened_us DESC, id DESC;

-- name: by_id
SELECT id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service, subject, language,
  terms, order_id, assignee, opened_us, changed_us, state_times, account, channel, is_snoozed, snoozed_until_us
FROM incidents WHERE id = :id;

-- name: by_ids
SELECT id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service, subject, language,
  terms, order_id, assignee, opened_us, changed_us, state_times, account, channel, is_snoozed, snoozed_until_us
FROM incidents WHERE id = ANY(:ids);

-- name: due
-- Snoozed until a time that has come.
SELECT id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service, subject, language,
  terms, order_id, assignee, opened_us, changed_us, state_times, account, channel, is_snoozed, snoozed_until_us
FROM incidents WHERE snoozed_until_us <= :now_us ORDER BY snoozed_until_us LIMIT :limit;

-- name: next_due
SELECT min(snoozed_until_us) AS until_us FROM incidents WHERE snoozed_until_us IS NOT NULL;

-- name: last_number
SELECT coalesce(max(number), 0) AS number FROM incidents;

-- name: save
INSERT INTO incidents (id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service,
  subject, language, terms, order_id, assignee, opened_us, changed_us, state_times, account, channel, is_snoozed,
  snoozed_until_us)
VALUES (:id, :number, :identity_id, :conversation_id, :state, :version, :priority, :priority_reasons, :service,
  :subject, :language, :terms, :order_id, :assignee, :opened_us, :changed_us, :state_times, :account, :channel,
  :is_snoozed, :snoozed_until_us)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, priority = excluded.priority,
  priority_reasons = excluded.priority_reasons, service = excluded.service, subject = excluded.subject,
  terms = excluded.terms, order_id = excluded.order_id, assignee = excluded.assignee, changed_us = excluded.changed_us,
  state_times = excluded.state_times, is_snoozed = excluded.is_snoozed, snoozed_until_us = excluded.snoozed_until_us;
