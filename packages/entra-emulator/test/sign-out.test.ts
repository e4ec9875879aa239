import { describe, expect, it } from "vitest"
import { multiTenantApp } from "../src/index.ts"
import { RelyingParty } from "./relying-party.ts"

const logout = (rp: RelyingParty, parameters: Record<string, string> = {}) =>
  `/${rp.tenant}/oauth2/v2.0/logout?${new URLSearchParams(parameters)}`

describe("logout", () => {
  it("ends the browser's session, not the refresh tokens", async () => {
    const rp = new RelyingParty()
    const { refresh_token } = await rp.tokens()
    await rp.browser.open(logout(rp))
    expect(rp.browser.page.title).toBe("You signed out")
    expect((await rp.browser.open(rp.authorizeUrl())).title).toBe("Sign in")
    expect((await rp.refresh(refresh_token)).status).toBe(200)
  })

  it.each(["GET", "POST"])(
    "by %s redirects to a registered URI, with the state",
    async (method) => {
      const rp = new RelyingParty()
      const target = { post_logout_redirect_uri: rp.redirectUri, state: "x", logout_hint: "h" }
      const url = logout(rp, target)
      await (method === "GET" ? rp.browser.open(url) : rp.browser.post(url, {}, rp.redirectUri))
      expect(rp.browser.location?.href).toBe(`${rp.redirectUri}?state=x`)
      expect(rp.browser.page.hops.at(-1)?.status).toBe(method === "GET" ? 302 : 303)
    },
  )

  it("redirects nowhere else", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(logout(rp, { post_logout_redirect_uri: "https://evil.example/" }))
    expect(rp.browser.location).toBeUndefined()
    const { id_token } = await rp.tokens()
    rp.emulator.control({
      action: "update-app",
      clientId: multiTenantApp.clientId,
      changes: { redirectUris: ["https://other.example/"] },
    })
    const hinted = { post_logout_redirect_uri: "https://other.example/", id_token_hint: id_token }
    await rp.browser.open(logout(rp, hinted))
    expect(rp.browser.location).toBeUndefined()
  })
})
