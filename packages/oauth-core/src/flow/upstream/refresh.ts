import { OAuthError } from "../../ports/errors.ts"
import type { GrantEndCause } from "../../ports/events.ts"
import { IdentityProviderError, type SignIn } from "../../ports/identity-provider.ts"
import type { Grant } from "../../records/grant.ts"
import type { Stored } from "../../records/record-store.ts"
import { checkSignIn } from "../hooks.ts"
import type { Deps } from "../deps.ts"
import { endGrant } from "../end-grant.ts"
import { resolveClient } from "../clients/resolve.ts"
import { askProvider } from "./failure.ts"

/**
 * Confirms a grant's sign-in with the upstream provider, and takes over fresh claims and tokens.
 *
 * Only a refusal of the person ends the grant; whatever else fails is temporary and loses nothing.
 *
 * @param isFresh whether the grant needs no confirmation.
 * @returns the grant, or `undefined` if it has ended.
 * @throws {IdentityProviderError}
 */
export async function refreshUpstream(
  input: { grantId: string; isFresh: (grant: Grant) => boolean },
  deps: Deps,
): Promise<Stored<Grant> | undefined> {
  const { grantId, isFresh } = input
  let fault: { error: unknown } | undefined
  try {
    const refreshed = await deps.upstreamLease(grantId, {
      name: "refresh",
      isDone: isFresh,
      async run(grant, signal) {
        const client = await resolveClient(grant.clientId, deps)
        const signIn = await refresh(grant, signal, deps)
        checkSubject(grant, signIn, deps)
        try {
          await checkSignIn(signIn.identity, client, deps)
        } catch (error) {
          if (error instanceof OAuthError) throw refusedBy(error)
          // The check itself failed. The old tokens may be spent by now, so the new ones are kept.
          fault = { error }
          return (current) => withTokens(current, signIn)
        }
        const { userId, clientId } = grant
        deps.emit({ type: "upstream.refreshed", clientId, userId, grantId })
        return (current) => withSignIn(current, signIn, deps)
      },
    })
    if (fault) throw fault.error
    return refreshed
  } catch (error) {
    const cause = error instanceof IdentityProviderError ? endsGrant(error) : undefined
    if (cause) await endGrant({ grantId, cause }, deps)
    throw error
  }
}

async function refresh(
  { identity, upstream: { tokens, scopes } }: Grant,
  signal: AbortSignal,
  deps: Deps,
): Promise<SignIn> {
  if (tokens.refreshToken !== undefined) {
    return askProvider(() => deps.provider.refresh(tokens, scopes, signal))
  }
  if (deps.now() < tokens.expiresAt) return { identity, tokens, scopes }
  throw new IdentityProviderError(
    "sign_in_required",
    "no_refresh_token",
    `${deps.provider.name} gave no refresh token, and its access token has expired.`,
  )
}

/** The same person must still be there. */
function checkSubject(grant: Grant, { identity }: SignIn, deps: Deps): void {
  const { issuer, subject } = identity
  if (issuer === grant.identity.issuer && subject === grant.identity.subject) return
  throw new IdentityProviderError(
    "denied",
    "subject_changed",
    `${deps.provider.name} answered for another person.`,
  )
}

const refusedBy = (error: OAuthError) =>
  new IdentityProviderError("denied", error.reason, error.message, { cause: error })

function withSignIn(grant: Grant, signIn: SignIn, deps: Deps): Grant {
  const { scopes } = grant.upstream
  const { upstream } = withTokens(grant, signIn)
  return {
    ...grant,
    identity: signIn.identity,
    scopes: grant.scopes.filter(
      (scope) => !scopes.includes(scope) || signIn.scopes.includes(scope),
    ),
    upstream: { ...upstream, refreshedAt: deps.now() },
  }
}

const withTokens = (grant: Grant, { tokens }: SignIn): Grant => ({
  ...grant,
  upstream: { ...grant.upstream, tokens },
})

function endsGrant({ failure, reason }: IdentityProviderError): GrantEndCause | undefined {
  if (failure === "operator" || failure === "unavailable") return undefined
  if (reason === "sign_in_refused") return reason
  return reason === "subject_changed" ? "upstream_subject_changed" : "upstream_refused"
}
