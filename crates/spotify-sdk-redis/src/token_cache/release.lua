-- KEYS: lock. ARGV: channel, nonce, id.
if redis.call('GET', KEYS[1]) == ARGV[2] then
  redis.call('DEL', KEYS[1])
  tell(ARGV[1], 'released ' .. ARGV[3])
  return 1
end
return 0
