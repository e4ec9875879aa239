import type { AuthorizationRequest } from "../../protocol/authorization-request.ts"
import { users } from "../../records/user.ts"
import { digestOf } from "../../tokens/digest.ts"
import type { Deps } from "../deps.ts"
import type { RememberedConsent } from "../grants/enlist.ts"

/** How long a consent is remembered, in milliseconds. */
export const consentLifetime = 30 * 24 * 60 * 60 * 1000
const consentsMax = 50

/** A consent covers exactly this: client, redirect URI, scopes and resource. */
const consentDigest = ({ clientId, redirectUri, scopes, resource }: AuthorizationRequest) =>
  digestOf(JSON.stringify([clientId, redirectUri, [...scopes].sort(), resource]))

/** Whether this user approved exactly the same within the last 30 days. */
export async function isRemembered(
  userId: string,
  request: AuthorizationRequest,
  deps: Deps,
): Promise<boolean> {
  const user = await deps.records.get(users, userId)
  const digest = await consentDigest(request)
  return !!user?.value.consents.some(
    (consent) => consent.digest === digest && consent.until > deps.now(),
  )
}

/** Adds this consent to the user's. If there are too many, the oldest are dropped. */
export async function newConsent(
  request: AuthorizationRequest,
  deps: Deps,
): Promise<RememberedConsent> {
  const digest = await consentDigest(request)
  const now = deps.now()
  const until = now + consentLifetime
  return {
    until,
    addTo: (consents) =>
      [
        ...consents.filter((consent) => consent.digest !== digest && consent.until > now),
        { digest, clientId: request.clientId, until },
      ].slice(-consentsMax),
  }
}
