import { html } from "hono/html"
import type { Account } from "../../directory/directory.ts"
import { type Html, page, stepForm } from "./layout.ts"

export interface FactorPageInput {
  action: string
  transaction: string
  account: Account
  /** Whether the user has to set up a second factor first. */
  enrolment: boolean
}

/** Asks for the second factor: `decision` is `accept` or `cancel`. */
export function factorPage({ action, transaction, account, enrolment }: FactorPageInput): Html {
  return page({
    title: enrolment ? "More information required" : "Approve sign-in request",
    organization: account.user.username,
    body: html`
      <p>${
        enrolment
          ? "Your organization needs a second factor to keep your account secure. In this emulator, one click sets it up."
          : "Your organization asks for a second factor. In this emulator, one click is enough."
      }</p>
      ${stepForm(
        action,
        transaction,
        html`<div class="row">
          <button name="decision" value="cancel">Deny</button>
          <button class="main" name="decision" value="accept">${enrolment ? "Set up and approve" : "Approve"}</button>
        </div>`,
      )}`,
  })
}
