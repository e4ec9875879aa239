import { BackendError } from "../backend.ts"
import type { AssertionSigner } from "../options.ts"
import type { Caller } from "./caller.ts"
import { longestValue } from "./identity-values.ts"

/** Assertions that are kept at once. */
const MAX_KEPT = 1000
/** How long one is sent again, and how long a sent one must still be good for, in milliseconds. */
const REUSED_MS = 30_000
const LEFT_MS = 30_000

interface Kept {
  token: Promise<string>
  until: number
}

/**
 * Signed assertions for one audience. One that was just made for the same caller is sent again, since
 * signing costs more than all the rest of a request.
 */
export function assertions(
  signer: AssertionSigner,
  audience: string,
): (caller: Caller) => Promise<string> {
  const kept = new Map<string, Kept>()

  async function sign(caller: Caller, claims: Record<string, unknown>, entry: Kept) {
    const { subject, clientId, token } = caller
    const assertion = { audience, subject, clientId, claims, ...(token && { token }) }
    const signed = await signer.signAssertion(assertion)
    entry.until = Math.min(entry.until, signed.expiresAt * 1000 - LEFT_MS)
    return signed.token
  }

  return async (caller) => {
    const claims = claimsOf(caller)
    const { issuer, subject, clientId, token } = caller
    const key = JSON.stringify([issuer, subject, clientId, token?.claims.jti, claims])
    const now = Date.now()
    const known = kept.get(key)
    if (known && known.until > now) return known.token
    kept.delete(key)
    const entry: Kept = { token: Promise.resolve(""), until: now + REUSED_MS }
    entry.token = sign(caller, claims, entry).catch((error: unknown) => {
      kept.delete(key)
      throw new BackendError("assertion", "the assertion could not be signed", { cause: error })
    })
    kept.set(key, entry)
    const [oldest] = kept.keys()
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
    return entry.token
  }
}

/**
 * The claims about the caller; what they have none of is missing. A list that is too long for a header is
 * missing as well, and then `overage` names it.
 */
function claimsOf({
  email,
  name,
  tenant,
  roles,
  groups = [],
  scopes,
}: Caller): Record<string, unknown> {
  const lists = Object.entries({ roles, groups }).filter(([, list]) => list.length > 0)
  const isTooLong = ([, list]: [string, readonly string[]]) =>
    JSON.stringify(list).length > longestValue
  const overage = lists.filter(isTooLong).map(([claim]) => claim)
  return {
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(tenant !== undefined && { tenant }),
    ...Object.fromEntries(lists.filter((list) => !isTooLong(list))),
    ...(overage.length > 0 && { overage }),
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
  }
}
