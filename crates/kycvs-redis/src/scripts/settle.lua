-- Counts what a call has reserved, or gives it back. Doing so again changes nothing.
-- KEYS: for each key its hash and the index of its tag.
-- ARGV: 'count' or 'return', now (s), the call's id, how long keys outlive their log (s), each key's place in the index.
for number = 1, #KEYS / 2 do
  local hash, index, place = KEYS[2 * number - 1], KEYS[2 * number], ARGV[4 + number]
  local reserved = redis.call('HGET', hash, ARGV[3])
  if reserved then
    local log = ARGV[1] == 'count' and read_log(redis.call('HGET', hash, 'u'))
    if log then
      local second, longest, count = struct.unpack('>i8I4I4', reserved)
      record(log, second, count, longest)
      redis.call('HSET', hash, 'u', log_bytes(log))
      keep_alive(hash, index, place, log.stale, log.stale - ARGV[2] + ARGV[4], tonumber(ARGV[4]))
    end
    if log or ARGV[1] == 'return' then redis.call('HDEL', hash, ARGV[3]) end
    if redis.call('EXISTS', hash) == 0 then redis.call('ZREM', index, place) end
  end
end
return 1
