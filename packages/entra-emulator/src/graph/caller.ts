import type { Account } from "../directory/directory.ts"
import { graphClientId } from "../directory/well-known-ids.ts"
import { type Claims, readOwnToken } from "../keys/jwt.ts"
import { type Emulation, v1IssuerOf } from "../state/emulation.ts"

/** A refusal by Graph, whose error body differs from the token endpoint's. */
export class GraphError extends Error {
  override readonly name = "GraphError"
  readonly status: number
  readonly code: string
  /** For continuous access evaluation: a claims request as JSON text. */
  readonly claims?: string

  constructor(status: number, code: string, message: string, claims?: string) {
    super(message)
    this.status = status
    this.code = code
    if (claims !== undefined) this.claims = claims
  }
}

/** Who calls Graph, and with which permissions. */
export interface GraphCaller {
  /** Absent if an application calls for itself. */
  account?: Account
  clientId: string
  tenantId: string
  /** Delegated scopes, or the application's roles. */
  permissions: readonly string[]
}

/**
 * Checks a bearer token as Graph does, including the hashed nonce in its header.
 *
 * @throws {GraphError} 401 if the token is missing, invalid or expired.
 */
export async function authenticateGraphCall(
  emulation: Emulation,
  authorization: string | undefined,
): Promise<GraphCaller> {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1]
  if (!bearer) throw refused("Access token is empty.")
  const token = await readOwnToken(bearer, emulation.keys)
  if (!token) throw refused("CompactToken parsing failed with error code: 80049217")
  const { claims, genuine } = token
  if (!genuine) throw refused("Signature is invalid.")
  const audiences = [graphClientId, `https://${emulation.cloud.msgraphHost}`]
  if (!audiences.includes(String(claims.aud)))
    throw refused("Access token validation failure. Invalid audience.")
  const now = emulation.now()
  if (now >= Number(claims.exp) * 1000 || now < Number(claims.nbf) * 1000) {
    throw refused("Lifetime validation failed, the token is expired.")
  }
  const tenantId = String(claims.tid)
  if (claims.iss !== v1IssuerOf(emulation, tenantId)) throw refused("Invalid issuer.")
  const clientId = String(claims.appid)
  const account = emulation.directory
    .accounts(tenantId)
    .find((candidate) => candidate.oid === claims.oid)
  if (claims.idtyp === "app") {
    const roles = Array.isArray(claims.roles) ? claims.roles.map(String) : []
    return { clientId, tenantId, permissions: roles }
  }
  if (!account) throw refused("The user was not found.")
  checkContinuousAccess(emulation, claims, account)
  return { account, clientId, tenantId, permissions: String(claims.scp).split(" ") }
}

/** Refuses a revoked session at once for clients that declared `cp1`; other tokens work until they expire. */
function checkContinuousAccess(emulation: Emulation, claims: Claims, { user }: Account): void {
  const validFrom = emulation.tokensValidFrom.get(user.username) ?? 0
  const session = emulation.tokenSessions.get(String(claims.uti))
  const revoked = user.disabled || (session?.authTime ?? 0) < validFrom
  if (!Array.isArray(claims.xms_cc) || !revoked) return
  const value = String(Math.floor(validFrom / 1000))
  const challenge = JSON.stringify({ access_token: { nbf: { essential: true, value } } })
  throw new GraphError(
    401,
    "InvalidAuthenticationToken",
    "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
    challenge,
  )
}

function refused(message: string): GraphError {
  return new GraphError(401, "InvalidAuthenticationToken", message)
}

/** @throws {GraphError} 403 if none of the permissions was granted. */
export function requireAny(caller: GraphCaller, ...anyOf: string[]): void {
  if (anyOf.some((permission) => caller.permissions.includes(permission))) return
  throw new GraphError(
    403,
    "Authorization_RequestDenied",
    "Insufficient privileges to complete the operation.",
  )
}
