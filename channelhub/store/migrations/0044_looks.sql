-- Who looked at which customer: lines of the audit, one for each who looked, whom they looked at, and ten minutes.
ALTER TABLE audit ADD COLUMN looked_us BIGINT;    -- when the ten minutes began; NULL: a change
CREATE INDEX audit_target ON audit (target, id);
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_action ON audit (action, id);
