import { html } from "hono/html"
import type { ServerIdentity } from "../../ports/consent-page.ts"
import type { OAuthError } from "../../ports/errors.ts"
import type { RefusalReason } from "../../ports/events.ts"
import { warningIcon } from "./icons.ts"
import { masthead } from "./masthead.ts"
import { type Html, page } from "./page.ts"

/** The page that a person sees when a request fails. */
export function errorPage(input: {
  error: OAuthError
  server: ServerIdentity
  /**
   * Where the client expects the error. It is only a link, because the person has not chosen to go
   * there.
   */
  location: string | undefined
}): Html {
  const { error, location } = input
  const heading = headingOf(error)
  return page(
    heading,
    html`${masthead(input.server, heading)}
<p class="notice warning" role="alert">${warningIcon}<span>${inPlainWords[error.reason] ?? error.message}</span></p>
${
  location === undefined
    ? html`<p>You can close this page.</p>`
    : html`<p>The application that sent you here says that its address is
<strong><bdi>${hostOf(location)}</bdi></strong>. Go back only if you recognize it.</p>
<p><a class="button" href="${location}" rel="noreferrer">Go back to ${hostOf(location)}</a></p>`
}
<footer>Details for support: <code>${error.code}</code>, <code>${error.reason}</code></footer>`,
  )
}

/** What a person can do, where the error's own text is for the author of the client. */
const inPlainWords: Partial<Record<RefusalReason, string>> = {
  unknown_client:
    "This server does not know the application that sent you here. In the application, remove this server and add it again.",
  redirect_uri_mismatch:
    "The application wants to be answered at an address that it has not registered here. In the application, remove this server and add it again.",
}

function headingOf({ status }: OAuthError): string {
  if (status === 429 || status === 503) return "Please try again in a moment"
  return status >= 500 ? "Something went wrong" : "This request cannot continue"
}

const hostOf = (location: string): string => {
  const { host, protocol } = new URL(location)
  return host || protocol
}
