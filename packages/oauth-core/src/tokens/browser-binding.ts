import { constantTimeEqual, primitives } from "./crypto.ts"
import { fromBase64url, toBase64url, toBytes } from "./encoding.ts"
import type { Secret } from "./secret.ts"

/** Ties a handle to one browser, by a cookie value that only that browser was given. */
export interface BrowserBinding {
  of(handle: string): Promise<string>
  matches(handle: string, given: string | undefined): Promise<boolean>
}

/** The value is a MAC of the handle, so checking it needs no stored state. */
export function createBrowserBinding(deriving: Promise<readonly Secret[]>): BrowserBinding {
  const mac = async (secret: Secret, handle: string) =>
    primitives.hmacSha256(await secret.derive("browser binding"), toBytes(handle))
  return {
    async of(handle) {
      const [current] = await deriving
      if (!current) throw new TypeError("a binding needs a secret")
      return toBase64url(await mac(current, handle))
    },
    async matches(handle, given) {
      const bytes = given === undefined ? undefined : fromBase64url(given)
      if (!bytes) return false
      for (const secret of await deriving) {
        if (constantTimeEqual(await mac(secret, handle), bytes)) return true
      }
      return false
    },
  }
}
