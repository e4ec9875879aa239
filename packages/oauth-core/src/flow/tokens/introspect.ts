import type { VerifiedToken } from "@doorward/jwt-verifier"
import type { Grant } from "../../records/grant.ts"
import type { Deps } from "../deps.ts"
import { liveGrant } from "../grants/live-grant.ts"
import { readOwnToken } from "./own-token.ts"

/** An introspection response (RFC 7662 §2.2). */
export type IntrospectionResponse =
  | { active: false }
  | ({ active: true; token_type: "Bearer" | "DPoP" } & Record<string, unknown>)

/**
 * Says whether an access token is valid at the resource server that asks (RFC 7662 §2). For anything
 * else, such as a refresh token or a token for another audience, the answer is just `active: false`.
 */
export async function introspectToken(
  input: { token: string; resource: string },
  deps: Deps,
): Promise<IntrospectionResponse> {
  const token = await readOwnToken(input.token, deps.ownTokens)
  if (!token || token.verified.claims.aud !== input.resource) return { active: false }
  const grant = (await liveGrant(token.grantId, deps))?.value
  if (!grant || grant.upstream?.challenge !== undefined) return { active: false }
  const token_type = token.verified.claims.cnf === undefined ? "Bearer" : "DPoP"
  return { active: true, token_type, ...registeredClaims(token.verified, grant) }
}

/** Leaves out scopes that the provider has withdrawn since the token was issued. */
function registeredClaims({ claims, scopes }: VerifiedToken, grant: Grant) {
  const scope = scopes.filter((scope) => grant.scopes.includes(scope)).join(" ")
  const said: Record<string, unknown> = { ...claims, scope: scope === "" ? undefined : scope }
  const names = ["iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti", "cnf"]
  return Object.fromEntries(
    names.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])),
  )
}
