-- name: known_keys
SELECT report_key FROM delivery_reports WHERE report_key = ANY(:keys);

-- name: add
INSERT INTO delivery_reports (report_key, message_id, inbox_id, status, is_permanent, recipient, detail, part, at_us)
VALUES (:report_key, :message_id, :inbox_id, :status, :is_permanent, :recipient, :detail, :part, :at_us)
ON CONFLICT (report_key) DO NOTHING;

-- name: of_message
SELECT report_key, message_id, inbox_id, status, is_permanent, recipient, detail, part, at_us FROM delivery_reports
WHERE message_id = :message_id AND at_us >= :since_us ORDER BY at_us DESC, report_key LIMIT :limit;

-- name: on_parts
SELECT DISTINCT message_id, part, status FROM delivery_reports WHERE message_id = ANY(:message_ids) AND part <> '';

-- name: count_of
SELECT message_id, count(*) AS reports FROM delivery_reports WHERE message_id = ANY(:message_ids) GROUP BY message_id;
