-- KEYS: lock, token. ARGV: channel, nonce, id.
if redis.call('GET', KEYS[1]) == ARGV[2] then
  redis.call('DEL', KEYS[1])
  -- A renewal of the lease that comes late must not take the lock again.
  if redis.call('EXISTS', KEYS[2]) == 1 then
    redis.call('HSET', KEYS[2], 'granted', '0')
  end
  tell(ARGV[1], 'released ' .. ARGV[3])
  return 1
end
return 0
