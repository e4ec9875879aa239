import { buildTokenResponse, type TokenResponse } from "../../protocol/token-response.ts"
import { type Grant, grants } from "../../records/grant.ts"
import type { Deps } from "../deps.ts"

/** A grant for a single access token. */
export type SingleTokenGrant = Omit<Grant, "id" | "createdAt" | "active" | "refresh" | "upstream">

/**
 * Creates an access token without a refresh token, and the grant that it ends with. The grant makes it like
 * any other token: it can be revoked and introspected, and ends with its client.
 */
export async function issueOnce(
  input: {
    grantId: string
    grant: SingleTokenGrant
    /** The key that the request proved, if any (RFC 9449 §5). */
    jkt: string | undefined
    /** The longest that the token may live, in milliseconds. Default: as long as any access token. */
    lifetimeMax?: number
  },
  deps: Deps,
): Promise<TokenResponse> {
  const { grantId, grant, ...limits } = input
  const { userId, clientId, resource, scopes, actors } = grant
  const now = deps.now()
  const { token, lifetime } = await deps.accessTokens.issue({
    subject: userId,
    resource,
    clientId,
    scopes,
    grantId,
    ...(actors === undefined ? {} : { actors }),
    ...limits,
  })
  const stored = { ...grant, id: grantId, createdAt: now, active: true }
  await deps.records.put(grants, grantId, stored, now + lifetime * 1000 + clockLeeway)
  deps.emit({ type: "token.issued", clientId, userId, grantId })
  return buildTokenResponse({ accessToken: token, lifetime, scopes, jkt: input.jkt })
}

/** A resource server may still accept a token that has just expired. Milliseconds. */
const clockLeeway = 60 * 1000
