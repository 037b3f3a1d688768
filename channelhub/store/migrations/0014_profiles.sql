-- What a trusted account says of a customer, on the address by which it knows them. Times are microseconds UTC.
CREATE TABLE profiles (
  identity_id BIGINT NOT NULL,
  account TEXT NOT NULL,
  segment TEXT NOT NULL,
  attributes TEXT NOT NULL,            -- JSON: name → value
  updated_us BIGINT NOT NULL,          -- when it was so there; an older word never replaces a newer one
  inbox_id BIGINT NOT NULL,            -- the delivery that said it
  PRIMARY KEY (identity_id, account)
) WITHOUT ROWID;
