import { createHash } from "node:crypto"

/** About what a sealed grant takes. */
export const valueBytes = 600

/** Keys as oauth-core has them: a type and a digest, so that neighbours in time are none in an index. */
export function keyOf(record: number): string {
  return `grant:${createHash("md5").update(String(record)).digest("hex")}`
}

export function sealedValue(version: number): Uint8Array {
  const value = new Uint8Array(valueBytes)
  new DataView(value.buffer).setFloat64(0, version)
  return value
}
