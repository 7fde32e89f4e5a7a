/**
 * Leases due deliveries of some destinations.
 *
 * Given: now, number of requests, then of each: queue, limit, length of the lease in milliseconds.
 * Answered: when the next falls due (or an empty text), then of each lease: queue, id, attempt, attempt in its series,
 * crashes, end of the lease, the event's hash, headers, body.
 */
export const claimScript = `
local now = tonumber(ARGV[1])
local leases = {}
local next = nil

-- Due ones and those whose lease has ended, in the order in which they fell due.
local function dueIn(queue, lane, limit)
  local found = {}
  for _, name in ipairs({ 'due:', 'leased:' }) do
    local rows = rcall('ZRANGEBYSCORE', ownKey(queue, name .. lane), '-inf', now, 'WITHSCORES', 'LIMIT', 0, limit)
    for i = 1, #rows, 2 do found[#found + 1] = { rows[i], tonumber(rows[i + 1]) } end
  end
  table.sort(found, function(a, b) return a[2] < b[2] or (a[2] == b[2] and a[1] < b[1]) end)
  return found
end

local function forget(queue, id)
  for _, name in ipairs({ 'due:0', 'due:1', 'leased:0', 'leased:1', 'open', 'retrying', 'dead' }) do
    rcall('ZREM', ownKey(queue, name), id)
  end
  rcall('LREM', queueKey(queue, 'wait'), 0, id)
  rcall('LREM', queueKey(queue, 'active'), 0, id)
  local turns = rcall('HGETALL', ownKey(queue, 'turns'))
  for i = 1, #turns, 2 do
    if turns[i + 1] == id then advance(queue, turns[i], now) end
  end
end

local function lease(queue, id, duration)
  local d = loadDelivery(queue, id)
  local event = rcall('HGETALL', eventKey(id))
  if not d or #event == 0 then
    -- Its job was removed by somebody's tool.
    forget(queue, id)
    return false
  end
  if d.state == LEASED then
    keepCrashed(d)
    d.crashes = d.crashes + 1
  end
  leave(d)
  d.attempt, d.state, d.due = d.attempt + 1, LEASED, now + duration
  enter(d, now)
  rcall('HSET', jobKey(queue, id), 'p_t', whole(now))
  prepareJobForProcessing(P .. queue .. ':', '', queueKey(queue, 'events'), id, whole(now), nil, nil,
    queueKey(queue, 'marker'), { token = whole(d.attempt), lockDuration = whole(math.max(1, duration)) })
  local payload = rcall('HMGET', payloadKey(id), 'h', 'b')
  leases[#leases + 1] = { queue, id, d.attempt, d.attempt - d.base, d.crashes, whole(d.due), event, payload[1], payload[2] }
  return true
end

-- What a tool put back into the queue is started anew.
local function adopt(queue)
  if rcall('EXISTS', queueKey(queue, 'wait')) == 0 then return false end
  local any = false
  for _, id in ipairs(rcall('LRANGE', queueKey(queue, 'wait'), -50, -1)) do
    local d = loadDelivery(queue, id)
    if d and d.state >= DONE and hasPayload(id) and renew(d, now, LIVE) then any = true end
  end
  return any
end

local function claim(queue, limit, duration)
  local taken = 0
  for lane = LIVE, BULK do
    for _, found in ipairs(dueIn(queue, lane, limit - taken)) do
      if taken < limit and lease(queue, found[1], duration) then taken = taken + 1 end
    end
    if taken >= limit then return taken end
  end
  return taken
end

for i = 0, tonumber(ARGV[2]) - 1 do
  local queue, limit, duration = ARGV[3 + i * 3], tonumber(ARGV[4 + i * 3]), tonumber(ARGV[5 + i * 3])
  known(queue)
  if not isStopped(queue) then
    local taken = claim(queue, limit, duration)
    if taken < limit and adopt(queue) then claim(queue, limit - taken, duration) end
    for _, name in ipairs({ 'due:0', 'due:1', 'leased:0', 'leased:1' }) do
      local first = rcall('ZRANGE', ownKey(queue, name), 0, 0, 'WITHSCORES')[2]
      if first and (not next or tonumber(first) < next) then next = tonumber(first) end
    end
  end
end
return { next and whole(next) or '', leases }
`

