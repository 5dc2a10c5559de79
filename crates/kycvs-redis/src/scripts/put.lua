-- Replaces a request, provided it is at the expected version.
-- KEYS: the request, the index of its tag by purge time.
-- ARGV: the version expected (8 bytes, or nothing), the new record, when it expires (ms), purge time (µs), the request's
-- place in the index, how long records outlive their purge time (ms).
-- Answers 1 when it is written, 0 when another writer was first, -1 when what is stored is no request, -2 when the record
-- would expire at once.
local ms -- until it expires
if ARGV[1] == '' and redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3], 'NX') then
  ms = redis.call('PTTL', KEYS[1])
  if ms <= 0 then return -2 end
else
  local stored = redis.call('GETRANGE', KEYS[1], 0, 15)
  if #stored ~= 0 and #stored ~= 16 then return -1 end
  if string.sub(stored, 1, 8) ~= ARGV[1] then return 0 end
  if string.sub(stored, 9, 16) == string.sub(ARGV[2], 9, 16) then
    redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
    return 1
  end
  local time = redis.call('TIME')
  ms = ARGV[3] - time[1] * 1000 - math.floor(time[2] / 1000)
  if ms <= 0 then return -2 end
  redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
end

-- A new record, or one with another purge time.
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
-- The index outlives its records by up to an hour; about as often, what has expired is dropped from it.
if redis.call('PTTL', KEYS[2]) < ms then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', (ARGV[3] - ms - ARGV[6]) * 1000))
  redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', ARGV[3] + 3600000))
end
return 1
