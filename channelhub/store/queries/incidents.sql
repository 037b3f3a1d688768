-- name: open_of_identities
SELECT id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service, subject, language,
  terms, order_id, assignee, opened_us, changed_us, state_times
FROM incidents WHERE identity_id = ANY(:ids) AND state NOT IN ('resolved', 'closed') ORDER BY opened_us DESC, id DESC;

-- name: by_id
SELECT id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service, subject, language,
  terms, order_id, assignee, opened_us, changed_us, state_times
FROM incidents WHERE id = :id;

-- name: page
SELECT id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service, subject, language,
  terms, order_id, assignee, opened_us, changed_us, state_times
FROM incidents WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: page_in_state
SELECT id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service, subject, language,
  terms, order_id, assignee, opened_us, changed_us, state_times
FROM incidents WHERE state = :state AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: last_number
SELECT coalesce(max(number), 0) AS number FROM incidents;

-- name: save
INSERT INTO incidents (id, number, identity_id, conversation_id, state, version, priority, priority_reasons, service,
  subject, language, terms, order_id, assignee, opened_us, changed_us, state_times)
VALUES (:id, :number, :identity_id, :conversation_id, :state, :version, :priority, :priority_reasons, :service,
  :subject, :language, :terms, :order_id, :assignee, :opened_us, :changed_us, :state_times)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, priority = excluded.priority,
  priority_reasons = excluded.priority_reasons, service = excluded.service, subject = excluded.subject,
  terms = excluded.terms, order_id = excluded.order_id, assignee = excluded.assignee, changed_us = excluded.changed_us,
  state_times = excluded.state_times;

-- name: open_count
SELECT count(*) AS open FROM incidents WHERE state NOT IN ('resolved', 'closed');
