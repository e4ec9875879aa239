import type { UpstreamAuthorization } from "../identity-provider.ts"
import { type Transaction, transactionLifetime, transactions } from "../records/transaction.ts"
import { createOpaqueToken } from "../tokens/opaque-token.ts"
import type { Deps } from "./deps.ts"

export interface UpstreamRedirect {
  url: URL
  /** The transaction's handle; its cookie goes to this browser with the redirect. */
  state: string
}

/**
 * Starts a transaction and sends the browser to the upstream provider, with a state, nonce and PKCE
 * verifier of our own. Called only once the person has approved.
 */
export async function redirectUpstream(
  purpose: Transaction["purpose"],
  deps: Deps,
): Promise<UpstreamRedirect> {
  const state = createOpaqueToken()
  const transaction: Transaction = {
    nonce: createOpaqueToken(),
    codeVerifier: createOpaqueToken(),
    purpose,
  }
  const url = await deps.provider.authorizationUrl(upstreamAuthorization(state, transaction, deps))
  await deps.records.put(transactions, state, transaction, deps.now() + transactionLifetime)
  return { url, state }
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
