-- Full-text search over the newest words of every message. SQLite's FTS5; other databases bring their own.
CREATE VIRTUAL TABLE message_search USING fts5 (
  subject, text, content = 'message_texts', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '3'
);
