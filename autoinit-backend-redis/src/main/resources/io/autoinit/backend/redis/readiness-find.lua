-- READY-6: the record, and its age by the server's clock.
-- KEYS: the run. Answers text, revision, age in microseconds and since which revision it is in this state, or nothing.
local time = redis.call('TIME')
local record = redis.call('HMGET', KEYS[1], 'text', 'revision', 'written', 'since')
if not record[2] then
  return false
end
local age = time[1] * 1000000 + time[2] - tonumber(record[3])
return { record[1], record[2], string.format('%.0f', math.max(age, 0)), record[4] or '' }
