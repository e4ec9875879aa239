import type { Client } from "../../ports/client.ts"
import { OAuthError } from "../../ports/errors.ts"
import type { Deps } from "../deps.ts"
import { verifyClientAssertion } from "./assertion.ts"
import { resolveClient } from "./resolve.ts"

/** How a request to the token endpoint (or one like it) authenticates its client (OAuth 2.1 §2.4). */
export type ClientCredential =
  | { method: "none"; clientId: string }
  | { method: "secret"; clientId: string; secret: string }
  | { method: "assertion"; clientId: string | undefined; assertion: string }

/**
 * Authenticates a client by the method that it registered: none, a secret, or a key.
 *
 * @throws {OAuthError} `invalid_client`. The message never says which part was wrong.
 */
export async function authenticateClient(
  credential: ClientCredential,
  deps: Deps,
): Promise<Client> {
  if (credential.method === "assertion") return verifyClientAssertion(credential, deps)
  const client = await resolveClient(credential.clientId, deps)
  if (credential.method === "none") {
    if (client.authenticationMethod === "none") return client
    throw refused("client_credential_missing")
  }
  if (await client.secret?.matches(credential.secret)) {
    await deps.secretUses.note(client.id, credential.secret)
    return client
  }
  // A public client that sends a secret is refused: it may be an impostor.
  throw refused("client_credential_wrong")
}

const refused = (reason: "client_credential_missing" | "client_credential_wrong") =>
  new OAuthError("invalid_client", reason, "The client could not be authenticated.")
