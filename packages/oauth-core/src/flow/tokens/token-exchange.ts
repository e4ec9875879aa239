import { TokenError, type VerifiedToken } from "@doorward/jwt-verifier"
import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import { chooseResource } from "../../protocol/resource.ts"
import { chooseScopes } from "../../protocol/scope.ts"
import type { ExchangeTokenRequest } from "../../protocol/token-request.ts"
import type { TokenResponse } from "../../protocol/token-response.ts"
import type { Grant } from "../../records/grant.ts"
import { createIdentifier } from "../../tokens/opaque-token.ts"
import type { Deps } from "../deps.ts"
import { liveGrant } from "../grants/live-grant.ts"
import { issueOnce } from "./issue-once.ts"

/** How many servers can call on with one person's access, one after the other. */
const actorsMax = 4

/** Whose access is passed on, and until when. */
interface Subject {
  grantId: string
  grant: Grant
  scopes: readonly string[]
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/**
 * Exchanges what a server was called with for a token with which it calls on, for the same person (RFC 8693
 * §2). The token is for one other resource, says who acts, is never wider than the operator allows, lives
 * no longer than the caller's own, and ends with the caller's grant.
 *
 * @throws {OAuthError} `unauthorized_client` if the client may not; `invalid_request` if the subject token is
 * not valid or not for this client (§2.2.2); `invalid_target` or `invalid_scope`.
 */
export async function exchangeToken(
  input: { request: ExchangeTokenRequest; client: Client; jkt: string | undefined },
  deps: Deps,
): Promise<TokenResponse> {
  const { request, client, jkt } = input
  const allowed = deps.settings.tokenExchange.get(client.id)
  if (!allowed || client.authenticationMethod === "none") throw notAllowed()
  const subject = await readSubject(request, client, deps)
  const [only, another] = allowed.resources
  const resource = chooseResource(
    request.resources,
    allowed.resources,
    another === undefined ? only : undefined,
  )
  const supported = deps.settings.resources.find((known) => known.resource === resource)?.scopes
  const scopes = chooseScopes(request.scope, supported ?? []).filter(
    (scope) => subject.scopes.includes(scope) || allowed.scopes.includes(scope),
  )
  const lifetimeMax = subject.expiresAt - deps.now()
  if (lifetimeMax < 1000) throw invalid("expired")
  const { userId, principal, identity, actors = [] } = subject.grant
  if (actors.length >= actorsMax) throw invalid("too_many_exchanges")
  const grant = {
    userId,
    principal,
    clientId: client.id,
    ...(client.name === undefined ? {} : { clientName: client.name }),
    identity,
    scopes,
    resource,
    parentId: subject.grantId,
    actors: [client.id, ...actors],
  }
  const response = await issueOnce({ grantId: createIdentifier(), grant, jkt, lifetimeMax }, deps)
  return { ...response, issued_token_type: "urn:ietf:params:oauth:token-type:access_token" }
}

async function readSubject(
  { subjectToken, subjectTokenType }: ExchangeTokenRequest,
  client: Client,
  deps: Deps,
): Promise<Subject> {
  const verifier = deps.subjectTokens.get(client.id)?.[subjectTokenType]
  const verified = await verifier?.verify(subjectToken).catch((cause: unknown) => {
    if (cause instanceof TokenError && cause.status !== 503) throw invalid(cause.code, cause)
    throw cause
  })
  if (!verified) throw notAllowed()
  const { gid } = verified.claims
  if (typeof gid !== "string") throw invalid("missing_claim")
  const grant = (await liveGrant(gid, deps))?.value
  if (!grant || grant.upstream?.challenge !== undefined) throw invalid("inactive")
  return {
    grantId: gid,
    grant,
    scopes: verified.scopes.filter((scope) => grant.scopes.includes(scope)),
    expiresAt: 1000 * (subjectTokenType === "jwt" ? tokenExpiry(verified) : verified.expiresAt),
  }
}

/** When the access token expires that an identity assertion was made for, in seconds since the epoch. */
function tokenExpiry({ claims: { token_exp: expiry } }: VerifiedToken): number {
  if (typeof expiry === "number") return expiry
  throw invalid("missing_claim")
}

const notAllowed = () =>
  new OAuthError(
    "unauthorized_client",
    "grant_type_not_allowed",
    "This client may not exchange tokens. Ask the operator of this server to allow it.",
  )

const invalid = (detail: string, cause?: unknown) =>
  new OAuthError(
    "invalid_request",
    "subject_token_invalid",
    "The subject token cannot be exchanged by this client: it must be valid, of this server and for this client, and its sign-in must not have ended.",
    { cause, detail },
  )
