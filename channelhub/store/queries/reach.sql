-- name: save
-- The later word holds, whatever came first.
INSERT INTO reach (identity_id, account, is_reachable, at_us, place)
VALUES (:identity_id, :account, :is_reachable, :at_us, :place)
ON CONFLICT (identity_id, account) DO UPDATE
SET is_reachable = excluded.is_reachable, at_us = excluded.at_us, place = excluded.place
WHERE excluded.at_us > reach.at_us OR (excluded.at_us = reach.at_us AND excluded.place > reach.place);

-- name: lost
SELECT identity_id, account, is_reachable, at_us, place FROM reach
WHERE identity_id = ANY(:identity_ids) AND is_reachable = 0 ORDER BY identity_id, account;
