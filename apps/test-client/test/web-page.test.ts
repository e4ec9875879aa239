import { once } from "node:events"
import { chromiumAtHand, launchChromium } from "@doorward/test-support/chromium"
import { createAdaptorServer } from "@hono/node-server"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { serveWebPage, type WebPage } from "../src/web/serve-web-page.ts"
import { type ExampleServer, exampleServer } from "./support/example-server.ts"

describe.skipIf(!chromiumAtHand)("the page in Chromium", () => {
  let browser: Browser
  let web: WebPage
  let server: ExampleServer
  let url: string
  const listeners: ReturnType<typeof createAdaptorServer>[] = []

  async function listen(): Promise<string> {
    const listener = createAdaptorServer({ fetch: (request) => server.fetch(request) })
    listeners.push(listener)
    listener.listen(0, "127.0.0.1")
    await once(listener, "listening")
    const address = listener.address()
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
  }

  beforeAll(async () => {
    const mcpOrigin = await listen()
    server = exampleServer({ mcpOrigin, authOrigin: await listen() })
    url = `${mcpOrigin}/mcp`
    web = await serveWebPage({ port: 0, timeout: 60_000 })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await web?.close()
    for (const listener of listeners) {
      if ("closeAllConnections" in listener) listener.closeAllConnections()
      listener.close()
    }
  })

  async function open(options: Parameters<Browser["newPage"]>[0] = {}) {
    const page = await browser.newPage(options)
    const problems: string[] = []
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()))
    page.on("pageerror", (error) => problems.push(error.message))
    await page.goto(web.url)
    return { page, problems }
  }

  async function signIn(page: Page): Promise<void> {
    const link = page.getByRole("link", { name: "Sign in" })
    const [tab] = await Promise.all([page.context().waitForEvent("page"), link.click()])
    await tab.getByRole("button", { name: "Yes" }).click()
    await tab.getByText("The callback has arrived.").waitFor()
    await tab.close()
  }

  test("runs the flow with a person's clicks and keys, and breaks no policy", async () => {
    const { page, problems } = await open()
    await page.locator("input:focus").waitFor()
    await page.keyboard.type(url)
    await page.keyboard.press("Enter")
    await signIn(page)
    await page.getByText(`The flow passed for ${url}`).waitFor()
    expect(await page.locator("#steps > li.passed").count()).toBe(13)
    expect(problems).toEqual([])
    await page.close()
  })

  test("shows a step that failed, with its requests open", async () => {
    const { page } = await open()
    await page.getByLabel("MCP server").fill(`${url}x`)
    await page.keyboard.press("Enter")
    await page.getByText("The flow failed").waitFor()
    const failed = page.locator("#steps > li.failed")
    expect(await failed.textContent()).toContain("a request without a token is answered with 401")
    expect(await failed.locator("pre").first().isVisible()).toBe(true)
    await page.close()
  })

  test.each([
    ["a telephone's width", { viewport: { width: 360, height: 700 } }],
    ["dark", { colorScheme: "dark" as const }],
  ])("fits %s", async (_, options) => {
    const { page } = await open(options)
    const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    await page.getByLabel("MCP server").fill(`${url}x`)
    await page.keyboard.press("Enter")
    await page.getByText("The flow failed").waitFor()
    expect(await page.evaluate(overflow)).toBe(0)
    const [background, colour] = await page.evaluate<[string, string]>(
      "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]",
    )
    expect(background).not.toBe(colour)
    await page.close()
  })
})
