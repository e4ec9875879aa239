import { Hono } from "hono"
import { streamSSE } from "hono/streaming"
import { page } from "./page.ts"
import { pageScript } from "./page-script.ts"
import { pageStyle } from "./page-style.ts"
import { readRunRequest } from "./run-request.ts"
import type { Runs } from "./runs.ts"

const CALLBACK_PAGE =
  "<!doctype html><html lang=en><title>Done</title><p>The callback has arrived. You can close this page."

/**
 * The page, and the routes that it calls.
 *
 * Only this page may start runs: requests under another host name (DNS rebinding) or from another
 * origin are refused.
 *
 * @param url the MCP server that is already in the form.
 */
export function webApp(runs: Runs, origin: string, url?: string): Hono {
  const app = new Hono()
  const { host } = new URL(origin)

  app.use(async (c, next) => {
    if (c.req.header("host") !== host) return c.text("unknown host", 421)
    await next()
    c.header(
      "content-security-policy",
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    )
    c.header("cache-control", "no-store")
    c.header("referrer-policy", "no-referrer")
    c.header("x-content-type-options", "nosniff")
  })
  app.get("/", (c) => c.html(page(url)))
  app.get("/page.js", (c) => c.body(pageScript, 200, { "content-type": "text/javascript" }))
  app.get("/page.css", (c) => c.body(pageStyle, 200, { "content-type": "text/css" }))

  app.post("/runs", async (c) => {
    if (c.req.header("origin") !== origin) return c.json({ error: "another origin" }, 403)
    const request = readRunRequest(await c.req.json().catch(() => undefined))
    if (typeof request === "string") return c.json({ error: request }, 400)
    return c.json({ id: runs.start(request) }, 201)
  })
  app.get("/runs/:id", (c) => {
    const events = runs.events(c.req.param("id"))
    if (!events) return c.json({ error: "unknown run" }, 404)
    return streamSSE(c, async (stream) => {
      for await (const event of events) await stream.writeSSE({ data: JSON.stringify(event) })
    })
  })
  app.get("/callback", (c) => {
    if (runs.arrive(new URL(c.req.url))) return c.html(CALLBACK_PAGE)
    return c.text("No run waits for this callback.", 400)
  })
  return app
}
