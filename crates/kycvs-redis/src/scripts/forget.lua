-- Forgets the records that are due.
-- KEYS: the index of a tag, then records. ARGV: the time up to which they are due; then each record's place in the index.
-- Answers how many there were.
local forgotten = 0
for i = 2, #KEYS do
  local due = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if due and tonumber(due) <= tonumber(ARGV[1]) then
    forgotten = forgotten + redis.call('DEL', KEYS[i])
    redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return forgotten
