-- KEYS: the version of a topic. ARGV: what to do, a floor in microseconds, a random value in hexadecimal digits, the life in ms.
-- A version is MICROSECONDS-RANDOM. A new one has a later time than the one before, and than the floor, whatever the clock says;
-- a double holds it exactly until the year 2255. Returns the version, or nothing.
--   change  makes a new one. A server that has no memory left for it has none from then on, which is another one, too.
--   ensure  makes a new one where there is none, or an older one than the floor.
--   raise   makes a new one where there is an older one than the floor.
local found = redis.call('GET', KEYS[1])
local time = found and string.match(found, '^(%d+)%-%x+$')
if ARGV[1] == 'raise' and not found then
  return false
end
if ARGV[1] ~= 'change' and time and tonumber(time) >= tonumber(ARGV[2]) then
  return found
end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local next = math.max(now, tonumber(time or '0') + 1, tonumber(ARGV[2]) + 1)
local version = string.format('%.0f-%s', next, ARGV[3])
if ARGV[1] == 'change' then
  redis.call('UNLINK', KEYS[1])
  local done = redis.pcall('SET', KEYS[1], version, 'PX', ARGV[4])
  return not done['err'] and version
end
redis.call('SET', KEYS[1], version, 'PX', ARGV[4])
return version
