/**
 * How a delivery changes its state, in Lua that every script begins with.
 *
 * A delivery is a BullMQ job: its hash, and its place in BullMQ's `wait`, `delayed`, `prioritized`, `waiting-children`,
 * `active`, `completed` and `failed`, are what BullMQ's own Lua would make them. What BullMQ has no notion of (a clock that is
 * given, a number that fences an attempt off, a series) is in fields that begin with `p_`, and in sets beside, all changed
 * in the same step. Numbers of states are those of `states.ts`.
 */
export const deliveryScript = `
local BLOCKED, PENDING, LEASED, DONE, DEAD, DISCARDED = -1, 0, 1, 2, 3, 4
local LIVE, BULK = 0, 1

local function loadDelivery(queue, id)
  local f = rcall('HMGET', jobKey(queue, id), 'p_s', 'p_a', 'p_b', 'p_c', 'p_d', 'p_l', 'p_k', 'p_t', 'p_m', 'p_ls')
  if not f[1] then return nil end
  return {
    queue = queue, id = id, state = tonumber(f[1]), attempt = tonumber(f[2]), base = tonumber(f[3]),
    crashes = tonumber(f[4]), due = tonumber(f[5]), lane = tonumber(f[6]), order = f[7] or nil,
    startedAt = f[8] or nil, duration = f[9] or nil, status = f[10] or nil
  }
end

local maxEvents = {}
local function maxEventsOf(queue)
  maxEvents[queue] = maxEvents[queue] or getOrSetMaxEvents(queueKey(queue, 'meta'))
  return maxEvents[queue]
end

local function addEvent(queue, ...)
  rcall('XADD', queueKey(queue, 'events'), 'MAXLEN', '~', maxEventsOf(queue), '*', ...)
end

-- Takes a delivery out of every set that its state put it into.
local function leave(d)
  local queue, id = d.queue, d.id
  if d.state == PENDING then
    rcall('ZREM', ownKey(queue, 'due:' .. d.lane), id)
    if d.attempt > d.base then rcall('ZREM', ownKey(queue, 'retrying'), id) end
    if rcall('ZREM', queueKey(queue, d.lane == BULK and 'prioritized' or 'delayed'), id) == 0 then
      -- The oldest are at the tail, and are mostly the ones that are looked for.
      if rcall('LREM', queueKey(queue, 'wait'), -1, id) == 0 then
        rcall('ZREM', queueKey(queue, 'delayed'), id)
        rcall('ZREM', queueKey(queue, 'prioritized'), id)
      end
    end
  elseif d.state == LEASED then
    rcall('ZREM', ownKey(queue, 'leased:' .. d.lane), id)
    if rcall('LREM', queueKey(queue, 'active'), -1, id) == 0 then
      rcall('LREM', queueKey(queue, 'wait'), -1, id)
    end
    rcall('DEL', jobKey(queue, id) .. ':lock')
    rcall('SREM', queueKey(queue, 'stalled'), id)
  elseif d.state == BLOCKED then
    rcall('ZREM', queueKey(queue, 'waiting-children'), id)
  else
    if d.state == DEAD then rcall('ZREM', ownKey(queue, 'dead'), id) end
    if rcall('ZREM', queueKey(queue, d.state == DEAD and 'failed' or 'completed'), id) == 0 then
      -- A tool had BullMQ try it again.
      if rcall('LREM', queueKey(queue, 'wait'), -1, id) == 0 then
        rcall('ZREM', queueKey(queue, 'prioritized'), id)
        rcall('ZREM', queueKey(queue, 'delayed'), id)
      end
    end
  end
end

-- Puts a delivery into the sets of its state, and writes what is remembered of it.
local function enter(d, now)
  local queue, id, key = d.queue, d.id, jobKey(d.queue, d.id)
  if d.state < DONE then rcall('ZADD', ownKey(queue, 'open'), 0, id) else rcall('ZREM', ownKey(queue, 'open'), id) end
  if d.state == PENDING then
    rcall('ZADD', ownKey(queue, 'due:' .. d.lane), d.due, id)
    if d.attempt > d.base then rcall('ZADD', ownKey(queue, 'retrying'), 0, id) end
    if d.lane == BULK then
      addJobWithPriority(queueKey(queue, 'marker'), queueKey(queue, 'prioritized'), 1, id, queueKey(queue, 'pc'), true)
      addEvent(queue, 'event', 'waiting', 'jobId', id)
    elseif d.due > now then
      addDelayedJob(id, queueKey(queue, 'delayed'), queueKey(queue, 'events'), now,
        maxEventsOf(queue), queueKey(queue, 'marker'), d.due - now)
    else
      addJobInTargetList(queueKey(queue, 'wait'), queueKey(queue, 'marker'), 'LPUSH', true, id)
      addEvent(queue, 'event', 'waiting', 'jobId', id)
    end
  elseif d.state == LEASED then
    rcall('ZADD', ownKey(queue, 'leased:' .. d.lane), d.due, id)
    rcall('LPUSH', queueKey(queue, 'active'), id)
  elseif d.state == BLOCKED then
    rcall('ZADD', queueKey(queue, 'waiting-children'), now, id)
    addEvent(queue, 'event', 'waiting-children', 'jobId', id)
  elseif d.state == DEAD then
    rcall('ZADD', ownKey(queue, 'dead'), 0, id)
    rcall('ZADD', queueKey(queue, 'failed'), now, id)
  else
    rcall('ZADD', queueKey(queue, 'completed'), now, id)
  end
  if d.isNew then
    -- BullMQ's own fields are as they should be.
    rcall('HSET', key, 'p_s', d.state, 'p_a', d.attempt, 'p_b', d.base, 'p_c', d.crashes, 'p_d', whole(d.due),
      'p_l', d.lane, unpack(d.order and { 'p_k', d.order } or {}))
    d.isNew = nil
  else
    rcall('HSET', key, 'p_s', d.state, 'p_a', d.attempt, 'p_b', d.base, 'p_c', d.crashes, 'p_d', whole(d.due),
      'p_l', d.lane, 'delay', d.state == PENDING and d.due > now and whole(d.due - now) or 0,
      'priority', d.lane == BULK and 1 or 0)
    if d.state == PENDING then rcall('HDEL', key, 'finishedOn', 'returnvalue') end
  end
  if d.order then
    local line, turns = ownKey(queue, 'order:' .. d.order), ownKey(queue, 'turns')
    if d.state < DONE then rcall('ZADD', line, 0, id) else rcall('ZREM', line, id) end
    if d.state == PENDING or d.state == LEASED then
      rcall('HSET', turns, d.order, id)
    elseif rcall('HGET', turns, d.order) == id then
      rcall('HDEL', turns, d.order)
    end
  end
end

-- Lets the oldest unfinished delivery of an ordering key go on, unless an attempt at one of them is under way.
local function advance(queue, order, now)
  local line = ownKey(queue, 'order:' .. order)
  while true do
    local first = rcall('ZRANGE', line, 0, 0)[1]
    if not first then return end
    local current = rcall('HGET', ownKey(queue, 'turns'), order)
    if current == first and rcall('EXISTS', jobKey(queue, first)) == 1 then return end
    local d = loadDelivery(queue, first)
    if d then
      local other = current and loadDelivery(queue, current)
      if other and other.state == LEASED then return end
      if other and other.state == PENDING then
        leave(other)
        other.state = BLOCKED
        enter(other, now)
      end
      if d.state ~= BLOCKED then return end
      leave(d)
      d.state = PENDING
      enter(d, now)
      return
    end
    -- Somebody removed its job.
    rcall('ZREM', line, first)
    if current == first then rcall('HDEL', ownKey(queue, 'turns'), order) end
  end
end

-- Makes the job of a delivery that there was none of; the event's hash names its queue in a field of its own.
local function addDelivery(queue, id, name, data, order, lane, state, now)
  known(queue)
  local opts = { jobId = id }
  if lane == BULK then opts['priority'] = 1 end
  storeJob(queueKey(queue, 'events'), jobKey(queue, id), id, name, data, opts, whole(now))
  enter({ queue = queue, id = id, state = state, attempt = 0, base = 0, crashes = 0, due = now, lane = lane,
    order = order, isNew = true }, now)
end

-- Keeps an attempt: what is told of it as JSON, after when it began.
local function keepAttempt(d, attempt, startedAt, told)
  rcall('HSETNX', attemptsKey(d.id), 'm' .. d.queue .. ' ' .. attempt, startedAt .. ' ' .. told)
end

-- The delivery begins anew: an attempt that its own hash stands for gets a place of its own.
local function keepDone(d)
  if d.state ~= DONE or not d.startedAt then return end
  keepAttempt(d, d.attempt, d.startedAt, '{"outcome":"done","durationMs":' .. ((d.duration and d.duration ~= '') and d.duration or 'null') ..
    ',"status":' .. ((d.status and d.status ~= '') and d.status or 'null') .. '}')
end

local function keepCrashed(d)
  keepAttempt(d, d.attempt, d.startedAt or whole(d.due), '{"outcome":"crashed","error":"ended without an outcome"}')
end

-- Starts a new series. False: an attempt is under way.
local function renew(d, now, lane)
  if d.state == LEASED and d.due > now then return false end
  keepDone(d)
  leave(d)
  d.base, d.crashes, d.due, d.lane = d.attempt, 0, now, lane
  d.state = d.order and BLOCKED or PENDING
  enter(d, now)
  rcall('HDEL', jobKey(d.queue, d.id), 'failedReason', 'processedOn')
  if d.order then advance(d.queue, d.order, now) end
  return true
end

local function isStopped(queue)
  local own = rcall('HMGET', ownKey(queue, 'state'), 'paused', 'disabled')
  if own[2] then return true end
  -- BullMQ's own mark, so that its tools can pause and resume as well.
  return rcall('HEXISTS', queueKey(queue, 'meta'), 'paused') == 1
end
`
