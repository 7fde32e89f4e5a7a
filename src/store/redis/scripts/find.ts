/**
 * Looks at a bounded number of events in order, finds those (or their deliveries) that match, and may start or discard what
 * it found in the same step.
 *
 * Given: kind (events or deliveries), order (newest or oldest), source, type, status, destination's queue (each empty: any),
 * lower and upper bound as ZRANGEBYLEX takes them, the event and the queue after which to go on (empty: from the beginning),
 * how many to find, how many to look at, text, what to do (replay, discard, count or nothing), queue to replay to, whether to
 * move, now, bytes of bodies to look into.
 *
 * Answered: whether there may be more, event and queue that were looked at last, how many were looked at, how many were
 * changed, what was found (ids of events, or of deliveries queue and id by turns), bytes of bodies that were looked into, how
 * many matched.
 */
export const findScript = `
local kind, order, source, type, status, only = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local low, high, afterId, afterQueue = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local limit, budget, text, action, target, move = tonumber(ARGV[11]), tonumber(ARGV[12]), ARGV[13], ARGV[14], ARGV[15], ARGV[16]
local now, maxBytes = tonumber(ARGV[17]), tonumber(ARGV[18])
local newest = order == 'newest'

local function range(key, n)
  local from, to = low, high
  if afterId ~= '' then
    -- The event itself once more: not all of its deliveries may have been looked at.
    if newest then
      if high == '+' or string.sub(high, 2) >= afterId then to = '[' .. afterId end
    elseif low == '-' or string.sub(low, 2) <= afterId then
      from = '[' .. afterId
    end
  end
  if newest then return rcall('ZREVRANGEBYLEX', key, to, from, 'LIMIT', 0, n) end
  return rcall('ZRANGEBYLEX', key, from, to, 'LIMIT', 0, n)
end

local function within(id)
  if low ~= '-' and id < string.sub(low, 2) then return false end
  if high ~= '+' and (id > string.sub(high, 2) or (string.sub(high, 1, 1) == '(' and id == string.sub(high, 2))) then return false end
  if afterId == '' then return true end
  if newest then return id <= afterId end
  return id >= afterId
end

local sets = { dead = 'dead', retrying = 'retrying', pending = 'open' }

-- Ids of events that come into question, in order, and whether there are more behind them.
local function candidates(n)
  if not sets[status] and status ~= 'leased' then
    local found = range(kind == 'events' and source ~= '' and action == '' and (P .. '@src:' .. source) or (P .. '@events'), n)
    return found, #found == n
  end
  local queues = only ~= '' and { only } or rcall('SMEMBERS', P .. '@destinations')
  local seen, found, edge = {}, {}, nil
  for _, queue in ipairs(queues) do
    local ids = {}
    if status == 'leased' then
      for lane = LIVE, BULK do
        for _, id in ipairs(rcall('ZRANGE', ownKey(queue, 'leased:' .. lane), 0, -1)) do
          if within(id) then ids[#ids + 1] = id end
        end
      end
    else
      ids = range(ownKey(queue, sets[status]), n)
      -- Behind the end of a list that was cut off, nothing is known of it.
      if #ids == n then
        local last = ids[n]
        if not edge or (newest and last > edge) or (not newest and last < edge) then edge = last end
      end
    end
    for _, id in ipairs(ids) do
      if not seen[id] then
        seen[id] = true
        found[#found + 1] = id
      end
    end
  end
  table.sort(found, function(a, b) if newest then return a > b end return a < b end)
  local ids = {}
  for i, id in ipairs(found) do
    if i > n or (edge and ((newest and id < edge) or (not newest and id > edge))) then return ids, true end
    ids[i] = id
  end
  return ids, edge ~= nil
end

local function is(d, wanted)
  if wanted == 'pending' then return d.state == PENDING or d.state == BLOCKED end
  if wanted == 'retrying' then return d.state == PENDING and d.attempt > d.base end
  if wanted == 'leased' then return d.state == LEASED end
  if wanted == 'done' then return d.state == DONE end
  if wanted == 'dead' then return d.state == DEAD end
  return d.state == DISCARDED
end

local function eventFits(id)
  if status == '' then return true end
  local queues = queuesOf(rcall('HGETALL', eventKey(id)))
  if status == 'none' then return #queues == 0 end
  local any, others = false, false
  for _, queue in ipairs(queues) do
    local d = loadDelivery(queue, id)
    if d then
      if is(d, status) then any = true elseif d.state ~= DISCARDED then others = true end
    end
  end
  if status == 'done' then return any and not others end
  return any
end

local bytes = 0
local function holds(id, event)
  if text == '' then return true end
  if event[4] and string.sub(event[4], 1, #text) == text then return true end
  if string.sub(event[2], 1, #text) == text then return true end
  bytes = bytes + tonumber(event[3])
  local body = rcall('HGET', payloadKey(id), 'b')
  return body and string.find(body, text, 1, true) ~= nil
end

local function isUnderWay(d)
  if d.state == LEASED then return d.due > now end
  return (d.state == PENDING or d.state == BLOCKED) and d.attempt == d.base
end

local function discard(d)
  if not (d.state == PENDING or d.state == BLOCKED or d.state == DEAD or (d.state == LEASED and d.due <= now)) then return false end
  leave(d)
  d.state, d.due = DISCARDED, now
  enter(d, now)
  rcall('HSET', jobKey(d.queue, d.id), 'returnvalue', '"discarded"', 'finishedOn', whole(now))
  if d.order then advance(d.queue, d.order, now) end
  return true
end

local function start(queue, id)
  if not hasPayload(id) then return false end
  local d = loadDelivery(queue, id)
  if d then return not isUnderWay(d) and renew(d, now, BULK) end
  local event = rcall('HMGET', eventKey(id), 'type', 'src')
  local data = cjson.encode({ event = id, source = event[2] })
  rcall('HSET', eventKey(id), 'd:' .. queue, '')
  addDelivery(queue, id, event[1], data, nil, BULK, PENDING, now)
  return true
end

local function act(d, id)
  if action == 'count' then return false end
  if action == 'discard' then return discard(d) end
  if target == '' then return start(d.queue, id) end
  local started = start(target, id)
  if move == '1' and d and d.queue ~= target then
    local there = started
    if not there then
      local other = loadDelivery(target, id)
      there = other ~= nil and isUnderWay(other)
    end
    if there then discard(d) end
  end
  return started
end

-- One more: the event to go on after may be among them.
local ids, more = candidates(budget + 1)
local found, matched, looked, changed = {}, 0, 0, 0
local lastId, lastQueue = '', ''
local function answer(isMore) return { isMore and 1 or 0, lastId, lastQueue, looked, changed, found, bytes, matched } end

for _, id in ipairs(ids) do
  local event = rcall('HMGET', eventKey(id), 'src', 'type', 'size', 'ext')
  if kind == 'events' then
    if id ~= afterId then
      if matched == limit or bytes >= maxBytes then return answer(true) end
      looked = looked + 1
      if event[1] and (source == '' or event[1] == source) and (type == '' or event[2] == type) and eventFits(id) and holds(id, event) then
        matched = matched + 1
        if action == '' then found[#found + 1] = id elseif act(nil, id) then changed = changed + 1 end
      end
      lastId = id
    end
  elseif event[1] then
    local queues = queuesOf(rcall('HGETALL', eventKey(id)))
    local first, last, step = 1, #queues, 1
    if newest then first, last, step = #queues, 1, -1 end
    if #queues == 0 and id ~= afterId then
      looked = looked + 1
      lastId, lastQueue = id, ''
    end
    for n = first, last, step do
      local queue = queues[n]
      local isPast = id == afterId and ((newest and queue >= afterQueue) or (not newest and queue <= afterQueue))
      if not isPast then
        if matched == limit or looked >= budget then return answer(true) end
        looked = looked + 1
        lastId, lastQueue = id, queue
        if (only == '' or queue == only) and (source == '' or event[1] == source) and (type == '' or event[2] == type) then
          local d = loadDelivery(queue, id)
          if d and (status == '' or is(d, status)) then
            matched = matched + 1
            if action == '' then
              found[#found + 1] = queue
              found[#found + 1] = id
            elseif act(d, id) then
              changed = changed + 1
            end
          end
        end
      end
    end
  else
    lastId, lastQueue = id, ''
    looked = looked + 1
  end
end
return answer(more)
`
