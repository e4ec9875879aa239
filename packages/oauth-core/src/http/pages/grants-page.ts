import { html } from "hono/html"
import type { GrantSummary } from "../../flow/grants/list.ts"
import type { ServerIdentity } from "../../ports/consent-page.ts"
import { masthead } from "./masthead.ts"
import { type Html, page } from "./page.ts"

const heading = "Your connected applications"

interface GrantsForm {
  action: string
  /** Ties the form to this browser. */
  token: string
}

/** The page for a person who has not signed in. Nothing happens until they click. */
export const grantsSignInPage = (input: {
  server: ServerIdentity
  provider: string
  form: GrantsForm
}): Html =>
  page(
    heading,
    html`${masthead(input.server, heading)}
<p>See which applications you have given access, and end it if you like.</p>
<form method="post" action="${input.form.action}">
<input type="hidden" name="token" value="${input.form.token}">
<div class="actions"><button class="primary" name="decision" value="sign_in">Sign in with
${input.provider}</button></div>
</form>`,
  )

/** The page where a person sees and ends the access that they have granted. */
export const grantsPage = (input: {
  server: ServerIdentity
  /** The name of the person who is signed in. */
  person: string
  grants: readonly (GrantSummary & {
    resourceName: string
    /** Whether using it postpones its expiry. */
    renewable: boolean
  })[]
  form: GrantsForm
}): Html =>
  page(
    heading,
    html`${masthead(input.server, heading)}
<p>Signed in as <strong><bdi>${input.person}</bdi></strong></p>
${
  input.grants.length === 0
    ? html`<p>No application has access on your behalf.</p>`
    : html`<ul class="grants">${input.grants.map((grant) => {
        const name = grant.clientName ?? grant.clientId
        return html`<li>
<h2 id="grant-${grant.id}"><bdi>${name}</bdi></h2>
<dl>
<div><dt>Access to</dt><dd><bdi>${grant.resourceName}</bdi></dd></div>
${
  grant.scopes.length === 0
    ? ""
    : html`<div><dt>It can</dt><dd><ul>${grant.scopes.map(
        (scope) => html`<li>${scope}</li>`,
      )}</ul></dd></div>`
}
<div><dt>Since</dt><dd>${shownDate(grant.createdAt)}</dd></div>
<div><dt>Until</dt><dd>${shownDate(grant.expiresAt)}${grant.renewable ? ", or later if it is used" : ""}</dd></div>
</dl>
<form method="post" action="${input.form.action}">
<input type="hidden" name="token" value="${input.form.token}">
<button name="grant" value="${grant.id}" aria-describedby="grant-${grant.id}">End access</button>
</form></li>`
      })}</ul>
<p class="quiet small">Access ends within seconds. After that, the application has to ask you
again.</p>`
}`,
  )

const shownDate = (time: number): Html => {
  const iso = new Date(time).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`
}
