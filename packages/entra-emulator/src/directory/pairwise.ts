import { createHash } from "node:crypto"

/** The `sub` of an account: stable, and different for each application. */
export function pairwiseSubject(oid: string, clientId: string): string {
  return createHash("sha256").update(`${oid} ${clientId}`).digest("base64url")
}

/** The object id of an application's service principal in a tenant. */
export function servicePrincipalId(clientId: string, tenantId: string): string {
  return guidOf(`${clientId} ${tenantId}`)
}

/** A GUID that is derived from a text. */
export function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex")
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-")
}
