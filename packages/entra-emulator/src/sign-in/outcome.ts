import type { EntraError } from "../aadsts/entra-error.ts"
import type { Permission } from "../directory/consent.ts"
import type { Account } from "../directory/directory.ts"
import type { Transaction } from "../state/transaction.ts"
import type { Redirection } from "./redirection.ts"

/** What the browser gets after a step of a sign-in: a page, or the end. */
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
