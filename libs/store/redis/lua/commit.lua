--[[
Sets states, adds to sums and moves the position on, all or nothing: the one write of the exactly-once scheme.

Redis does not roll a script back, so everything that can be refused is looked at first, and after the first write
nothing can fail: the types are known, and a full memory or disk refuses the first write or none.

KEYS[1]    position    hash: next, epoch, layout
KEYS[2]    state       hash: key -> value
KEYS[3..]  sums        one hash each: field -> integer within 2^53 - 1
ARGV[1]    epoch of the claim
ARGV[2]    next offset as the writer believes it to be
ARGV[3]    next offset after this change
ARGV[4]    number of puts
ARGV[5]    number of deletes
then       per put: key, value
then       per delete: key
then       per KEYS[3..]: number of fields, the fields, their deltas

Replies
  {'done'}
  {'stale'}                 another claim or another offset is stored; nothing is changed
  {'overflow', sum, field}  the sum (its place among KEYS[3..], from 1) would pass 2^53 - 1; nothing is changed
  {'foreign', key}          the key holds something else; nothing is changed
]]
local EXACT = 9007199254740991
local CHUNK = 4000 -- of arguments in one command: Lua hands over 8 000 values at most

local positionKey, stateKey = KEYS[1], KEYS[2]
local epoch, expectedNext, next = ARGV[1], ARGV[2], ARGV[3]
local firstPut, firstDelete = 6, 6 + 2 * tonumber(ARGV[4])
local firstSum = firstDelete + tonumber(ARGV[5])

local function inChunks(command, key, values, first, last)
  for from = first, last, CHUNK do
    redis.call(command, key, unpack(values, from, math.min(from + CHUNK - 1, last)))
  end
end

-- What the fields hold now, from ARGV[first] on; nil where the key is no hash.
local function current(key, first, last)
  local all = {}
  for from = first, last, CHUNK do
    local part = redis.pcall('HMGET', key, unpack(ARGV, from, math.min(from + CHUNK - 1, last)))
    if part.err then
      return nil
    end
    if first + CHUNK > last then
      return part
    end
    for i = 1, #part do
      all[from - first + i] = part[i]
    end
  end
  return all
end

-- 1. Is the writer still the one, at the offset it believes?
local position = redis.pcall('HMGET', positionKey, 'next', 'epoch')
if position.err then
  return { 'foreign', positionKey }
end
if position[1] ~= expectedNext or position[2] ~= epoch then
  return { 'stale' }
end

-- 2. Can all of it be written?
local stateType = redis.call('TYPE', stateKey).ok
if stateType ~= 'hash' and stateType ~= 'none' then
  return { 'foreign', stateKey }
end
local grown, zeros = {}, {}
local at = firstSum
for k = 3, #KEYS do
  local fields = tonumber(ARGV[at])
  local firstField, firstDelta = at + 1, at + 1 + fields
  local values = current(KEYS[k], firstField, at + fields)
  if not values then
    return { 'foreign', KEYS[k] }
  end
  local set, unset = {}, {}
  for i = 0, fields - 1 do
    local value = values[i + 1] or '0'
    if not string.find(value, '^-?%d+$') then
      return { 'foreign', KEYS[k] }
    end
    local sum = tonumber(value) + tonumber(ARGV[firstDelta + i])
    if sum > EXACT or sum < -EXACT then
      return { 'overflow', k - 2, ARGV[firstField + i] }
    elseif sum == 0 then
      unset[#unset + 1] = ARGV[firstField + i]
    else
      set[#set + 1] = ARGV[firstField + i]
      set[#set + 1] = string.format('%.0f', sum)
    end
  end
  grown[k], zeros[k] = set, unset
  at = firstDelta + fields
end

-- 3. Write. The position first: unlike HDEL, HSET is refused where memory is full, and then nothing is changed.
redis.call('HSET', positionKey, 'next', next)
inChunks('HSET', stateKey, ARGV, firstPut, firstDelete - 1)
inChunks('HDEL', stateKey, ARGV, firstDelete, firstSum - 1)
for k = 3, #KEYS do
  inChunks('HSET', KEYS[k], grown[k], 1, #grown[k])
  inChunks('HDEL', KEYS[k], zeros[k], 1, #zeros[k])
end
return { 'done' }
