-- READY-2, READY-3: takes the record back, also READY; the highest token seen stays.
-- KEYS: the run, also the channel. Answers 1 if there was a record, else 0.
if not redis.call('HMGET', KEYS[1], 'revision')[1] then
  return 0
end
redis.call('HDEL', KEYS[1], 'revision', 'ready', 'text', 'gist', 'since', 'written')
redis.call('PUBLISH', KEYS[1], 'changed')
return 1
