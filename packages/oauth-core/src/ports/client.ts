import { ConfigurationError } from "./errors.ts"
import type { ClientAuthenticationMethod, ClientMetadata } from "../protocol/client-metadata.ts"
import { checkRedirectUri } from "../protocol/redirect-uri.ts"
import { sameSecret } from "../tokens/opaque-token.ts"

/** A client as every step sees it, wherever it is known from. */
export interface Client {
  readonly id: string
  /**
   * - `registered`: registered itself; what it says of itself is unverified.
   * - `metadata_document`: its id is the URL of its metadata, so its host is verified.
   * - `static`: the operator configured it.
   */
  readonly source: "registered" | "metadata_document" | "static"
  readonly name?: string
  /** The host that vouches for the client, for `metadata_document`. */
  readonly verifiedHost?: string
  readonly uri?: string
  readonly redirectUris: readonly string[]
  readonly authenticationMethod: ClientAuthenticationMethod
  /** Whether this is the client's secret; absent if it has none. */
  isSecret?(secret: string): Promise<boolean>
  readonly jwks?: ClientMetadata["jwks"]
  readonly jwksUri?: string
  /** For `registered`: the day of its last use, as far as its record says. */
  readonly lastUsedDay?: number
}

/** A client that the operator registers by configuration. */
export interface StaticClient {
  clientId: string
  /** At least 32 characters if the client is confidential; without one it is public. */
  clientSecret?: string
  clientName?: string
  redirectUris: readonly string[]
  /** For `private_key_jwt`. */
  jwks?: NonNullable<ClientMetadata["jwks"]>
}

/** @throws {ConfigurationError} naming the client and the mistake. */
export function staticClient(given: StaticClient): Client {
  const { clientId, clientSecret, clientName, redirectUris, jwks } = given
  const wrong = (why: string): never => {
    throw new ConfigurationError(`clients: ${clientId || "a client"} ${why}`)
  }
  if (!clientId) wrong("needs a clientId")
  if (redirectUris.length === 0) wrong("needs redirectUris")
  try {
    for (const uri of redirectUris) checkRedirectUri(uri)
  } catch (error) {
    wrong(`is wrong: ${error instanceof Error ? error.message : error}`)
  }
  if (clientSecret !== undefined && clientSecret.length < 32) {
    wrong("has a clientSecret of fewer than 32 characters")
  }
  if (clientSecret !== undefined && jwks) wrong("must have a clientSecret or jwks, not both")
  return {
    id: clientId,
    source: "static",
    redirectUris,
    authenticationMethod: jwks ? "private_key_jwt" : clientSecret ? "client_secret_basic" : "none",
    ...(clientName === undefined ? {} : { name: clientName }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(clientSecret === undefined
      ? {}
      : { isSecret: (secret: string) => sameSecret(secret, clientSecret) }),
  }
}
