-- name: fact
SELECT value FROM hub_facts WHERE name = :name;

-- name: set_fact
INSERT INTO hub_facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: remove_fact
DELETE FROM hub_facts WHERE name = :name;

-- name: record
INSERT INTO audit (at_us, actor, action, target, detail) VALUES (:at_us, :actor, :action, :target, :detail);

-- name: probe
SELECT 1 AS alive;
