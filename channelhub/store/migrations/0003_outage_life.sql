-- What people and rules make of outages. Times are microseconds UTC.

ALTER TABLE outages ADD COLUMN level TEXT NOT NULL DEFAULT '';       -- the highest escalation level reached
ALTER TABLE outages ADD COLUMN split_from BIGINT;                    -- the outage that a person split this one off
ALTER TABLE outage_members ADD COLUMN segment TEXT NOT NULL DEFAULT '';  -- the customer's class, as the report said it

-- Reports that a person moved out of an outage: they never get into it again by themselves.
CREATE TABLE outage_exclusions (
  outage_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  actor TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (outage_id, message_id)
);
