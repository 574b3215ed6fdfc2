-- KEYS: token, lock, index, fence. ARGV: channel, id, fence or '' for a new one, nonce, how long the removal is remembered in ms.
-- Returns whether there was a token, or -1 if a later token is there.
local fence = ARGV[3]
if fence == '' then
  fence = text(next_fence(KEYS[4]))
end
if number(redis.call('HGET', KEYS[1], 'version')) > number(fence) then
  return -1
end
local had = redis.call('HEXISTS', KEYS[1], 'token')
redis.call('HDEL', KEYS[1], 'token', 'version')
redis.call('HSET', KEYS[1], 'removed', fence)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('SREM', KEYS[3], ARGV[2])
almost_done(KEYS[2], ARGV[4])
tell(ARGV[1], 'removed ' .. ARGV[2])
return had
