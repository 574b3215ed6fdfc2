-- KEYS: token, epoch. ARGV: channel.
-- Returns the token, its version, whether it was removed, and for how long the server has kept tokens.
local found = redis.call('HMGET', KEYS[1], 'token', 'version', 'removed')
return {found[1], found[2], found[3] and 1 or 0, age(KEYS[2], ARGV[1])}
