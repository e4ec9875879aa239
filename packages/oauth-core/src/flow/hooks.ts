import type { RefusedSignIn, SignInDecision } from "../options.ts"
import type { Client } from "../ports/client.ts"
import { OAuthError } from "../ports/errors.ts"
import type { Identity } from "../ports/identity-provider.ts"
import { userIdOf } from "../records/user.ts"
import type { Deps } from "./deps.ts"

/**
 * Asks the operator's `onSignIn` whether this person may use this client.
 *
 * @throws {OAuthError} `access_denied` with the operator's message.
 * @throws {TypeError} if the hook returns anything else than a refusal or nothing, so that nobody is
 * accepted by mistake.
 */
export async function checkSignIn(identity: Identity, client: Client, deps: Deps): Promise<void> {
  const decision = await deps.hooks.onSignIn?.(identity, client)
  const rule = isRefusedSignIn(decision) ? decision.rule : undefined
  const refusal = isRefusedSignIn(decision)
    ? decision.message
    : refusalOf("onSignIn must return a string, { message, rule } or nothing", decision)
  if (refusal === undefined) return
  throw new OAuthError("access_denied", "sign_in_refused", refusal, {
    userId: await userIdOf(identity),
    ...(rule === undefined ? {} : { detail: rule }),
  })
}

function isRefusedSignIn(decision: SignInDecision): decision is RefusedSignIn {
  if (typeof decision !== "object" || decision === null) return false
  return typeof decision.message === "string" && typeof decision.rule === "string"
}

/**
 * Asks the operator's `onRegister` whether this client may register.
 *
 * @throws {OAuthError} `invalid_client_metadata` with the operator's message.
 * @throws {TypeError} if the hook returns anything else than a string or nothing.
 */
export async function checkRegistration(client: Client, deps: Deps): Promise<void> {
  const refusal = refusalOf(
    "onRegister must return a string or nothing",
    await deps.hooks.onRegister?.(client),
  )
  if (refusal === undefined) return
  throw new OAuthError("invalid_client_metadata", "registration_refused", refusal)
}

/** @param mistake what is wrong with any other answer, for the author. */
function refusalOf(mistake: string, answer: unknown): string | undefined {
  if (answer === undefined) return undefined
  if (typeof answer === "string") return answer
  throw new TypeError(mistake)
}
