-- LOCK-6: a lease that ended, or that somebody else has, is lost for ever, also if nobody took it.
-- KEYS: the lock. ARGV: holder id, token, time to live in microseconds, life of the key in milliseconds.
-- Answers 1 if the lease is held for another time to live, else 0.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local lock = redis.call('HMGET', KEYS[1], 'holder', 'until', 'token')
if lock[1] ~= ARGV[1] or lock[3] ~= ARGV[2] or tonumber(lock[2]) <= now then
  return 0
end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + tonumber(ARGV[3])))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
