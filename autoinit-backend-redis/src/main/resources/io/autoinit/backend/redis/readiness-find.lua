-- READY-6: the record, and its age by the server's clock.
-- KEYS: the run. Answers text, revision and age in microseconds, or nothing.
local time = redis.call('TIME')
local record = redis.call('HMGET', KEYS[1], 'text', 'revision', 'written')
if not record[2] then
  return false
end
local age = time[1] * 1000000 + time[2] - tonumber(record[3])
return { record[1], record[2], string.format('%.0f', math.max(age, 0)) }
