import type { Context } from "hono"
import type { ResourceServerCredential } from "../../options.ts"
import { OAuthError } from "../../ports/errors.ts"
import { sameSecret } from "../../tokens/digest.ts"
import { readBasic } from "./client-authentication.ts"

/**
 * Authenticates a resource server and returns its resource (RFC 7662 §2.1).
 *
 * @throws {OAuthError} `invalid_client` if the request is not from a configured resource server.
 */
export type ResourceServerAuthentication = (c: Context) => Promise<string>

export const createResourceServerAuthentication =
  (credentials: readonly ResourceServerCredential[]): ResourceServerAuthentication =>
  async (c) => {
    const basic = readBasic(c.req.header("authorization"))
    const known = credentials.find(({ id }) => id === basic?.clientId)
    if (basic && known && (await sameSecret(basic.secret, known.secret))) return known.resource
    throw new OAuthError(
      "invalid_client",
      "client_credential_wrong",
      "Introspection is only for configured resource servers, which must use Basic authentication.",
    )
  }
