import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import type { GrantEndCause } from "../../ports/events.ts"
import { IdentityProviderError, type SignIn } from "../../ports/identity-provider.ts"
import type { SignInGrant } from "../../records/grant.ts"
import type { Stored } from "../../records/record-store.ts"
import { signInSchema } from "../../records/sign-in.ts"
import { resolveClient } from "../clients/resolve.ts"
import type { Deps } from "../deps.ts"
import { endGrant } from "../grants/end-grants.ts"
import { checkSignIn } from "../hooks.ts"
import { askProvider, SignInRefusal } from "./failure.ts"

/**
 * Confirms a grant's sign-in with the upstream provider and stores the fresh claims and tokens.
 *
 * The grant ends only if the person is refused. Any other failure is temporary and changes nothing.
 *
 * @param isFresh whether the grant was confirmed recently enough.
 * @returns the grant, or `undefined` if it has ended.
 * @throws {IdentityProviderError} if the sign-in was not confirmed.
 */
export async function refreshUpstream(
  input: { grantId: string; isFresh: (grant: SignInGrant) => boolean },
  deps: Deps,
): Promise<Stored<SignInGrant> | undefined> {
  const { grantId, isFresh } = input
  let fault: { error: unknown } | undefined
  try {
    const refreshed = await deps.upstreamLease(grantId, {
      name: "refresh",
      isDone: isFresh,
      async run(grant, signal) {
        const client = await clientForHook(grant.clientId, deps)
        const signIn = await refresh(grant, signal, deps)
        checkSubject(grant, signIn, deps)
        try {
          if (client) await checkSignIn(signIn.identity, client, deps)
        } catch (error) {
          if (error instanceof OAuthError) {
            throw new SignInRefusal("sign_in_refused", error.message, { cause: error })
          }
          // The check itself failed. The old tokens may no longer work, so the new ones are stored.
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

/**
 * The client to pass to `onSignIn`. Without that hook it is not resolved, so an outage of the host of
 * its metadata document does no harm.
 *
 * @throws {IdentityProviderError} `unavailable`, because failing to resolve a client is no reason to
 * end a grant.
 */
async function clientForHook(clientId: string, deps: Deps): Promise<Client | undefined> {
  if (!deps.hooks.onSignIn) return undefined
  try {
    return await resolveClient(clientId, deps)
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause
    throw new IdentityProviderError(
      "unavailable",
      "client_unavailable",
      "The application that this sign-in belongs to cannot be looked up right now. Try again later.",
      { cause },
    )
  }
}

async function refresh(
  { identity, upstream: { tokens, scopes } }: SignInGrant,
  signal: AbortSignal,
  deps: Deps,
): Promise<SignIn> {
  if (tokens.refreshToken !== undefined) {
    return askProvider(async () =>
      signInSchema.parse(await deps.provider.refresh(tokens, scopes, signal)),
    )
  }
  if (deps.now() < tokens.expiresAt) return { identity, tokens, scopes }
  throw new IdentityProviderError(
    "sign_in_required",
    "no_refresh_token",
    `${deps.provider.name} did not issue a refresh token, and its access token has expired.`,
  )
}

/** Checks that the answer is about the same person. */
function checkSubject(grant: SignInGrant, { identity }: SignIn, deps: Deps): void {
  const { issuer, subject } = identity
  if (issuer === grant.identity.issuer && subject === grant.identity.subject) return
  throw new SignInRefusal(
    "upstream_subject_changed",
    `${deps.provider.name} returned a different person.`,
  )
}

function withSignIn(grant: SignInGrant, signIn: SignIn, deps: Deps): SignInGrant {
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

const withTokens = (grant: SignInGrant, { tokens }: SignIn): SignInGrant => ({
  ...grant,
  upstream: { ...grant.upstream, tokens },
})

function endsGrant(error: IdentityProviderError): GrantEndCause | undefined {
  if (error instanceof SignInRefusal) return error.refusal
  const isRefusal = error.failure !== "operator" && error.failure !== "unavailable"
  return isRefusal ? "upstream_refused" : undefined
}
