import { html } from "hono/html"
import type { ServerIdentity } from "../../ports/consent-page.ts"
import { doorIcon } from "./icons.ts"
import type { Html } from "./page.ts"

/** The top of every page: whose server it is, and the heading. */
export const masthead = ({ host, operator }: ServerIdentity, heading: Html | string): Html =>
  html`<header>
<p class="server">${doorIcon}<span>${host}${
    operator === undefined ? "" : html`, run by <bdi>${operator}</bdi>`
  }</span></p>
<h1>${heading}</h1>
</header>`
