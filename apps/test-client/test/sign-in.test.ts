import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Hono } from "hono"
import { afterEach, describe, expect, test, vi } from "vitest"
import { headlessSignIn, systemBrowserSignIn } from "../src/index.ts"
import { openBrowser } from "../src/sign-in/open-browser.ts"

const authorizationUrl = new URL("https://auth.example/authorize?state=s")

describe("with the system's browser", () => {
  test("the callback comes back to a free loopback port", async () => {
    const opened: string[] = []
    const signIn = await systemBrowserSignIn({
      open: async (url) => {
        opened.push(url.href)
        expect((await fetch(new URL("/favicon.ico", signIn.redirectUri))).status).toBe(404)
        const page = await fetch(`${signIn.redirectUri}?code=c&state=s`)
        expect(await page.text()).toContain("You can close this page")
        return true
      },
    })
    expect(signIn.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d{2,5}\/callback$/)
    const callback = await signIn.visit(authorizationUrl, fetch)
    expect(callback.href).toBe(`${signIn.redirectUri}?code=c&state=s`)
    expect(opened).toEqual([authorizationUrl.href])
    await signIn.close()
  })

  test("a given redirect URI keeps its host and path", async () => {
    const signIn = await systemBrowserSignIn({ redirectUri: "http://localhost:0/back" })
    expect(signIn.redirectUri).toMatch(/^http:\/\/localhost:\d+\/back$/)
    await signIn.close()
  })

  test("if nobody signs in, it ends and says so", async () => {
    const told: boolean[] = []
    const signIn = await systemBrowserSignIn({
      timeoutMilliseconds: 1,
      open: async () => false,
      onUrl: (_, opened) => told.push(opened),
    })
    await expect(signIn.visit(authorizationUrl, fetch)).rejects.toThrow("nobody signed in within 0")
    expect(told).toEqual([false])
    await signIn.close()
  })

  test("a busy port is an error at once", async () => {
    const first = await systemBrowserSignIn()
    const { redirectUri } = first
    await expect(systemBrowserSignIn({ redirectUri })).rejects.toThrow("EADDRINUSE")
    await first.close()
  })
})

describe("opening a page", () => {
  const path = process.env.PATH
  const folders: string[] = []
  afterEach(async () => {
    process.env.PATH = path
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
  })

  test.each([
    ["linux", "xdg-open", []],
    ["darwin", "open", []],
    ["win32", "rundll32", ["url.dll,FileProtocolHandler"]],
  ] as const)(
    "on %s the URL is one argument of %s, and no shell reads it",
    async (platform, name, before) => {
      const folder = await mkdtemp(join(tmpdir(), "test-client-"))
      folders.push(folder)
      const log = join(folder, "arguments")
      await writeFile(
        join(folder, name),
        `#!/bin/sh\nprintf '%s\\n' "$@" > "${log}.new" && mv "${log}.new" "${log}"\n`,
      )
      await chmod(join(folder, name), 0o755)
      process.env.PATH = `${folder}:${path}`
      const url = new URL(`https://auth.example/?a=$(touch%20${folder}/pwned)&b=;echo`)
      expect(await openBrowser(url, platform)).toBe(true)
      const said = await vi.waitFor(() => readFile(log, "utf8"), { timeout: 30_000 })
      expect(said.trim().split("\n")).toEqual([...before, url.href])
    },
  )

  test("without a browser it returns false", async () => {
    process.env.PATH = "/nonexistent"
    expect(await openBrowser(authorizationUrl, "linux")).toBe(false)
  })

  test.each(["file:///etc/passwd", "javascript:alert(1)"])("%s is never opened", async (url) => {
    await expect(openBrowser(new URL(url))).rejects.toThrow("not a web page")
  })
})

describe("headless", () => {
  function provider() {
    const app = new Hono()
    const page = (body: string) => `<form method="post">${body}</form>`
    app.get("/authorize", (c) =>
      c.html(
        page(
          '<button name="decision" value="deny">No</button><button name="decision" value="approve">Yes</button>',
        ),
      ),
    )
    app.post("/authorize", (c) => c.redirect("/sign-in", 303))
    app.get("/sign-in", (c) =>
      c.html(
        page(
          '<button name="username" value="alice@contoso.example">A</button><button name="username" value="bob@contoso.example">B</button><button name="decision" value="cancel">Cancel</button>',
        ) + page('<input name="username"><button>Next</button>'),
      ),
    )
    app.post("/sign-in", async (c) => {
      const { username } = await c.req.parseBody()
      return c.redirect(`/permission?${username}`, 303)
    })
    app.get("/permission", (c) =>
      c.html(
        page(
          '<button name="decision" value="cancel">No</button><button name="decision" value="accept">Yes</button>',
        ),
      ),
    )
    app.post("/permission", (c) => {
      const user = new URL(c.req.url).search.slice(1)
      return c.redirect(`http://127.0.0.1:33418/callback?user=${user}`, 303)
    })
    return app
  }

  test.each([
    [undefined, "alice@contoso.example"],
    ["bob@contoso.example", "bob@contoso.example"],
    ["bob", "bob@contoso.example"],
  ])("signs in as %s: %s", async (user, expected) => {
    const app = provider()
    const signIn = headlessSignIn(user === undefined ? {} : { user })
    const callback = await signIn.visit(authorizationUrl, (request) => app.fetch(request))
    expect(callback.searchParams.get("user")).toBe(expected)
  })

  test("a page that comes again and again ends it", async () => {
    const again = '<form method="post"><button name="decision" value="accept">Again</button></form>'
    const app = new Hono().all("*", (c) => c.html(again))
    const visit = headlessSignIn().visit(authorizationUrl, (request) => app.fetch(request))
    await expect(visit).rejects.toThrow("no way through the pages after 12")
  })
})
