--[[
Sets states, adds to sums and advances the position, all or nothing: the one write of the exactly-once scheme.

Redis does not roll a script back, so everything that can be refused is checked before the first write: nothing
after it can fail. A server that may not write (memory full, disk lost, read-only) refuses at the first.

The fields of a key are read by one command and written by one: a command for each takes twice as long. In
between a sum is a double, which is exact up to 2^53.

KEYS[1]    position    hash: next, epoch, layout
KEYS[2]    state       hash: key -> value
KEYS[3..]  sums        one hash each: field -> integer within 2^53 - 1, never 0
ARGV[1]    epoch of the claim
ARGV[2]    next offset that the writer expects
ARGV[3]    next offset after this change
ARGV[4]    number of puts
ARGV[5]    number of deletes
ARGV[6]    'none', or what must be stored: the state ARGV[7] 'is' ARGV[8], or is 'absent'
then       per put: key, value
then       per delete: key
last       JSON, a list that holds for each of KEYS[3..] the list of its fields, each once, and then that of
           as many deltas: integers within 2^53 - 1. One text, since either side handles it in half the
           time of as many arguments.

Replies
  {'done'}
  {'stale'}                 another claim, offset or state than expected is stored; nothing is changed
  {'overflow', sum, field}  the sum (its index among KEYS[3..], from 1) would pass 2^53 - 1; nothing changes
  {'foreign', key}          the key holds something else; nothing is changed
]]
local EXACT = 9007199254740991
local CHUNK = 4000 -- of arguments in one command: Lua hands over 8 000 values at most

local positionKey, stateKey = KEYS[1], KEYS[2]
local epoch, expectedNext, next = ARGV[1], ARGV[2], ARGV[3]
local firstPut, firstDelete = 9, 9 + 2 * tonumber(ARGV[4])
local afterDeletes = firstDelete + tonumber(ARGV[5])
local increments = cjson.decode(ARGV[afterDeletes])

local function inChunks(command, key, list, first, last)
  for from = first, last, CHUNK do
    redis.call(command, key, unpack(list, from, math.min(from + CHUNK - 1, last)))
  end
end

-- As HINCRBY writes it. '%d' takes a third of the time, but only 32 bits on some machines.
local function text(sum)
  return string.format(sum < 2147483648 and sum > -2147483648 and '%d' or '%.0f', sum)
end

-- What the sum holds in the fields from first to last, as numbers; nil where they hold something else.
local function stored(key, fields, first, last)
  local found = redis.pcall('HMGET', key, unpack(fields, first, last))
  if found.err then
    return nil
  end
  local numbers, texts = {}, {}
  for i = 1, last - first + 1 do
    local number = 0
    if found[i] then
      texts[#texts + 1] = found[i]
      number = tonumber(found[i])
      if not number or number > EXACT or number < -EXACT then
        return nil
      end
    end
    numbers[i] = number
  end
  -- tonumber takes 1.5, 1e3 and 0x10 as well.
  if string.find(table.concat(texts), '[^%d-]') then
    return nil
  end
  return numbers
end

-- What the fields of the sum KEYS[k] come to, as lists for HSET and HDEL; or a refusal.
local function added(k, fields, deltas)
  local sets, zeros = {}, {}
  for from = 1, #fields, CHUNK do
    local to = math.min(from + CHUNK - 1, #fields)
    local numbers = stored(KEYS[k], fields, from, to)
    if not numbers then
      return nil, nil, { 'foreign', KEYS[k] }
    end
    for i = from, to do
      local sum = numbers[i - from + 1] + deltas[i]
      if sum > EXACT or sum < -EXACT then
        return nil, nil, { 'overflow', k - 2, fields[i] }
      end
      if sum == 0 then
        zeros[#zeros + 1] = fields[i]
      else
        local n = #sets
        sets[n + 1], sets[n + 2] = fields[i], text(sum)
      end
    end
  end
  return sets, zeros
end

local position = redis.pcall('HMGET', positionKey, 'next', 'epoch')
if position.err then
  return { 'foreign', positionKey }
end
if position[1] ~= expectedNext or position[2] ~= epoch then
  return { 'stale' }
end
local stateType = redis.call('TYPE', stateKey).ok
if stateType ~= 'hash' and stateType ~= 'none' then
  return { 'foreign', stateKey }
end
if ARGV[6] ~= 'none' then
  local found = redis.call('HGET', stateKey, ARGV[7])
  if found ~= (ARGV[6] == 'is' and ARGV[8]) then
    return { 'stale' }
  end
end
local sets, zeros = {}, {}
for k = 3, #KEYS do
  local refusal
  sets[k], zeros[k], refusal = added(k, increments[2 * k - 5], increments[2 * k - 4])
  if refusal then
    return refusal
  end
end

redis.call('HSET', positionKey, 'next', next)
for k = 3, #KEYS do
  inChunks('HSET', KEYS[k], sets[k], 1, #sets[k])
  inChunks('HDEL', KEYS[k], zeros[k], 1, #zeros[k])
end
inChunks('HSET', stateKey, ARGV, firstPut, firstDelete - 1)
inChunks('HDEL', stateKey, ARGV, firstDelete, afterDeletes - 1)
return { 'done' }
