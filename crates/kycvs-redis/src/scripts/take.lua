-- Holds uses against the limits of their keys, and counts all of them, or none when one has no room.
-- KEYS: for each key its hash and the index of its tag.
-- ARGV: 'check' (count nothing), 'take' (count) or 'reserve' (count when the call settles, or by itself when it does not);
-- now (s), the call's id, how long a reservation waits to be settled (ms), how long keys outlive their log (s); each key's
-- place in the index; then for each use the number of its key, how many limits, and each limit's uses and seconds.
-- Answers {'allowed'}, {'refused', use, second}, {'busy'} when only reservations of others stand in the way, or {'damaged'}.
local mode, now, id, lease, grace = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local ms, keys = server_ms(), {}

-- A reservation that nobody settled in time is a use: the call may have been answered.
local function read_key(hash)
  local key, fields = { mine = { count = 0, longest = 0 } }, redis.call('HGETALL', hash)
  local reserved = {}
  for i = 1, #fields, 2 do
    if fields[i] == 'u' then key.bytes = fields[i + 1] else reserved[fields[i]] = fields[i + 1] end
  end
  key.counted = read_log(key.bytes)
  if not key.counted then return nil end
  key.overdue = {}
  for field, bytes in pairs(reserved) do
    if #bytes ~= 24 then return nil end
    local second, longest, count, until_ms = struct.unpack('>i8I4I4i8', bytes)
    if until_ms <= ms then
      add(key.counted, second, count, longest)
      key.overdue[#key.overdue + 1] = field
    else
      key.others = key.others or {}
      table.insert(key.others, { second, longest, count })
    end
  end
  -- What refuses a use: what is counted, and this call's own uses before it. `all` has the reservations of others, too.
  key.judged = mode == 'reserve' and copy_log(key.counted) or key.counted
  key.all = key.judged
  if key.others and mode ~= 'check' then
    key.all = copy_log(key.counted)
    for _, other in ipairs(key.others) do add(key.all, other[1], other[3], other[2]) end
  end
  return key
end

local function save(number)
  local key, hash = keys[number], KEYS[2 * number - 1]
  local stale = key.counted.stale or 0
  if mode == 'reserve' then
    local mine = key.mine
    redis.call('HSET', hash, id, struct.pack('>i8I4I4i8', now, mine.longest, mine.count, ms + lease))
    stale = math.max(stale, now + mine.longest)
  end
  if mode == 'take' or #key.overdue > 0 then redis.call('HSET', hash, 'u', log_bytes(key.counted)) end
  for _, field in ipairs(key.overdue) do redis.call('HDEL', hash, field) end
  for _, other in ipairs(key.others or {}) do stale = math.max(stale, other[1] + other[2]) end
  keep_alive(hash, KEYS[2 * number], ARGV[5 + number], stale, stale - now + grace, grace)
end

for number = 1, #KEYS / 2 do
  keys[number] = read_key(KEYS[2 * number - 1])
  if not keys[number] then return { 'damaged' } end
end

local at, use, busy = 6 + #KEYS / 2, 0, false
while at <= #ARGV do
  local key, limits = keys[tonumber(ARGV[at])], tonumber(ARGV[at + 1])
  local refused, waits, longest = nil, nil, 0
  at = at + 2
  for _ = 1, limits do
    local max, per = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
    local room = room_at(key.judged, max, per, now)
    if room then refused = math.max(refused or room, room) end
    waits = waits or (key.all ~= key.judged and room_at(key.all, max, per, now))
    longest = math.max(longest, per)
    at = at + 2
  end
  if refused then return { 'refused', use, refused } end
  busy = busy or waits
  record(key.judged, now, 1, longest)
  if key.all ~= key.judged then record(key.all, now, 1, longest) end
  key.mine = { count = key.mine.count + 1, longest = math.max(key.mine.longest, longest) }
  use = use + 1
end
if busy then return { 'busy' } end
if mode ~= 'check' then
  for number = 1, #keys do save(number) end
end
return { 'allowed' }
