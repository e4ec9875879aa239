import { OAuthError } from "../errors.ts"
import type { Identity } from "../identity-provider.ts"
import type { Client } from "./client.ts"
import type { Deps } from "./deps.ts"

/**
 * Asks the operator's `onSignIn` whether this person may use this client.
 *
 * @throws {OAuthError} `access_denied` with the operator's words.
 */
export async function checkSignIn(identity: Identity, client: Client, deps: Deps): Promise<void> {
  const refusal = await deps.hooks.onSignIn?.(identity, client)
  if (typeof refusal === "string") {
    throw new OAuthError("access_denied", "sign_in_refused", refusal)
  }
}
