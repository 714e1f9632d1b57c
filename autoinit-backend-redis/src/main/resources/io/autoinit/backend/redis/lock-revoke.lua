-- LOCK-10: takes the lock from the client that is named and from no other. The token stays, so that the next is higher (LOCK-2).
-- KEYS: the lock. ARGV: the client. Answers 1 if it was taken, else 0.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local lock = redis.call('HMGET', KEYS[1], 'client', 'until')
if lock[1] ~= ARGV[1] or tonumber(lock[2]) <= now then
  return 0
end
redis.call('HDEL', KEYS[1], 'holder', 'client', 'until')
return 1
