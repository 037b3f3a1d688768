-- What a token may do of what its role may, and until when. Times are microseconds UTC.
ALTER TABLE tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT '';  -- names with a space between; empty: all of the role
ALTER TABLE tokens ADD COLUMN expires_us BIGINT;                -- NULL: never
