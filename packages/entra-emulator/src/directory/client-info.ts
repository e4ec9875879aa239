import type { Account } from "./directory.ts"

/** The home account in MSAL's form: base64url JSON of `uid` and `utid`. */
export function clientInfo({ user }: Account): string {
  const info = { uid: user.id, utid: user.tenantId }
  return Buffer.from(JSON.stringify(info)).toString("base64url")
}
