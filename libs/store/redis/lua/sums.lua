--[[
Reads sums and the offset they belong to, as of one moment.

KEYS[1]    position    hash: next, epoch, layout
KEYS[2..]  sums        one hash each: field -> integer

Replies
  {'read', next, json}   next: '0' where there is no position; json: per KEYS[2..] a list of field, sum,
                         field, sum, ... (all of them texts), {} where there are none. One text, since a client reads
                         that in a third of the time of as many small ones.
  {'foreign', key}       the key holds something else
]]
local position = redis.pcall('HMGET', KEYS[1], 'next', 'epoch')
if position.err then
  return { 'foreign', KEYS[1] }
end
local exists = position[2] -- none while the partition is being dropped
local sums = {}
for k = 2, #KEYS do
  local fields = exists and redis.pcall('HGETALL', KEYS[k]) or {}
  if fields.err then
    return { 'foreign', KEYS[k] }
  end
  sums[k - 1] = fields
end
return { 'read', exists and position[1] or '0', cjson.encode(sums) }
