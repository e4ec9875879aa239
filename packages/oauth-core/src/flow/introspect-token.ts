import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { Deps } from "./deps.ts"
import { liveGrant } from "./live-grant.ts"
import { readOwnToken } from "./own-token.ts"

/** An introspection response (RFC 7662 §2.2). */
export type IntrospectionResponse =
  | { active: false }
  | ({ active: true; token_type: "Bearer" } & Record<string, unknown>)

/**
 * Says whether an access token is good at the resource server that asks (RFC 7662 §2). A refresh
 * token, another audience's token, and whatever else is not that, are `active: false` alike.
 */
export async function introspectToken(
  input: { token: string; resource: string },
  deps: Deps,
): Promise<IntrospectionResponse> {
  const token = await readOwnToken(input.token, deps.ownTokens)
  if (!token || token.verified.claims.aud !== input.resource) return { active: false }
  if (!(await liveGrant(token.grantId, deps))) return { active: false }
  return { active: true, token_type: "Bearer", ...registeredClaims(token.verified) }
}

function registeredClaims({ claims }: VerifiedToken): Record<string, unknown> {
  const names = ["iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti"]
  return Object.fromEntries(
    names.flatMap((name) => (claims[name] === undefined ? [] : [[name, claims[name]]])),
  )
}
