import type { Context } from "hono"
import { html, raw } from "hono/html"
import type { HtmlEscapedString } from "hono/utils/html"
import { primitives } from "../tokens/crypto.ts"
import { toBytes } from "../tokens/encoding.ts"
import { style } from "./style.ts"

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** One page of this server: no script, nothing loaded from anywhere. */
export const page = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
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
 * Sends a page with the headers that every page has: it cannot be framed (OAuth 2.1 §7.10), stored, or
 * run anything. There is no `form-action`: Chrome applies it to the redirects that follow a form, and
 * would block those to a client's private-use scheme.
 */
export async function sendPage(c: Context, body: Html | string, status = 200): Promise<Response> {
  c.header("Content-Security-Policy", await contentSecurityPolicy)
  c.header("X-Frame-Options", "DENY")
  c.header("X-Content-Type-Options", "nosniff")
  c.header("Referrer-Policy", "no-referrer")
  c.header("Cache-Control", "no-store")
  return c.html(body, status as 200)
}

const contentSecurityPolicy = (async () => {
  const digest = await primitives.sha256(toBytes(style))
  const hash = btoa(String.fromCharCode(...digest))
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`
})()
