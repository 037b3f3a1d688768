-- People who sign in: who they are, what they may do, and by what they show it. Times are microseconds UTC.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  login TEXT NOT NULL,                 -- what they type, and what the audit names them by; never changes
  name TEXT NOT NULL,
  role TEXT NOT NULL,                  -- admin, lead, agent, reader
  password TEXT NOT NULL,              -- argon2id with its parameters and salt; empty: only a sign-in link opens
  totp BLOB,                           -- the shared secret of one-time codes, sealed by the hub's own; NULL: none
  totp_since_us BIGINT,                -- since when a code is asked for; NULL: the secret was shown, no code yet
  totp_step BIGINT NOT NULL,           -- the step of the last code that was taken: none is taken twice
  version BIGINT NOT NULL,
  created_us BIGINT NOT NULL,
  disabled_us BIGINT                   -- since when they may not sign in
);
CREATE UNIQUE INDEX users_login ON users (login);

-- What stands in for a one-time code when the telephone is lost; each works once.
CREATE TABLE user_codes (
  user_id BIGINT NOT NULL,
  digest BLOB NOT NULL,                -- SHA-256
  PRIMARY KEY (user_id, digest)
) WITHOUT ROWID;

ALTER TABLE sessions ADD COLUMN user_id BIGINT;                    -- NULL: opened by a token, or a link for nobody by name
ALTER TABLE sessions ADD COLUMN seen_us BIGINT;                    -- exact to a minute
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';  -- as the browser calls itself, cut
CREATE INDEX sessions_user ON sessions (user_id);
ALTER TABLE signin_links ADD COLUMN user_id BIGINT;                -- whom it signs in; NULL: nobody by name
CREATE INDEX signin_links_user ON signin_links (user_id);
