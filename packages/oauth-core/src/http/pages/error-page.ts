import { html } from "hono/html"
import type { ServerIdentity } from "../../ports/consent-page.ts"
import type { OAuthError } from "../../ports/errors.ts"
import { warningIcon } from "./icons.ts"
import { masthead } from "./masthead.ts"
import { type Html, page } from "./page.ts"

/** What a person sees when a request cannot go on. */
export function errorPage(input: {
  error: OAuthError
  server: ServerIdentity
  /** Where the client waits for the error; a link, since nobody chose to go there yet. */
  location: string | undefined
}): Html {
  const { error, location } = input
  const heading = headingOf(error)
  return page(
    heading,
    html`${masthead(input.server, heading)}
<p class="notice warning" role="alert">${warningIcon}<span>${error.message}</span></p>
${
  location === undefined
    ? html`<p>You can close this page.</p>`
    : html`<p>The application that sent you here says that it is at
<strong><bdi>${hostOf(location)}</bdi></strong>. Go back only if you know it.</p>
<p><a class="button" href="${location}" rel="noreferrer">Go back to ${hostOf(location)}</a></p>`
}
<footer>For whoever looks into this: <code>${error.code}</code>, <code>${error.reason}</code></footer>`,
  )
}

function headingOf({ status }: OAuthError): string {
  if (status === 429 || status === 503) return "Please try again in a moment"
  return status >= 500 ? "Something went wrong here" : "This cannot go on"
}

const hostOf = (location: string): string => {
  const { host, protocol } = new URL(location)
  return host || protocol
}
