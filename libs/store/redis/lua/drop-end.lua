--[[
Completes the drop of a partition reference whose other keys are deleted: the position is deleted last.

KEYS[1]  position    hash: next, epoch, layout

Replies
  {'over'}   the partition is dropped, by this call or by an earlier one of another process
]]
if redis.call('HEXISTS', KEYS[1], 'epoch') == 0 then
  redis.call('UNLINK', KEYS[1])
end
return { 'over' }
