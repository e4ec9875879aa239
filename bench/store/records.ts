import { createHash } from "node:crypto"
import { parseArgs } from "node:util"

const { values: parameters } = parseArgs({
  options: {
    bytes: { type: "string", default: "600" },
    million: { type: "boolean", default: false },
  },
})
export const valueBytes = Number(parameters.bytes)
export const sizes = parameters.million ? [1_000, 100_000, 1_000_000] : [1_000, 100_000]

/** Keys as oauth-core has them: a type and a digest, so that keys made one after the other are far apart in an index. */
export function keyOf(record: number): string {
  return `grant:${createHash("sha256").update(String(record)).digest("base64url")}`
}

export function sealedValue(version: number): Uint8Array {
  const value = new Uint8Array(valueBytes)
  new DataView(value.buffer).setFloat64(0, version)
  return value
}
