-- What the sender was called in the first message that is evidence for a link: an address under two names of one family is
-- the family's, whoever renames themselves later.
ALTER TABLE links ADD COLUMN name TEXT NOT NULL DEFAULT '';
