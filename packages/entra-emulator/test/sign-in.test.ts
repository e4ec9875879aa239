import { describe, expect, it } from "vitest"
import { apiScope, claimsOf, RelyingParty } from "./relying-party.ts"

describe("code with PKCE", () => {
  it("leads from the sign-in page through the permission page to tokens", async () => {
    const rp = new RelyingParty()
    const { browser } = rp
    await browser.open(rp.authorizeUrl())
    expect(browser.page.title).toBe("Sign in")
    await browser.press("username", "bob@contoso.example")
    expect(browser.page.title).toBe("Permissions requested")
    await browser.press("decision", "accept")
    const callback = browser.location
    expect(browser.page.hops.at(-1)?.status).toBe(303)
    expect(callback?.href).toMatch(/^http:\/\/localhost:8000\/auth\/callback\?code=/)
    expect([...(callback?.searchParams.keys() ?? [])]).toEqual(["code", "state", "session_state"])
    expect(callback?.searchParams.get("state")).toBe("af0ifjsldkj")

    const { status, headers, body } = await rp.redeem(callback?.searchParams.get("code") ?? "")
    expect(status).toBe(200)
    expect(headers.get("cache-control")).toBe("no-store, no-cache")
    expect(Object.keys(body)).toEqual([
      "token_type",
      "scope",
      "expires_in",
      "ext_expires_in",
      "access_token",
      "refresh_token",
      "id_token",
    ])
    expect(body).toMatchObject({ token_type: "Bearer", scope: apiScope })
    expect(claimsOf(body.id_token)).toMatchObject({ nonce: "n-0S6_WzA2Mj", name: "Bob Lindqvist" })
  })

  it("asks for permissions once", async () => {
    const rp = new RelyingParty()
    await rp.signIn()
    await rp.browser.open(rp.authorizeUrl({ prompt: "login" }))
    await rp.browser.press("username", "bob@contoso.example")
    expect(rp.browser.location?.searchParams.has("code")).toBe(true)
  })
})
