import type { Client } from "../../ports/client.ts"
import type { SignIn } from "../../ports/identity-provider.ts"
import type { AuthorizationRequest } from "../../protocol/authorization-request.ts"
import { authorizationCodeLifetime, authorizationCodes } from "../../records/authorization-code.ts"
import { createOpaqueToken } from "../../tokens/opaque-token.ts"
import type { Deps } from "../deps.ts"
import { newConsent } from "./consent-memory.ts"
import { createGrant } from "./create-grant.ts"

/** Creates the grant of a sign-in and its authorization code (OAuth 2.1 §4.1.2). */
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
  const { request, client, signIn, userId, scopes, remember } = input
  const { resource, redirectUri, codeChallenge, jkt } = request
  const consent = remember ? await newConsent(request, deps) : undefined
  const codeLifetime = authorizationCodeLifetime
  const grantId = await createGrant(
    { client, signIn, userId, scopes, resource, consent, codeLifetime },
    deps,
  )
  const code = createOpaqueToken()
  await deps.records.put(
    authorizationCodes,
    code,
    {
      grantId,
      clientId: client.id,
      redirectUri,
      codeChallenge,
      ...(jkt === undefined ? {} : { jkt }),
      redeemed: false,
    },
    deps.now() + codeLifetime,
  )
  return code
}
