import { describe, expect, it } from "vitest"
import { createFixture, redirectUri } from "../support/fixture.ts"

const clients = [{ clientId: "own", redirectUris: [redirectUri] }]

/** The upstream request after a person approves. */
async function hints(more: Record<string, string>) {
  const server = createFixture()
  await server.authorize(await server.registerPublic(), more)
  return server.upstream.authorizations[0]?.hints
}

/** The error that a configured client gets. */
async function refusal(more: Record<string, string>) {
  const server = createFixture({ clients })
  const response = await server.request(server.authorizationUrl("own", more))
  const { searchParams } = new URL(response.headers.get("location") ?? "x:")
  return { error: searchParams.get("error"), reasons: server.reasons(), server }
}

describe("prompt (OIDC Core §3.1.2.1)", () => {
  it.each(["login", "select_account"])("%s is forwarded", async (prompt) => {
    expect(await hints({ prompt })).toEqual({ prompt })
  })

  it("consent shows our page and is never forwarded, because Entra would then require an administrator", async () => {
    expect(await hints({ prompt: "consent" })).toEqual({})
    expect(await hints({ prompt: "consent login" })).toEqual({ prompt: "login" })
    expect(await hints({ prompt: "select_account consent" })).toEqual({ prompt: "select_account" })
  })

  it("none is consent_required if no consent is remembered", async () => {
    const { error, server } = await refusal({ prompt: "none" })
    expect(error).toBe("consent_required")
    expect(server.upstream.authorizations).toEqual([])
  })

  it("none goes upstream if no consent is needed, and is forwarded", async () => {
    const server = createFixture({ clients, consent: "never" })
    const response = await server.request(server.authorizationUrl("own", { prompt: "none" }))
    expect(response.headers.get("location")).toMatch(/^https:\/\/login\.test\//)
    expect(server.upstream.authorizations[0]?.hints).toEqual({ prompt: "none" })
  })

  it.each(["none login", "create", "login unknown", "Login"])(
    "%s is invalid_request",
    async (prompt) => {
      const { error, reasons } = await refusal({ prompt })
      expect([error, reasons]).toEqual(["invalid_request", ["prompt_invalid"]])
    },
  )
})

describe("consent that is remembered", () => {
  /** A browser in which a person asked for this consent to be remembered. */
  async function remembered() {
    const server = createFixture({ consent: "remember" })
    const clientId = await server.registerPublic()
    const browser = server.browser()
    const consent = await browser.open(server.authorizationUrl(clientId))
    const upstream = await consent.submit("approve", { remember: "yes" })
    await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    return { server, clientId, browser }
  }

  it("skips the page, even with prompt=none", async () => {
    const { server, clientId, browser } = await remembered()
    for (const more of [{}, { prompt: "none" }, { prompt: "login" }]) {
      const page = await browser.open(server.authorizationUrl(clientId, more))
      expect(page.url.host).toBe("login.test")
    }
  })

  it("does not skip the page with prompt=consent", async () => {
    const { server, clientId, browser } = await remembered()
    const page = await browser.open(server.authorizationUrl(clientId, { prompt: "consent" }))
    expect(page.forms).toHaveLength(1)
  })
})

describe("login_hint, domain_hint and ui_locales", () => {
  it("are forwarded unchanged", async () => {
    expect(
      await hints({
        login_hint: "alice@example.com",
        domain_hint: "example.com",
        ui_locales: "de-CH fr",
      }),
    ).toEqual({ loginHint: "alice@example.com", domainHint: "example.com", uiLocales: "de-CH fr" })
  })

  it.each(["login_hint", "domain_hint", "ui_locales"])(
    "%s of more than 500 characters is refused",
    async (name) => {
      expect(await hints({ [name]: "x".repeat(500) })).toBeDefined()
      expect((await refusal({ [name]: "x".repeat(501) })).error).toBe("invalid_request")
    },
  )
})

describe("claims (OIDC Core §5.5)", () => {
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } })

  it("a challenge reaches the provider unchanged", async () => {
    expect(await hints({ claims })).toEqual({ claims })
  })

  it("of 2 KB still fits", async () => {
    const large = JSON.stringify({ x: "y".repeat(2048 - 8) })
    expect(large).toHaveLength(2048)
    expect(await hints({ claims: large })).toEqual({ claims: large })
  })

  it.each(["{", "[]", '"x"', "null", "7", JSON.stringify({ x: "y".repeat(2048 - 7) })])(
    "%.20s is invalid_request",
    async (text) => {
      const { error, reasons } = await refusal({ claims: text })
      expect([error, reasons]).toEqual(["invalid_request", ["claims_invalid"]])
    },
  )
})
