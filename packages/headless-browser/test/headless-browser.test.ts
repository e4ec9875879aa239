import { createServer } from "node:http"
import { Hono } from "hono"
import { html } from "hono/html"
import { describe, expect, test } from "vitest"
import { headlessBrowser } from "../src/index.ts"

/** Two sites: a server with a consent page, and the provider that it sends people to. */
function twoSites(headers: Record<string, string> = {}) {
  const seen: Record<string, Headers> = {}
  const app = new Hono()
  app.use(async (c, next) => {
    seen[`${c.req.method} ${new URL(c.req.url).pathname}`] = c.req.raw.headers
    await next()
  })
  app.get("/authorize", (c) =>
    c.html(
      html`<title>Allow &amp; go</title>
        <form method="post" action="/consent">
          <input type="hidden" name="request" value="a&quot;b" /><input name="note" value="x" />
          <button name="decision" value="approve">Allow access</button>
          <button name="decision" value="deny">Refuse</button>
        </form>
        <a href="https://client.example/back">Back to client.example</a>`,
      200,
      headers,
    ),
  )
  app.post("/consent", async (c) => {
    const form = await c.req.parseBody()
    c.header("set-cookie", "__Host-tx=1; Path=/; Secure; HttpOnly; SameSite=Lax", { append: true })
    c.header("set-cookie", "strict=1; Path=/; SameSite=Strict", { append: true })
    return c.redirect(`https://login.example/signin?got=${JSON.stringify(form)}`, 303)
  })
  app.get("/signin", (c) =>
    c.html(
      html`<form method="post"><button name="username" value="alice@contoso.example">Alice</button></form>`,
    ),
  )
  app.post("/signin", (c) => c.redirect("https://mcp.example/auth/callback?code=1"))
  app.get("/auth/callback", (c) => c.redirect("http://127.0.0.1:7777/cb?code=2&state=s"))
  app.get("/back", (c) => c.text("back"))
  return { app, seen }
}

const stopAt = "http://127.0.0.1:7777/cb"

async function signIn(sites = twoSites()) {
  const browser = headlessBrowser({ fetch: sites.app.request, stopAt })
  const consent = await browser.open("https://mcp.example/authorize")
  const signInPage = await consent.submit("approve")
  const arrived = await signInPage.submit({ name: "username", value: "alice@contoso.example" })
  return { ...sites, browser, consent, signInPage, arrived }
}

describe("a sign-in over two sites", () => {
  test("ends at the redirect URI, without requesting it", async () => {
    const { arrived } = await signIn()
    expect(arrived.stopped).toBe(true)
    expect(arrived.url.href).toBe("http://127.0.0.1:7777/cb?code=2&state=s")
    expect(
      arrived.hops.map(({ method, url, status }) => `${method} ${url.pathname} ${status}`),
    ).toEqual(["POST /signin 302", "GET /auth/callback 302"])
  })

  test("sends the form's fields and the pressed button only", async () => {
    const { signInPage, consent } = await signIn()
    expect(JSON.parse(signInPage.url.searchParams.get("got") ?? "")).toEqual({
      request: 'a"b',
      note: "x",
      decision: "approve",
    })
    const denied = await consent.submit("Refuse", { note: "changed" })
    expect(JSON.parse(denied.url.searchParams.get("got") ?? "")).toMatchObject({
      note: "changed",
      decision: "deny",
    })
  })

  test("sends Origin and Sec-Fetch-Site as Chromium does", async () => {
    const { seen } = await signIn()
    const sent = (request: string, name: string) => seen[request]?.get(name)
    expect(sent("GET /authorize", "sec-fetch-site")).toBe("none")
    expect(sent("GET /authorize", "origin")).toBeNull()
    expect(sent("POST /consent", "sec-fetch-site")).toBe("same-origin")
    expect(sent("POST /consent", "origin")).toBe("https://mcp.example")
    expect(sent("GET /signin", "sec-fetch-site")).toBe("cross-site")
    expect(sent("GET /signin", "origin")).toBeNull()
    expect(sent("POST /signin", "sec-fetch-site")).toBe("same-origin")
    expect(sent("GET /auth/callback", "sec-fetch-site")).toBe("cross-site")
  })

  test("brings Lax cookies back over the site boundary, and Strict ones not", async () => {
    const { seen } = await signIn()
    expect(seen["GET /auth/callback"]?.get("cookie")).toBe("__Host-tx=1")
    expect(seen["POST /signin"]?.get("cookie")).toBeNull()
  })

  test("reads title and links", async () => {
    const { consent } = await signIn()
    expect(consent.title).toBe("Allow & go")
    expect(consent.links[0]?.text).toBe("Back to client.example")
    expect((await consent.follow("Back to")).text).toBe("back")
  })
})

