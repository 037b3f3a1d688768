-- The inbox page reads the newest messages past journey events, of which there may be very many in a row.
CREATE INDEX messages_but_journeys ON messages (id) WHERE type <> 'journey';
