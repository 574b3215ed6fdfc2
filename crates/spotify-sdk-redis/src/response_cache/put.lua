-- KEYS: the version of the owner's topic, the response, the owner's index. ARGV: the random value of the version, the response, its
-- life in ms, its name in the index, the margin in ms by which a topic outlives its responses.
-- Stores a response, unless its owner was forgotten since it was asked for. Returns whether it did.
local version = redis.call('GET', KEYS[1])
if not version or string.match(version, '%-(%x+)$') ~= ARGV[1] then
  return 0
end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local life, margin = tonumber(ARGV[3]), tonumber(ARGV[5])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[3], string.format('%.0f', now + life), ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('(%.0f', now - margin))
for _, key in ipairs({KEYS[1], KEYS[3]}) do
  if redis.call('PTTL', key) < life + margin then
    redis.call('PEXPIRE', key, string.format('%.0f', life + margin))
  end
end
return 1
