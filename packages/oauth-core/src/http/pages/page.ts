import type { Context } from "hono"
import { html, raw } from "hono/html"
import type { HtmlEscapedString } from "hono/utils/html"
import { primitives } from "../../tokens/crypto.ts"
import { toBytes } from "../../tokens/encoding.ts"
import { style } from "./style.ts"

/** HTML from Hono's `html` template, which escapes what is put into it. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/**
 * Makes a complete HTML page in the style of this server's pages. It has no scripts and loads nothing.
 *
 * @param title the page's title, which is escaped.
 * @param body what `<main>` contains.
 *
 * @example
 * ```ts
 * app.get("/", (c) => sendPage(c, page("Tickets", html`<h1>Tickets</h1><p>An MCP server.</p>`)))
 * ```
 */
export const page = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>`

/**
 * Sends a page with security headers: it cannot be framed (OAuth 2.1 §7.10) or cached, and cannot run
 * scripts.
 *
 * Its policy has no `form-action`, because Chrome applies that to the redirects that follow a form and
 * would block those to a client's private-use scheme.
 *
 * @param body a page made by {@link page}, whose styles are the only ones that apply.
 * @param status the HTTP status. Default: 200.
 */
export async function sendPage(c: Context, body: Html | string, status = 200): Promise<Response> {
  return send(c, body, status, await ownStyle)
}

/** Sends a page that the operator made. It may have its own styles, but still loads nothing. */
export const sendCustomPage = (c: Context, body: Html | string): Promise<Response> =>
  send(c, body, 200, "'unsafe-inline'; img-src data:")

async function send(c: Context, body: Html | string, status: number, styles: string) {
  c.header(
    "Content-Security-Policy",
    `default-src 'none'; style-src ${styles}; base-uri 'none'; frame-ancestors 'none'`,
  )
  c.header("X-Frame-Options", "DENY")
  c.header("X-Content-Type-Options", "nosniff")
  c.header("Cross-Origin-Resource-Policy", "same-origin")
  c.header("Referrer-Policy", "no-referrer")
  c.header("Cache-Control", "no-store")
  return c.html(body, status as 200)
}

const ownStyle = (async () => {
  const digest = await primitives.sha256(toBytes(style))
  return `'sha256-${btoa(String.fromCharCode(...digest))}'`
})()
