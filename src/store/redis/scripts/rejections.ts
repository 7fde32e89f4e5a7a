const common = `
local function rejectionKey(id) return P .. '@r:' .. id end
local function remove(id)
  local bytes = rcall('HGET', rejectionKey(id), 'n')
  rcall('UNLINK', rejectionKey(id))
  rcall('ZREM', P .. '@rejections', id)
  if not bytes then return 0 end
  rcall('DECRBY', P .. '@rejections:bytes', bytes)
  return 1
end
`

/**
 * Keeps rejected requests, and lets go of the oldest that no longer fit.
 *
 * Given: minute, smallest sequence number of now, how many are kept, in how many bytes, how many there are, then of each:
 * source, cause, received at, what is told of it, headers, has body, body, bytes, for how many it stands.
 */
export const rejectScript = `
${common}
local minute, maxCount, maxBytes = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
local sequence = math.max(tonumber(rcall('GET', P .. '@rejections:seq') or '0'), tonumber(ARGV[2]) - 1)
for i = 0, tonumber(ARGV[5]) - 1 do
  local at = 6 + i * 9
  sequence = sequence + 1
  local id = encode('rej_', sequence)
  rcall('HSET', rejectionKey(id), 's', ARGV[at], 'c', ARGV[at + 1], 't', ARGV[at + 2], 'm', ARGV[at + 3], 'h', ARGV[at + 4], 'n', ARGV[at + 7])
  if ARGV[at + 5] == '1' then rcall('HSET', rejectionKey(id), 'b', ARGV[at + 6]) end
  rcall('ZADD', P .. '@rejections', 0, id)
  rcall('INCRBY', P .. '@rejections:bytes', ARGV[at + 7])
  tally(minute, 'r', ARGV[at + 1] .. ' ' .. ARGV[at], tonumber(ARGV[at + 8]))
end
rcall('SET', P .. '@rejections:seq', whole(sequence))
while rcall('ZCARD', P .. '@rejections') > maxCount or tonumber(rcall('GET', P .. '@rejections:bytes') or '0') > maxBytes do
  local oldest = rcall('ZRANGE', P .. '@rejections', 0, 0)[1]
  if not oldest then break end
  remove(oldest)
end
writeCounts()
return 1
`

/**
 * Reads some. Given: which first ('newest' or 'oldest'), upper and lower bound as ZRANGEBYLEX takes them, source, cause (empty:
 * any), from, to (empty: any), how many to find, how many to look at. Answered: the last one looked at or nothing, then of each id, what is told of it.
 */
export const rejectionsScript = `
${common}
local source, cause, from, to, limit = ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local ids
if ARGV[1] == 'oldest' then
  ids = rcall('ZRANGEBYLEX', P .. '@rejections', ARGV[3], ARGV[2], 'LIMIT', 0, ARGV[9])
else
  ids = rcall('ZREVRANGEBYLEX', P .. '@rejections', ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[9])
end
local found = {}
for _, id in ipairs(ids) do
  if #found == limit then return { '', found } end
  local f = rcall('HMGET', rejectionKey(id), 's', 'c', 't', 'm')
  local at = tonumber(f[3] or '0')
  if (source == '' or f[1] == source) and (cause == '' or f[2] == cause) and (not from or at >= from) and (not to or at < to) then
    found[#found + 1] = { id, f[4] }
  end
end
return { #ids == tonumber(ARGV[9]) and ids[#ids] or '', found }
`

/** Reads one. Given: id. Answered: what is told of it, headers, body. */
export const rejectionScript = `
return rcall('HMGET', P .. '@r:' .. ARGV[1], 'm', 'h', 'b')
`

export const deleteRejectionScript = `
${common}
return remove(ARGV[1])
`

/** Given: the first id that stays, how many at most. Answered: how many were removed. */
export const pruneRejectionsScript = `
${common}
local removed = 0
for _, id in ipairs(rcall('ZRANGEBYLEX', P .. '@rejections', '-', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])) do
  remove(id)
  removed = removed + 1
end
return removed
`
