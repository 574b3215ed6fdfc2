-- What several scripts use. Fencing numbers are microseconds of the server's clock, or one more than the last: they grow also
-- when the server has lost the last one. A double holds them exactly until the year 2255.
local YEAR = 31536000000

local function clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function number(value)
  return tonumber(value or '0') or 0
end

local function text(value)
  return string.format('%.0f', value)
end

local function next_fence(key)
  local fence = math.max(clock(), number(redis.call('GET', key)) + 1)
  redis.call('SET', key, text(fence), 'PX', YEAR)
  return fence
end

-- An account of the server may be without access to channels: others then find out later.
local function tell(channel, message)
  redis.pcall('PUBLISH', channel, message)
end

-- For how many milliseconds the server has kept the tokens of the app. One that begins asks everyone for what they have.
local function age(epoch, channel)
  local now = math.floor(clock() / 1000)
  local began = redis.call('GET', epoch)
  if began then
    return math.max(0, now - number(began))
  end
  redis.pcall('SET', epoch, text(now), 'PX', YEAR)
  tell(channel, 'lost')
  return 0
end

local function write(key, index, id, fence, value, life)
  redis.call('HSET', key, 'token', value, 'version', fence)
  redis.call('HDEL', key, 'removed')
  redis.call('PEXPIRE', key, life)
  redis.call('SADD', index, id)
  redis.call('PEXPIRE', index, YEAR)
end

-- The work that the lock was for is done: a holder that ends now, without releasing it, holds nobody up for long.
local function almost_done(lock, nonce)
  if redis.call('GET', lock) == nonce and redis.call('PTTL', lock) > 1000 then
    redis.call('PEXPIRE', lock, 1000)
  end
end
