import { html } from "hono/html"
import { doorIcon } from "./icons.ts"
import type { Html } from "./page.ts"

/** Which server a page is of, and who is behind it. */
export interface ServerIdentity {
  host: string
  /** Who runs the server, as its people know them. */
  operator?: string
}

/** The first lines of every page: whose it is, and what it is about. */
export const masthead = ({ host, operator }: ServerIdentity, heading: Html | string): Html =>
  html`<header>
<p class="server">${doorIcon}<span>${host}${
    operator === undefined ? "" : html`, run by <bdi>${operator}</bdi>`
  }</span></p>
<h1>${heading}</h1>
</header>`
