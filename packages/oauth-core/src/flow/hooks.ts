import { OAuthError } from "../ports/errors.ts"
import type { Identity } from "../ports/identity-provider.ts"
import type { Client } from "../ports/client.ts"
import type { Deps } from "./deps.ts"

/**
 * Asks the operator's `onSignIn` whether this person may use this client.
 *
 * @throws {OAuthError} `access_denied` with the operator's words.
 * @throws {TypeError} if the hook answers with neither a text nor nothing, which must not let anybody in.
 */
export async function checkSignIn(identity: Identity, client: Client, deps: Deps): Promise<void> {
  const refusal = await deps.hooks.onSignIn?.(identity, client)
  if (refusal === undefined) return
  if (typeof refusal !== "string") throw new TypeError("onSignIn must return a text or nothing")
  throw new OAuthError("access_denied", "sign_in_refused", refusal)
}
