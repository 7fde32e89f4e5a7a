/**
 * Reads events with their deliveries. Given: whether with payload, then ids. Answered of each that is there: id, its hash,
 * its deliveries, headers and body or nothing.
 */
export const describeScript = `
local results = {}
for i = 2, #ARGV do
  local id = ARGV[i]
  local event = rcall('HGETALL', eventKey(id))
  if #event > 0 then
    local deliveries = {}
    for _, queue in ipairs(queuesOf(event)) do
      local f = rcall('HMGET', jobKey(queue, id), 'p_s', 'p_a', 'p_b', 'p_d', 'p_ls', 'p_le', 'p_k')
      if f[1] then deliveries[#deliveries + 1] = { queue, f } end
    end
    local payload = ARGV[1] == '1' and rcall('HMGET', payloadKey(id), 'h', 'b') or {}
    results[#results + 1] = { id, event, deliveries, payload }
  end
end
return results
`

/** Reads deliveries with what is told of their events. Given: queue and id by turns. */
export const describeDeliveriesScript = `
local results = {}
for i = 1, #ARGV, 2 do
  local queue, id = ARGV[i], ARGV[i + 1]
  results[#results + 1] = {
    id, queue,
    rcall('HMGET', jobKey(queue, id), 'p_s', 'p_a', 'p_b', 'p_d', 'p_ls', 'p_le', 'p_k'),
    rcall('HMGET', eventKey(id), 'src', 'type', 'rcv')
  }
end
return results
`

/** Reads events stored after one, oldest first. Given: id, how many. Answered: ids. */
export const changesScript = `
return rcall('ZRANGEBYLEX', P .. '@events', '(' .. ARGV[1], '+', 'LIMIT', 0, ARGV[2])
`

/** Reads which event is the newest. Answered: its id, or nothing. */
export const newestScript = `
return rcall('ZREVRANGE', P .. '@events', 0, 0)
`

/**
 * Reads the attempts of an event: its hash of attempts, and of each delivery that is done queue, attempt, when it began, how
 * long it took, status. Given: id.
 */
export const attemptsScript = `
local id = ARGV[1]
if not hasPayload(id) then return {} end
local done = {}
for _, queue in ipairs(queuesOf(rcall('HGETALL', eventKey(id)))) do
  local d = loadDelivery(queue, id)
  if d and d.state == DONE and d.startedAt then
    done[#done + 1] = { queue, d.attempt, d.startedAt, d.duration or '', d.status or '' }
  end
end
return { rcall('HGETALL', attemptsKey(id)), done }
`

/** Id of the event that has a dedup key. Given: the key's hash. */
export const lookUpScript = `
local id = rcall('GET', P .. '@k:' .. ARGV[1])
if id and rcall('EXISTS', eventKey(id)) == 1 then return id end
return ''
`

/**
 * Reads the counts of some time. Given: what they are of (m: minutes, by the hour; h: hours, by the day), the first and the
 * last of those. Answered: their hashes.
 */
export const statisticsScript = `
local results = {}
for _, at in ipairs(rcall('ZRANGEBYSCORE', P .. '@stats:' .. ARGV[1], ARGV[2], ARGV[3])) do
  results[#results + 1] = rcall('HGETALL', P .. '@s:' .. at)
end
return results
`

/** Reads what is remembered of each destination, and what waits for it. Given: now. */
export const destinationsScript = `
local results = {}
for _, queue in ipairs(rcall('SMEMBERS', P .. '@destinations')) do
  local own = rcall('HMGET', ownKey(queue, 'state'), 'paused', 'disabled', 'reason')
  local paused = ''
  if rcall('HEXISTS', queueKey(queue, 'meta'), 'paused') == 1 then
    -- A tool that paused it does not say since when.
    paused = own[1] or ARGV[1]
  end
  local leased = rcall('ZCARD', ownKey(queue, 'leased:0')) + rcall('ZCARD', ownKey(queue, 'leased:1'))
  local first = ''
  for lane = LIVE, BULK do
    local due = rcall('ZRANGE', ownKey(queue, 'due:' .. lane), 0, 0, 'WITHSCORES')[2]
    if due and (first == '' or tonumber(due) < tonumber(first)) then first = due end
  end
  results[#results + 1] = {
    queue, paused, own[2] or '', own[3], rcall('ZCARD', ownKey(queue, 'open')) - leased,
    rcall('ZCARD', ownKey(queue, 'retrying')), leased, rcall('ZCARD', ownKey(queue, 'dead')), first
  }
end
return results
`
