--[[
Sets states, adds to sums and moves the position on, all or nothing: the one write of the exactly-once scheme.

Redis does not roll a script back. So what can be refused is looked at before the first write, or, for sums,
found by adding (HINCRBY tells type and size at once, at half the cost of reading before) and taken back; what
comes after cannot fail. A server that may not write (memory full, disk lost, read-only) refuses at the first.

KEYS[1]    position    hash: next, epoch, layout
KEYS[2]    state       hash: key -> value
KEYS[3..]  sums        one hash each: field -> integer within 2^53 - 1, never 0
ARGV[1]    epoch of the claim
ARGV[2]    next offset as the writer believes it to be
ARGV[3]    next offset after this change
ARGV[4]    number of puts
ARGV[5]    number of deletes
then       per put: key, value
then       per delete: key
then       per KEYS[3..]: number of fields; per field: field, delta

Replies
  {'done'}
  {'stale'}                 another claim or another offset is stored; nothing is changed
  {'overflow', sum, field}  the sum (its place among KEYS[3..], from 1) would pass 2^53 - 1; nothing changes
  {'foreign', key}          the key holds something else; nothing is changed
]]
local EXACT = 9007199254740991
local CHUNK = 4000 -- of arguments in one command: Lua hands over 8 000 values at most

local positionKey, stateKey = KEYS[1], KEYS[2]
local epoch, expectedNext, next = ARGV[1], ARGV[2], ARGV[3]
local firstPut, firstDelete = 6, 6 + 2 * tonumber(ARGV[4])
local firstSum = firstDelete + tonumber(ARGV[5])

local function add(key, field, delta)
  local sum = redis.pcall('HINCRBY', key, field, delta)
  if sum == 0 then
    redis.call('HDEL', key, field)
  end
  return sum
end

-- Calls visit(k, i) for each sum KEYS[k] and each of its fields ARGV[i], until it answers something.
local function eachField(visit)
  local at = firstSum
  for k = 3, #KEYS do
    local last = at + 2 * tonumber(ARGV[at])
    for i = at + 1, last, 2 do
      local answer = visit(k, i)
      if answer then
        return answer
      end
    end
    at = last + 1
  end
end

local function inChunks(command, key, first, last)
  for from = first, last, CHUNK do
    redis.call(command, key, unpack(ARGV, from, math.min(from + CHUNK - 1, last)))
  end
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

redis.call('HSET', positionKey, 'next', next)
local added = 0
local refusal = eachField(function(k, i)
  local sum = add(KEYS[k], ARGV[i], ARGV[i + 1])
  if type(sum) == 'table' then
    return { 'foreign', KEYS[k] }
  end
  added = i
  if sum > EXACT or sum < -EXACT then
    return { 'overflow', k - 2, ARGV[i] }
  end
end)
if refusal then
  eachField(function(k, i)
    if i > added then
      return 'all taken back'
    end
    add(KEYS[k], ARGV[i], -ARGV[i + 1])
  end)
  redis.call('HSET', positionKey, 'next', expectedNext)
  return refusal
end
inChunks('HSET', stateKey, firstPut, firstDelete - 1)
inChunks('HDEL', stateKey, firstDelete, firstSum - 1)
return { 'done' }
