--[[
Forgets some keys of a place that is being dropped.

KEYS[1]    position    hash: next, epoch, layout
KEYS[2..]  what is to go

Replies
  {'dropping'}   they are gone
  {'over'}       somebody else has ended the drop and the place is in use again; nothing is changed
]]
if redis.call('HEXISTS', KEYS[1], 'epoch') == 1 then
  return { 'over' }
end
for k = 2, #KEYS do
  redis.call('UNLINK', KEYS[k])
end
return { 'dropping' }
