import { OAuthError } from "../errors.ts"
import { checkGrantedResource } from "../protocol/resource.ts"
import type { CodeTokenRequest } from "../protocol/token-request.ts"
import type { TokenResponse } from "../protocol/token-response.ts"
import {
  type AuthorizationCode,
  authorizationCodes,
  redeemedCodeLifetime,
} from "../records/authorization-code.ts"
import { grants } from "../records/grant.ts"
import { constantTimeEqual } from "../tokens/crypto.ts"
import { toBytes } from "../tokens/encoding.ts"
import { digestOf } from "../tokens/opaque-token.ts"
import type { Client } from "./client.ts"
import type { Deps } from "./deps.ts"
import { endGrant } from "./end-grant.ts"
import { grantExpiry, issueTokens } from "./issue-tokens.ts"
import { renewClient } from "./renew-client.ts"

/**
 * Redeems an authorization code for tokens (OAuth 2.1 §4.1.3).
 *
 * Redeeming marks the code, so that a second valid redemption ends its grant (§7.5). A request that
 * fails a check changes nothing: whoever holds the right verifier can still redeem.
 *
 * @throws {OAuthError} `invalid_grant` if the code is unknown, expired, spent or another client's, or
 * the verifier or redirect URI is not the one of its request; `invalid_target`.
 */
export async function exchangeCode(
  input: { request: CodeTokenRequest; client: Client },
  deps: Deps,
): Promise<TokenResponse> {
  const { request, client } = input
  const code = await deps.records.get(authorizationCodes, request.code)
  if (!code) throw spent("code_unknown")
  const { grantId } = code.value
  await checkCode(request, client, code.value)
  if (code.value.redeemed) return replayed(grantId, deps)

  const grant = await deps.records.update(grants, grantId, (current) =>
    current && !current.value.active
      ? {
          value: { ...current.value, active: true },
          expiresAt: grantExpiry(current.value, deps),
        }
      : undefined,
  )
  if (!grant) throw spent("grant_ended")
  checkGrantedResource(request.resources, grant.value.resource)
  const redeemed = await deps.records.swap(
    authorizationCodes,
    request.code,
    code,
    { ...code.value, redeemed: true },
    deps.now() + redeemedCodeLifetime,
  )
  if (!redeemed) return replayed(grantId, deps)
  await renewClient(client, deps)
  const { userId, scopes } = grant.value
  deps.emit({ type: "token.issued", clientId: client.id, userId, grantId })
  return issueTokens({ grantId, grant: grant.value, scopes }, deps)
}

async function checkCode(
  request: CodeTokenRequest,
  client: Client,
  code: AuthorizationCode,
): Promise<void> {
  if (code.clientId !== client.id) throw spent("code_of_another_client")
  const redirectUriFits =
    request.redirectUri === undefined
      ? !code.redirectUriGiven
      : request.redirectUri === code.redirectUri
  if (!redirectUriFits) {
    throw new OAuthError(
      "invalid_grant",
      "redirect_uri_mismatch",
      "redirect_uri must be the one of the authorization request.",
    )
  }
  const challenge = await digestOf(request.codeVerifier)
  if (!constantTimeEqual(toBytes(challenge), toBytes(code.codeChallenge))) {
    throw new OAuthError(
      "invalid_grant",
      "pkce_mismatch",
      "code_verifier does not match the code_challenge of the authorization request.",
    )
  }
}

async function replayed(grantId: string, deps: Deps): Promise<never> {
  await endGrant({ grantId, cause: "code_replayed" }, deps)
  throw spent("code_replayed")
}

const spent = (
  reason: "code_unknown" | "code_of_another_client" | "code_replayed" | "grant_ended",
): OAuthError =>
  new OAuthError(
    "invalid_grant",
    reason,
    "The code is unknown, expired or used already. Start a new authorization request.",
  )
