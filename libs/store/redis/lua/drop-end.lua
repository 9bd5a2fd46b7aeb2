--[[
Ends the drop of a place whose keys are all gone: the position goes last.

KEYS[1]  position    hash: next, epoch, layout

Replies
  {'over'}   the place is forgotten, by this call or by somebody else's before
]]
if redis.call('HEXISTS', KEYS[1], 'epoch') == 0 then
  redis.call('UNLINK', KEYS[1])
end
return { 'over' }
