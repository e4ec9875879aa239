import { describe, expect, it } from "vitest"
import { defaultApp, defaultApps, defaultTenant } from "../src/index.ts"
import { RelyingParty } from "./relying-party.ts"
import { hiddenFields } from "./visitor.ts"

const bob = "bob@contoso.example"

describe("every page", () => {
  it("says that it is an emulator, and cannot be framed, cached or scripted", async () => {
    const rp = new RelyingParty()
    const device = "/common/oauth2/deviceauth"
    const bad = rp.authorizeUrl({ client_id: defaultTenant.id })
    for (const url of [rp.authorizeUrl(), bad, device, "/", "/error?code=50011"]) {
      const { text, headers } = await rp.browser.open(url)
      expect(text).toContain("<strong>Emulator.</strong> This is not Microsoft.")
      expect(text).not.toContain("<script")
      expect(headers.get("content-security-policy")).toBe(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      )
      expect(headers.get("x-frame-options")).toBe("DENY")
      expect(headers.get("cache-control")).toBe("no-store, no-cache")
      expect(headers.get("referrer-policy")).toBe("no-referrer")
    }
  })

  it("shows names and hints as text", async () => {
    const script = '<script>alert("x")</script>'
    const rp = new RelyingParty()
    const changes = { name: script }
    rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
    rp.emulator.control({ action: "update-user", username: bob, changes })
    rp.emulator.control({ action: "update-tenant", id: defaultTenant.id, changes })
    const hint = `" onfocus="alert(1)`
    const texts = [
      (await rp.browser.open(rp.authorizeUrl({ login_hint: hint }))).text,
      (await rp.browser.press("username", bob)).text,
      (await rp.browser.open(rp.authorizeUrl({ state: script, response_mode: "form_post" }))).text,
      (await rp.browser.press("decision", "accept")).text.replace(
        "<script>document.forms[0].submit()</script>",
        "",
      ),
      (await rp.browser.open("/")).text,
      (await rp.browser.open(`/error?code=${script}`)).text,
    ]
    for (const text of texts) {
      expect(text).not.toContain("<script")
      expect(text).not.toContain('" onfocus')
    }
  })

  it("has the fields that the README names, and each form has its sign-in's handle", async () => {
    const rp = new RelyingParty()
    const { forms } = await rp.browser.open(rp.authorizeUrl())
    const handles = new Set(forms.map((_, form) => hiddenFields(rp.browser.page, form).transaction))
    expect(handles.size).toBe(1)
    expect(new Set(forms.map(({ action }) => action))).toEqual(new Set(["/common/SignIn/next"]))
    const names = forms.flatMap(({ buttons, fields }) => [
      ...fields.filter(({ type }) => type !== "hidden").map(({ name }) => name),
      ...buttons.map(({ name }) => name),
    ])
    expect(new Set(names)).toEqual(new Set(["username", "decision", undefined]))
  })

  it("is useless after its sign-in", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl())
    await rp.browser.press("username", bob)
    const permissions = rp.browser.page
    await rp.browser.press("decision", "accept")
    const again = await permissions.submit({ name: "decision", value: "accept" })
    expect(again.status).toBe(400)
    expect(again.title).toBe("This sign-in has ended · Entra emulator")
  })

  it("can be submitted for an hour", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl())
    rp.clock.now += 3_600_000
    expect((await rp.browser.press("username", bob)).title).toBe("This sign-in has ended")
  })

  it("ignores a decision that its step did not ask for", async () => {
    const rp = new RelyingParty()
    await rp.browser.open(rp.authorizeUrl())
    const form = { ...hiddenFields(rp.browser.page), decision: "accept" }
    const page = await rp.browser.post("/common/SignIn/next", form)
    expect(page.title).toBe("Sign in")
  })
})

describe("the front page", () => {
  it("lists tenants, applications and users, and no secret", async () => {
    const rp = new RelyingParty()
    const { text } = await rp.browser.open("/")
    for (const known of ["Contoso", "Fabrikam", "Doorward (local)", defaultApp.clientId, bob]) {
      expect(text).toContain(known)
    }
    for (const { secrets = [] } of defaultApps) {
      for (const secret of secrets) expect(text).not.toContain(secret)
    }
  })

  it("is next to a page that explains an error code", async () => {
    const rp = new RelyingParty()
    expect((await rp.browser.open("/error?code=54005")).text).toContain("was already redeemed")
    expect((await rp.browser.open("/error?code=1")).text).toContain("does not know this error code")
  })
})
