-- The votes that outage detection counts, packed in blocks: the part of its snapshot that only grows and is forgotten.
CREATE TABLE group_votes (
  first BIGINT NOT NULL,               -- the number of the first vote in it
  last BIGINT NOT NULL,
  votes BLOB NOT NULL,                 -- rules.outage.vote_blocks
  PRIMARY KEY (first)
);
