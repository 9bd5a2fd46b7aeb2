--[[
Deletes some keys of a partition reference that is being dropped.

KEYS[1]    position    hash: next, epoch, layout
KEYS[2..]  keys to delete

Replies
  {'dropping'}   they are deleted
  {'over'}       another process has completed the drop and the partition is in use again; nothing is changed
]]
if redis.call('HEXISTS', KEYS[1], 'epoch') == 1 then
  return { 'over' }
end
for k = 2, #KEYS do
  redis.call('UNLINK', KEYS[k])
end
return { 'dropping' }
