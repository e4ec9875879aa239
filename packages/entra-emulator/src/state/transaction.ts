import type { AuthorizationRequest } from "../sign-in/redirection.ts"
import type { ClaimsRequest } from "../sign-in/claims-request.ts"
import type { Permission } from "../directory/consent.ts"
import type { Account, Authority } from "../directory/directory.ts"
import type { EntraError } from "../aadsts/entra-error.ts"
import type { SignInSession } from "./grants.ts"
import type { AppRegistration } from "./options.ts"

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

/** One sign-in on its way through the pages. */
export interface Transaction {
  /** The handle that the forms carry. */
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

/** What a sign-in begins with. */
export type SignInStart = Omit<Transaction, "id" | "consented" | "session" | "cookie">

/** What the browser gets next: a page, or the end. */
export type Outcome =
  | { kind: "sign-in"; transaction: Transaction; accounts: Account[]; problem?: string }
  | { kind: "mfa"; transaction: Transaction; account: Account; enrolment: boolean }
  | {
      kind: "permissions"
      transaction: Transaction
      account: Account
      permissions: Permission[]
      forOrganization: boolean
    }
  | { kind: "refused"; transaction: Transaction; refusal: EntraError }
  | { kind: "redirect"; location: Redirection }
  | { kind: "done"; title: string; text: string }

/** Parameters on their way back to the application. */
export interface Redirection {
  redirectUri: string
  responseMode: AuthorizationRequest["target"]["responseMode"]
  parameters: URLSearchParams
}
