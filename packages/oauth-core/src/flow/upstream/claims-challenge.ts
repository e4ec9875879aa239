import { IdentityProviderError } from "../../ports/identity-provider.ts"
import { redirectUriKind } from "../../protocol/redirect-uri.ts"
import { claimsChallengeLifetime, claimsChallenges } from "../../records/claims-challenge.ts"
import { registeredClients } from "../../records/client.ts"
import { signInGrants } from "../../records/grant.ts"
import type { Deps } from "../deps.ts"

/**
 * Stores a claims challenge of the provider (Conditional Access, continuous access evaluation) with the
 * grant, whose tokens are then refused until the person has signed in again.
 *
 * It is also stored for the client's next sign-in, because few clients pass a claims request on. That
 * happens only for a registered client without an https redirect URI, which is a single installation.
 * Other clients are shared by many people, who must not get each other's challenges.
 */
export async function keepClaimsChallenge(
  grantId: string,
  error: unknown,
  deps: Deps,
): Promise<void> {
  if (!(error instanceof IdentityProviderError) || error.claims === undefined) return
  const challenge = error.claims
  const grant = await deps.records.update(signInGrants, grantId, (current) =>
    current && current.value.upstream.challenge !== challenge
      ? {
          value: { ...current.value, upstream: { ...current.value.upstream, challenge } },
          expiresAt: current.expiresAt,
        }
      : undefined,
  )
  if (!grant) return
  deps.grantLookup.forget(grantId)
  const { clientId } = grant.value
  const client = await deps.records.get(registeredClients, clientId)
  if (!client || client.value.metadata.redirect_uris.some(isOnTheWeb)) return
  await deps.records.update(claimsChallenges, clientId, () => ({
    value: challenge,
    expiresAt: deps.now() + claimsChallengeLifetime,
  }))
}

const isOnTheWeb = (redirectUri: string) => redirectUriKind(redirectUri) === "https"

/** Takes the claims request to send with the client's next sign-in, if there is one. */
export const takeClaimsChallenge = async (
  clientId: string,
  deps: Deps,
): Promise<string | undefined> => (await deps.records.take(claimsChallenges, clientId))?.value
