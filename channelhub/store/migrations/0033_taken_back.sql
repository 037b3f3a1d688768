-- Why a link is revoked, and addresses that many typed.

-- apart: two people; undone: an acceptance taken back, which says nothing of the two; taken-out, kept-out: with all that
-- held one identity in its customer, and in place of what may come to. NULL: live.
ALTER TABLE links ADD COLUMN revocation TEXT;
ALTER TABLE links ADD COLUMN taken_out_id BIGINT;  -- the identity that was taken out
CREATE INDEX links_taken_out ON links (taken_out_id) WHERE taken_out_id IS NOT NULL;
UPDATE links SET revocation = 'apart' WHERE revoked_us IS NOT NULL;

-- When a person settled it; NULL: open, or settled before this was kept. Its state may be `shared` now, too.
ALTER TABLE suggestions ADD COLUMN settled_us BIGINT;

-- Phones and mail addresses that more than four of one kind gave without proof: they suggest nobody.
CREATE TABLE shared_addresses (identity_id BIGINT PRIMARY KEY);
INSERT INTO shared_addresses (identity_id)
SELECT own FROM (
  SELECT DISTINCT ends.own AS own FROM (
    SELECT pairs.own AS own, other.kind AS kind, COUNT(*) AS neighbours
    FROM (
      SELECT left_id AS own, right_id AS other FROM suggestions WHERE score > 0
      UNION ALL SELECT right_id AS own, left_id AS other FROM suggestions WHERE score > 0
    ) AS pairs
    JOIN identities AS typed ON typed.id = pairs.own AND typed.kind IN ('email', 'phone')
    JOIN identities AS other ON other.id = pairs.other
    GROUP BY pairs.own, other.kind
  ) AS ends WHERE ends.neighbours > 4
) AS crowded;
UPDATE suggestions SET state = 'shared' WHERE state = 'open'
  AND (left_id IN (SELECT identity_id FROM shared_addresses) OR right_id IN (SELECT identity_id FROM shared_addresses));
