/**
 * What the gateway remembers for itself: a hash for each kind, of version, Unix milliseconds and value by key.
 *
 * Given: kind, key or nothing for all. Answered: the time, then of each: key, and how it is kept.
 */
export const notesScript = `
local found = { whole(serverNow()) }
if ARGV[2] == '' then
  for _, one in ipairs(rcall('HGETALL', P .. '@notes:' .. ARGV[1])) do found[#found + 1] = one end
  return found
end
local one = rcall('HGET', P .. '@notes:' .. ARGV[1], ARGV[2])
return one and { found[1], ARGV[2], one } or found
`

/**
 * Writes one if nobody was faster. Given: kind, key, the version that is replaced (nothing: there is none), whether it is
 * kept, value. Answered: its version; 0: nothing is written.
 */
export const setNoteScript = `
local hash = P .. '@notes:' .. ARGV[1]
local known = rcall('HGET', hash, ARGV[2])
local version = known and string.match(known, '^(%d+) ') or ''
if version ~= ARGV[3] then return 0 end
if ARGV[4] == '0' then
  rcall('HDEL', hash, ARGV[2])
  return tonumber(version) or 0
end
local new = whole(rcall('INCR', P .. '@notes:version'))
rcall('HSET', hash, ARGV[2], new .. ' ' .. whole(serverNow()) .. ' ' .. ARGV[5])
return tonumber(new)
`
