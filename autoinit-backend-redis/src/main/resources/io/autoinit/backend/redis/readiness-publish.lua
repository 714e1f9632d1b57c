-- READY-2, READY-3: refuses a token lower than the highest one seen, and everything while READY stands.
-- READY-10: refuses to write over another record than the one that was seen.
-- READY-5: tells what became of the record; of READY also over which state it was written, which readers of that know.
-- KEYS: the run, also the channel. ARGV: revision, token, ready (1 or 0), text, gist, the revision seen (empty: no
-- record, *: anything).
-- Answers 1 if written, else 0. Asked again with the same revision (a lost reply), it answers the same.
local record = redis.call('HMGET', KEYS[1], 'revision', 'token', 'ready', 'gist', 'since')
if record[1] == ARGV[1] then
  return 1
end
local fence = record[2] or '0'
-- Compared as text, because Lua's numbers do not hold all of a long.
local lower = #ARGV[2] < #fence or (#ARGV[2] == #fence and ARGV[2] < fence)
if lower or record[3] == '1' then
  return 0
end
if ARGV[6] ~= '*' and ARGV[6] ~= (record[1] or '') then
  return 0
end
local beat = record[4] == ARGV[5]
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'token', ARGV[2], 'ready', ARGV[3], 'text', ARGV[4],
  'gist', ARGV[5], 'since', beat and record[5] or ARGV[1],
  'written', string.format('%.0f', time[1] * 1000000 + time[2]))
redis.call('PUBLISH', KEYS[1], beat and 'beat' or ARGV[3] == '1' and 'ready ' .. (record[5] or '') or 'changed')
return 1
