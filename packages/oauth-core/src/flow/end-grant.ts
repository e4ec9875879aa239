import type { GrantEndCause } from "../ports/events.ts"
import { grants } from "../records/grant.ts"
import type { Deps } from "./deps.ts"

/**
 * Ends a grant: its refresh token at once, its access tokens within seconds on every instance, and its
 * upstream tokens where the provider can (RFC 7009 §2.1).
 *
 * @returns whether there was a grant to end.
 */
export async function endGrant(
  input: { grantId: string; cause: GrantEndCause },
  deps: Deps,
): Promise<boolean> {
  const ended = await deps.records.take(grants, input.grantId)
  if (!ended) return false
  deps.grantLookup.forget(input.grantId)
  const { clientId, userId, upstream } = ended.value
  deps.emit({ type: "grant.ended", clientId, userId, ...input })
  try {
    await deps.provider.revoke?.(upstream.tokens)
  } catch (error) {
    // The grant has ended here; that the provider could not be told must not undo it.
    deps.emit({
      type: "request.refused",
      endpoint: "upstream revocation",
      reason: "upstream_unavailable",
      clientId,
      error,
    })
  }
  return true
}
