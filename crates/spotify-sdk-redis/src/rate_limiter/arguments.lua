-- What takes the arguments of a script, one after another.
local position = 0
local function text()
    position = position + 1
    return ARGV[position]
end
local function number()
    return tonumber(text())
end

