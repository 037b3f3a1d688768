-- name: add
INSERT INTO outage_decisions (outage_id, at_us, decision, subject_id, actor, customers, reasons)
VALUES (:outage_id, :at_us, :decision, :subject_id, :actor, :customers, :reasons)
ON CONFLICT (outage_id, at_us, decision, subject_id) DO NOTHING;

-- name: of_outage
-- The newest ones, so that a long life costs no more.
SELECT at_us, decision, subject_id, actor, customers, reasons FROM outage_decisions WHERE outage_id = :outage_id
ORDER BY at_us DESC, decision, subject_id LIMIT :limit;
