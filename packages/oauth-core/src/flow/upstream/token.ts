import {
  IdentityProviderError,
  type UpstreamToken,
  type UpstreamTokens,
} from "../../ports/identity-provider.ts"
import type { SignInGrant } from "../../records/grant.ts"
import { otherTokenSchema } from "../../records/sign-in.ts"
import type { Deps } from "../deps.ts"
import { keepClaimsChallenge } from "./claims-challenge.ts"
import { askProvider, reasonOf } from "./failure.ts"
import { refreshUpstream } from "./refresh.ts"

/** A token is renewed when it expires in less than this, in milliseconds. */
const refreshAhead = 2 * 60 * 1000
/** How many tokens for other resources a grant keeps. */
const othersMax = 16

interface UpstreamTokenInput {
  grantId: string
  clientId: string
  userId: string
  /** In the provider's spelling. An empty list means the access token of the sign-in. */
  scopes: readonly string[]
}

/**
 * Gets a token of the upstream provider, to call an API on behalf of a grant's person.
 *
 * @throws {IdentityProviderError} saying what the failure means. There is an event for it too, and a
 * claims challenge is stored with the grant, so that the client learns of it at its next request.
 */
export async function upstreamToken(input: UpstreamTokenInput, deps: Deps): Promise<UpstreamToken> {
  try {
    return await findToken(input, deps)
  } catch (error) {
    const { grantId, clientId, userId } = input
    await keepClaimsChallenge(grantId, error, deps)
    if (error instanceof IdentityProviderError) {
      const { reason: detail } = error
      const reason = reasonOf(error)
      deps.emit({ type: "upstream.failed", clientId, userId, grantId, reason, detail, error })
    }
    throw error
  }
}

async function findToken(
  { grantId, scopes }: UpstreamTokenInput,
  deps: Deps,
): Promise<UpstreamToken> {
  const isLive = (token: UpstreamToken | undefined) =>
    token !== undefined && token.expiresAt - refreshAhead > deps.now()
  const confirmed = await refreshUpstream(
    { grantId, isFresh: ({ upstream }) => isLive(upstream.tokens) },
    deps,
  )
  if (!confirmed) throw ended()
  const { tokenFor } = deps.provider
  if (scopes.length === 0 || !tokenFor) return withoutRefreshToken(confirmed.value.upstream.tokens)

  const key = keyOf(scopes)
  const kept = ({ upstream }: SignInGrant) => upstream.others[key]
  const found = await deps.upstreamLease(grantId, {
    name: `token ${key}`,
    isDone: (grant) => isLive(kept(grant)),
    async run(grant, signal) {
      const { token, tokens } = await askProvider(async () =>
        otherTokenSchema.parse(
          await tokenFor.call(deps.provider, grant.upstream.tokens, scopes, signal),
        ),
      )
      return (current) => {
        const others = { ...unexpired(current.upstream.others, deps.now()), [key]: token }
        return { ...current, upstream: { ...current.upstream, tokens, others } }
      }
    },
  })
  const token = found && kept(found.value)
  if (!token) throw ended()
  return token
}

const withoutRefreshToken = ({ refreshToken: _, ...token }: UpstreamTokens): UpstreamToken => token

/** The same set of scopes gets the same token, whatever their order and case. */
const keyOf = (scopes: readonly string[]): string =>
  [...new Set(scopes.map((scope) => scope.toLowerCase()))].sort().join(" ")

/** The tokens that have not expired, leaving room for one more. */
function unexpired(
  others: SignInGrant["upstream"]["others"],
  now: number,
): SignInGrant["upstream"]["others"] {
  const live = Object.entries(others).filter(([, { expiresAt }]) => expiresAt > now)
  return Object.fromEntries(live.slice(-(othersMax - 1)))
}

const ended = () =>
  new IdentityProviderError(
    "sign_in_required",
    "grant_ended",
    "The sign-in has ended. Sign in again.",
  )
