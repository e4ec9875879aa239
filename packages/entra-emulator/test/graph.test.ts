import { describe, expect, it } from "vitest"
import { defaultApp } from "../src/index.ts"
import { claimsOf, RelyingParty } from "./relying-party.ts"

const bob = "bob@contoso.example"
const scope = "openid profile email offline_access User.Read"
const cp1 = JSON.stringify({ access_token: { xms_cc: { values: ["cp1"] } } })

describe("Graph", () => {
  it("returns who is signed in", async () => {
    const rp = new RelyingParty()
    const { access_token, id_token } = await rp.tokens(bob, { scope })
    const me = await rp.graph("/v1.0/me", access_token)
    expect(me.body).toEqual({
      "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
      businessPhones: [],
      displayName: "Bob Lindqvist",
      givenName: "Bob",
      jobTitle: "Engineer",
      mail: bob,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: "Lindqvist",
      userPrincipalName: bob,
      id: "e53ce283-246f-47be-96da-b5dff3476c9d",
    })
    const info = await rp.graph("/oidc/userinfo", access_token)
    expect(info.body).toEqual({
      sub: claimsOf(id_token).sub,
      name: "Bob Lindqvist",
      family_name: "Lindqvist",
      given_name: "Bob",
      picture: "https://graph.microsoft.com/v1.0/me/photo/$value",
      email: bob,
    })
  })

  it("refuses no token, garbage, another API's token, an id_token and an expired one", async () => {
    const rp = new RelyingParty()
    const api = await rp.tokens()
    const graph = await rp.tokens(bob, { scope })
    const changes = { requestedAccessTokenVersion: 1 as const }
    rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
    const v1 = await rp.tokens()
    const tampered = `${graph.access_token.slice(0, -8)}AAAAAAAA`
    for (const token of [
      "",
      "garbage",
      api.access_token,
      v1.access_token,
      api.id_token,
      tampered,
    ]) {
      const { status, headers, body } = await rp.graph("/v1.0/me", token)
      expect(status).toBe(401)
      expect(headers.get("www-authenticate")).toMatch(/^Bearer realm="", authorization_uri="/)
      expect(body).toHaveProperty("error.code", "InvalidAuthenticationToken")
    }
    rp.clock.now += 5_400_000
    expect((await rp.graph("/v1.0/me", graph.access_token)).status).toBe(401)
  })

  it("refuses what the scopes do not cover, and /me for an application", async () => {
    const rp = new RelyingParty()
    const { access_token } = await rp.tokens(bob, { scope: "openid email" })
    const { status, body } = await rp.graph("/v1.0/me", access_token)
    expect(status).toBe(403)
    expect(body).toHaveProperty("error.code", "Authorization_RequestDenied")
    const app = await rp.token({
      grant_type: "client_credentials",
      scope: "https://graph.microsoft.com/.default",
    })
    expect((await rp.graph("/v1.0/me", app.body.access_token)).status).toBe(400)
  })

  it("lets an application read groups only with a permission for it", async () => {
    const rp = new RelyingParty()
    const path = "/v1.0/users/grace@contoso.example/getMemberObjects"
    const token = async () => {
      const scope = "https://graph.microsoft.com/.default"
      return (await rp.token({ grant_type: "client_credentials", scope })).body.access_token
    }
    expect((await rp.graph(path, await token(), "POST")).status).toBe(403)
    const changes = {
      applicationPermissions: {
        "00000003-0000-0000-c000-000000000000": ["GroupMember.Read.All"],
      },
    }
    rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
    const { body } = await rp.graph(path, await token(), "POST")
    expect(body.value).toHaveLength(250)
    const nobody = "/v1.0/users/nobody/getMemberObjects"
    expect((await rp.graph(nobody, await token(), "POST")).status).toBe(404)
  })

  it("revokes sessions: refreshes fail from then on, access tokens stay valid", async () => {
    const rp = new RelyingParty()
    const { access_token, refresh_token } = await rp.tokens(bob, {
      scope: `${scope} User.ReadWrite`,
    })
    rp.clock.now += 1000
    const answer = await rp.graph("/v1.0/me/revokeSignInSessions", access_token, "POST")
    expect(answer.body.value).toBe(true)
    expect((await rp.refresh(refresh_token, { scope })).body.error_codes).toEqual([50173])
    expect((await rp.graph("/v1.0/me", access_token)).status).toBe(200)
    expect((await rp.tokens(bob, { scope })).access_token).toBeTruthy()
  })

  it("challenges a client that understands continuous access evaluation at once", async () => {
    const rp = new RelyingParty()
    const { access_token } = await rp.tokens(bob, { scope, claims: cp1 })
    expect(claimsOf(access_token).xms_cc).toEqual(["CP1"])
    rp.clock.now += 1000
    rp.emulator.control({ action: "revoke-sessions", username: bob })
    const { status, headers } = await rp.graph("/v1.0/me", access_token)
    expect(status).toBe(401)
    const challenge = headers.get("www-authenticate") ?? ""
    expect(challenge).toContain('error="insufficient_claims"')
    const encoded = /claims="([^"]+)"/.exec(challenge)?.[1] ?? ""
    const claims = atob(encoded)
    expect(JSON.parse(claims)).toEqual({
      access_token: { nbf: { essential: true, value: String(rp.clock.now / 1000) } },
    })
    const again = await rp.tokens(bob, { scope, claims })
    expect((await rp.graph("/v1.0/me", again.access_token)).status).toBe(200)
  })
})

