import { type Grant, grants } from "../../records/grant.ts"
import type { Deps } from "../deps.ts"

/** How long after a challenge a client may take to refresh, in milliseconds. */
const stepUpWindow = 15 * 1000
/** A note that was just made is not made again, however often the client tries. Milliseconds. */
const renewedAfter = 5 * 1000

/** Notes that a grant's client was told to ask for more scopes. */
export async function expectStepUp(grantId: string, deps: Deps): Promise<void> {
  const until = deps.now() + stepUpWindow
  await deps.records.update(grants, grantId, (current) => {
    if (!current || (current.value.stepUpUntil ?? 0) > until - renewedAfter) return undefined
    return { value: { ...current.value, stepUpUntil: until }, expiresAt: current.expiresAt }
  })
}

/** Whether a refresh comes in place of the sign-in that the client was told it needs. */
export const isStepUpExpected = ({ stepUpUntil }: Grant, deps: Deps): boolean =>
  stepUpUntil !== undefined && deps.now() < stepUpUntil
