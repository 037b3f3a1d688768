-- name: integrity [sqlite]
-- Other databases check themselves.
PRAGMA integrity_check(100);

-- name: broken_references [sqlite]
PRAGMA foreign_key_check;

-- name: schema
SELECT coalesce(max(version), 0) AS version FROM schema_migrations;

-- name: attached
-- A page of the files that attachments name.
SELECT DISTINCT sha256 FROM attachments WHERE sha256 > :after ORDER BY sha256 LIMIT :limit;

-- name: entries_without_message
-- A timeline shows a message whose row is gone.
SELECT t.id FROM timeline AS t LEFT JOIN messages AS m ON m.id = t.id
WHERE t.type = 'message' AND m.id IS NULL ORDER BY t.id LIMIT :limit;
