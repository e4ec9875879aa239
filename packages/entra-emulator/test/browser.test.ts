import { createServer, type Server } from "node:http"
import { chromiumAtHand, launchChromium } from "@doorward/test-support/chromium"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { defaultApp, defaultTenant, type ServedEmulator, serveEntraEmulator } from "../src/index.ts"

/** The contrast of every text with what is behind it (WCAG 2.2, 1.4.3), where it is too low. */
function lowContrasts(): string[] {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = ([r = 0, g = 0, b = 0]: number[]) => {
    const [lr = 0, lg = 0, lb = 0] = [r, g, b].map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb
  }
  const behind = (element: Element | null): number[] => {
    if (!element) return [255, 255, 255]
    const [r = 0, g = 0, b = 0, alpha = 1] = channels(getComputedStyle(element).backgroundColor)
    return alpha === 0 ? behind(element.parentElement) : [r, g, b]
  }
  return [...document.querySelectorAll("body *")].flatMap((element) => {
    const text = [...element.childNodes].find(
      (node) => node.nodeType === 3 && node.textContent?.trim(),
    )
    if (!text) return []
    const [a, b] = [
      luminance(channels(getComputedStyle(element).color)),
      luminance(behind(element)),
    ]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    return ratio < 4.5 ? [`${text.textContent?.trim()}: ${ratio.toFixed(2)}`] : []
  })
}

describe.skipIf(!chromiumAtHand)("in Chromium", () => {
  let browser: Browser
  let served: ServedEmulator
  let application: Server
  let redirectUri: string
  const received: { method: string; url: string; body: string }[] = []

  beforeAll(async () => {
    application = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const { method = "", url = "" } = request
      const isCallback = url.startsWith("/auth/callback")
      if (isCallback) received.push({ method, url, body: Buffer.concat(chunks).toString() })
      response.setHeader("content-type", "text/html").end("<h1>Welcome</h1>")
    })
    await new Promise<void>((resolve) => application.listen(0, "localhost", resolve))
    const address = application.address()
    const port = typeof address === "object" ? address?.port : 0
    redirectUri = `http://localhost:${port}/auth/callback`
    served = await serveEntraEmulator()
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await served?.close()
    application?.closeAllConnections()
    application?.close()
  })

  const authorizeUrl = (parameters: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      client_id: defaultApp.clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      scope: `openid profile offline_access api://${defaultApp.clientId}/access_as_user`,
      state: "a-state",
      ...parameters,
    })
    return `${served.origin}/${defaultTenant.id}/oauth2/v2.0/authorize?${query}`
  }

  async function signIn(page: Page, name: RegExp): Promise<void> {
    await page.getByRole("button", { name }).click()
    await page.getByRole("button", { name: "Accept" }).click()
    await page.getByRole("heading", { name: "Welcome" }).waitFor()
  }

  it("a person signs in with the keyboard alone", async () => {
    const page = await browser.newPage()
    await page.goto(authorizeUrl())
    await page.keyboard.press("Tab")
    const focused = page.locator("button:focus")
    expect(await focused.textContent()).toContain("Alice Okafor")
    expect(await focused.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe(
      "solid",
    )
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Permissions requested" }).waitFor()
    await page.waitForLoadState()
    await page.keyboard.press("Tab")
    expect(await focused.textContent()).toBe("Cancel")
    await page.keyboard.press("Tab")
    expect(await focused.textContent()).toBe("Accept")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Welcome" }).waitFor()
    expect(received.at(-1)?.url).toMatch(/^\/auth\/callback\?code=.+&state=a-state/)
    await page.close()
  })

  it("works without scripts", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(authorizeUrl({ response_mode: "form_post" }))
    await page.getByLabel("Or type a user name").fill("grace@contoso.example")
    await page.getByRole("button", { name: "Next" }).click()
    await page.getByRole("button", { name: "Accept" }).click()
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByRole("heading", { name: "Welcome" }).waitFor()
    expect(received.at(-1)?.method).toBe("POST")
    await context.close()
  })

  it("the form post submits itself", async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(authorizeUrl({ response_mode: "form_post" }))
    await signIn(page, /Carol Haddad/)
    expect(received.at(-1)?.body).toMatch(/^code=.+&state=a-state&session_state=/)
    await context.close()
  })

  it("fits a small phone, and every text can be read in light and dark", async () => {
    const admin = `openid api://${defaultApp.clientId}/tools.admin`
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width: 320, height: 640 },
      })
      const page = await context.newPage()
      const check = async () => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        expect([page.url(), width]).toEqual([page.url(), 320])
        expect(await page.evaluate(lowContrasts)).toEqual([])
        expect(await page.locator("h1").count()).toBe(1)
      }
      await page.goto(authorizeUrl())
      await check()
      await page.getByLabel("Or type a user name").fill("nobody")
      await page.getByRole("button", { name: "Next" }).click()
      await page.getByRole("alert").waitFor()
      await check()
      await page.getByRole("button", { name: /Alice Okafor/ }).click()
      await page.getByRole("heading", { name: "Permissions requested" }).waitFor()
      await check()
      await page.goto(authorizeUrl({ scope: admin, prompt: "login" }))
      await page.getByRole("button", { name: /Bob Lindqvist/ }).click()
      await page.getByRole("heading", { name: "Need admin approval" }).waitFor()
      await check()
      for (const path of ["/", "/common/oauth2/deviceauth", "/error?code=50011"]) {
        await page.goto(`${served.origin}${path}`)
        await check()
      }
      await context.close()
    }
  })
})
