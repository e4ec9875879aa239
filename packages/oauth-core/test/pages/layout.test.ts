import { chromiumAtHand, launchChromium } from "@doorward/test-support/chromium"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { device, options as devices, enter, signIn, start } from "../support/devices.ts"
import { createFixture } from "../support/fixture.ts"

const longName =
  "An application whose name takes all of the hundred characters that one is allowed to take here: yes"
const longWord = "W".repeat(100)
const longUri = `https://client.example.com/${"a-long-path/".repeat(168)}`
const scopes = Object.fromEntries(
  Array.from({ length: 30 }, (_, at) => [
    `Files.ReadWrite.AppFolder.Number.${at}`,
    at % 3
      ? `Read and change file number ${at} of every folder that you share`
      : `Files.ReadWrite.AppFolder.Number.${at}`,
  ]),
)

const cases: Record<
  string,
  { options?: Parameters<typeof createFixture>[0]; metadata: Record<string, unknown> }
> = {
  "an ordinary request": { metadata: { client_name: "Claude" } },
  "a long name and 30 scopes": {
    options: { scopes, operator: longName },
    metadata: { client_name: longName },
  },
  "a name of one long word, and a long URI": {
    metadata: { client_name: longWord, redirect_uris: [longUri], client_uri: longUri },
  },
  "a name from right to left, and a native application": {
    metadata: {
      client_name: "مساعد الذكاء الاصطناعي",
      redirect_uris: ["cursor://anysphere.cursor-deeplink/mcp"],
    },
  },
  "a host in other letters": {
    metadata: {
      client_name: "Ünïcödé 应用程序 🚪",
      redirect_uris: ["https://xn--80ak6aa92e.com/callback"],
    },
  },
}

describe.skipIf(!chromiumAtHand)("the layout of the pages", () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await launchChromium()
    page = await browser.newPage()
  })
  afterAll(() => browser.close())

  async function show(html: string, width: number, colorScheme: "light" | "dark" = "light") {
    await page.setViewportSize({ width, height: 740 })
    await page.emulateMedia({ colorScheme })
    await page.setContent(html)
  }

  const consentHtml = async (name: string) => {
    const { options, metadata } = cases[name]!
    const server = createFixture({ consent: "remember", ...options })
    const clientId = await server.registerPublic(metadata)
    const url = server.authorizationUrl(clientId, { redirect_uri: undefined })
    return (await server.browser().open(url)).text
  }

  test.each(Object.keys(cases))(
    "%s fits every screen; the buttons are side by side",
    async (name) => {
      const html = await consentHtml(name)
      for (const width of [320, 375, 1100]) {
        await show(html, width)
        expect(await overflow(page), `at ${width} pixels`).toEqual([])
        const [deny, allow] = await Promise.all(
          ["Deny", "Allow"].map((label) => page.getByRole("button", { name: label }).boundingBox()),
        )
        expect(deny!.height).toBeGreaterThanOrEqual(44)
        expect(allow!.y).toBe(deny!.y)
        expect(allow!.x).toBeGreaterThan(deny!.x + deny!.width)
      }
    },
  )

  test("long text can be scrolled by keyboard, so the whole redirect URI is readable", async () => {
    await show(await consentHtml("a name of one long word, and a long URI"), 375)
    const uri = page.getByRole("group", { name: "Redirect URI" })
    expect(await uri.textContent()).toBe(longUri)
    await uri.focus()
    await page.keyboard.press("End")
    await expect.poll(() => uri.evaluate((element) => element.scrollTop)).toBeGreaterThan(100)
  })

  test("a right-to-left name does not reverse the rest of the sentence", async () => {
    await show(await consentHtml("a name from right to left, and a native application"), 1100)
    const [name, resource] = await Promise.all(
      [0, 1].map((at) => page.locator("h1 bdi").nth(at).boundingBox()),
    )
    expect(name!.x).toBeLessThan(resource!.x + resource!.width)
    expect(
      await page.locator("h1").evaluate((heading) => getComputedStyle(heading).direction),
    ).toBe("ltr")
  })

  /** The pages of a device, in the order in which a person sees them. */
  async function devicePages(metadata: Record<string, unknown> = {}) {
    const server = createFixture(devices)
    const client_id = await server.registerPublic({ ...device, ...metadata })
    const { user_code } = await start(server, { client_id })
    const visitor = server.browser()
    const form = await visitor.open(`${server.proxy.issuer}/device`)
    const mistyped = await form.submit("Continue", { user_code: "BBBB-BBBB" })
    const consent = await mistyped.submit("Continue", { user_code })
    const approved = await signIn(server, consent, visitor)
    const denied = await (await enter(server, (await start(server)).user_code)).page.submit("deny")
    return { form, mistyped, consent, approved, denied }
  }

  test("the pages of a device fit every screen", async () => {
    for (const { text } of Object.values(await devicePages({ client_name: longWord }))) {
      for (const width of [320, 375, 1100]) {
        await show(text, width)
        expect(await overflow(page), `at ${width} pixels`).toEqual([])
      }
    }
  })

  test("the field for a code is named, says what is wrong, and is as large as a finger", async () => {
    const { form, mistyped } = await devicePages()
    await show(form.text, 375)
    const field = page.getByRole("textbox", { name: "The code on your device" })
    expect((await field.boundingBox())!.height).toBeGreaterThanOrEqual(44)
    await show(mistyped.text, 375)
    expect(await field.getAttribute("aria-invalid")).toBe("true")
    const described = (await field.getAttribute("aria-describedby")) ?? ""
    expect(await page.locator(`#${described}`).textContent()).toContain("No device waits")
  })

  test("every text has a contrast of at least 4.5 to 1, in light and dark mode", async () => {
    const server = createFixture({ operator: "Contoso IT" })
    const { clientId } = await server.signIn()
    const visitor = server.browser()
    const start = await visitor.open(`${server.proxy.issuer}/grants`)
    const upstream = await start.submit("sign_in")
    const ofDevice = Object.values(await devicePages()).map(({ text }) => text)
    const pages = [
      ...ofDevice,
      await consentHtml("a host in other letters"),
      await consentHtml("a long name and 30 scopes"),
      (await visitor.open(server.authorizationUrl(clientId, { scope: "unknown" }))).text,
      (await visitor.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))).text,
      start.text,
    ]
    for (const html of pages) {
      for (const colorScheme of ["light", "dark"] as const) {
        await show(html, 375, colorScheme)
        expect(await page.evaluate(lowContrast), colorScheme).toEqual([])
      }
    }
  })
})

/** The elements that overflow the window on the right. */
const overflow = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 0.5)
      .map((element) => element.outerHTML.slice(0, 100)),
  )

/** Runs in the page. Returns the texts whose contrast with their background is below WCAG AA. */
function lowContrast(): string[] {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = channels(color).map((channel) => {
      const part = channel / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = (element: Element | null): string => {
    if (!element) return "rgb(255, 255, 255)"
    const { backgroundColor } = getComputedStyle(element)
    return channels(backgroundColor)[3] === 0 ? ground(element.parentElement) : backgroundColor
  }
  return [...document.querySelectorAll("body *")].flatMap((element) => {
    const text = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.textContent?.trim(),
    )
    if (!text) return []
    const [light, dark] = [
      luminance(getComputedStyle(element).color),
      luminance(ground(element)),
    ].sort((a, b) => b - a) as [number, number]
    const contrast = (light + 0.05) / (dark + 0.05)
    return contrast < 4.5 ? [`${contrast.toFixed(2)} ${element.outerHTML.slice(0, 80)}`] : []
  })
}
