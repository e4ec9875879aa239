import type { Client } from "../../ports/client.ts"
import type { SignIn } from "../../ports/identity-provider.ts"
import { type Grant, grants } from "../../records/grant.ts"
import { createIdentifier } from "../../tokens/opaque-token.ts"
import { createRefreshKey } from "../../tokens/refresh-token.ts"
import type { Deps } from "../deps.ts"
import { enlistGrant, type RememberedConsent } from "../grants/enlist.ts"
import { upstreamScopes } from "./redirect-upstream.ts"

/** What becomes a grant when its code is redeemed. */
export interface NewGrant {
  client: Client
  signIn: SignIn
  userId: string
  scopes: readonly string[]
  resource: string
  consent?: RememberedConsent | undefined
  /** How long its code can be redeemed, in milliseconds. */
  codeLifetime: number
}

/** The grant outlives its code a little, so that a redemption at the last moment finds it. */
const leeway = 60 * 1000

/**
 * Creates the grant of a sign-in. It is active once its code has been redeemed.
 *
 * The user's record is written first, so that there is no grant that its user cannot find and end.
 */
export async function createGrant(input: NewGrant, deps: Deps): Promise<string> {
  const { client, signIn, userId, scopes, resource, consent } = input
  const now = deps.now()
  const grantId = createIdentifier()
  await enlistGrant({ grantId, userId, clientId: client.id, consent }, deps)
  const grant: Grant = {
    userId,
    principal: "person",
    clientId: client.id,
    ...(client.name === undefined ? {} : { clientName: client.name }),
    identity: signIn.identity,
    scopes: [...scopes],
    resource,
    createdAt: now,
    active: false,
    refresh: { counter: 0, key: createRefreshKey(), rotatedAt: now },
    upstream: {
      tokens: signIn.tokens,
      others: {},
      scopes: [...upstreamScopes(scopes, deps)],
      refreshedAt: now,
    },
  }
  await deps.records.put(grants, grantId, grant, now + input.codeLifetime + leeway)
  deps.emit({ type: "sign_in.completed", clientId: client.id, userId, grantId })
  return grantId
}
