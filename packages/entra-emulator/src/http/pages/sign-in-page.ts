import { html } from "hono/html"
import type { Account } from "../../directory/directory.ts"
import { type Html, page, stepForm } from "./layout.ts"

export interface SignInPageInput {
  action: string
  transaction: string
  application: string
  organization: string
  accounts: readonly Account[]
  loginHint: string | undefined
  problem: string | undefined
}

/** Choose who signs in: a button for each user, and a field for any user name. */
export function signInPage(input: SignInPageInput): Html {
  const { action, transaction, accounts } = input
  const people = html`<ul class="people">
    ${accounts.map((account) => html`<li>${personButton(account)}</li>`)}
  </ul>`
  return page({
    title: "Sign in",
    organization: input.organization,
    body: html`
      <p class="soft">to continue to ${input.application}</p>
      ${input.problem === undefined ? "" : html`<p class="problem" role="alert">${input.problem}</p>`}
      ${accounts.length === 0 ? "" : stepForm(action, transaction, people)}
      <hr>
      ${stepForm(
        action,
        transaction,
        html`<label for="username">Or type a user name</label>
        <div class="field">
          <input id="username" name="username" type="text" value="${input.loginHint ?? ""}" required
            autocomplete="username" autocapitalize="none" spellcheck="false" inputmode="email">
          <button class="main" type="submit">Next</button>
        </div>`,
      )}
      ${stepForm(
        action,
        transaction,
        html`<div class="row start"><button class="quiet" name="decision" value="cancel">Cancel sign-in</button></div>`,
      )}`,
  })
}

function personButton({ user, guest }: Account): Html {
  const tag = user.disabled ? "disabled" : guest ? "guest" : user.admin ? "administrator" : ""
  return html`<button class="person" name="username" value="${user.username}">
    <span class="initials" aria-hidden="true">${initials(user.name)}</span>
    <span class="name">${user.name}</span>
    <span class="username">${user.username}</span>
    ${tag === "" ? "" : html`<span class="tag">${tag}</span>`}
  </button>`
}

function initials(name: string): string {
  const words = name.split(" ").filter((word) => word !== "")
  const [first = "", last = ""] = [words.at(0), words.length > 1 ? words.at(-1) : ""]
  return `${first.charAt(0)}${last.charAt(0)}`.toUpperCase()
}