describe("authentication contexts", () => {
  it("are in the token after a step-up for them", async () => {
    const rp = new RelyingParty()
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } })
    expect(claimsOf((await rp.tokens()).access_token)).not.toHaveProperty("acrs")
    await rp.browser.open(rp.authorizeUrl({ claims }))
    expect(rp.browser.page.title).toBe("Approve sign-in request")
    const stepped = await rp.tokens(bob, { claims })
    expect(claimsOf(stepped.access_token).acrs).toEqual(["c1"])
  })
})

describe("applications in the directory", () => {
  const graphClientId = "00000003-0000-0000-c000-000000000000"
  const path = (appId: string) => `/v1.0/servicePrincipals(appId='${appId}')`

  async function asking(...permissions: string[]) {
    const rp = new RelyingParty()
    const changes = { applicationPermissions: { [graphClientId]: permissions } }
    rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
    const scope = "https://graph.microsoft.com/.default"
    const { body } = await rp.token({ grant_type: "client_credentials", scope })
    const ask = (url: string) => rp.graph(url, body.access_token)
    return { rp, ask }
  }

  it("are shown with their scopes to callers who may read them", async () => {
    const { ask } = await asking("Application.Read.All")
    const own = await ask(`${path(defaultApp.clientId)}?$select=id,oauth2PermissionScopes`)
    expect(own.body).toMatchObject({
      appId: defaultApp.clientId,
      oauth2PermissionScopes: [
        { value: "access_as_user", type: "User", isEnabled: true },
        { value: "tools.write", type: "User" },
        { value: "tools.admin", type: "Admin" },
      ],
    })
    expect((await ask(path(graphClientId))).body.displayName).toBe("Microsoft Graph")
    expect((await ask(path("11111111-1111-4111-8111-111111111111"))).status).toBe(404)
  })

  it("are not shown to other callers", async () => {
    const { ask } = await asking("User.Read.All")
    const { status, body } = await ask(path(defaultApp.clientId))
    expect(status).toBe(403)
    expect(body).toHaveProperty("error.code", "Authorization_RequestDenied")
  })

  it("show the consents of users and administrators only with a permission for that", async () => {
    const grants = `${path(defaultApp.clientId)}/oauth2PermissionGrants`
    const few = await asking("Application.Read.All")
    expect((await few.ask(grants)).status).toBe(403)

    const { rp, ask } = await asking("Directory.Read.All")
    expect((await ask(grants)).body.value).toEqual([])
    const { clientId } = defaultApp
    rp.emulator.control({ action: "grant-consent", clientId, scopes: ["User.Read", "openid"] })
    rp.emulator.control({
      action: "grant-consent",
      clientId,
      username: bob,
      resource: clientId,
      scopes: ["access_as_user"],
    })
    const own = (await ask(path(clientId))).body.id
    const graph = (await ask(path(graphClientId))).body.id
    expect((await ask(grants)).body.value).toEqual([
      expect.objectContaining({
        clientId: own,
        consentType: "AllPrincipals",
        principalId: null,
        resourceId: graph,
        scope: "openid User.Read",
      }),
      expect.objectContaining({
        consentType: "Principal",
        principalId: "e53ce283-246f-47be-96da-b5dff3476c9d",
        resourceId: own,
        scope: "access_as_user",
      }),
    ])
  })
})