/**
 * Records how attempts ended.
 *
 * Given: now, minute, number of settlements, then of each: queue, id, attempt, outcome, due at or nothing, status or nothing,
 * has error, error, started at or nothing, duration or nothing, whether it gets a place of its own, what is told of it,
 * has body, body. Answered: 1 or 0 of each.
 */
export const settleScript = `
local now, minute = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = 3
local function take()
  at = at + 1
  return ARGV[at]
end
local states = { retry = PENDING, done = DONE, dead = DEAD }
local results = {}

-- Of an earlier attempt that was answered with the same status, only the beginning is kept.
local function cutEarlier(d, status)
  local key, latest = attemptsKey(d.id), 'l' .. d.queue .. ' ' .. status
  local earlier = rcall('HGET', key, latest)
  rcall('HSET', key, latest, d.attempt)
  if not earlier then return end
  local field = 'b' .. d.queue .. ' ' .. earlier
  local body = rcall('HGET', key, field)
  if body and #body > 1024 then rcall('HSET', key, field, string.sub(body, 1, 1024)) end
end

for i = 1, tonumber(ARGV[3]) do
  local queue, id, attempt, outcome = take(), take(), tonumber(take()), take()
  local dueAt, status, hasError, err = take(), take(), take(), take()
  local startedAt, duration, isKept, told, hasBody, body = take(), take(), take(), take(), take(), take()
  local d = loadDelivery(queue, id)
  if not d or d.state ~= LEASED or d.attempt ~= attempt then
    results[i] = 0
  else
    local key = jobKey(queue, id)
    local givenBack = outcome == 'released' or outcome == 'deferred'
    leave(d)
    d.due = dueAt == '' and now or tonumber(dueAt)
    if givenBack then
      d.base, d.state = d.base + 1, PENDING
      if hasError == '1' then rcall('HSET', key, 'p_le', err) end
    else
      d.state, d.crashes = states[outcome], 0
      rcall('HSET', key, 'p_ls', status, 'p_m', duration, 'atm', d.attempt)
      if hasError == '1' then rcall('HSET', key, 'p_le', err, 'failedReason', err) else rcall('HDEL', key, 'p_le', 'failedReason') end
      if startedAt ~= '' then rcall('HSET', key, 'p_t', startedAt) end
      tally(minute, outcome, queue, 1)
    end
    enter(d, now)
    if outcome == 'done' then
      rcall('HSET', key, 'returnvalue', status == '' and 'null' or status, 'finishedOn', whole(now))
      addEvent(queue, 'event', 'completed', 'jobId', id, 'returnvalue', status, 'prev', 'active')
    elseif outcome == 'dead' then
      rcall('HSET', key, 'finishedOn', whole(now))
      addEvent(queue, 'event', 'failed', 'jobId', id, 'failedReason', err, 'prev', 'active')
    end
    if isKept == '1' then
      if hasBody == '1' then
        if status ~= '' and outcome ~= 'done' then cutEarlier(d, status) end
        rcall('HSET', attemptsKey(id), 'b' .. queue .. ' ' .. attempt, body)
      end
      keepAttempt(d, attempt, startedAt ~= '' and startedAt or d.startedAt or whole(now), told)
    end
    if d.order then advance(queue, d.order, now) end
    results[i] = 1
  end
end
writeCounts()
return results
`

/**
 * Ends leases whose holder goes away: each falls due at once, as after a crash.
 *
 * Given: now, number of leases, then of each: queue, id, attempt.
 */
export const expireScript = `
local now, ended = tonumber(ARGV[1]), 0
for i = 0, tonumber(ARGV[2]) - 1 do
  local queue, id, attempt = ARGV[3 + i * 3], ARGV[4 + i * 3], tonumber(ARGV[5 + i * 3])
  local d = loadDelivery(queue, id)
  if d and d.state == LEASED and d.attempt == attempt and d.due > now then
    rcall('ZADD', ownKey(queue, 'leased:' .. d.lane), now, id)
    rcall('HSET', jobKey(queue, id), 'p_d', whole(now))
    rcall('DEL', jobKey(queue, id) .. ':lock')
    ended = ended + 1
  end
end
return ended
`
