import { request as httpRequest } from "node:http"
import { headlessBrowser } from "@doorward/headless-browser"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { FlowOptions } from "../src/index.ts"
import { createRuns, type RunEvent } from "../src/web/runs.ts"
import { serveWebPage, type WebPage } from "../src/web/serve-web-page.ts"
import { webApp } from "../src/web/web-app.ts"
import { exampleServer, RESOURCE } from "./support/example-server.ts"

const ORIGIN = "http://127.0.0.1:8400"

/** The page's server, with runs against an example server. */
function web(timeout = 5000) {
  const server = exampleServer()
  const runs = createRuns(`${ORIGIN}/callback`, timeout)
  const against: typeof runs = {
    ...runs,
    start: (request) => runs.start({ ...request, fetch: server.fetch } as FlowOptions),
  }
  const app = webApp(against, ORIGIN)
  const ask = (path: string, init: RequestInit = {}) => {
    const request = new Request(ORIGIN + path, init)
    request.headers.set("host", request.headers.get("host") ?? "127.0.0.1:8400")
    return app.request(request)
  }
  const start = async (body: unknown, headers = {}) =>
    ask("/runs", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", origin: ORIGIN, ...headers },
    })
  return { server, ask, start }
}

async function* eventsOf(response: Response): AsyncGenerator<RunEvent> {
  let text = ""
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      yield JSON.parse(text.slice(0, end).replace(/^data: /, ""))
      text = text.slice(end + 2)
    }
  }
}

describe("a run started by the page", () => {
  test("reports each step, waits for the person, and ends", async () => {
    const { start, ask, server } = web()
    const { id } = await (await start({ url: RESOURCE, tool: " ", era: "modern" })).json()
    const told: string[] = []
    for await (const event of eventsOf(await ask(`/runs/${id}`))) {
      told.push(event.type)
      if (event.type === "finished") expect(event.result.ok).toBe(true)
      if (event.type !== "sign-in") continue
      const browser = headlessBrowser({ fetch: server.fetch, stopAt: `${ORIGIN}/callback` })
      const { url } = await (await browser.open(event.url)).submit("approve")
      const arrived = await ask(url.pathname + url.search)
      expect(arrived.status).toBe(200)
    }
    expect(told.filter((type) => type === "step-finished")).toHaveLength(13)
    expect(told.filter((type) => type === "sign-in")).toHaveLength(1)
    expect(told.at(-1)).toBe("finished")
  })

  test("is reported from its beginning to a page that connects late", async () => {
    const { start, ask } = web(1)
    const { id } = await (await start({ url: RESOURCE })).json()
    const first: RunEvent[] = []
    for await (const event of eventsOf(await ask(`/runs/${id}`))) first.push(event)
    const late: RunEvent[] = []
    for await (const event of eventsOf(await ask(`/runs/${id}`))) late.push(event)
    expect(late).toEqual(first)
    expect(JSON.stringify(first)).toContain("nobody signed in")
  })

  test.each([
    [{}, "The address of an MCP server is missing."],
    [{ url: "file:///etc/passwd" }, "The address of an MCP server is missing."],
    ["text", "The form is not complete."],
    [{ url: RESOURCE, tool: 7 }, "The form is not complete."],
    [{ url: RESOURCE, clientMetadataUrl: "x" }, "The client metadata URL is not a web address."],
    [
      { url: RESOURCE, clientMetadataUrl: "https:client.example" },
      "The client metadata URL is not a web address.",
    ],
  ])("needs an address: %j", async (body, message) => {
    const response = await web().start(body)
    expect(response.status).toBe(400)
    expect((await response.json()).error).toContain(message)
  })
})

describe("only the page itself can start runs", () => {
  test.each([["https://evil.example"], ["http://127.0.0.1:8401"], ["null"]])(
    "a page of %s may not",
    async (origin) => {
      const { start, server } = web()
      expect((await start({ url: RESOURCE }, { origin })).status).toBe(403)
      expect(server.requests).toEqual([])
    },
  )

  test("another host name is refused (DNS rebinding)", async () => {
    const { ask } = web()
    expect((await ask("/", { headers: { host: "evil.example:8400" } })).status).toBe(421)
  })

  test("a callback that no run waits for is refused", async () => {
    expect((await web().ask("/callback?state=x&code=y")).status).toBe(400)
  })

  test("an unknown run is 404", async () => {
    expect((await web().ask("/runs/x")).status).toBe(404)
  })
})

describe("served over a socket", () => {
  let page: WebPage
  beforeEach(async () => {
    page = await serveWebPage({ port: 0, timeout: 30_000 })
  })
  afterEach(() => page.close())

  test("the page comes with a policy that allows its own script and style only", async () => {
    const response = await fetch(page.url)
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'")
    const html = await response.text()
    for (const [, file] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
      expect((await fetch(new URL(file ?? "", page.url))).status).toBe(200)
    }
    expect(html).not.toMatch(/ style=| on\w+=/)
  })

  test("a rebound host name is refused", async () => {
    const status = await new Promise((resolve) => {
      httpRequest(page.url, { headers: { host: "evil.example" } }, (response) => {
        resolve(response.statusCode)
        response.resume()
      }).end()
    })
    expect(status).toBe(421)
  })

  test("a busy port is an error at once", async () => {
    const port = Number(new URL(page.url).port)
    await expect(serveWebPage({ port, timeout: 1 })).rejects.toThrow("EADDRINUSE")
  })
})
