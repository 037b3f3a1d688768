-- Full-text search over the terms of messages: words with the stems of their languages, as content/terms.py makes them,
-- and marks to filter by. SQLite's FTS5; other databases bring their own. Terms of the messages that are here already
-- are made in batches by the running hub.
DROP TABLE message_search;

CREATE VIRTUAL TABLE message_search USING fts5 (
  terms, content = '', columnsize = 0, detail = none, prefix = '3 4', tokenize = 'ascii'
);

-- A view of the index: what words begin so is looked up in it.
CREATE VIRTUAL TABLE message_terms USING fts5vocab (message_search, instance);

-- Which versions are in the index, and by which marks: what takes one out says again what put it in.
CREATE TABLE indexed_texts (
  version_id INTEGER PRIMARY KEY,
  marks TEXT NOT NULL                  -- as rules/message_search.py makes them
);
