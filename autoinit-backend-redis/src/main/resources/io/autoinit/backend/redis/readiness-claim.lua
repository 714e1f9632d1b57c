-- READY-9: writes only over the record that was seen, or over its absence, and never over READY.
-- The highest token seen stays as it is.
-- KEYS: the run, also the channel. ARGV: revision, the revision seen (empty: no record), text, gist.
-- Answers 1 if written, else 0. Asked again with the same revision (a lost reply), it answers the same.
local record = redis.call('HMGET', KEYS[1], 'revision', 'ready', 'gist', 'since')
if record[1] == ARGV[1] then
  return 1
end
if (record[1] or '') ~= ARGV[2] or record[2] == '1' then
  return 0
end
local beat = record[3] == ARGV[4]
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'ready', '0', 'text', ARGV[3],
  'gist', ARGV[4], 'since', beat and record[4] or ARGV[1],
  'written', string.format('%.0f', time[1] * 1000000 + time[2]))
redis.call('PUBLISH', KEYS[1], beat and 'beat' or 'changed')
return 1
