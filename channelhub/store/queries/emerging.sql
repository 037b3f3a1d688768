-- name: clear
DELETE FROM emerging_outages;

-- name: add
INSERT INTO emerging_outages (position, first_us, last_us, customers, score, needed, terms, messages)
VALUES (:position, :first_us, :last_us, :customers, :score, :needed, :terms, :messages);

-- name: since
SELECT first_us, last_us, customers, score, needed, terms, messages FROM emerging_outages
WHERE last_us >= :since_us ORDER BY position;
