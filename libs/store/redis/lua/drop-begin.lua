--[[
Begins to drop a partition reference. It has too many sums for one step, so the position loses its epoch first:
from here on commits are stale, readers find nothing, and a claim has to complete the drop before. Uses only
commands that a full memory does not refuse: dropping is how memory is freed.

KEYS[1]  position    hash: next, epoch, layout
KEYS[2]  state       hash
ARGV[1]  the layout this program writes

Replies
  {'dropping'}       begun; now drop-keys for all sums, then drop-end
  {'layout', found}  the position was written by a program of another layout; nothing is changed
  {'foreign', key}   the key holds something else; nothing is changed
]]
local positionKey, stateKey, layout = KEYS[1], KEYS[2], ARGV[1]

local foundLayout = redis.pcall('HGET', positionKey, 'layout')
if type(foundLayout) == 'table' then
  return { 'foreign', positionKey }
end
if foundLayout ~= layout and redis.call('EXISTS', positionKey) == 1 then
  return { 'layout', foundLayout or 'none' }
end
redis.call('HDEL', positionKey, 'epoch')
redis.call('UNLINK', stateKey)
return { 'dropping' }
