-- Forgets the uses of keys.
-- KEYS: for each key its hash and the index of its tag. ARGV: each key's place in the index.
for number = 1, #ARGV do
  redis.call('DEL', KEYS[2 * number - 1])
  redis.call('ZREM', KEYS[2 * number], ARGV[number])
end
return 1
