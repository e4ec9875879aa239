import { describe, expect, it } from "vitest"
import { defaultApp, publicApp } from "../src/index.ts"
import { claimsOf, RelyingParty, signInScope } from "./relying-party.ts"

const grantType = "urn:ietf:params:oauth:grant-type:device_code"

function device(): RelyingParty {
  const rp = new RelyingParty()
  rp.client = { client_id: publicApp.clientId }
  return rp
}

async function begin(rp: RelyingParty, scope = signInScope) {
  const body = new URLSearchParams({ client_id: rp.client.client_id ?? "", scope })
  const url = `${rp.emulator.baseUrl}/${rp.tenant}/oauth2/v2.0/devicecode`
  const response = await rp.emulator.fetch(new Request(url, { method: "POST", body }))
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

const poll = (rp: RelyingParty, device_code = "") =>
  rp.token({ grant_type: grantType, device_code })

describe("device code", () => {
  it("leads from the code on the device through the pages to tokens, once", async () => {
    const rp = device()
    const { status, body } = await begin(rp)
    expect(status).toBe(200)
    expect(body).toEqual({
      user_code: expect.stringMatching(/^[A-Z0-9]{9}$/),
      device_code: expect.any(String),
      verification_uri: "https://login.microsoftonline.com/common/oauth2/deviceauth",
      expires_in: 900,
      interval: 5,
      message: `To sign in, use a web browser to open the page https://login.microsoftonline.com/common/oauth2/deviceauth and enter the code ${body.user_code} to authenticate.`,
    })
    const pending = await poll(rp, body.device_code)
    expect(pending.status).toBe(400)
    expect(pending.body).toMatchObject({ error: "authorization_pending", error_codes: [70016] })

    await rp.browser.open(body.verification_uri ?? "")
    await rp.browser.type("otc", "WRONGCODE")
    expect(rp.browser.page.text).toContain("That code didn&#39;t work.")
    await rp.browser.type("otc", String(body.user_code).toLowerCase())
    await rp.browser.press("username", "bob@contoso.example")
    await rp.browser.press("decision", "accept")
    expect(rp.browser.page.title).toBe("You have signed in on your device")

    const done = await poll(rp, body.device_code)
    expect(done.status).toBe(200)
    expect(claimsOf(done.body.access_token).aud).toBe(defaultApp.clientId)
    expect((await rp.refresh(done.body.refresh_token)).status).toBe(200)
    expect((await poll(rp, body.device_code)).body.error_codes).toEqual([70018])
  })

  it("may be declined", async () => {
    const rp = device()
    const { body } = await begin(rp)
    await rp.browser.open(body.verification_uri ?? "")
    await rp.browser.type("otc", body.user_code ?? "")
    await rp.browser.press("decision", "cancel")
    expect(rp.browser.page.title).toBe("The device was not signed in")
    expect((await poll(rp, body.device_code)).body.error).toBe("authorization_declined")
  })

  it("lasts 15 minutes", async () => {
    const rp = device()
    const { body } = await begin(rp)
    rp.clock.now += 900_000
    const late = await poll(rp, body.device_code)
    expect(late.body).toMatchObject({ error: "expired_token", error_codes: [70020] })
    await rp.browser.open(body.verification_uri ?? "")
    await rp.browser.type("otc", body.user_code ?? "")
    expect(rp.browser.page.text).toContain("That code didn&#39;t work.")
  })

  it("of a confidential client needs its credential, unless public flows are allowed", async () => {
    const rp = new RelyingParty()
    rp.client = { client_id: defaultApp.clientId }
    const { body } = await begin(rp)
    expect((await poll(rp, body.device_code)).body.error_codes).toEqual([7000218])
    const changes = { allowPublicClientFlows: true }
    rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
    expect((await poll(rp, body.device_code)).body.error_codes).toEqual([70016])
  })

  it("cannot be redeemed by another client", async () => {
    const rp = device()
    const { body } = await begin(rp)
    rp.client = { client_id: defaultApp.clientId, client_secret: defaultApp.clientSecret }
    expect((await poll(rp, body.device_code)).body.error_codes).toEqual([70018])
  })

  it("has its client and scope checked at the start", async () => {
    const rp = device()
    expect((await begin(rp, "api://nowhere/read")).body.error).toBe("invalid_resource")
    expect((await begin(rp, "")).body.error_description).toContain("'scope'")
    rp.client = { client_id: rp.tenant }
    expect((await begin(rp)).body.error).toBe("unauthorized_client")
  })
})
