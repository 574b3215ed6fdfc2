-- KEYS: token, index, epoch, fence. ARGV: channel, id, version, value, life in ms.
-- Puts a token back that the server has lost. Returns 0 if it is there, 1 if a later one is there, 2 if it was removed, 3 if it was lost.
local version = number(ARGV[3])
local found = redis.call('HMGET', KEYS[1], 'version', 'removed')
if found[2] then
  return 2
end
if number(found[1]) >= version then
  return number(found[1]) > version and 1 or 0
end
age(KEYS[3], ARGV[1])
if number(redis.call('GET', KEYS[4])) < version then
  redis.call('SET', KEYS[4], ARGV[3], 'PX', YEAR)
end
write(KEYS[1], KEYS[2], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
tell(ARGV[1], 'stored ' .. ARGV[2] .. ' ' .. ARGV[3])
return 3
