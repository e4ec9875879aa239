/**
 * A record as stored in Redis: its expiry as 16 decimal digits (milliseconds since the epoch), and then
 * its value.
 *
 * The expiry is stored with the value so that the reader's clock decides. Redis's own expiry only frees
 * the memory.
 */
const digits = 16

/** The position of the expiry in an envelope, as arguments of `GETRANGE`. */
export const expiryRange = ["0", String(digits - 1)] as const

export function wrap(value: Uint8Array, expiresAt: Date): Buffer {
  return Buffer.concat([Buffer.from(String(expiresAt.getTime()).padStart(digits, "0")), value])
}

/** The value in a reply from Redis, or `undefined` if there is none or it has expired. */
export function unwrap(reply: unknown, now: number): Uint8Array | undefined {
  if (!isLive(reply, now)) return undefined
  return new Uint8Array(reply.buffer, reply.byteOffset + digits, reply.length - digits)
}

export function isLive(reply: unknown, now: number): reply is Buffer {
  return Buffer.isBuffer(reply) && Number(reply.toString("latin1", 0, digits)) > now
}

/**
 * Compares and sets atomically: Redis runs a script like a single command.
 *
 * KEYS: the record. ARGV: the current time, how long to keep the record, the next envelope, and the
 * expected value, which is left out if there must be no record.
 */
export const swapScript = `
local value = redis.call("GET", KEYS[1])
if value and tonumber(string.sub(value, 1, ${digits})) > tonumber(ARGV[1]) then
  value = string.sub(value, ${digits + 1})
else
  value = nil
end
if value == ARGV[4] then
  redis.call("SET", KEYS[1], ARGV[3], "PX", ARGV[2])
  return 1
end
return value == string.sub(ARGV[3], ${digits + 1}) and 1 or 0
`
