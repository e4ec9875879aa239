import { html } from "hono/html"
import type { GrantSummary } from "../flow/list-grants.ts"
import { type Html, page } from "./page.ts"

/** The page on which a person sees, and ends, what they have allowed. */
export const grantsPage = (input: {
  server: string
  action: string
  token: string
  grants: readonly GrantSummary[]
}): Html =>
  page(
    "Your connected applications",
    html`<header>
<p class="server">${input.server}</p>
<h1>Your connected applications</h1>
</header>
${
  input.grants.length === 0
    ? html`<p>No application has access in your name.</p>`
    : html`<ul class="grants">${input.grants.map(
        (grant) => html`<li>
<strong>${grant.clientName ?? grant.clientId}</strong><br>
<span class="quiet">Access to <code>${grant.resource}</code>${
          grant.scopes.length > 0 ? html` with <code>${grant.scopes.join(" ")}</code>` : ""
        }<br>since ${shownDate(grant.createdAt)}, until ${shownDate(grant.expiresAt)} at most</span>
<form method="post" action="${input.action}">
<input type="hidden" name="token" value="${input.token}">
<button name="grant" value="${grant.id}">End access</button>
</form></li>`,
      )}</ul>`
}
<p class="quiet">Ending access takes effect within seconds. The application must then ask you again.</p>`,
  )

const shownDate = (time: number) => {
  const iso = new Date(time).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`
}
