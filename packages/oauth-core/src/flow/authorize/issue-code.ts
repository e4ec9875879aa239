import type { Client } from "../../ports/client.ts"
import type { SignIn } from "../../ports/identity-provider.ts"
import type { AuthorizationRequest } from "../../protocol/authorization-request.ts"
import { authorizationCodeLifetime, authorizationCodes } from "../../records/authorization-code.ts"
import { type Grant, grants } from "../../records/grant.ts"
import { createIdentifier, createOpaqueToken } from "../../tokens/opaque-token.ts"
import { createRefreshKey } from "../../tokens/refresh-token.ts"
import type { Deps } from "../deps.ts"
import { enlistGrant } from "../grants/enlist.ts"
import { newConsent } from "./consent-memory.ts"
import { upstreamScopes } from "./redirect-upstream.ts"

/** The grant outlives its code a little, so that a redemption at the last moment finds it. */
const pendingGrantLifetime = authorizationCodeLifetime + 60 * 1000

/**
 * Creates the grant of a sign-in and its authorization code (OAuth 2.1 §4.1.2).
 *
 * The user's record is written first, so that there is no grant that its user cannot find and end.
 */
export async function issueCode(
  input: {
    request: AuthorizationRequest
    client: Client
    signIn: SignIn
    userId: string
    scopes: readonly string[]
    remember: boolean
  },
  deps: Deps,
): Promise<string> {
  const { request, client, signIn, userId } = input
  const now = deps.now()
  const grantId = createIdentifier()
  const consent = input.remember ? await newConsent(request, deps) : undefined
  await enlistGrant({ grantId, userId, clientId: client.id, consent }, deps)
  const grant: Grant = {
    userId,
    principal: "person",
    clientId: client.id,
    ...(client.name === undefined ? {} : { clientName: client.name }),
    identity: signIn.identity,
    scopes: [...input.scopes],
    resource: request.resource,
    createdAt: now,
    active: false,
    refresh: { counter: 0, key: createRefreshKey(), rotatedAt: now },
    upstream: {
      tokens: signIn.tokens,
      others: {},
      scopes: [...upstreamScopes(input.scopes, deps)],
      refreshedAt: now,
    },
  }
  await deps.records.put(grants, grantId, grant, now + pendingGrantLifetime)
  const code = createOpaqueToken()
  await deps.records.put(
    authorizationCodes,
    code,
    {
      grantId,
      clientId: client.id,
      redirectUri: request.redirectUri,
      codeChallenge: request.codeChallenge,
      redeemed: false,
    },
    now + authorizationCodeLifetime,
  )
  deps.emit({ type: "sign_in.completed", clientId: client.id, userId, grantId })
  return code
}
