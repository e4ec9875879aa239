import { IdentityProviderError } from "../../ports/identity-provider.ts"
import { type SignInGrant, signInGrants } from "../../records/grant.ts"
import type { Records, Stored } from "../../records/record-store.ts"
import { createIdentifier } from "../../tokens/opaque-token.ts"

/** A call to the upstream provider on behalf of a grant. */
export interface UpstreamCall {
  /** Identifies the call, so that equal calls in one process share an answer. */
  name: string
  /** Whether the grant already has the result of such a call. */
  isDone(grant: SignInGrant): boolean
  /** Makes the call and returns how it changes the grant. */
  run(grant: SignInGrant, signal: AbortSignal): Promise<(grant: SignInGrant) => SignInGrant>
}

/**
 * Makes an upstream call for a grant, one at a time across all instances, because an upstream refresh
 * token may work only once.
 *
 * @returns the grant with the result of the call, or `undefined` if the grant has ended.
 * @throws {IdentityProviderError} `unavailable` if another call takes too long. Errors of `run` are
 * passed on.
 */
export type UpstreamLease = (
  grantId: string,
  call: UpstreamCall,
) => Promise<Stored<SignInGrant> | undefined>

/** In milliseconds. A call is aborted before its lease ends, so that two calls never overlap. */
const leaseLifetime = 15_000
const callTimeout = 12_000
const pollInterval = 100
const pollsMax = 30

/** Creates the lease, which is stored in each grant's record so that all instances respect it. */
export function createUpstreamLease(deps: {
  records: Records
  now: () => number
  sleep: (milliseconds: number) => Promise<void>
}): UpstreamLease {
  const { records, now, sleep } = deps
  const inFlight = new Map<string, Promise<unknown>>()

  /** @returns `undefined` if the lease or the grant was lost in the meantime. */
  async function callWithLease(
    grantId: string,
    owner: string,
    leased: SignInGrant,
    call: UpstreamCall,
  ) {
    const apply = async (change: (grant: SignInGrant) => SignInGrant) => {
      let isOwn = false
      const written = await records.update(signInGrants, grantId, (current) => {
        isOwn = current?.value.upstream.lease?.owner === owner
        return current && isOwn
          ? { value: withoutLease(change(current.value)), expiresAt: current.expiresAt }
          : undefined
      })
      return isOwn ? written : undefined
    }
    try {
      const signal = AbortSignal.timeout(callTimeout)
      return await apply(await inTime(call.run(leased, signal), signal))
    } catch (error) {
      await apply((grant) => grant)
      throw error
    }
  }

  return async (grantId, call) => {
    const key = `${grantId} ${call.name}`
    const owner = createIdentifier()
    for (let polls = 0; ; ) {
      const stored = await records.get(signInGrants, grantId)
      if (!stored || call.isDone(stored.value)) return stored
      const pending = inFlight.get(key)
      if (pending !== undefined || (stored.value.upstream.lease?.until ?? 0) > now()) {
        if (polls++ === pollsMax) throw busy()
        // If another request in this process makes the call, its outcome counts for this one too.
        const pause = sleep(pollInterval)
        await (pending === undefined ? pause : Promise.race([pause, pending]))
        continue
      }
      const lease = { owner, until: now() + leaseLifetime }
      const running = (async () => {
        const leased = await records.swap(
          signInGrants,
          grantId,
          stored,
          { ...stored.value, upstream: { ...stored.value.upstream, lease } },
          stored.expiresAt,
        )
        return leased && callWithLease(grantId, owner, leased.value, call)
      })().finally(() => inFlight.delete(key))
      inFlight.set(key, running)
      const done = await running
      if (done) return done
    }
  }
}

const busy = () =>
  new IdentityProviderError(
    "unavailable",
    "busy",
    "Another request is waiting for the sign-in service. Try again in a moment.",
    { retryAfter: 1 },
  )

/** Stops waiting when the signal aborts, even if the provider ignores it. */
function inTime<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  const tooLate = new Promise<never>((_, reject) => {
    const give = () =>
      reject(
        new IdentityProviderError(
          "unavailable",
          "timeout",
          "The sign-in service did not answer in time. Try again in a moment.",
        ),
      )
    if (signal.aborted) give()
    else signal.addEventListener("abort", give, { once: true })
  })
  return Promise.race([call, tooLate])
}

function withoutLease(grant: SignInGrant): SignInGrant {
  const { lease: _, ...upstream } = grant.upstream
  return { ...grant, upstream }
}
