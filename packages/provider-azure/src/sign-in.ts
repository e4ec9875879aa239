import { IdentityProviderError, type SignIn, type UpstreamTokens } from "@doorward/oauth-core"
import type { UpstreamTokenResponse } from "@doorward/upstream-client"
import type { EntraTokens } from "./entra-tokens.ts"
import { identityOf } from "./identity.ts"
import type { ScopePlan } from "./scopes.ts"

type Claims = Readonly<Record<string, unknown>>

/**
 * Reads who signed in and what they agreed to from a token response, and verifies the tokens it reads.
 *
 * If a scope of the API was requested, the API's access token says both. Otherwise the id_token says who
 * signed in, and the access token stays opaque: it is for Graph, which alone may read it.
 *
 * @param names the requested scopes, as clients name them.
 */
export async function readSignIn(
  response: UpstreamTokenResponse,
  names: readonly string[],
  plan: ScopePlan,
  entra: EntraTokens,
): Promise<SignIn> {
  const idToken =
    response.idToken === undefined ? undefined : await entra.verifyIdToken(response.idToken)
  const tokens = tokensOf(response, plan.forToken(names))
  if (plan.mode(names) === "sign-in") {
    if (!idToken) throw unusable("no_id_token", "Entra ID sent no id_token.")
    const { claims } = idToken
    const granted = response.scope === undefined ? names : shortNames(tokens.scopes)
    const identity = identityOf(await entra.issuerFor(claims), claims)
    return { identity, tokens, scopes: plan.granted(names, granted) }
  }
  const { claims } = await entra.verifyAccessToken(response.accessToken)
  if (typeof claims.scp !== "string") {
    throw unusable("no_scp", "Entra ID's access token has no scopes of a person (scp).")
  }
  if (idToken && !aboutTheSame(claims, idToken.claims)) {
    throw unusable("subject_mismatch", "Entra ID's tokens are about different people.")
  }
  const identity = identityOf(await entra.issuerFor(claims), claims, idToken?.claims)
  return { identity, tokens, scopes: plan.granted(names, claims.scp.split(" ")) }
}

function aboutTheSame(one: Claims, other: Claims): boolean {
  return one.tid === other.tid && one.oid === other.oid
}

function tokensOf(response: UpstreamTokenResponse, asked: readonly string[]): UpstreamTokens {
  return {
    accessToken: response.accessToken,
    expiresAt: response.expiresAt,
    scopes: response.scope === undefined ? asked : response.scope.split(" ").filter(Boolean),
    ...(response.refreshToken === undefined ? {} : { refreshToken: response.refreshToken }),
  }
}

/** Graph answers with short names, other APIs with the full spelling. */
function shortNames(scopes: readonly string[]): string[] {
  return scopes.map((scope) => scope.slice(scope.lastIndexOf("/") + 1))
}

function unusable(reason: string, message: string): IdentityProviderError {
  return new IdentityProviderError("operator", reason, `${message} The sign-in can't be accepted.`)
}
