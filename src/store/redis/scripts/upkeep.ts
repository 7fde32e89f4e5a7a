/**
 * Remembers what was said of a destination. Given: queue, now, paused 1 or 0 or nothing, disabled 1 or 0 or nothing, the
 * reason.
 */
export const setDestinationScript = `
local queue, now, paused, disabled, reason = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local key, meta = ownKey(queue, 'state'), queueKey(queue, 'meta')
known(queue)
getOrSetMaxEvents(meta)
if paused == '1' then
  -- Who pauses what is paused does not move the time since when.
  if rcall('HEXISTS', meta, 'paused') == 0 then rcall('HDEL', key, 'paused') end
  rcall('HSETNX', key, 'paused', now)
  rcall('HSET', meta, 'paused', 1)
elseif paused == '0' then
  rcall('HDEL', key, 'paused')
  rcall('HDEL', meta, 'paused')
end
if disabled == '1' then
  rcall('HSETNX', key, 'disabled', now)
  rcall('HSET', key, 'reason', reason)
elseif disabled == '0' then rcall('HDEL', key, 'disabled', 'reason') end
return 1
`

/**
 * Removes some payloads that are past their retention, oldest first. What still has to be delivered keeps its payload, and
 * what was stored while the clock was ahead does not hold up what is behind it.
 *
 * Given: before, now, the id to go on after, how many, bytes. Answered: how many, the last id, whether there is more.
 */
export const prunePayloadsScript = `
local before, now, last, limit, maxBytes = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local removed, bytes = 0, 0
local function isOpen(id)
  for _, queue in ipairs(queuesOf(rcall('HGETALL', eventKey(id)))) do
    local state = rcall('HGET', jobKey(queue, id), 'p_s')
    if state and tonumber(state) < DONE then return true end
  end
  return false
end
local ids = rcall('ZRANGEBYLEX', P .. '@payloads', last == '' and '-' or '(' .. last, '+', 'LIMIT', 0, limit)
for _, id in ipairs(ids) do
  local event = rcall('HMGET', eventKey(id), 'rcv', 'size')
  local received = tonumber(event[1] or '0')
  if bytes >= maxBytes then return { removed, last, 1 } end
  if received >= before and received <= now then return { removed, last, 0 } end
  last = id
  if received <= now and not isOpen(id) then
    rcall('UNLINK', payloadKey(id), attemptsKey(id))
    rcall('ZREM', P .. '@payloads', id)
    bytes = bytes + tonumber(event[2] or '0')
    removed = removed + 1
  end
end
return { removed, last, #ids == limit and 1 or 0 }
`

/** Forgets some events, their ids and their jobs. Given: before, now, the id to go on after, how many. Answered as above. */
export const pruneEventsScript = `
local before, now, last, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local removed = 0
local function forgetKey(key, id)
  if key and rcall('GET', P .. '@k:' .. key) == id then rcall('DEL', P .. '@k:' .. key) end
end
local ids = rcall('ZRANGEBYLEX', P .. '@events', last == '' and '-' or '(' .. last, '+', 'LIMIT', 0, limit)
for _, id in ipairs(ids) do
  local event = rcall('HMGET', eventKey(id), 'rcv', 'ded', 'rpl', 'src')
  local received = tonumber(event[1] or '0')
  if received >= before and received <= now then return { removed, last, 0 } end
  last = id
  if received <= now and not hasPayload(id) then
    for _, queue in ipairs(queuesOf(rcall('HGETALL', eventKey(id)))) do
      local d = loadDelivery(queue, id)
      if d then leave(d) end
      removeJobKeys(jobKey(queue, id))
    end
    forgetKey(event[2], id)
    forgetKey(event[3], id)
    if event[4] then rcall('ZREM', P .. '@src:' .. event[4], id) end
    rcall('ZREM', P .. '@events', id)
    rcall('DEL', eventKey(id))
    removed = removed + 1
  end
end
return { removed, last, #ids == limit and 1 or 0 }
`

/** Forgets counts. Given: the first hour and the first day that stay, how many at most. Answered: how many. */
export const pruneCountsScript = `
local removed = 0
for i, unit in ipairs({ 'm', 'h' }) do
  local old = rcall('ZRANGEBYSCORE', P .. '@stats:' .. unit, '-inf', '(' .. ARGV[i], 'LIMIT', 0, ARGV[3])
  for _, at in ipairs(old) do
    rcall('UNLINK', P .. '@s:' .. at)
    rcall('ZREM', P .. '@stats:' .. unit, at)
    removed = removed + 1
  end
end
return removed
`

/** Answered: Unix milliseconds by the clock of this server. */
export const timeScript = `
return whole(serverNow())
`

/** Shows that a write is taken. Given: now, what to write. */
export const probeScript = `
rcall('SET', P .. '@probe', ARGV[1] .. ARGV[2])
return 1
`
