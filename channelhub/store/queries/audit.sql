-- name: page
SELECT id, at_us, actor, action, target, detail FROM audit WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: page_of_action
SELECT id, at_us, actor, action, target, detail FROM audit
WHERE action = :action AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: page_of_actor
SELECT id, at_us, actor, action, target, detail FROM audit
WHERE actor = :actor AND id < :before AND (:action = '' OR action = :action) ORDER BY id DESC LIMIT :limit;

-- name: page_of_customer
-- Looks at a customer under any of their ids, and what was done to the addresses they have.
SELECT id, at_us, actor, action, target, detail FROM audit
WHERE target = ANY(:targets) AND id < :before
  AND (:actor = '' OR actor = :actor) AND (:action = '' OR action = :action) ORDER BY id DESC LIMIT :limit;

-- name: look
SELECT id, detail FROM audit WHERE target = :target AND actor = :actor AND looked_us = :looked_us;

-- name: add_look
INSERT INTO audit (at_us, actor, action, target, detail, looked_us)
VALUES (:looked_us, :actor, :action, :target, :detail, :looked_us);

-- name: look_again
UPDATE audit SET detail = :detail WHERE id = :id;
