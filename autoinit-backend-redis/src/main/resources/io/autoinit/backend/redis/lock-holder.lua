-- Who holds the lock by the server's clock, for diagnosis.
-- KEYS: the lock. Answers the client, or nothing.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local lock = redis.call('HMGET', KEYS[1], 'client', 'until')
if lock[1] and tonumber(lock[2]) > now then
  return lock[1]
end
return false
