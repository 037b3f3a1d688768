-- Reports that name nothing known while something is being sent to that identity: their message's names come with the
-- end of the call. Then they are read again.
CREATE TABLE early_reports (
  identity_id BIGINT NOT NULL,
  external_ref TEXT NOT NULL,          -- how the channel calls what the report is about
  account TEXT NOT NULL,
  inbox_id BIGINT NOT NULL,            -- the delivery that brought it
  at_us BIGINT NOT NULL,               -- when it came
  PRIMARY KEY (identity_id, external_ref, account, inbox_id)
) WITHOUT ROWID;
CREATE INDEX early_reports_at ON early_reports (at_us);
