-- LOCK-7: takes away one's own holding and nobody else's. The token stays, so that the next is higher (LOCK-2).
-- KEYS: the lock. ARGV: holder id.
if redis.call('HMGET', KEYS[1], 'holder')[1] == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'holder', 'client', 'until')
end
return 1
