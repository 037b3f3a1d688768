-- Who looked at which customer: lines of the audit, one for each who looked, whom they looked at, and ten minutes.
ALTER TABLE audit ADD COLUMN customer_id BIGINT;  -- who was looked at; NULL: a change
ALTER TABLE audit ADD COLUMN looked_us BIGINT;    -- when the ten minutes began
CREATE UNIQUE INDEX audit_looks ON audit (customer_id, actor, looked_us);
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_target ON audit (target, id);
