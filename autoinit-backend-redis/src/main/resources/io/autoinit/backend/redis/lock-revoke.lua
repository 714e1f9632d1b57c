-- LOCK-10: takes the lock from the client that is named and from no other. The token stays, so that the next is higher (LOCK-2).
-- Asked again with the same id (a lost reply), it answers the same, also when others have acquired or taken the lock since: the
-- last eight ids stay, 36 characters and a blank each.
-- KEYS: the lock. ARGV: the client, the id of this revoke. Answers 1 if it was taken, else 0.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local lock = redis.call('HMGET', KEYS[1], 'client', 'until', 'revoked')
local revoked = lock[3] or ''
if string.find(revoked, ARGV[2], 1, true) then
  return 1
end
if lock[1] ~= ARGV[1] or tonumber(lock[2]) <= now then
  return 0
end
redis.call('HDEL', KEYS[1], 'holder', 'client', 'until')
redis.call('HSET', KEYS[1], 'revoked', string.sub(ARGV[2] .. ' ' .. revoked, 1, 8 * 37))
return 1
