-- KEYS: lock, token. ARGV: nonce, fence, lease in ms.
-- Makes the lease of a holder longer, also one that ended while nobody else took the lock. Returns whether the lock is held.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
if not holder then
  local granted = redis.call('HGET', KEYS[2], 'granted')
  if granted and granted ~= ARGV[2] then
    return 0
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
redis.call('HSET', KEYS[2], 'granted', ARGV[2])
if redis.call('PTTL', KEYS[2]) < 0 then
  redis.call('PEXPIRE', KEYS[2], 86400000)
end
return 1
