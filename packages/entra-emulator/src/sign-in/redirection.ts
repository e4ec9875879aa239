import type { ClaimsRequest } from "./claims-request.ts"
import type { Authority } from "../directory/directory.ts"
import type { EntraError } from "../aadsts/entra-error.ts"
import type { AuthorizationCode } from "../state/grants.ts"
import type { AppRegistration } from "../state/options.ts"

export const responseModes = ["query", "fragment", "form_post"] as const
export const prompts = ["login", "none", "consent", "select_account"] as const

/** Where the answer goes once client and redirect URI are known to be good. */
export interface RedirectTarget {
  redirectUri: string
  responseMode: (typeof responseModes)[number]
  state: string | undefined
}

/** A refusal that goes back to the application. One that may not is a plain {@link EntraError}: a page. */
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

export interface AuthorizationRequest {
  authority: Authority
  client: AppRegistration
  platform: AuthorizationCode["platform"]
  target: RedirectTarget
  scope: string
  prompt: (typeof prompts)[number] | undefined
  loginHint: string | undefined
  domainHint: string | undefined
  nonce: string | undefined
  challenge: AuthorizationCode["challenge"]
  claims: ClaimsRequest
  /** Whether the answer is to carry `client_info`. */
  clientInfo: boolean
}
