import { IdentityProviderError } from "@doorward/oauth-core"
import {
  AuthorizationResponseError,
  type AuthorizationServer,
  type Client,
  validateAuthResponse,
} from "oauth4webapi"
import type { ExplainRefusal } from "./refusal.ts"
import { withoutTokens } from "./unusable-response.ts"

/**
 * Checks the callback's parameters (RFC 6749 §4.1.2, RFC 9207 §2.4).
 *
 * @throws {IdentityProviderError} if they carry an error, or do not belong to this sign-in.
 */
export function readAuthorizationResponse(
  callback: URLSearchParams,
  server: AuthorizationServer,
  client: Client,
  state: string,
  explain: ExplainRefusal,
): URLSearchParams {
  try {
    const parameters = validateAuthResponse(server, client, callback, state)
    const codes = parameters.getAll("code")
    if (codes.length !== 1 || codes[0] === "") throw new Error("there must be one code")
    return parameters
  } catch (error) {
    if (error instanceof AuthorizationResponseError) {
      const { error_description = "", ...parameters } = Object.fromEntries(callback)
      throw explain({ error: error.error, description: error_description, parameters })
    }
    throw new IdentityProviderError(
      "sign_in_required",
      "malformed_callback",
      "The identity provider's answer does not belong to this sign-in. Start again.",
      { cause: withoutTokens(error) },
    )
  }
}
