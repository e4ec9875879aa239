/** DER (X.690) of the ASN.1 types in a certificate. */

function encode(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), length(content.length), content])
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size])
  const bytes = Buffer.from(size.toString(16).padStart(size < 0x100 ? 2 : 4, "0"), "hex")
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

export const sequence = (...items: Uint8Array[]) => encode(0x30, ...items)
export const set = (...items: Uint8Array[]) => encode(0x31, ...items)
export const utf8String = (text: string) => encode(0x0c, Buffer.from(text))
export const octetString = (bytes: Uint8Array) => encode(0x04, bytes)
export const bitString = (bytes: Uint8Array) => encode(0x03, Buffer.from([0]), bytes)
export const nothing = () => encode(0x05)
export const yes = () => encode(0x01, Buffer.from([0xff]))
/** An explicit tag: `[n]` around a value. */
export const explicit = (n: number, item: Uint8Array) => encode(0xa0 | n, item)
/** An implicit tag: `[n]` in place of a primitive value's own tag. */
export const implicit = (n: number, bytes: Uint8Array) => encode(0x80 | n, bytes)

/** A non-negative integer from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes[0] ?? 0
  return first & 0x80 ? encode(0x02, Buffer.from([0]), bytes) : encode(0x02, bytes)
}

export function objectIdentifier(dotted: string): Buffer {
  const [a = 0, b = 0, ...rest] = dotted.split(".").map(Number)
  return encode(0x06, Buffer.from([a * 40 + b, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}

/** UTCTime until 2049, then GeneralizedTime (RFC 5280 §4.1.2.5). */
export function time(at: Date): Buffer {
  const text = `${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`
  return at.getUTCFullYear() < 2050
    ? encode(0x17, Buffer.from(text.slice(2)))
    : encode(0x18, Buffer.from(text))
}
