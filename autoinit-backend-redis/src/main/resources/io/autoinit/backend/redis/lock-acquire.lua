-- LOCK-1, LOCK-2, LOCK-5: one holder until its lease ends by the server's clock; the token grows
-- over handovers, and beyond the loss of the key because it is never behind the clock.
-- KEYS: the lock. ARGV: holder id, client, time to live in microseconds, life of the key in milliseconds.
-- Answers the token, or nothing. Asked again with the same holder id (a lost reply), it answers the same.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local lock = redis.call('HMGET', KEYS[1], 'holder', 'until', 'token')
local token = lock[3]
if lock[1] ~= ARGV[1] then
  if lock[1] and tonumber(lock[2]) > now then
    return false
  end
  token = string.format('%.0f', math.max(tonumber(token or 0) + 1, now))
end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'client', ARGV[2], 'token', token,
  'until', string.format('%.0f', now + tonumber(ARGV[3])))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return token
