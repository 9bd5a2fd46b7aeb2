--[[
Claims a partition reference: raises its epoch, so that commits under an earlier claim are stale.

The epoch is at least the server's clock in microseconds: no epoch comes twice, even where the store is
rolled back or wiped between two claims.

KEYS[1]  position    hash: next, epoch (none while it is being dropped), layout
KEYS[2]  state       hash; only checked
ARGV[1]  the layout this program writes

Replies
  {'kept', next, epoch}   there was a position
  {'new', '0', epoch}     there was nothing; the position is created
  {'dropping'}            a drop was begun and not completed: complete it, then claim again
  {'layout', found}       the position was written by a program of another layout; nothing is changed
  {'foreign', key}        the key holds something else; nothing is changed
  {'orphaned', key}       there are states without a position; nothing is changed
]]
local positionKey, stateKey, layout = KEYS[1], KEYS[2], ARGV[1]

local position = redis.pcall('HMGET', positionKey, 'next', 'epoch', 'layout')
if position.err then
  return { 'foreign', positionKey }
end
local next, epoch, foundLayout = unpack(position)

local exists = redis.call('EXISTS', positionKey) == 1
if exists and foundLayout ~= layout then
  return { 'layout', foundLayout or 'none' }
end
if exists and not epoch then
  return { 'dropping' }
end
if not exists and redis.call('EXISTS', stateKey) == 1 then
  return { 'orphaned', stateKey }
end

local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
local raised = string.format('%.0f', math.max(clock, (tonumber(epoch) or 0) + 1))

redis.call('HSET', positionKey, 'next', next or '0', 'epoch', raised, 'layout', layout)
return { exists and 'kept' or 'new', next or '0', raised }
