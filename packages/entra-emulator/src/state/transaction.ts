import type { AppRegistration } from "../directory/app-registration.ts"
import type { Permission } from "../directory/consent.ts"
import type { Authority } from "../directory/directory.ts"
import type { AuthorizationCode, SignInSession } from "./grants.ts"

export const responseModes = ["query", "fragment", "form_post"] as const
export const prompts = ["login", "none", "consent", "select_account"] as const

/** Where the answer to an authorization request goes, once client and redirect URI are checked. */
export interface RedirectTarget {
  redirectUri: string
  responseMode: (typeof responseModes)[number]
  state: string | undefined
}

/** What a client's `claims` parameter requires of the sign-in. */
export interface ClaimsRequest {
  /** Authentication contexts, such as `c1`. */
  acrs: readonly string[]
  /** Whether a second factor is required (`capolids`, from an earlier refusal). */
  mfa: boolean
  /** Whether the client can handle continuous access evaluation (`xms_cc: cp1`). */
  cp1: boolean
  /** Seconds since the epoch: the sign-in must be newer (continuous access evaluation). */
  notBefore?: number
}

/** A checked authorization request (OAuth 2.0 §4.1.1). */
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
  /** Whether the answer must contain `client_info`. */
  clientInfo: boolean
}

/** What the sign-in is for, which decides how it ends. */
export type Purpose =
  | { kind: "authorize"; request: AuthorizationRequest }
  | { kind: "device"; userCode: string }
  | {
      kind: "admin-consent"
      redirectUri: string
      state: string | undefined
      permissions: Permission[]
    }

/** A sign-in in progress. */
export interface Transaction {
  /** The handle that the forms contain. */
  id: string
  purpose: Purpose
  authority: Authority
  client: AppRegistration
  scope: string
  claims: ClaimsRequest
  prompt?: AuthorizationRequest["prompt"]
  loginHint?: string | undefined
  domainHint?: string | undefined
  session?: SignInSession
  /** The cookie of `session`. */
  cookie?: string
  /** Whether the permission page has been accepted. */
  consented: boolean
}
