import {
  type EntraError,
  errorDescription,
  errorUri,
  type RequestTrace,
} from "../aadsts/entra-error.ts"
import type { RedirectTarget } from "../state/transaction.ts"

/** An answer to the application: parameters for its redirect URI. */
export interface Redirection {
  redirectUri: string
  responseMode: RedirectTarget["responseMode"]
  parameters: URLSearchParams
}

/** A refusal that is sent to the application. A plain {@link EntraError} is shown as a page instead. */
export class RedirectedError extends Error {
  override readonly name = "RedirectedError"
  readonly refusal: EntraError
  readonly target: RedirectTarget

  constructor(refusal: EntraError, target: RedirectTarget) {
    super(refusal.message)
    this.refusal = refusal
    this.target = target
  }
}

/** A refusal as `error`, `error_description`, `error_uri` and `state` (OAuth 2.0 §4.1.2.1). */
export function errorRedirection(
  refusal: EntraError,
  target: RedirectTarget,
  trace: RequestTrace,
  baseUrl: string,
): Redirection {
  const { redirectUri, responseMode, state } = target
  const parameters = new URLSearchParams({
    error: refusal.redirectedError,
    error_description: errorDescription(refusal, trace),
    ...(refusal.hasUri && { error_uri: errorUri(refusal, baseUrl) }),
    ...(state !== undefined && { state }),
  })
  return { redirectUri, responseMode, parameters }
}
