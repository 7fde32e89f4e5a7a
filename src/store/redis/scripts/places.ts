/**
 * Where things are, and what they are made of: Lua that every script begins with.
 *
 * `KEYS[1]` is the prefix: a hash tag, so that all keys are in one slot of a Cluster.
 */
export const placesScript = `
local P = KEYS[1] .. ':'
local function eventKey(id) return P .. '@e:' .. id end
local function payloadKey(id) return P .. '@p:' .. id end
local function attemptsKey(id) return P .. '@a:' .. id end
local function jobKey(queue, id) return P .. queue .. ':' .. id end
local function queueKey(queue, name) return P .. queue .. ':' .. name end
local function ownKey(queue, name) return P .. '@q:' .. queue .. ':' .. name end

-- Ids as event-id.ts writes them.
local digits = '0123456789abcdefghjkmnpqrstvwxyz'
local function encode(prefix, sequence)
  local text = ''
  for i = 1, 11 do
    local digit = sequence % 32
    text = string.sub(digits, digit + 1, digit + 1) .. text
    sequence = (sequence - digit) / 32
  end
  return prefix .. text
end

-- A number as text, without an exponent.
local function whole(number) return string.format('%.0f', number) end

-- Unix milliseconds by the clock of this server.
local function serverNow()
  local time = rcall('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local noted = {}
local function known(queue)
  if noted[queue] then return end
  noted[queue] = true
  rcall('SADD', P .. '@destinations', queue)
end

local function hasPayload(id) return rcall('EXISTS', payloadKey(id)) == 1 end

-- Names of the queues that an event goes to, of its hash as a list.
local function queuesOf(fields)
  local queues = {}
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'd:' then queues[#queues + 1] = string.sub(fields[i], 3) end
  end
  table.sort(queues)
  return queues
end

-- Counts are added up in a script and written at its end.
local counts = {}
local function count(at, slot, what, name, by)
  local field = what .. ' ' .. slot .. ' ' .. name
  counts[at] = counts[at] or {}
  counts[at][field] = (counts[at][field] or 0) + by
end
local function tally(minute, what, name, by)
  count('m:' .. math.floor(minute / 60), minute, what, name, by)
  count('h:' .. math.floor(minute / 1440), math.floor(minute / 60), what, name, by)
end
local function writeCounts()
  for at, fields in pairs(counts) do
    local key = P .. '@s:' .. at
    for field, by in pairs(fields) do rcall('HINCRBY', key, field, by) end
    rcall('ZADD', P .. '@stats:' .. string.sub(at, 1, 1), string.sub(at, 3), at)
  end
end
`
