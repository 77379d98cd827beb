/**
 * The commands of sessions as scripts for Redis. Each does all of an operation at once and answers the same when it is
 * sent again after a lost answer: where that needs it, it carries a mark that its caller made for this one call. A value
 * comes as `+value`, none as `-`: the client makes null of nonsense, and cannot read a list that holds `OK`.
 * @module
 */

/** KEYS key; ARGV mark, seconds. 1 for the call that came first, however often it asks; 0 for every other. */
export const ONCE = `if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
return 0`;

/** KEYS key; ARGV value, seconds. The value that stands there, this one when there was none. */
export const CLAIM =
  `if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then return '+' .. ARGV[1] end
return '+' .. redis.call('GET', KEYS[1])`;

/** KEYS key; ARGV value, seconds. 1. */
export const PUT = `redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1`;

/** KEYS key. The value, or none. */
export const GET = `local value = redis.call('GET', KEYS[1])
if value then return '+' .. value end
return '-'`;

/**
 * KEYS key, a key with the mark that nobody else knows; ARGV seconds. The value, or none; it stays
 * under the mark for as long as this call may ask again.
 */
export const TAKE = `local mine = redis.call('GET', KEYS[2])
if mine then return '+' .. mine end
local value = redis.call('GET', KEYS[1])
if not value then return '-' end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], value, 'EX', ARGV[1])
return '+' .. value`;

/**
 * KEYS keys; ARGV mark, seconds. The counts so far. What is kept is `count:mark of the last one who counted`: a call that
 * asks again counts once, unless another has counted in between; then it counts twice, on the closed side.
 */
export const COUNT = `local counts = {}
for at, key in ipairs(KEYS) do
  local kept = redis.call('GET', key)
  local count, last = string.match(kept or '', '^(%d+):?(.*)$')
  if not count then
    counts[at] = 1
    redis.call('SET', key, '1:' .. ARGV[1], 'EX', ARGV[2])
  elseif last == ARGV[1] then
    counts[at] = tonumber(count)
  else
    counts[at] = count + 1
    redis.call('SET', key, counts[at] .. ':' .. ARGV[1], 'KEEPTTL')
  end
end
return counts`;
