import { html } from "hono/html"
import { type Html, page } from "./layout.ts"

/** A page with a message and nothing to do. */
export function messagePage(title: string, text: string): Html {
  return page({ title, body: html`<p>${text}</p>` })
}
