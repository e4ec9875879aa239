import type { Client } from "../../ports/client.ts"
import type { SignIn } from "../../ports/identity-provider.ts"
import type { AuthorizationRequest } from "../../protocol/authorization-request.ts"
import { authorizationCodeLifetime, authorizationCodes } from "../../records/authorization-code.ts"
import { type Grant, grants } from "../../records/grant.ts"
import { type User, users } from "../../records/user.ts"
import { createIdentifier, createOpaqueToken } from "../../tokens/opaque-token.ts"
import { createRefreshKey } from "../../tokens/refresh-token.ts"
import type { Deps } from "../deps.ts"
import { endGrant } from "../grants/end-grants.ts"
import { consentLifetime, withConsent } from "./consent-memory.ts"
import { upstreamScopes } from "./redirect-upstream.ts"

const grantsPerClient = 20
const grantsPerUser = 100
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
  await listGrant({ grantId, request, userId, remember: input.remember }, deps)
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

/** Adds the grant to the user's record, and ends the oldest active grants that exceed the caps. */
async function listGrant(
  input: { grantId: string; request: AuthorizationRequest; userId: string; remember: boolean },
  deps: Deps,
): Promise<void> {
  const { grantId, request, userId } = input
  const { clientId } = request
  const now = deps.now()
  const remembered = input.remember ? await withConsent(request, deps) : undefined
  const listed = (await deps.records.get(users, userId))?.value.grants ?? []
  // Only active grants count, but that is looked up only when a cap is reached.
  const ended = beyondCaps(listed, clientId).length > 0 ? await endedOf(listed, deps) : []
  let superseded: readonly string[] = []
  await deps.records.update(users, userId, (current) => {
    const known = (current?.value.grants ?? []).filter(({ id }) => !ended.includes(id))
    superseded = beyondCaps(known, clientId)
    const consents = current?.value.consents ?? []
    return {
      value: {
        grants: [
          ...known.filter(({ id }) => !superseded.includes(id)),
          { id: grantId, clientId, createdAt: now },
        ],
        consents: remembered ? remembered(consents) : consents,
      },
      expiresAt: Math.max(
        current?.expiresAt ?? 0,
        now + deps.settings.lifetimes.grant,
        remembered ? now + consentLifetime : 0,
      ),
    }
  })
  for (const id of superseded) await endGrant({ grantId: id, cause: "superseded" }, deps)
}

/** The oldest grants that must end to make room for one more grant of this client. */
function beyondCaps(grants: User["grants"], clientId: string): readonly string[] {
  const own = grants.filter((grant) => grant.clientId === clientId)
  const overClient = own.slice(0, Math.max(0, own.length - grantsPerClient + 1))
  const rest = grants.filter((grant) => !overClient.includes(grant))
  const overUser = rest.slice(0, Math.max(0, rest.length - grantsPerUser + 1))
  return [...overClient, ...overUser].map(({ id }) => id)
}

async function endedOf(known: User["grants"], deps: Deps): Promise<readonly string[]> {
  const ended = await Promise.all(
    known.map(async ({ id }) => ((await deps.records.get(grants, id)) ? [] : [id])),
  )
  return ended.flat()
}
