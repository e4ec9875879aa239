import { html } from "hono/html"
import type { OAuthError } from "../errors.ts"
import { type Html, page } from "./page.ts"

/** What a person sees when a request cannot go on. */
export function errorPage(input: {
  error: OAuthError
  issuer: string
  /** Where the client waits for the error; a link, since nobody chose to go there yet. */
  location: string | undefined
}): Html {
  const { error, location } = input
  return page(
    "Sign-in stopped",
    html`<header>
<p class="server">${new URL(input.issuer).host}</p>
<h1>This sign-in cannot go on</h1>
</header>
<p>${error.message}</p>
${
  location === undefined
    ? html`<p class="quiet">You can close this page and start again from your application.</p>`
    : html`<p class="quiet">The application that sent you here says that it is at
<strong>${hostOf(location)}</strong>. Go back only if you know it.</p>
<p><a class="button" href="${location}" rel="noreferrer">Go back to ${hostOf(location)}</a></p>`
}
<p class="code"><code>${error.code}</code></p>`,
  )
}

const hostOf = (location: string) => new URL(location).host
