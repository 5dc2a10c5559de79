-- A key of a limit is a hash. Its field `u` is the key's use log, in the bytes and with the rules of `UseLog` in
-- kycvs-store; every other field is a use that a call over several slots has reserved and not yet settled, by the call's id.

local function read_log(bytes)
  local log = { stale = nil, uses = {} }
  if not bytes then return log end
  if #bytes < 8 or (#bytes - 8) % 12 ~= 0 then return nil end
  log.stale = struct.unpack('>i8', bytes)
  for at = 9, #bytes, 12 do
    local second, count = struct.unpack('>i8I4', bytes, at)
    local last = log.uses[#log.uses]
    if last and last[1] >= second then return nil end
    log.uses[#log.uses + 1] = { second, count }
  end
  return log
end

local function copy_log(log)
  local copy = { stale = log.stale, uses = {} }
  for i, use in ipairs(log.uses) do copy.uses[i] = { use[1], use[2] } end
  return copy
end

-- When there is room for one more use under a limit; nil when there is now.
local function room_at(log, max, per, now)
  local room = max
  for i = #log.uses, 1, -1 do
    local second, count = log.uses[i][1], log.uses[i][2]
    if second <= now + per then
      if second + per <= now then return nil end
      room = room - count
      if room <= 0 then return second + per end
    end
  end
  return nil
end

-- Makes one entry of the uses in each `step` seconds, at the last of them: `UseLog::merge`.
local function merge(log, step)
  local merged = {}
  for _, use in ipairs(log.uses) do
    local last = merged[#merged]
    if last and math.floor(last[1] / step) == math.floor(use[1] / step) then
      last[1], last[2] = use[1], math.min(last[2] + use[2], 4294967295)
    else
      merged[#merged + 1] = use
    end
  end
  log.uses = merged
end

-- Counts uses in a second, in their place.
local function add(log, second, count, longest)
  local at = #log.uses
  while at > 0 and log.uses[at][1] > second do at = at - 1 end
  if at > 0 and log.uses[at][1] == second then
    log.uses[at][2] = math.min(log.uses[at][2] + count, 4294967295)
  else
    table.insert(log.uses, at + 1, { second, count })
  end
  if #log.uses > 1024 then merge(log, math.floor(longest / 512) + 1) end
  local newest = log.uses[#log.uses][1]
  log.stale = math.max(log.stale or 0, newest + longest)
end

-- Counts uses and drops what no limit counts any more: `UseLog::record`.
local function record(log, second, count, longest)
  local newest = log.uses[#log.uses]
  if newest and newest[1] > second + longest then log.stale = second end
  local kept = {}
  for _, use in ipairs(log.uses) do
    if use[1] > second - longest and use[1] <= second + longest then kept[#kept + 1] = use end
  end
  log.uses = kept
  add(log, second, count, longest)
end

local function log_bytes(log)
  local parts = { struct.pack('>i8', log.stale) }
  for _, use in ipairs(log.uses) do parts[#parts + 1] = struct.pack('>i8I4', use[1], use[2]) end
  return table.concat(parts)
end

local function server_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Sees to it that a key lives for `seconds`, and its index up to an hour longer; about as often, what has expired is dropped
-- from the index.
local function keep_alive(key, index, place, stale, seconds, grace)
  local ms = seconds * 1000
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, string.format('%.0f', ms)) end
  redis.call('ZADD', index, string.format('%.0f', stale), place)
  if redis.call('PTTL', index) < ms then
    redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('(%.0f', server_ms() / 1000 - grace))
    redis.call('PEXPIRE', index, string.format('%.0f', ms + 3600000))
  end
end
