-- One step of one process: what has become of its requests, and how many it may send now.
--
-- The constants `MARGIN`, `MIN_LEARNED`, `RAISE_INTERVAL`, `PROBE_TIME`, `MIN_WAIT`, `MAX_MIN_WAIT`, `MAX_PASSED_OVER`, `MIN_LEASE`,
-- `MAX_LEASE`, `GRACE`, `GIVEN_TIME` and `STATE_TIME` stand in front of this text, as do `now`, `text()` and `number()`, which take
-- the next argument. Times are milliseconds of the server.
--
-- `rate`: the state of the limit.    `window`: the requests of the last window, by the time of their end.
-- `members`: the processes, by the time until which they are taken to be alive.
-- `lanes`: for each priority the processes that wait, by the time at which they were told to come.
--
-- A member of `window` is `PROCESS:NAME:COUNT:LAG:KIND`: so many requests that ended at the score or before, the first of which was
-- sent LAG before that. The kind is `p` while they are leased, `d` when they are done, and `u` when they
-- ended without a response.

local rate, window_key, members, lanes = KEYS[1], KEYS[2], KEYS[3], { [0] = KEYS[4], [1] = KEYS[5], [2] = KEYS[6] }

local id, prefix, candidate, known, known_steps, lost_lease = text(), text(), text(), text(), number(), text()
local own_budget, window, lease_time, ttl = number(), number(), number(), number()
local lane, want, expects_more, by_share, stays, lease = number(), number(), number() == 1, number() == 1, number() == 1, text()
local restored_budget, restored_block, restored_own, restored_all = number(), number(), number(), number()
local info, demand, last_event = text(), text(), number()

local function entry(process, name, count, lag, kind)
    return string.format('%s:%s:%.0f:%.0f:%s', process, name, count, lag, kind)
end

-- The state.

local fields = {
    'epoch', 'learned', 'since', 'reached', 'blocked', 'limited', 'streak', 'probe', 'probe_at', 'probe_by', 'passed1', 'passed2',
    'given', 'given_at', 'steps', 'window',
}
local function load()
    local values = redis.call('HMGET', rate, unpack(fields))
    local state = {}
    for at, field in ipairs(fields) do
        state[field] = values[at] or nil
        if field ~= 'epoch' and field ~= 'probe_by' then
            state[field] = tonumber(values[at]) or (field == 'learned' or field == 'given') and -1 or 0
        end
    end
    state.probe_by = state.probe_by or ''
    return state
end

local state = load()
-- A state with fewer steps than the process has heard of is an old copy, such as a replica's or that of a file.
local is_new = not (state.epoch and redis.call('ZSCORE', window_key, 'epoch:' .. state.epoch))
    or (state.epoch == known and state.steps < known_steps)
if is_new then
    redis.call('DEL', rate, window_key, lanes[0], lanes[1], lanes[2])
    state = load()
    state.epoch = candidate
    redis.call('ZADD', window_key, '+inf', 'epoch:' .. candidate)
end
state.steps = state.steps + 1
local function state_shown(count)
    local cap = state.given >= 0 and state.given or state.learned
    return table.concat({ cap, state.blocked, state.probe, count }, ' ')
end
local before = state_shown(redis.call('ZCARD', members))

-- The requests of the last window.

local entries, sent = {}, 0
local function forget()
    -- Processes with a longer window still count what is past this one's.
    redis.call('ZREMRANGEBYSCORE', window_key, '-inf', now - math.max(window, state.window) - MARGIN)
