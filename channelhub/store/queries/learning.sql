-- name: queue
INSERT INTO learning_queue (message_id, times) VALUES (:message_id, 1)
ON CONFLICT (message_id) DO UPDATE SET times = learning_queue.times + 1;

-- name: waiting
-- The newest first: of a long history what matters now is known first.
SELECT message_id, times FROM learning_queue ORDER BY message_id DESC LIMIT :limit;

-- name: done
DELETE FROM learning_queue WHERE message_id = :message_id AND times = :times;

-- name: newest
SELECT at_us, type, channel, direction, state, flags FROM timeline WHERE identity_id = :identity_id
ORDER BY at_us DESC, id DESC LIMIT :limit;

-- name: save_habits
INSERT INTO habits (identity_id, channels, hours, wrote_us, spoke_us)
VALUES (:identity_id, :channels, :hours, :wrote_us, :spoke_us)
ON CONFLICT (identity_id) DO UPDATE SET channels = excluded.channels, hours = excluded.hours,
  wrote_us = excluded.wrote_us, spoke_us = excluded.spoke_us;

-- name: habits_of
SELECT identity_id, channels, hours, wrote_us, spoke_us FROM habits WHERE identity_id = ANY(:ids);
