-- What customers say about how a problem was handled: one row for an identity and an outage or incident, as it stands.
CREATE TABLE ratings (
  id INTEGER PRIMARY KEY,              -- from the digest of kind, subject and identity
  kind TEXT NOT NULL,                  -- outage, incident
  subject_id BIGINT NOT NULL,
  identity_id BIGINT NOT NULL,
  score INTEGER NOT NULL,              -- 1 to 5
  comment TEXT NOT NULL,
  first_us BIGINT NOT NULL,
  changed_us BIGINT NOT NULL,
  version INTEGER NOT NULL             -- the newest one's; 1 is the first answer
);
CREATE INDEX ratings_subject ON ratings (kind, subject_id);
CREATE INDEX ratings_identity ON ratings (identity_id, changed_us);
CREATE INDEX ratings_changed ON ratings (changed_us, id);

-- Every answer that was given, the present one included.
CREATE TABLE rating_versions (
  rating_id BIGINT NOT NULL,
  version INTEGER NOT NULL,
  score INTEGER NOT NULL,
  comment TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (rating_id, version)
);
