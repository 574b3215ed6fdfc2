-- KEYS: lock, token, fence, epoch. ARGV: channel, nonce, lease in ms.
-- Returns {fence, 0}, or {'', ms until the lease of the holder ends}.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[2] then
  return {'', redis.call('PTTL', KEYS[1])}
end
if holder then
  -- The response to the first attempt was lost.
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {redis.call('HGET', KEYS[2], 'granted'), 0}
end
age(KEYS[4], ARGV[1])
local fence = text(next_fence(KEYS[3]))
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('HSET', KEYS[2], 'granted', fence)
if redis.call('PTTL', KEYS[2]) < 0 then
  redis.call('PEXPIRE', KEYS[2], 86400000)
end
return {fence, 0}
