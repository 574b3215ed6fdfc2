-- KEYS: lock, token. ARGV: nonce, fence, lease in ms.
-- Makes the lease of a holder longer, also one that ended while nobody else took the lock. Returns whether the lock
-- is held, and the user was not removed since it was given out.
local holder = redis.call('GET', KEYS[1])
local found = redis.call('HMGET', KEYS[2], 'granted', 'removed')
if number(found[2]) > number(ARGV[2]) then
  return 0
end
if holder and holder ~= ARGV[1] then
  return 0
end
if not holder and found[1] and found[1] ~= ARGV[2] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
redis.call('HSET', KEYS[2], 'granted', ARGV[2])
if redis.call('PTTL', KEYS[2]) < 0 then
  redis.call('PEXPIRE', KEYS[2], 86400000)
end
return 1
