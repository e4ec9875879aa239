import type { UpstreamAuthorization } from "../../ports/identity-provider.ts"
import { type Transaction, transactionLifetime, transactions } from "../../records/transaction.ts"
import { createOpaqueToken } from "../../tokens/opaque-token.ts"
import type { Deps } from "../deps.ts"
import { takeClaimsChallenge } from "../upstream/claims-challenge.ts"
import { atAuthorization } from "../upstream/failure.ts"

export interface UpstreamRedirect {
  url: URL
  /** The transaction's handle; its cookie goes to this browser with the redirect. */
  state: string
}

/**
 * Starts a transaction and sends the browser to the upstream provider, with a state, nonce and PKCE
 * verifier of our own. Called only once the person has approved.
 *
 * @throws {OAuthError} if the provider cannot be asked.
 */
export async function redirectUpstream(
  purpose: Transaction["purpose"],
  deps: Deps,
): Promise<UpstreamRedirect> {
  const state = createOpaqueToken()
  const transaction: Transaction = {
    nonce: createOpaqueToken(),
    codeVerifier: createOpaqueToken(),
    purpose: await withClaims(purpose, deps),
  }
  const request = upstreamAuthorization(state, transaction, deps)
  const url = await atAuthorization(() => deps.provider.authorizationUrl(request))
  await deps.records.put(transactions, state, transaction, deps.now() + transactionLifetime)
  return { url, state }
}

/** A claims challenge that this client met goes upstream, unless the client brings one itself. */
async function withClaims(
  purpose: Transaction["purpose"],
  deps: Deps,
): Promise<Transaction["purpose"]> {
  if (purpose.type !== "authorization" || purpose.request.hints.claims !== undefined) return purpose
  const { request } = purpose
  const claims = await takeClaimsChallenge(request.clientId, deps)
  if (claims === undefined) return purpose
  return { ...purpose, request: { ...request, hints: { ...request.hints, claims } } }
}

/** The upstream request of a transaction, the same before the redirect and at the callback. */
export function upstreamAuthorization(
  state: string,
  { nonce, codeVerifier, purpose }: Transaction,
  deps: Deps,
): UpstreamAuthorization {
  const scopes = purpose.type === "authorization" ? purpose.request.scopes : []
  return {
    state,
    nonce,
    codeVerifier,
    redirectUri: deps.settings.callbackUrl,
    scopes: upstreamScopes(scopes, deps),
    hints: purpose.type === "authorization" ? purpose.request.hints : {},
  }
}

/** The scopes that the provider knows; the others are Doorward's own. */
export const upstreamScopes = (scopes: readonly string[], deps: Deps): readonly string[] =>
  scopes.filter((scope) => deps.provider.scopes.includes(scope))
