-- KEYS: token, lock, index, epoch. ARGV: channel, id, fence, nonce, value, life in ms, the version that was seen or ''.
-- Returns 0, or 1 if a later token is there, or 2 if the token was removed since the lock was given out.
local fence = number(ARGV[3])
local found = redis.call('HMGET', KEYS[1], 'version', 'removed')
if number(found[2]) > fence then
  return 2
end
if number(found[1]) > fence then
  return 1
end
if ARGV[7] ~= '' and found[1] and found[1] ~= ARGV[7] then
  return 1
end
age(KEYS[4], ARGV[1])
write(KEYS[1], KEYS[3], ARGV[2], ARGV[3], ARGV[5], ARGV[6])
almost_done(KEYS[2], ARGV[4])
tell(ARGV[1], 'stored ' .. ARGV[2] .. ' ' .. ARGV[3])
return 0
