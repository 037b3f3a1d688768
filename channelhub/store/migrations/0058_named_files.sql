-- Whether anything still names a file is asked before it goes.
CREATE INDEX inbox_blob ON inbox (blob) WHERE blob <> '';
CREATE INDEX attachments_sha256 ON attachments (sha256) WHERE sha256 <> '';
