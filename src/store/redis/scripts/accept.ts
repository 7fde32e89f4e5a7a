/**
 * Stores events in one step: recognises duplicates, keeps the event and its payload, and makes one job per destination.
 *
 * Given: now, retention, minute, smallest sequence number of now, number of events, then of each: source, type, has sender's
 * id, sender's id, dedup key, replay key, verdict, received at, secret that fitted or nothing, headers, body, job data after the
 * id, number of destinations, and of each: queue, has ordering key, ordering key.
 *
 * Answered for each: accepted (1 or 0), id, repeated or conflict, rearmed.
 */
export const acceptScript = `
local now, retention, minute = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local sequence = math.max(tonumber(rcall('GET', P .. '@seq') or '0'), tonumber(ARGV[4]) - 1)
-- Due at once by this server's clock too: what a gateway takes whose clock is ahead waits for nobody.
local due = math.min(now, serverNow())
local at = 5
local function take()
  at = at + 1
  return ARGV[at]
end

local function find(key, receivedAt)
  if key == '' then return nil end
  local id = rcall('GET', P .. '@k:' .. key)
  if not id then return nil end
  local first = tonumber(rcall('HGET', eventKey(id), 'rcv') or nil)
  if first and first + retention > receivedAt then return id end
end

local function duplicate(id, source, body)
  local size = tonumber(rcall('HGET', eventKey(id), 'size'))
  local kept = size == #body and rcall('HGET', payloadKey(id), 'b')
  local conflict = size ~= #body or (kept and kept ~= body)
  rcall('HINCRBY', eventKey(id), 'dup', 1)
  if conflict then rcall('HSET', eventKey(id), 'conf', 1) end
  tally(minute, 'd', source, 1)
  local rearmed = 0
  if hasPayload(id) then
    for _, queue in ipairs(queuesOf(rcall('HGETALL', eventKey(id)))) do
      local d = loadDelivery(queue, id)
      if d and d.state == DEAD and renew(d, now, LIVE) then rearmed = rearmed + 1 end
    end
  end
  return { 0, id, conflict and 1 or 0, rearmed }
end

local results = {}
for i = 1, tonumber(ARGV[5]) do
  local source, type, hasExternal, external = take(), take(), take(), take()
  local dedup, replay, verdict, received = take(), take(), take(), take()
  local secret, headers, body, data = take(), take(), take(), take()
  local destinations = tonumber(take())
  local first = at
  at = at + destinations * 3
  local receivedAt = tonumber(received)
  local same = find(dedup, receivedAt)
  local sameBytes = not same and find(replay, receivedAt)
  if same or (sameBytes and verdict == 'duplicate') then
    results[i] = duplicate(same or sameBytes, source, body)
  else
    sequence = sequence + 1
    local id = encode('evt_', sequence)
    local facts = { 'src', source, 'type', type, 'rcv', received, 'size', #body, 'dup', 0, 'conf', 0, 'rep', sameBytes and 1 or 0 }
    local function fact(name, value)
      facts[#facts + 1] = name
      facts[#facts + 1] = value
    end
    if hasExternal == '1' then fact('ext', external) end
    if secret ~= '' then fact('sec', secret) end
    if dedup ~= '' then
      fact('ded', dedup)
      rcall('SET', P .. '@k:' .. dedup, id)
    end
    if replay ~= '' and not sameBytes then
      fact('rpl', replay)
      rcall('SET', P .. '@k:' .. replay, id)
    end
    for n = 0, destinations - 1 do fact('d:' .. ARGV[first + n * 3 + 1], '') end
    rcall('HSET', eventKey(id), unpack(facts))
    rcall('HSET', payloadKey(id), 'h', headers, 'b', body)
    rcall('ZADD', P .. '@events', 0, id)
    rcall('ZADD', P .. '@src:' .. source, 0, id)
    rcall('ZADD', P .. '@payloads', 0, id)
    local jobData = '{"event":"' .. id .. '"' .. data
    for n = 0, destinations - 1 do
      local queue = ARGV[first + n * 3 + 1]
      local order = ARGV[first + n * 3 + 2] == '1' and ARGV[first + n * 3 + 3] or nil
      local state = PENDING
      if order and rcall('EXISTS', ownKey(queue, 'order:' .. order)) == 1 then state = BLOCKED end
      addDelivery(queue, id, type, jobData, order, LIVE, state, due)
    end
    tally(minute, 'a', source, 1)
    tally(minute, 'b', source, #body)
    results[i] = { 1, id, sameBytes and 1 or 0, 0 }
  end
end
rcall('SET', P .. '@seq', whole(sequence))
writeCounts()
return results
`
