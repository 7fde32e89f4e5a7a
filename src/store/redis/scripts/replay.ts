/**
 * Starts a new series for one event: for all its deliveries that are neither leased nor discarded, or for one destination.
 *
 * Given: id, queue or nothing, now. Answered: 0 where the event is unknown or its payload gone.
 */
export const replayScript = `
local id, queue, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local event = rcall('HGETALL', eventKey(id))
if #event == 0 or not hasPayload(id) then return 0 end
if queue ~= '' then
  local d = loadDelivery(queue, id)
  if d then
    renew(d, now, LIVE)
  else
    local facts = rcall('HMGET', eventKey(id), 'type', 'src')
    rcall('HSET', eventKey(id), 'd:' .. queue, '')
    addDelivery(queue, id, facts[1], cjson.encode({ event = id, source = facts[2] }), nil, LIVE, PENDING, now)
  end
  return 1
end
for _, each in ipairs(queuesOf(event)) do
  local d = loadDelivery(each, id)
  if d and d.state ~= DISCARDED then renew(d, now, LIVE) end
end
return 1
`
