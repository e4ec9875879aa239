import { html, raw } from "hono/html"
import { stylesheet } from "./stylesheet.ts"

export type Html = ReturnType<typeof html>

export interface PageOptions {
  title: string
  /** The line above the title, such as the tenant's name. */
  organization?: string
  body: Html
  /** For pages with long lists. */
  wide?: boolean
}

/** The frame of every page. It says that this is an emulator, and needs no script. */
export function page({ title, organization, body, wide = false }: PageOptions): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>${title} · Entra emulator</title>
    <style>${raw(stylesheet)}</style>
  </head>
  <body>
    <p class="emulator" role="note">
      <strong>Emulator.</strong> This is not Microsoft. It never asks for a password.
    </p>
    <main class="${wide ? "wide" : ""}">
      ${organization === undefined ? "" : html`<p class="organization">${organization}</p>`}
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>`
}

/** A form for the next step of a sign-in; `transaction` is the sign-in's handle. */
export function stepForm(action: string, transaction: string, content: Html): Html {
  return html`<form method="post" action="${action}">
    <input type="hidden" name="transaction" value="${transaction}">
    ${content}
  </form>`
}
