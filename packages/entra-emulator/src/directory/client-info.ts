import type { Account } from "./directory.ts"

/** `client_info`, which tells MSAL the home account: base64url JSON of `uid` and `utid`. */
export function clientInfo({ user }: Account): string {
  const info = { uid: user.id, utid: user.tenantId }
  return Buffer.from(JSON.stringify(info)).toString("base64url")
}
