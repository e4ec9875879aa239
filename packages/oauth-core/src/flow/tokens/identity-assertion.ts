import { TokenError, type VerifiedToken } from "@doorward/jwt-verifier"
import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import type { Identity } from "../../ports/identity-provider.ts"
import { chooseResource, sameResource } from "../../protocol/resource.ts"
import { chooseScopes } from "../../protocol/scope.ts"
import type { AssertionTokenRequest } from "../../protocol/token-request.ts"
import type { TokenResponse } from "../../protocol/token-response.ts"
import { seenAssertions } from "../../records/client-assertion.ts"
import { userIdOf } from "../../records/user.ts"
import { createIdentifier } from "../../tokens/opaque-token.ts"
import type { Deps } from "../deps.ts"
import { enlistGrant } from "../grants/enlist.ts"
import { checkSignIn } from "../hooks.ts"
import type { ProtectedResource } from "../settings.ts"
import { issueOnce } from "./issue-once.ts"

/** The longest that an assertion may still be valid, and so must be remembered. Milliseconds. */
const lifetimeMax = 60 * 60 * 1000
/** Longer than any clock that the verifier tolerates is fast. Milliseconds. */
const leeway = 60 * 1000
const jtiMaxLength = 256

/**
 * Redeems an ID-JAG: an organization's identity provider says who somebody is and what a client may do for
 * them, so that they need not sign in here (draft-ietf-oauth-identity-assertion-authz-grant §4.4, MCP
 * SEP-990). Each is accepted only once, on all instances together.
 *
 * @throws {OAuthError} `unauthorized_client` for a public client; `invalid_grant` if the assertion is not
 * valid, was used before, or is about somebody who may not sign in; `invalid_target` or `invalid_scope` for
 * something that it does not cover.
 */
export async function redeemIdentityAssertion(
  input: { request: AssertionTokenRequest; client: Client; jkt: string | undefined },
  deps: Deps,
): Promise<TokenResponse> {
  const { request, client, jkt } = input
  // The assertion names its client, which means nothing if anybody can be that client.
  if (client.authenticationMethod === "none") throw notAllowed()
  const verified = await verify(request.assertion, client, deps)
  const { resource, scopes: supported } = resourceOf(verified, request, deps)
  const scopes = chooseScopes(request.scope, supported).filter((scope) =>
    verified.scopes.includes(scope),
  )
  const identity = identityOf(verified)
  await checkPerson(identity, client, deps)
  await markUsed(verified, deps)

  const userId = await userIdOf(identity)
  const grantId = createIdentifier()
  await enlistGrant({ grantId, userId, clientId: client.id }, deps)
  const grant = {
    userId,
    principal: "person" as const,
    clientId: client.id,
    ...(client.name === undefined ? {} : { clientName: client.name }),
    identity,
    scopes,
    resource,
  }
  return issueOnce({ grantId, grant, jkt }, deps)
}

async function verify(assertion: string, client: Client, deps: Deps): Promise<VerifiedToken> {
  const verified = await deps.identityAssertions?.verify(assertion).catch((cause: unknown) => {
    throw cause instanceof TokenError && cause.status === 503 ? unavailable(cause) : invalid(cause)
  })
  if (!verified) throw invalid()
  const { aud, client_id: clientId, jti, iat } = verified.claims
  // Another server that it is also for could pass it on to this one.
  const isForUsAlone = [aud].flat().length === 1
  const isTheClients = clientId === client.id
  const isNamed = typeof jti === "string" && jti !== "" && jti.length <= jtiMaxLength
  const isShort = verified.expiresAt * 1000 <= deps.now() + lifetimeMax + leeway
  if (isForUsAlone && isTheClients && isNamed && isShort && iat !== undefined) return verified
  throw invalid()
}

/** Which resource the token is for: one that the assertion names. An assertion without any is for none. */
function resourceOf(
  { claims }: VerifiedToken,
  request: AssertionTokenRequest,
  { settings }: Deps,
): ProtectedResource {
  const named = [claims.resource].flat().filter((each) => typeof each === "string")
  const covered = settings.resources.filter(({ resource }) =>
    named.some((each) => sameResource(each, resource)),
  )
  const [only, another] = covered
  if (!only) throw invalid()
  const resource = chooseResource(
    request.resources,
    covered.map((each) => each.resource),
    another ? undefined : only.resource,
  )
  return covered.find((each) => each.resource === resource) ?? only
}

/**
 * Who the assertion is about. The subject has the issuer before it, so that no rule takes it for one of the
 * people who sign in here; roles, groups and tenants are left to their own issuer.
 */
function identityOf({ issuer, subject, claims }: VerifiedToken): Identity {
  const { name, preferred_username: username, email } = claims
  return {
    issuer,
    subject: `${issuer}#${subject}`,
    ...(typeof name === "string" && { name }),
    ...(typeof username === "string" && { username }),
    ...(typeof email === "string" && { email }),
    roles: [],
    claims,
  }
}

async function checkPerson(identity: Identity, client: Client, deps: Deps): Promise<void> {
  try {
    await checkSignIn(identity, client, deps)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const { reason, message, detail, userId } = error
    throw new OAuthError("invalid_grant", reason, message, {
      ...(detail === undefined ? {} : { detail }),
      ...(userId === undefined ? {} : { userId }),
    })
  }
}

async function markUsed({ issuer, claims, expiresAt }: VerifiedToken, deps: Deps): Promise<void> {
  const handle = JSON.stringify(["id-jag", issuer, claims.jti])
  const keptUntil = expiresAt * 1000 + leeway
  if (await deps.records.swap(seenAssertions, handle, undefined, true, keptUntil)) return
  throw new OAuthError(
    "invalid_grant",
    "identity_assertion_replayed",
    "The assertion has already been used. Get a new one, with a new jti, from the identity provider.",
  )
}

const notAllowed = () =>
  new OAuthError(
    "unauthorized_client",
    "grant_type_not_allowed",
    "Only a client with a secret or a key may redeem assertions.",
  )

const invalid = (cause?: unknown) =>
  new OAuthError(
    "invalid_grant",
    "identity_assertion_invalid",
    "The assertion is not valid here: it must be an ID-JAG of a known issuer, for this server alone, this client and a resource of this server, with jti, iat and at most an hour left.",
    { cause, ...(cause instanceof TokenError ? { detail: cause.code } : {}) },
  )

const unavailable = (cause: unknown) =>
  new OAuthError(
    "temporarily_unavailable",
    "identity_assertion_invalid",
    "The keys of the assertion's issuer could not be fetched. Try again later.",
    { cause, retryAfter: 10 },
  )
