import type { Context } from "hono"
import { ConfigurationError, OAuthError } from "../../ports/errors.ts"
import type { Settings } from "../../flow/settings.ts"
import { sameSecret } from "../../tokens/opaque-token.ts"
import { readBasic } from "./client-authentication.ts"
import type { ResourceServerCredential } from "../context.ts"

const secretMinLength = 32

/**
 * Finds which of the proxy's resources asks (RFC 7662 §2.1).
 *
 * @throws {OAuthError} `invalid_client` unless a configured resource server does.
 */
export type ResourceServerAuthentication = (c: Context) => Promise<string>

/** @throws {ConfigurationError} for a credential that is too weak, or of a resource that is not the proxy's. */
export function createResourceServerAuthentication(
  credentials: readonly ResourceServerCredential[],
  { resources }: Settings,
): ResourceServerAuthentication {
  for (const { id, secret, resource } of credentials) {
    if (secret.length < secretMinLength) {
      throw new ConfigurationError(
        `resourceServers: the secret of ${id} must have at least ${secretMinLength} characters`,
      )
    }
    if (!resources.some((known) => known.resource === resource)) {
      throw new ConfigurationError(`resourceServers: ${resource} of ${id} is not in resources`)
    }
  }
  return async (c) => {
    const basic = readBasic(c.req.header("authorization"))
    const known = credentials.find(({ id }) => id === basic?.clientId)
    if (basic && known && (await sameSecret(basic.secret, known.secret))) return known.resource
    throw new OAuthError(
      "invalid_client",
      "client_credential_wrong",
      "Introspection is for the configured resource servers, with their credential as Basic authentication.",
    )
  }
}
