import {
  authorizationCodeGrantRequest,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from "oauth4webapi"
import type { ClientInformation } from "../protocol/metadata.ts"
import type { Run } from "../step.ts"
import type { UsableServer } from "./discover-server.ts"
import type { AuthorizationRequest } from "./request-authorization.ts"
import {
  askForTokens,
  asServer,
  clientAuthentication,
  type Tokens,
  tokenRequestOptions,
} from "./token-client.ts"

/** Redeems the code, with the verifier and the same `resource` (OAuth 2.1 §4.1.3, RFC 8707 §2.2). */
export async function redeemCode(
  run: Run,
  callback: URLSearchParams,
  server: UsableServer,
  client: ClientInformation,
  request: AuthorizationRequest,
): Promise<Tokens> {
  const as = asServer(server)
  const { client_id } = client
  const validated = validateAuthResponse(as, { client_id }, callback, request.state)
  const tokens = await askForTokens(
    run,
    () =>
      authorizationCodeGrantRequest(
        as,
        { client_id },
        clientAuthentication(client, server),
        validated,
        request.redirectUri,
        request.codeVerifier,
        tokenRequestOptions(run, request.resource),
      ),
    (response) => processAuthorizationCodeResponse(as, { client_id }, response),
  )
  return { ...tokens, scope: tokens.scope ?? request.scope }
}
