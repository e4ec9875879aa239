import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import { codeVerifierMatches } from "../../protocol/pkce.ts"
import type { CodeTokenRequest } from "../../protocol/token-request.ts"
import type { TokenResponse } from "../../protocol/token-response.ts"
import {
  type AuthorizationCode,
  authorizationCodes,
  redeemedCodeLifetime,
} from "../../records/authorization-code.ts"
import type { Stored } from "../../records/record-store.ts"
import { renewClient } from "../clients/resolve.ts"
import type { Deps } from "../deps.ts"
import { endGrant } from "../grants/end-grants.ts"
import { activateGrant, issueTokens, otherKey, refreshKeyOf } from "./issue.ts"

/**
 * Redeems an authorization code for tokens (OAuth 2.1 §4.1.3).
 *
 * Redeeming marks the code, so that a second valid redemption ends its grant (§7.5). A request that
 * fails a check changes nothing, so the client with the right verifier can still redeem the code. The
 * code is marked last, when the answer is ready, so that an earlier failure does not use it up.
 *
 * @throws {OAuthError} `invalid_grant` if the code is unknown, expired, already used or another
 * client's, or if the verifier or redirect URI does not match its request; `invalid_target` if the
 * resource does not.
 */
export async function exchangeCode(
  input: { request: CodeTokenRequest; client: Client; jkt: string | undefined },
  deps: Deps,
): Promise<TokenResponse> {
  const { request, client, jkt } = input
  const code = await readCode(input, deps)
  const { grantId } = code.value
  const grant = await activateGrant(
    grantId,
    { resources: request.resources, jkt: refreshKeyOf(client, jkt) },
    deps,
  )
  if (!grant) throw spent("grant_ended")
  await renewClient(client, deps)
  const { userId, scopes } = grant
  const response = await issueTokens({ grantId, grant, scopes, jkt }, deps)
  await markRedeemed(request.code, code, deps)
  deps.emit({ type: "token.issued", clientId: client.id, userId, grantId })
  return response
}

async function readCode(
  input: { request: CodeTokenRequest; client: Client; jkt: string | undefined },
  deps: Deps,
): Promise<Stored<AuthorizationCode>> {
  const code = await deps.records.get(authorizationCodes, input.request.code)
  if (!code) throw spent("code_unknown")
  await checkCode(input, code.value, deps)
  if (code.value.redeemed) return replayed(code.value, deps)
  return code
}

async function checkCode(
  { request, client, jkt }: { request: CodeTokenRequest; client: Client; jkt: string | undefined },
  code: AuthorizationCode,
  deps: Deps,
): Promise<void> {
  if (code.clientId !== client.id) throw spent("code_of_another_client")
  // OAuth 2.1 clients do not send it (§10.2), because PKCE has replaced it.
  if (request.redirectUri !== undefined && request.redirectUri !== code.redirectUri) {
    throw new OAuthError(
      "invalid_grant",
      "redirect_uri_mismatch",
      "redirect_uri must be the same as in the authorization request.",
    )
  }
  if (!(await codeVerifierMatches(request.codeVerifier, code.codeChallenge))) {
    throw new OAuthError(
      "invalid_grant",
      "pkce_mismatch",
      "code_verifier does not match the code_challenge of the authorization request.",
    )
  }
  if (deps.dpop && code.jkt !== undefined && code.jkt !== jkt) throw otherKey()
}

async function markRedeemed(
  handle: string,
  code: Stored<AuthorizationCode>,
  deps: Deps,
): Promise<void> {
  const redeemed = { ...code.value, redeemed: true }
  const keptUntil = deps.now() + redeemedCodeLifetime
  if (await deps.records.swap(authorizationCodes, handle, code, redeemed, keptUntil)) return
  // It was redeemed by another request in the meantime, or has just expired.
  const current = await deps.records.get(authorizationCodes, handle)
  if (current?.value.redeemed) return replayed(current.value, deps)
  throw spent("code_unknown")
}

async function replayed({ grantId }: AuthorizationCode, deps: Deps): Promise<never> {
  await endGrant({ grantId, cause: "code_replayed" }, deps)
  throw spent("code_replayed")
}

const spent = (
  reason: "code_unknown" | "code_of_another_client" | "code_replayed" | "grant_ended",
): OAuthError =>
  new OAuthError(
    "invalid_grant",
    reason,
    "The code is unknown, expired or already used. Start a new authorization request.",
  )
