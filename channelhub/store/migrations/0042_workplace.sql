-- The workplace of agents: incidents by folder, tags, snoozes, saved views, and steps that can be undone.

-- Where it came in: of the conversation that opened it.
ALTER TABLE incidents ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN is_snoozed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incidents ADD COLUMN snoozed_until_us BIGINT;  -- NULL while it is snoozed: until the customer writes
UPDATE incidents SET
  account = coalesce((SELECT one.account FROM conversations AS one WHERE one.id = incidents.conversation_id), ''),
  channel = coalesce((SELECT one.channel FROM conversations AS one WHERE one.id = incidents.conversation_id), '');

-- A folder is a few states: each is a run of these indexes, in the order in which it is shown. They hold what is filtered
-- by, too, so that walking over what doesn't fit reads no rows.
DROP INDEX incidents_state;
CREATE INDEX incidents_state ON incidents (state, is_snoozed, id, assignee, channel, account);
CREATE INDEX incidents_state_changed ON incidents (state, is_snoozed, changed_us, id, assignee, channel, account);
CREATE INDEX incidents_assignee ON incidents (assignee, state, is_snoozed, id, channel, account) WHERE assignee <> '';
CREATE INDEX incidents_assignee_changed ON incidents (assignee, state, is_snoozed, changed_us, id, channel, account)
  WHERE assignee <> '';
CREATE INDEX incidents_snoozed_until ON incidents (snoozed_until_us) WHERE snoozed_until_us IS NOT NULL;

CREATE TABLE incident_tags (
  tag TEXT NOT NULL,
  incident_id BIGINT NOT NULL,
  PRIMARY KEY (tag, incident_id)
) WITHOUT ROWID;
CREATE INDEX incident_tags_incident ON incident_tags (incident_id);

CREATE TABLE saved_views (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,                 -- as assignees are called
  name TEXT NOT NULL,
  look TEXT NOT NULL,                  -- JSON: folder, filters, order
  is_shared INTEGER NOT NULL,
  version INTEGER NOT NULL,
  changed_us BIGINT NOT NULL
);
CREATE INDEX saved_views_owner ON saved_views (owner, id);
CREATE INDEX saved_views_shared ON saved_views (id) WHERE is_shared = 1;

-- What people did in the last ten minutes, with how it was before. No words of customers.
CREATE TABLE undo_steps (
  id INTEGER PRIMARY KEY,
  actor TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  before TEXT NOT NULL                 -- JSON list: each incident's version after the step, and what it was before
);
CREATE INDEX undo_steps_at ON undo_steps (at_us);
