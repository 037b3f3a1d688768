-- Messages that are too old go by the same steps as a customer who is erased. What of them is to go is in this column
-- then: a JSON list of rules.retention.Limit, one an account; empty where a customer is erased.
ALTER TABLE erasures ADD COLUMN limits TEXT NOT NULL DEFAULT '[]';
