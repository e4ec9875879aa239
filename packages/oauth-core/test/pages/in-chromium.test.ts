import { chromiumAtHand, launchChromium } from "@doorward/test-support/chromium"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { createStage } from "./stage.ts"

const desktop = { width: 1100, height: 800 }
/** Only consent for an https client can be remembered. */
const httpsUri = "https://client.example/callback"
const phone = { width: 375, height: 740 }

describe.skipIf(!chromiumAtHand)("the pages in Chromium", () => {
  let browser: Browser
  let context: BrowserContext | undefined
  let stage: Awaited<ReturnType<typeof createStage>>

  beforeAll(async () => {
    stage = await createStage({
      consent: "remember",
      scopes: { read: "Read your tickets" },
      clients: [{ clientId: "https", clientName: "Web client", redirectUris: [httpsUri] }],
    })
    browser = await launchChromium()
  })
  afterEach(async () => {
    await context?.close()
    stage.upstream.authorizations.length = 0
  })
  afterAll(async () => {
    await browser.close()
    await stage.close()
  })

  /** A fresh browser profile, with the errors and requests of its pages. */
  async function open(options: Parameters<Browser["newContext"]>[0] = {}) {
    context = await browser.newContext({ viewport: desktop, ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on("console", (message) => complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))
    page.on("dialog", (dialog) => {
      complaints.push(dialog.message())
      void dialog.dismiss()
    })
    page.on("request", (request) => requests.push(request.url()))
    return { page, complaints, requests }
  }

  const allow = (page: Page) => page.getByRole("button", { name: "Allow" })

  test.each([
    ["desktop, light", { viewport: desktop, colorScheme: "light" }],
    ["phone, dark", { viewport: phone, colorScheme: "dark", hasTouch: true, isMobile: true }],
  ] as const)("a person signs in without scripts: %s", async (_, options) => {
    const { page, complaints, requests } = await open({ ...options, javaScriptEnabled: false })
    const url = stage.authorizationUrl("web")
    await page.goto(url)
    expect(requests).toEqual([url])
    expect(await page.title()).toBe("Allow Web client?")
    expect(await page.getByText("Read your tickets").isVisible()).toBe(true)
    const ground = { light: "rgb(236, 239, 243)", dark: "rgb(26, 32, 41)" }
    expect(
      await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor),
    ).toBe(ground[options.colorScheme])

    await allow(page).click()
    await page.getByRole("link", { name: "alice" }).click()
    await page.waitForURL(`${stage.redirectUri}?**`)
    expect(new URL(page.url()).searchParams.get("code")).toBeTruthy()
    expect(complaints).toEqual([])
  })

  test("work by keyboard alone, Deny before Allow, with visible focus", async () => {
    const { page } = await open()
    await page.goto(stage.authorizationUrl("https", { redirect_uri: httpsUri }))
    const reached: string[] = []
    for (let presses = 0; presses < 3; presses++) {
      await page.keyboard.press("Tab")
      const focused = page.locator(":focus-visible")
      expect(await focused.evaluate((element) => getComputedStyle(element).outlineWidth)).toBe(
        "3px",
      )
      reached.push(await focused.evaluate((element) => (element as HTMLInputElement).value))
    }
    expect(reached).toEqual(["yes", "deny", "approve"])
    await page.keyboard.press("Enter")
    await page.waitForURL(`${stage.upstreamUrl}/**`)
  })

  test("a stray Enter denies", async () => {
    const { page } = await open()
    await page.goto(stage.authorizationUrl("https", { redirect_uri: httpsUri }))
    await page.getByRole("checkbox").focus()
    const answered = page.waitForResponse(`${stage.baseUrl}/consent`)
    await page.keyboard.press("Enter")
    expect((await answered).headers().location).toContain("error=access_denied")
    expect(stage.upstream.authorizations).toEqual([])
  })

  test("a click that was meant for the previous page does not allow", async () => {
    const { page } = await open()
    const session = await page.context().newCDPSession(page)
    await session.send("Animation.enable")
    await session.send("Animation.setPlaybackRate", { playbackRate: 0 })
    await page.goto(stage.authorizationUrl("web"))
    const box = (await allow(page).boundingBox())!
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    expect(page.url()).toContain("/authorize")
    await session.send("Animation.setPlaybackRate", { playbackRate: 1 })
    await allow(page).click()
    await page.waitForURL(`${stage.upstreamUrl}/**`)
  })

  test.each([
    ["the consent page", () => stage.authorizationUrl("web")],
    ["an error page", () => stage.authorizationUrl("nobody")],
    ["the page of grants", () => `${stage.baseUrl}/grants`],
  ])("%s cannot be framed", async (_, url) => {
    const { page, complaints } = await open()
    stage.setHostilePage(`<iframe src="${url().replaceAll("&", "&amp;")}"></iframe>`)
    await page.goto(stage.hostileUrl)
    await expect.poll(() => complaints.join()).toMatch(/frame-ancestors|X-Frame-Options/i)
    const frame = page.frames()[1]
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/)
    expect(await frame?.locator("button").count()).toBe(0)
  })

  test("a form that another site posts is refused", async () => {
    const { page } = await open()
    await page.goto(stage.authorizationUrl("web"))
    const request = await page.locator("input[name=request]").inputValue()
    stage.setHostilePage(
      `<form method="post" action="${stage.baseUrl}/consent"><input name="request" value="${request}"><button name="decision" value="approve">Win a prize</button></form>`,
    )
    await page.goto(stage.hostileUrl)
    await page.getByRole("button").click()
    await page.waitForURL(`${stage.baseUrl}/consent`)
    expect(await page.title()).toBe("This request cannot continue")
    expect(await page.locator("footer").textContent()).toContain("cross_origin_form")
    expect(stage.upstream.authorizations).toEqual([])
  })

  test("a native application's redirect is followed from the form", async () => {
    const uri = "cursor://anysphere.cursor-deeplink/mcp"
    const clientId = await stage.register({ client_name: "Cursor", redirect_uris: [uri] })
    const { page, complaints } = await open()
    await page.goto(stage.authorizationUrl(clientId, { redirect_uri: uri }))
    const failed = page.waitForEvent("requestfailed")
    const answered = page.waitForResponse(`${stage.baseUrl}/consent`)
    await page.getByRole("button", { name: "Deny" }).click()
    expect((await answered).headers().location).toMatch(/^cursor:.*error=access_denied/)
    // There is no such application here. What matters is that the policy did not block the redirect.
    expect((await failed).url()).toMatch(/^(cursor:|.*\/consent$)/)
    expect(complaints.filter((text) => /Content.Security.Policy/i.test(text))).toEqual([])
  })

  test("two tabs at once both finish, even if they are the first pages", async () => {
    const { page: one } = await open()
    const two = await one.context().newPage()
    await Promise.all(
      [one, two].map((page, at) =>
        page.goto(stage.authorizationUrl("web", { state: `tab-${at}` })),
      ),
    )
    await Promise.all([one, two].map((page) => allow(page).press("Enter")))
    for (const [at, page] of [one, two].entries()) {
      await page.getByRole("link", { name: "alice" }).click()
      await page.waitForURL(`${stage.redirectUri}?**`)
      expect(new URL(page.url()).searchParams.get("state")).toBe(`tab-${at}`)
    }
  })

  test("markup in a client's name is text", async () => {
    const name = `<img src=x onerror="alert(1)"><script>alert(2)</script>`
    const clientId = await stage.register({
      client_name: name,
      redirect_uris: [stage.redirectUri.replace("127.0.0.1", "localhost")],
    })
    const { page, complaints, requests } = await open()
    await page.goto(
      stage.authorizationUrl(clientId, {
        redirect_uri: stage.redirectUri.replace("127.0.0.1", "localhost"),
      }),
    )
    expect(await page.locator("h1").textContent()).toContain(name)
    expect(requests).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  test("a person sees and ends what they have allowed, without scripts", async () => {
    const { page } = await open({ javaScriptEnabled: false, viewport: phone })
    await page.goto(`${stage.baseUrl}/grants`)
    await page.getByRole("button", { name: "Sign in with Login Test" }).click()
    await page.getByRole("link", { name: "bob" }).click()
    await page.waitForURL(`${stage.baseUrl}/grants`)
    expect(await page.getByText("No application has access on your behalf.").isVisible()).toBe(true)
  })
})