end
local function read_window()
    forget()
    local all = redis.call('ZRANGE', window_key, 0, -1, 'WITHSCORES')
    entries, sent = {}, 0
    for at = 1, #all - 1, 2 do
        local process, count, lag, kind = string.match(all[at], '^(.*):[^:]*:(%d+):(-?%d+):(%a)$')
        if process then
            local one = { name = all[at], process = process, count = tonumber(count), lag = tonumber(lag), kind = kind, ended = tonumber(all[at + 1]) }
            entries[#entries + 1] = one
            sent = sent + one.count
        end
    end
end

-- What Spotify has certainly counted.
local function succeeded()
    local count = 0
    for _, one in ipairs(entries) do
        if one.ended - one.lag + window > now and (one.kind ~= 'p' or one.ended <= now) then
            count = count + one.count
        end
    end
    return count
end

-- What was known before Redis lost it, or before this process lost Redis.

local is_restored = known ~= '' and known ~= state.epoch
if is_restored then
    local foreign = is_new and restored_all - restored_own or 0
    if not is_new then
        read_window()
        for _, one in ipairs(entries) do
            if one.process == 'foreign' then
                redis.call('ZREM', window_key, one.name)
                foreign = one.count - restored_own
            end
        end
    end
    if foreign > 0 then
        redis.call('ZADD', window_key, now, entry('foreign', '0', foreign, 0, 'd'))
    end
    if restored_own > 0 then
        redis.call('ZADD', window_key, now, entry(id, 'restored', restored_own, 0, 'd'))
    end
    if state.learned < 0 and restored_budget >= 0 then
        state.learned, state.since, state.reached = restored_budget, now, 0
    end
    if restored_block > 0 then
        state.blocked, state.probe = math.max(state.blocked, now + restored_block), 1
    end
end

-- What has become of the process's requests.

local bumps = false
for _ = 1, number() do
    local always, old, name = text() == '1', text(), text()
    local count, lag, age, kind = number(), number(), number(), text()
    local was_there = old == '' or redis.call('ZREM', window_key, old) == 1
    if not is_restored and count > 0 and (was_there or always) then
        local ended = now - age
        redis.call('ZADD', window_key, ended, entry(id, name, count, lag, kind))
        bumps = bumps or (kind == 'd' and state.learned >= 0 and ended - lag <= state.since)
    end
end
local count_of_events = number()

-- While nothing is limited, there is nothing to decide: then most steps only report, and need not look at all that was sent.
local is_limited = state.learned >= 0 or own_budget >= 0 or state.given >= 0 or state.blocked > now or state.probe ~= 0
if is_limited or count_of_events > 0 or want > 0 or is_restored or lost_lease ~= '' then
    read_window()
else
    forget()
end

if bumps and not is_restored then
    -- Requests that were in flight when the budget was learned succeeded too.
    state.learned = math.max(state.learned, succeeded())
end

-- What was granted in a step whose reply never came is not used.
if lost_lease ~= '' then
    for _, one in ipairs(entries) do
        if one.process == id and one.kind == 'p' and string.match(one.name, '^.*:([^:]*):%d+:%-?%d+:%a$') == lost_lease then
            redis.call('ZREM', window_key, one.name)
        end
    end
    read_window()
end

local function block(till)
    state.blocked, state.probe = math.max(state.blocked, till), 1
end

local function rate_limited(wait, at, reason, age)
    -- Requests that were in flight together were limited together: only a probe adds to the count.
    if state.streak == 0 or reason == 1 then
        state.streak = state.streak + 1
    end
    local min_wait = math.min(MIN_WAIT * 2 ^ math.min(state.streak - 1, 16), MAX_MIN_WAIT)
    block(now + math.max(wait, min_wait))
    state.limited = now
    local count = succeeded()
    if own_budget >= 0 or age > window then
        -- What happened before the window says nothing about the requests in it.
        return
    elseif state.learned < 0 then
        if count >= MIN_LEARNED then
            state.learned, state.since, state.reached = count, now, 0
        end
    elseif at > state.since and reason == 0 then
        -- Fewer requests than the budget succeeded: another program sends requests for the same app.
        local max = state.learned
        local fewer = count < max and math.max(count, math.floor(max / 2)) or max - math.ceil(max / 10)
        state.learned, state.since, state.reached = math.max(fewer, MIN_LEARNED), now, 0
    end
end

-- Events that an earlier step was told of, whose reply was lost, are skipped.
local seen = tonumber(redis.call('HGET', rate, 's:' .. id)) or 0
for at = 1, count_of_events do
    local kind, value, age, reason, detail = text(), number(), number(), number(), text()
    local sent_at = now - age
    if last_event + at > seen then
        if kind == 'L' then
            rate_limited(value, sent_at, reason, tonumber(detail))
        elseif kind == 'P' then
            if state.probe == 2 and state.limited <= sent_at then
                state.probe, state.streak = 0, 0
            end
        elseif kind == 'F' then
            if state.probe == 2 and state.probe_by == id .. ':' .. detail then
                state.probe = 1
            end
        elseif kind == 'S' then
            if state.limited <= sent_at then
                state.blocked, state.probe, state.streak = 0, 0, 0
            end
        elseif kind == 'B' then
            block(now + value)
        end
    end
    if at + last_event > seen then
        seen = at + last_event
    end
end

-- The processes.

redis.call('ZADD', members, now + ttl, id)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', members, '-inf', now, 'LIMIT', 0, 100)) do
    redis.call('ZREM', members, gone)
    redis.call('HDEL', rate, 's:' .. gone, 'i:' .. gone, 'd:' .. gone)
    for at = 0, 2 do
        redis.call('ZREM', lanes[at], gone)
    end
end
local count_of_members = redis.call('ZCARD', members)

-- Those who have not come when they were told to have no more calls.
local waiting = {}
for at = 0, 2 do
    redis.call('ZREMRANGEBYSCORE', lanes[at], '-inf', '(' .. string.format('%.0f', now - GRACE))
    waiting[at] = redis.call('ZCARD', lanes[at])
end

-- How many requests may be sent.

if own_budget >= 0 then
    state.given, state.given_at = own_budget, now
elseif state.given >= 0 and state.given_at + GIVEN_TIME <= now then
    state.given = -1
end
local given = own_budget >= 0 and own_budget or state.given

local passed = { [1] = state.passed1, [2] = state.passed2 }
local function cap()
    return given >= 0 and given or state.learned
end
local function max_passed()
    return cap() < 0 and MAX_PASSED_OVER or math.min(math.max(cap() - 1, 1), MAX_PASSED_OVER)
end
local function lease_size()
    return cap() < 0 and MAX_LEASE or math.min(math.max(math.ceil(cap() / (2 * count_of_members)), MIN_LEASE), MAX_LEASE)
end

-- The lane whose share is due, of those in which others wait.
local due
for at = 2, 1, -1 do
    if not due and waiting[at] > 0 and passed[at] >= max_passed() then
        due = at
    end
end

-- The number of processes with more urgent calls.
local function more_urgent()
    local count = 0
    if due ~= lane then
        for at = 0, lane - 1 do
            count = count + waiting[at] - (redis.call('ZSCORE', lanes[at], id) and 1 or 0)
        end
    end
    return count
end

-- Whether this process was told to come by now.
local function is_due()
    return tonumber(redis.call('ZSCORE', lanes[lane], id) or '+inf') <= now
end

-- The number of processes that have to find something free before this one does: it is their turn already.
local function ahead()
    if by_share then
        return 0
    end
    local own = tonumber(redis.call('ZSCORE', lanes[lane], id) or '+inf')
    local bound = own <= now and '(' .. string.format('%.0f', own) or string.format('%.0f', now)
    return more_urgent() + redis.call('ZCOUNT', lanes[lane], '-inf', bound)
end

-- The number of processes that come before this one.
local function rank()
    return by_share and 0 or more_urgent() + (redis.call('ZRANK', lanes[lane], id) or redis.call('ZCARD', lanes[lane]))
end

-- The number of permits that a step should bring at least, so that few steps are needed. Others are taken to want as many.
local function least()
    return math.min(want, MIN_LEASE)
end

-- The time until so many more requests have left the window.
local function until_free(needed, max)
    if needed <= 0 then
        return 1
    end
    local rounds = 0
    if sent > 0 and needed > sent then
        rounds = math.floor((needed - 1) / math.max(max, 1))
        needed = needed - rounds * math.max(max, 1)
    end
    -- What is free then is leased first, and used.
    local round = rounds * (window + MARGIN + lease_time)
    local count = 0
    for _, one in ipairs(entries) do
        count = count + one.count
        if count >= needed then
            return one.ended + window + MARGIN - now + round
        end
    end
    return window + round
end

local function reserved(max)
    if lane < 2 or by_share or due == lane then
        return max
    end
    return math.max(max - math.min(math.ceil(max / 10), max - 1), 1)
end

local granted, reason, retry = 0, 0, -1
local is_closed = state.blocked > now or (state.probe == 2 and now < state.probe_at + PROBE_TIME)
if want > 0 and not is_closed then
    if state.learned >= 0 and state.reached == 1 and now - state.since >= RAISE_INTERVAL then
        state.learned, state.since, state.reached = state.learned + math.ceil(state.learned / 10), now, 0
    end
    local is_probe = state.probe ~= 0
    local max = cap()
    if max < 0 and not is_probe then
        -- Nothing is limited: no lease is needed.
        want, expects_more = 0, false
    elseif is_probe and given < 0 then
        -- Spotify itself set the end of the wait, which takes precedence over a learned budget.
        granted = 1
    else
        max = reserved(max)
        if due and due > lane and not by_share then
            retry = lease_time
        else
            local room = max - sent - ahead() * least()
            -- What is free is for all who wait.
            local others = waiting[0] + waiting[1] + waiting[2]
            for at = 0, 2 do
                others = others - (redis.call('ZSCORE', lanes[at], id) and 1 or 0)
            end
            granted = math.max(math.min(want, lease_size(), room, math.max(MIN_LEASE, math.floor(room / (others + 1)))), 0)
            if due == lane or is_probe then
                granted = math.min(granted, 1)
            elseif granted > 0 and granted < least() and not is_due() and until_free(least() - room, max) < window / 10 then
                -- The rest of a useful number is free soon.
                granted = 0
            end
            if sent >= max and given < 0 then
                state.reached = 1
            end
        end
    end
    if granted > 0 then
        if due ~= lane and not by_share then
            for at = lane + 1, 2 do
                if waiting[at] > 0 then
                    granted = math.min(granted, math.max(max_passed() - passed[at], 1))
                end
            end
            for at = lane + 1, 2 do
                passed[at] = waiting[at] > 0 and passed[at] + granted or 0
            end
        end
        if lane > 0 then
            passed[lane] = 0
        end
        if is_probe then
            reason, state.probe, state.probe_at, state.probe_by = 1, 2, now, id .. ':' .. lease
            is_closed = true
        end
        local name = entry(id, lease, granted, lease_time, 'p')
        redis.call('ZADD', window_key, now + lease_time, name)
        entries[#entries + 1] = { name = name, process = id, count = granted, lag = lease_time, kind = 'p', ended = now + lease_time }
        sent = sent + granted
    end
end

-- The place in the queue.

if want > granted or (expects_more and granted > 0) then
    for at = 0, 2 do
        if at ~= lane or granted > 0 then
            redis.call('ZREM', lanes[at], id)
        end
    end
    if is_closed then
        retry = state.blocked > now and state.blocked - now or state.probe_at + PROBE_TIME - now
    elseif cap() >= 0 and retry < 0 then
        local max = reserved(cap())
        local before = sent - max + rank() * least()
        local first, useful = until_free(before + 1, max), until_free(before + least(), max)
        retry = math.max(useful - first < window / 10 and useful or first, 1)
    elseif retry < 0 then
        retry = PROBE_TIME
    end
    redis.call('ZADD', lanes[lane], now + retry, id)
elseif not stays then
    for at = 0, 2 do
        redis.call('ZREM', lanes[at], id)
    end
end

-- What the others have to know.

local function left(till)
    return math.max(till - now, 0)
end
local probe_left = state.probe == 2 and left(state.probe_at + PROBE_TIME) or state.probe == 1 and 0 or -1
local is_changed = before ~= state_shown(redis.call('ZCARD', members))
local function whole(value)
    return string.format('%.0f', value)
end
redis.call('HSET', rate, 'epoch', state.epoch, 'learned', whole(state.learned), 'since', whole(state.since), 'reached', whole(state.reached),
    'blocked', whole(state.blocked), 'limited', whole(state.limited), 'streak', whole(state.streak), 'probe', whole(state.probe),
    'probe_at', whole(state.probe_at), 'passed1', whole(passed[1]), 'passed2', whole(passed[2]),
    'given', whole(state.given), 'given_at', whole(state.given_at), 'window', whole(math.max(window, state.window)), 'steps', whole(state.steps),
    'probe_by', state.probe_by)
if ttl > 0 then
    redis.call('HSET', rate, 's:' .. id, whole(seen), 'd:' .. id, demand)
end
if ttl > 0 and info ~= '' then
    redis.call('HSET', rate, 'i:' .. id, info)
end
for _, key in ipairs(KEYS) do
    redis.call('PEXPIRE', key, STATE_TIME + window)
end

if is_changed or is_new then
    redis.pcall('PUBLISH', prefix .. 'changed',
        string.format('%s %.0f %.0f %.0f %d %d', state.epoch, left(state.blocked), probe_left, state.given >= 0 and state.given or state.learned,
            state.given >= 0 and 0 or 1, redis.call('ZCARD', members)))
end
if state.blocked <= now and probe_left <= 0 and (cap() >= 0 or state.probe == 1) then
    -- Those for whom something is free earlier than they were told.
    local room = state.probe == 1 and 1 or math.floor((cap() - sent) / MIN_LEASE)
    for at = 0, 2 do
        room = room - redis.call('ZCOUNT', lanes[at], '-inf', now)
    end
    room = math.min(room, 16)
    for at = 0, 2 do
        if room > 0 then
            local first = redis.call('ZRANGE', lanes[at], string.format('(%.0f', now), '+inf', 'BYSCORE', 'LIMIT', 0, room)
            for _, other in ipairs(first) do
                room = room - 1
                if other ~= id then
                    redis.call('ZADD', lanes[at], now, other)
                    redis.pcall('PUBLISH', prefix .. 'wake:' .. other, '')
                end
            end
        end
    end
end

return {
    granted, reason, whole(retry), whole(left(state.blocked)), whole(probe_left), whole(cap()), given >= 0 and 0 or 1, whole(sent),
    count_of_members, redis.call('ZCARD', lanes[0]) + redis.call('ZCARD', lanes[1]) + redis.call('ZCARD', lanes[2]), state.epoch, whole(state.steps),
}
