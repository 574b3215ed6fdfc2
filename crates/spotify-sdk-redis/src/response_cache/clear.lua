-- KEYS: the version of the owner's topic, the owner's index, responses. ARGV: whether the owner is forgotten, the names of the
-- responses in the index.
-- Removes responses. Returns how many the owner has left; with none, a forgotten owner leaves no key.
for at = 3, #KEYS do
  redis.call('UNLINK', KEYS[at])
  redis.call('ZREM', KEYS[2], ARGV[at - 1])
end
local left = redis.call('ZCARD', KEYS[2])
if ARGV[1] == '1' and left == 0 then
  redis.call('UNLINK', KEYS[1])
end
return left
