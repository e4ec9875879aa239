import { describe, expect, it } from "vitest"
import { defaultApp, defaultTenant } from "../src/index.ts"
import { apiScope, claimsOf, RelyingParty, signInScope } from "./relying-party.ts"

const bob = "bob@contoso.example"
const alice = "alice@contoso.example"
const adminScope = `${signInScope} api://${defaultApp.clientId}/tools.admin`

describe("consent", () => {
  it("is asked only for new scopes, and remembered for this user only", async () => {
    const rp = new RelyingParty()
    await rp.signIn()
    const scope = `${signInScope} api://${defaultApp.clientId}/tools.write`
    await rp.browser.open(rp.authorizeUrl({ scope }))
    expect(rp.browser.page.text).toContain("<code>tools.write</code>")
    expect(rp.browser.page.text).not.toContain("<code>access_as_user</code>")
    await rp.browser.open(rp.authorizeUrl({ prompt: "login" }))
    await rp.browser.press("username", alice)
    expect(rp.browser.page.title).toBe("Permissions requested")
  })

  it("every scope that was ever consented to is in scp and in the answer", async () => {
    const rp = new RelyingParty()
    const write = `api://${defaultApp.clientId}/tools.write`
    await rp.signIn(bob, { scope: `openid ${write}` })
    const { access_token, scope } = await rp.tokens()
    expect(scope).toBe(`${apiScope} ${write}`)
    expect(claimsOf(access_token).scp).toBe("access_as_user tools.write")
  })

  it("an administrator may give it for everybody", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.press("username", alice)
    expect(rp.browser.page.text).toContain("Consent on behalf of Contoso")
    await rp.browser.press("decision", "accept", { organization: "on" })
    await rp.browser.open(rp.authorizeUrl({ prompt: "login" }))
    await rp.browser.press("username", bob)
    expect(rp.browser.location?.searchParams.has("code")).toBe(true)
  })

  it("an ordinary user is not offered that, and cannot force it", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.press("username", bob)
    expect(rp.browser.page.text).not.toContain("Consent on behalf of")
    await rp.browser.press("decision", "accept", { organization: "on" })
    await rp.browser.open(rp.authorizeUrl({ prompt: "login" }))
    await rp.browser.press("username", "grace@contoso.example")
    expect(rp.browser.page.title).toBe("Permissions requested")
  })

  it("AADSTS90094 if only an administrator may consent", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl({ scope: adminScope }))
    await rp.browser.press("username", bob)
    expect(rp.browser.page.title).toBe("Need admin approval")
    expect(rp.browser.page.text).toContain(
      "AADSTS90094: An administrator of Contoso has set a policy that prevents you from granting Doorward (local) the permissions it is requesting.",
    )
    await rp.browser.press("decision", "cancel")
    expect(rp.browser.location?.searchParams.get("error")).toBe("access_denied")
    await rp.browser.open(rp.authorizeUrl({ scope: adminScope, prompt: "login" }))
    await rp.browser.press("username", alice)
    expect(rp.browser.page.title).toBe("Permissions requested")
  })

  it("AADSTS90094 in a tenant where users may not consent, until an administrator does", async () => {
    const rp = new RelyingParty()
    const changes = { userConsent: false }
    rp.emulator.control({ action: "update-tenant", id: defaultTenant.id, changes })
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.press("username", bob)
    expect(rp.browser.page.title).toBe("Need admin approval")
    const { clientId } = defaultApp
    const oidc = ["openid", "profile", "email", "offline_access"]
    rp.emulator.control({ action: "grant-consent", clientId, scopes: oidc })
    const scopes = ["access_as_user"]
    rp.emulator.control({ action: "grant-consent", clientId, resource: clientId, scopes })
    await rp.browser.open(rp.authorizeUrl())
    expect(rp.browser.location?.searchParams.has("code")).toBe(true)
    // prompt=consent asks again, which this user is not allowed to answer.
    await rp.browser.open(rp.authorizeUrl({ prompt: "consent" }))
    expect(rp.browser.page.title).toBe("Need admin approval")
  })

  it("prompt=consent asks again", async () => {
    const rp = new RelyingParty()
    await rp.signIn()
    await rp.browser.open(rp.authorizeUrl({ prompt: "consent" }))
    expect(rp.browser.page.title).toBe("Permissions requested")
    await rp.browser.press("decision", "accept")
    expect(rp.browser.location?.searchParams.has("code")).toBe(true)
  })
})

describe("admin consent", () => {
  const url = (rp: RelyingParty, path: string, scope?: string) => {
    const query = new URLSearchParams({
      client_id: defaultApp.clientId,
      redirect_uri: rp.redirectUri,
      state: "12345",
      ...(scope !== undefined && { scope }),
    })
    return `/${rp.tenant}/${path}?${query}`
  }

  it("gives the named scopes to everybody", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(url(rp, "v2.0/adminconsent", adminScope))
    await rp.browser.press("username", alice)
    expect(rp.browser.page.title).toBe("Permissions for your organization")
    await rp.browser.press("decision", "accept")
    const answer = Object.fromEntries(rp.browser.location?.searchParams ?? [])
    expect(answer).toEqual({
      admin_consent: "True",
      tenant: defaultTenant.id,
      scope: "openid profile email offline_access access_as_user tools.admin",
      state: "12345",
    })
    await rp.browser.open(rp.authorizeUrl({ scope: adminScope, prompt: "login" }))
    await rp.browser.press("username", bob)
    expect(rp.browser.location?.searchParams.has("code")).toBe(true)
  })

  it("without scopes gives every permission that the registration lists", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(url(rp, "adminconsent"))
    await rp.browser.press("username", alice)
    await rp.browser.press("decision", "accept")
    expect(rp.browser.location?.searchParams.get("scope")).toBe(
      "User.Read access_as_user tools.write tools.admin",
    )
  })

  it("is for administrators, and may be cancelled", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(url(rp, "v2.0/adminconsent", adminScope))
    await rp.browser.press("username", bob)
    expect(rp.browser.page.title).toBe("Need admin approval")
    await rp.browser.press("account", "other")
    await rp.browser.press("username", alice)
    await rp.browser.press("decision", "cancel")
    const answer = Object.fromEntries(rp.browser.location?.searchParams ?? [])
    expect(answer).toEqual({
      error: "permission_denied",
      error_description: "The admin canceled the request",
      state: "12345",
    })
  })

  it("never leads to a redirect URI that is not registered", async () => {
    const rp = new RelyingParty()
    rp.redirectUri = "https://evil.example/"
    const page = await rp.browser.open(url(rp, "v2.0/adminconsent", adminScope))
    expect(page.text).toContain("AADSTS50011: ")
  })
})
