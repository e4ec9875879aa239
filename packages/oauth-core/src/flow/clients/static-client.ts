import type { StaticClient } from "../../options.ts"
import type { Client } from "../../ports/client.ts"
import { secretOfText } from "./client-secret.ts"

/** Turns a configured client into a {@link Client}. */
export function staticClient(given: StaticClient): Client {
  const { clientId, clientSecret, clientName, redirectUris, jwks } = given
  return {
    id: clientId,
    source: "static",
    redirectUris,
    authenticationMethod: jwks ? "private_key_jwt" : clientSecret ? "client_secret_basic" : "none",
    ...(clientName === undefined ? {} : { name: clientName }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(clientSecret === undefined ? {} : { secret: secretOfText(clientSecret) }),
  }
}