describe("what a browser does not do", () => {
  test("a no-referrer page posts with Origin null", async () => {
    const { seen } = await signIn(twoSites({ "referrer-policy": "no-referrer" }))
    expect(seen["POST /consent"]?.get("origin")).toBe("null")
  })

  test("a form cannot lead where its page's form-action does not allow", async () => {
    await expect(
      signIn(twoSites({ "content-security-policy": "default-src 'none'; form-action 'self'" })),
    ).rejects.toThrow("form-action of https://mcp.example blocks https://login.example/signin")
    const allowed =
      "form-action 'self' https://login.example https://mcp.example http://127.0.0.1:*"
    expect((await signIn(twoSites({ "content-security-policy": allowed }))).arrived.stopped).toBe(
      true,
    )
  })

  test("a post from another site carries that site's origin and no Lax cookie", async () => {
    const { browser, seen } = await signIn()
    await browser.openFrom("https://evil.example", "https://mcp.example/consent", {
      decision: "approve",
    })
    const headers = seen["POST /consent"]
    expect(headers?.get("origin")).toBe("https://evil.example")
    expect(headers?.get("sec-fetch-site")).toBe("cross-site")
    expect(headers?.get("cookie")).toBeNull()
  })

  test("a scheme it does not speak stops it", async () => {
    const app = new Hono().get("/", (c) => c.redirect("cursor://anysphere/callback?code=1"))
    const page = await headlessBrowser({ fetch: app.request }).open("http://localhost/")
    expect(page).toMatchObject({ stopped: true, status: 0 })
    expect(page.url.protocol).toBe("cursor:")
  })

  test("it stops where a function says so", async () => {
    const browser = headlessBrowser({
      fetch: twoSites().app.request,
      stopAt: ({ origin }) => origin !== "https://mcp.example",
    })
    const consent = await browser.open("https://mcp.example/authorize")
    const gone = await consent.submit("approve")
    expect(gone).toMatchObject({ stopped: true, status: 0 })
    expect(gone.url.origin).toBe("https://login.example")
    expect(gone.hops.map(({ status }) => status)).toEqual([303])
  })

  test("a loop of redirects ends in an error", async () => {
    const app = new Hono().get("/", (c) => c.redirect("/"))
    await expect(headlessBrowser({ fetch: app.request }).open("http://localhost/")).rejects.toThrow(
      "more than 20 redirects",
    )
  })

  test("without a button, the form that has the fields is submitted", async () => {
    const app = new Hono()
    app.get("/", (c) =>
      c.html(
        html`<form action="/people"><button name="username" value="alice">Alice</button></form>
          <form action="/typed"><input name="username" /><input name="t" value="1" /></form>`,
      ),
    )
    app.get("/:form", (c) => c.text(c.req.param("form")))
    const page = await headlessBrowser({ fetch: app.request }).open("http://localhost/")
    const typed = await page.submit(undefined, { username: "bob" })
    expect(typed.url.pathname + typed.url.search).toBe("/typed?username=bob&t=1")
    expect((await page.submit()).url.pathname).toBe("/people")
    expect(() => page.submit(undefined, { username: "bob", password: "x" })).toThrow(
      "no form with username and password; the page has: username=alice",
    )
  })

  test("a button that is not there is named, with those that are", async () => {
    const { consent } = await signIn()
    expect(() => consent.submit("accept")).toThrow("decision=approve, decision=deny")
  })
})

test("over a socket, Node's fetch sends the same headers", async () => {
  let headers: Record<string, unknown> = {}
  const server = createServer((request, response) => {
    headers = request.headers
    const form = '<form method="post"><button name="a" value="b">Go</button></form>'
    response.writeHead(200, { "content-type": "text/html", "set-cookie": "c=1; Secure" })
    response.end(form)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  try {
    const address = server.address()
    const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
    const page = await headlessBrowser().open(`${origin}/form`)
    await page.submit()
    expect(headers).toMatchObject({ origin, cookie: "c=1", "sec-fetch-site": "same-origin" })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test("wrong and unknown options are refused together", () => {
  const options = { fetch: "https://mcp.example", stopsAt: "x", stopAt: ["callback"] }
  expect(() => headlessBrowser(options as never)).toThrow(
    [
      "headlessBrowser:",
      "  fetch must be a function",
      "  stopAt.0 must be a URL",
      "  stopsAt is not an option; did you mean stopAt?",
    ].join("\n"),
  )
})
