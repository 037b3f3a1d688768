-- People found by parts of names, addresses and phones. SQLite's FTS5; other databases bring their own.
CREATE TABLE people_words (
  id INTEGER PRIMARY KEY,              -- in the order in which the hub met them
  identity_id BIGINT NOT NULL UNIQUE,
  words TEXT NOT NULL                  -- as rules/people_search.py makes them; empty: not made yet
);

-- Words of those who were known before are made in batches by the running hub; here they only get their places.
INSERT INTO people_words (identity_id, words) SELECT id, '' FROM identities ORDER BY first_us, id;

CREATE VIRTUAL TABLE people_search USING fts5 (
  words, content = 'people_words', content_rowid = 'id', tokenize = 'trigram case_sensitive 1', columnsize = 0
);

CREATE TRIGGER people_words_made AFTER INSERT ON people_words WHEN new.words <> '' BEGIN
  INSERT INTO people_search (rowid, words) VALUES (new.id, new.words);
END;

CREATE TRIGGER people_words_changed AFTER UPDATE OF words ON people_words BEGIN
  INSERT INTO people_search (people_search, rowid, words) SELECT 'delete', old.id, old.words WHERE old.words <> '';
  INSERT INTO people_search (rowid, words) SELECT new.id, new.words WHERE new.words <> '';
END;
