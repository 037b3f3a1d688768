-- Whom another server (OpenID Connect) vouches for: its issuer and its own name of the person, which never changes.
CREATE TABLE user_subjects (
  issuer TEXT NOT NULL,
  external_id TEXT NOT NULL,           -- `sub` of its tokens
  user_id BIGINT NOT NULL,
  added_us BIGINT NOT NULL,
  PRIMARY KEY (issuer, external_id)
) WITHOUT ROWID;
CREATE INDEX user_subjects_user ON user_subjects (user_id);
