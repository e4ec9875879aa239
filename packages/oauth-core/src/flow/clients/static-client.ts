import type { StaticClient } from "../../client-options.ts"
import type { Client, ClientSecret } from "../../ports/client.ts"
import { digestInHash } from "../../tokens/client-secret-hash.ts"
import { secretOfDigests, secretOfText } from "./client-secret.ts"

/** Turns a configured client into a {@link Client}. */
export function staticClient(given: StaticClient): Client {
  const { clientId, clientName, redirectUris = [], jwks } = given
  const secret = secretOf(given)
  return {
    id: clientId,
    source: "static",
    redirectUris,
    authenticationMethod: jwks ? "private_key_jwt" : secret ? "client_secret_basic" : "none",
    ...(clientName === undefined ? {} : { name: clientName }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(secret === undefined ? {} : { secret }),
  }
}

/** The digests in a configured client's `clientSecretHash`, in its order. */
export const secretDigestsOf = ({ clientSecretHash }: StaticClient): readonly string[] =>
  [clientSecretHash ?? []].flat().flatMap((hash) => digestInHash(hash) ?? [])

function secretOf(given: StaticClient): ClientSecret | undefined {
  if (given.clientSecret !== undefined) return secretOfText(given.clientSecret)
  return given.clientSecretHash === undefined ? undefined : secretOfDigests(secretDigestsOf(given))
}
