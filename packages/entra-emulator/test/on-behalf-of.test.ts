import { describe, expect, it } from "vitest"
import { defaultApp, multiTenantApp, publicApp } from "../src/index.ts"
import { claimsOf, headerOf, RelyingParty, signInScope } from "./relying-party.ts"

const bob = "bob@contoso.example"
const graphDefault = "https://graph.microsoft.com/.default"

/** The user's token for the API, with consent for Graph besides. */
async function upstreamToken(rp: RelyingParty): Promise<string> {
  const scope = `${signInScope} User.Read`
  return (await rp.tokens(bob, { scope }, { scope: signInScope })).access_token
}

function onBehalfOf(rp: RelyingParty, assertion: string, parameters = {}) {
  return rp.token({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion,
    scope: graphDefault,
    requested_token_use: "on_behalf_of",
    ...parameters,
  })
}

describe("On-Behalf-Of", () => {
  it("exchanges the user's token for one of Graph", async () => {
    const rp = new RelyingParty()
    const { status, body } = await onBehalfOf(rp, await upstreamToken(rp))
    expect(status).toBe(200)
    expect(body.scope).toBe(
      "openid profile email https://graph.microsoft.com/User.Read https://graph.microsoft.com/.default",
    )
    expect(body).not.toHaveProperty("refresh_token")
    const me = await rp.graph("/v1.0/me", body.access_token)
    expect(me.body).toMatchObject({ userPrincipalName: bob, displayName: "Bob Lindqvist" })
  })

  it("issues a refresh token if asked", async () => {
    const rp = new RelyingParty()
    const scope = `${graphDefault} offline_access`
    const { body } = await onBehalfOf(rp, await upstreamToken(rp), { scope })
    expect((await rp.refresh(body.refresh_token, { scope: "User.Read" })).status).toBe(200)
  })

  it.each([
    ["not a JWT", () => "nonsense", 50027, "invalid_request"],
    ["a bad signature", (token: string) => `${token.slice(0, -8)}AAAAAAAA`, 50013, "invalid_grant"],
    [
      "a claim changed",
      (token: string) => {
        const [head, , signature] = token.split(".")
        const claims = { ...claimsOf(token), oid: "50eef56c-98dd-4e5e-9886-e18fc3cfb335" }
        const body = Buffer.from(JSON.stringify(claims)).toString("base64url")
        return `${head}.${body}.${signature}`
      },
      50013,
      "invalid_grant",
    ],
    [
      "no signature at all",
      (token: string) => {
        const header = { ...headerOf(token), alg: "none" }
        const head = Buffer.from(JSON.stringify(header)).toString("base64url")
        return `${head}.${token.split(".")[1]}.x`
      },
      50013,
      "invalid_grant",
    ],
  ] as const)("%s", async (_, change, code, error) => {
    const rp = new RelyingParty()
    const { status, body } = await onBehalfOf(rp, change(await upstreamToken(rp)))
    expect(status).toBe(400)
    expect(body).toMatchObject({ error, error_codes: [code] })
  })

  it("refuses an id_token", async () => {
    const rp = new RelyingParty()
    const { body } = await onBehalfOf(rp, (await rp.tokens()).id_token)
    expect(body).toMatchObject({ error: "invalid_grant", error_codes: [240002] })
  })

  it("refuses a token for another API, and a token of an application", async () => {
    const rp = new RelyingParty()
    const scope = "openid profile offline_access User.Read"
    const { access_token } = await rp.tokens(bob, { scope })
    const app = await rp.token({
      grant_type: "client_credentials",
      scope: `api://${defaultApp.clientId}/.default`,
    })
    for (const assertion of [access_token, app.body.access_token]) {
      const { body } = await onBehalfOf(rp, assertion)
      expect(body).toMatchObject({ error: "invalid_grant", error_codes: [500131] })
      expect(body.error_description).toContain(
        `or one of the Application Uris of this application with App ID '${defaultApp.clientId}'`,
      )
    }
  })

  it("refuses an expired token", async () => {
    const rp = new RelyingParty({ accessTokenSeconds: 3600 })
    const token = await upstreamToken(rp)
    rp.clock.now += 3_600_000
    const { body } = await onBehalfOf(rp, token)
    expect(body).toMatchObject({ error: "invalid_grant", error_codes: [500133] })
  })

  it("requires consent: AADSTS65001 with consent_required", async () => {
    const rp = new RelyingParty()
    const { access_token } = await rp.tokens()
    const { body } = await onBehalfOf(rp, access_token, { scope: "Mail.Read" })
    expect(body).toMatchObject({
      error: "invalid_grant",
      suberror: "consent_required",
      error_codes: [65001],
    })
  })

  it("requires a second factor: AADSTS50079 with claims", async () => {
    const rp = new RelyingParty()
    const token = await upstreamToken(rp)
    const changes = { mfaRegistered: false }
    rp.emulator.control({ action: "update-user", username: bob, changes })
    const resources = ["00000003-0000-0000-c000-000000000000"]
    const conditionalAccess = [{ control: "mfa" as const, resources }]
    rp.emulator.control({ action: "configure", conditionalAccess })
    const { status, body } = await onBehalfOf(rp, token)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: "interaction_required", error_codes: [50079] })
    expect(JSON.parse(String(body.claims))).toHaveProperty("access_token.capolids.essential", true)
    // The sign-in itself still refreshes: the policy is Graph's only.
    expect((await rp.tokens(bob)).access_token).toBeTruthy()
  })

  it("fails for a user whose sessions were revoked", async () => {
    const rp = new RelyingParty()
    const token = await upstreamToken(rp)
    rp.clock.now += 1000
    rp.emulator.control({ action: "revoke-sessions", username: bob })
    expect((await onBehalfOf(rp, token)).body.error_codes).toEqual([50173])
  })

  it("names the parameter that is missing or wrong", async () => {
    const rp = new RelyingParty()
    const token = await upstreamToken(rp)
    for (const parameter of ["assertion", "scope", "requested_token_use"]) {
      const { body } = await onBehalfOf(rp, token, { [parameter]: undefined })
      expect(body.error_codes).toEqual([900144])
      expect(body.error_description).toContain(`'${parameter}'`)
    }
    const { body } = await onBehalfOf(rp, token, { requested_token_use: "off_behalf_of" })
    expect(body.error_codes).toEqual([90023])
  })

  it("needs the credential of the API that the token is for", async () => {
    const rp = new RelyingParty()
    const token = await upstreamToken(rp)
    const none = await onBehalfOf(rp, token, { client_secret: undefined })
    expect(none.body.error_codes).toEqual([7000218])
    rp.client = { client_id: publicApp.clientId }
    expect((await onBehalfOf(rp, token)).body.error_codes).toEqual([7000218])
    rp.client = { client_id: multiTenantApp.clientId, client_secret: multiTenantApp.clientSecret }
    expect((await onBehalfOf(rp, token)).body.error_codes).toEqual([500131])
  })
})
