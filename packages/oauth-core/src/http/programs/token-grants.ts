import { issueToClient } from "../../flow/tokens/client-credentials.ts"
import { redeemDeviceCode } from "../../flow/tokens/device-code.ts"
import { exchangeCode } from "../../flow/tokens/exchange.ts"
import { redeemIdentityAssertion } from "../../flow/tokens/identity-assertion.ts"
import { refreshTokens } from "../../flow/tokens/refresh.ts"
import { exchangeToken } from "../../flow/tokens/token-exchange.ts"
import type { Client } from "../../ports/client.ts"
import type { TokenRequest } from "../../protocol/token-request.ts"
import type { TokenResponse } from "../../protocol/token-response.ts"
import type { HttpContext } from "../context.ts"
import { limitClient } from "../limits.ts"

/**
 * Takes the step of a token request's grant type (RFC 6749 §1.3).
 *
 * @param jkt the key that the request proved, to bind the token to (RFC 9449 §5).
 */
export async function redeemGrant(
  request: TokenRequest,
  client: Client,
  jkt: string | undefined,
  http: HttpContext,
): Promise<TokenResponse> {
  const { deps } = http
  switch (request.grantType) {
    case "authorization_code":
      return exchangeCode({ request, client, jkt }, deps)
    case "refresh_token":
      return refreshTokens({ request, client, jkt }, deps)
    case "client_credentials":
      await limitClient("client_credentials", client, http)
      return issueToClient({ request, client, jkt }, deps)
    case "urn:ietf:params:oauth:grant-type:jwt-bearer":
      return redeemIdentityAssertion({ request, client, jkt }, deps)
    case "urn:ietf:params:oauth:grant-type:device_code":
      return redeemDeviceCode({ request, client, jkt }, deps)
    case "urn:ietf:params:oauth:grant-type:token-exchange":
      await limitClient("token_exchange", client, http)
      return exchangeToken({ request, client, jkt }, deps)
  }
}
