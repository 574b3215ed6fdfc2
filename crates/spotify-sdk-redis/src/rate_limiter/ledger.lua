-- Counts the requests of a process by operation, and tells which operations are refused.
--
-- `totals`: the requests of the last 24 hours by operation.    `buckets`: the same by `OPERATION|TEN MINUTES`.
-- `closed`: by operation `SINCE UNTIL NAMED`.                   `seen`: by process the number of the last report, and its bucket.
--
-- The constants `BUCKET`, in milliseconds, and `BUCKETS`, of a day, stand in front of this text, as do `now`,
-- `text()` and `number()`, which take the next argument.

local totals, buckets, closed, seen = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local DAY = 86400000

local process, prefix, report = text(), text(), number()
local function number_in(value)
    return tonumber(string.match(value or '', '^%d+')) or 0
end
local is_told = report <= number_in(redis.call('HGET', seen, process))
local bucket = math.floor(now / BUCKET)

-- Buckets that have left the window are taken off the totals, once for each new bucket.
local swept = number_in(redis.call('HGET', seen, ''))
if swept < bucket then
    local all = redis.call('HGETALL', buckets)
    local sums = {}
    for at = 1, #all - 1, 2 do
        local operation, of = string.match(all[at], '^(.*)|(%d+)$')
        if not operation or tonumber(of) + BUCKETS <= bucket then
            redis.call('HDEL', buckets, all[at])
        else
            sums[operation] = (sums[operation] or 0) + (tonumber(all[at + 1]) or 0)
        end
    end
    redis.call('DEL', totals)
    for operation, sum in pairs(sums) do
        redis.call('HSET', totals, operation, string.format('%.0f', sum))
    end
    -- Processes that have not reported for two days are gone.
    local processes = redis.call('HGETALL', seen)
    for at = 1, #processes - 1, 2 do
        local last = tonumber(string.match(processes[at + 1], '^%d+ (%d+)$'))
        if last and last + 2 * BUCKETS <= bucket then
            redis.call('HDEL', seen, processes[at])
        end
    end
    redis.call('HSET', seen, '', string.format('%.0f', bucket))
end

for _ = 1, number() do
    local operation, count = text(), number()
    if not is_told and count ~= 0 then
        redis.call('HINCRBY', totals, operation, count)
        redis.call('HINCRBY', buckets, operation .. '|' .. string.format('%.0f', bucket), count)
    end
end

local function closure(operation)
    local since, till, named = string.match(redis.call('HGET', closed, operation) or '', '^(%d+) (%d+) (%d)$')
    if since and tonumber(till) > now then
        return tonumber(since), tonumber(till), named
    end
end

for _ = 1, number() do
    local kind, operation, wait, named, age = text(), text(), number(), text(), number()
    local since, till, was_named = closure(operation)
    if kind == 'C' then
        -- A longer refusal stays.
        if not since or till < now + wait then
            till, was_named = now + wait, named
        end
        redis.call('HSET', closed, operation, string.format('%.0f %.0f %s', now, till, was_named))
        redis.pcall('PUBLISH', prefix .. 'quota', string.format('%s %.0f %s', operation, till - now, was_named))
    elseif since and since <= now - age then
        redis.call('HDEL', closed, operation)
        redis.pcall('PUBLISH', prefix .. 'quota', string.format('%s 0 0', operation))
    end
end

redis.call('HSET', seen, process, string.format('%.0f %.0f', report, bucket))
for _, key in ipairs(KEYS) do
    redis.call('PEXPIRE', key, 2 * DAY)
end

local refused = {}
local all = redis.call('HGETALL', closed)
for at = 1, #all - 1, 2 do
    local since, till, named = closure(all[at])
    if since then
        refused[#refused + 1] = all[at]
        refused[#refused + 1] = string.format('%.0f', till - now)
        refused[#refused + 1] = named
    else
        redis.call('HDEL', closed, all[at])
    end
end
return { redis.call('HGETALL', totals), refused }
