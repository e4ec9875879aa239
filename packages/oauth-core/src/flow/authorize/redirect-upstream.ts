import type { SignInHints, UpstreamAuthorization } from "../../ports/identity-provider.ts"
import { type Transaction, transactionLifetime, transactions } from "../../records/transaction.ts"
import { createOpaqueToken } from "../../tokens/opaque-token.ts"
import type { Deps } from "../deps.ts"
import { takeClaimsChallenge } from "../upstream/claims-challenge.ts"
import { atAuthorization } from "../upstream/failure.ts"

export interface UpstreamRedirect {
  url: URL
  /** The transaction's handle. Its cookie is set in this browser together with the redirect. */
  state: string
}

/**
 * Starts a transaction and sends the browser to the upstream provider, with our own state, nonce and
 * PKCE verifier. Must be called only after the person has approved.
 *
 * @throws {OAuthError} if the provider does not give an authorization URL.
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

/** Adds the claims challenge that is stored for this client, unless the client sends one itself. */
async function withClaims(
  purpose: Transaction["purpose"],
  deps: Deps,
): Promise<Transaction["purpose"]> {
  if (purpose.type === "grants_page") return purpose
  if (hintsOf(purpose).claims !== undefined) return purpose
  const claims = await takeClaimsChallenge(purpose.request.clientId, deps)
  if (claims === undefined) return purpose
  if (purpose.type === "device") return { ...purpose, claims }
  const { request } = purpose
  return { ...purpose, request: { ...request, hints: { ...request.hints, claims } } }
}

/** What the provider is told about the sign-in, besides its scopes. */
function hintsOf(purpose: Transaction["purpose"]): SignInHints {
  switch (purpose.type) {
    case "authorization":
      return purpose.request.hints
    case "device":
      return purpose.claims === undefined ? {} : { claims: purpose.claims }
    case "grants_page":
      return {}
  }
}

/** The upstream request of a transaction. It is the same before the redirect and at the callback. */
export function upstreamAuthorization(
  state: string,
  { nonce, codeVerifier, purpose }: Transaction,
  deps: Deps,
): UpstreamAuthorization {
  const scopes = purpose.type === "grants_page" ? [] : purpose.request.scopes
  return {
    state,
    nonce,
    codeVerifier,
    redirectUri: deps.settings.callbackUrl,
    scopes: upstreamScopes(scopes, deps),
    hints: hintsOf(purpose),
  }
}

/** The scopes that the provider knows. The others are this server's own. */
export const upstreamScopes = (scopes: readonly string[], deps: Deps): readonly string[] =>
  scopes.filter((scope) => deps.provider.scopes.includes(scope))
