import { IdentityProviderError, type UpstreamToken } from "../identity-provider.ts"
import type { Grant } from "../records/grant.ts"
import { keepClaimsChallenge } from "./claims-challenge.ts"
import type { Deps } from "./deps.ts"
import { refreshUpstream } from "./refresh-upstream.ts"

/** A token is renewed when less than this is left of it, in milliseconds. */
const refreshAhead = 2 * 60 * 1000

/**
 * A token of the upstream provider for a call on behalf of a grant's person.
 *
 * @param input.scopes in the provider's spelling; none means the sign-in's own token.
 * @throws {IdentityProviderError} with what the failure means. A claims challenge is kept with the
 * grant, so that the client is told at its next request.
 */
export async function upstreamToken(
  input: { grantId: string; scopes: readonly string[] },
  deps: Deps,
): Promise<UpstreamToken> {
  const { grantId, scopes } = input
  const isLive = (token: UpstreamToken | undefined) =>
    token !== undefined && token.expiresAt - refreshAhead > deps.now()
  const confirmed = await refreshUpstream(
    { grantId, isFresh: ({ upstream }) => isLive(upstream.tokens) },
    deps,
  )
  if (!confirmed) throw ended()
  const { tokenFor } = deps.provider
  if (scopes.length === 0 || !tokenFor) return confirmed.value.upstream.tokens

  const key = [...scopes].sort().join(" ")
  const cached = ({ upstream }: Grant) => upstream.tokens.others?.[key]
  try {
    const found = await deps.upstreamLease(grantId, {
      name: `token ${key}`,
      isDone: (grant) => isLive(cached(grant)),
      async run(grant, signal) {
        const { token, tokens } = await tokenFor.call(
          deps.provider,
          grant.upstream.tokens,
          scopes,
          signal,
        )
        return (current) => ({
          ...current,
          upstream: {
            ...current.upstream,
            tokens: { ...tokens, others: { ...current.upstream.tokens.others, [key]: token } },
          },
        })
      },
    })
    const token = found && cached(found.value)
    if (!token) throw ended()
    return token
  } catch (error) {
    await keepClaimsChallenge(grantId, error, deps)
    throw error
  }
}

const ended = () =>
  new IdentityProviderError(
    "sign_in_required",
    "grant_ended",
    "The sign-in is over. Sign in again.",
  )
