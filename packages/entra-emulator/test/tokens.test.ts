import { createLocalJWKSet, createRemoteJWKSet, customFetch, jwtVerify } from "jose"
import { describe, expect, it } from "vitest"
import {
  defaultApp,
  type defaultApps,
  defaultTenant,
  multiTenantApp,
  publicApp,
} from "../src/index.ts"
import { apiScope, claimsOf, headerOf, RelyingParty, signInScope } from "./relying-party.ts"

const bobId = "e53ce283-246f-47be-96da-b5dff3476c9d"
const iss = `https://login.microsoftonline.com/${defaultTenant.id}/v2.0`
const v1Iss = `https://sts.windows.net/${defaultTenant.id}/`
const issued = Date.UTC(2026, 7, 13, 21, 24, 29) / 1000

function keysOf(rp: RelyingParty) {
  const url = new URL(`${rp.emulator.baseUrl}/${rp.tenant}/discovery/v2.0/keys`)
  return createRemoteJWKSet(url, {
    [customFetch]: (input: string, init: RequestInit) =>
      rp.emulator.fetch(new Request(input, { method: "GET", headers: init.headers ?? {} })),
  })
}

function change(rp: RelyingParty, changes: Partial<(typeof defaultApps)[number]>) {
  rp.emulator.control({ action: "update-app", clientId: defaultApp.clientId, changes })
}

describe("v2.0 access token", () => {
  it("has Entra's header and claims, and verifies against the published keys", async () => {
    const rp = new RelyingParty({ accessTokenSeconds: 4000 })
    const { access_token, expires_in, ext_expires_in } = await rp.tokens()
    expect({ expires_in, ext_expires_in }).toEqual({ expires_in: 4000, ext_expires_in: 4000 })
    expect(Object.keys(headerOf(access_token))).toEqual(["typ", "alg", "kid"])
    const { payload } = await jwtVerify(access_token, keysOf(rp), {
      issuer: iss,
      audience: defaultApp.clientId,
      algorithms: ["RS256"],
      currentDate: new Date(rp.clock.now),
    })
    expect(payload).toEqual({
      aud: defaultApp.clientId,
      iss,
      iat: issued,
      nbf: issued,
      exp: issued + 4000,
      aio: expect.any(String),
      azp: defaultApp.clientId,
      azpacr: "1",
      name: "Bob Lindqvist",
      oid: bobId,
      preferred_username: "bob@contoso.example",
      rh: expect.any(String),
      scp: "access_as_user",
      sub: expect.stringMatching(/^[\w-]{43}$/),
      tid: defaultTenant.id,
      uti: expect.any(String),
      ver: "2.0",
      roles: ["Tools.Reader"],
    })
  })

  it("lives 60 to 90 minutes, at random", async () => {
    const rp = new RelyingParty()
    const first = await rp.tokens()
    const lifetimes = [Number(first.expires_in)]
    for (let count = 0; count < 20; count++) {
      lifetimes.push(Number((await rp.refresh(first.refresh_token)).body.expires_in))
    }
    expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(3600)
    expect(Math.max(...lifetimes)).toBeLessThan(5400)
    expect(new Set(lifetimes).size).toBeGreaterThan(1)
  })

  it("has a subject that differs for each application", async () => {
    const rp = new RelyingParty()
    const own = claimsOf((await rp.tokens()).access_token)
    rp.client = { client_id: multiTenantApp.clientId, client_secret: multiTenantApp.clientSecret }
    const other = claimsOf((await rp.tokens(undefined, { scope: "openid profile" })).id_token)
    expect(other.oid).toBe(own.oid)
    expect(other.sub).not.toBe(own.sub)
  })

  it("says that a public client did not authenticate", async () => {
    const rp = new RelyingParty()
    rp.client = { client_id: publicApp.clientId }
    rp.redirectUri = publicApp.redirectUri
    const claims = claimsOf((await rp.tokens()).access_token)
    expect(claims).toMatchObject({
      aud: defaultApp.clientId,
      azp: publicApp.clientId,
      azpacr: "0",
      scp: "access_as_user tools.write tools.admin",
    })
  })
})

describe("v1.0 access token", () => {
  it("is issued for an API that sets no version, even by the v2.0 endpoint", async () => {
    for (const version of [1, null] as const) {
      const rp = new RelyingParty()
      change(rp, { requestedAccessTokenVersion: version })
      const { access_token, id_token } = await rp.tokens()
      expect(Object.keys(headerOf(access_token))).toEqual(["typ", "alg", "x5t", "kid"])
      expect(headerOf(access_token).x5t).toBe(headerOf(access_token).kid)
      expect(claimsOf(access_token)).toMatchObject({
        aud: `api://${defaultApp.clientId}`,
        iss: v1Iss,
        appid: defaultApp.clientId,
        appidacr: "1",
        upn: "bob@contoso.example",
        unique_name: "bob@contoso.example",
        scp: "access_as_user",
        oid: bobId,
        ver: "1.0",
      })
      expect(claimsOf(access_token)).not.toHaveProperty("azp")
      expect(claimsOf(id_token)).toMatchObject({ iss, ver: "2.0" })
    }
  })

  it("names the audience as the request did", async () => {
    const rp = new RelyingParty()
    change(rp, { requestedAccessTokenVersion: 1 })
    const scope = `openid offline_access ${defaultApp.clientId}/access_as_user`
    const { access_token } = await rp.tokens(undefined, { scope })
    expect(claimsOf(access_token).aud).toBe(defaultApp.clientId)
  })

  it("of a guest has the home tenant as idp, and no upn", async () => {
    const rp = new RelyingParty()
    change(rp, { requestedAccessTokenVersion: 1 })
    const claims = claimsOf((await rp.tokens("carol@fabrikam.example")).access_token)
    expect(claims).toMatchObject({
      idp: "https://sts.windows.net/d64e1151-e4d6-48c4-b7b2-6b08b64ea82b/",
      unique_name: "carol@fabrikam.example",
    })
    expect(claims).not.toHaveProperty("upn")
  })
})

describe("Graph token", () => {
  const scope = "openid profile email offline_access User.Read"

  it("is v1.0, has a nonce in its header, and fails an ordinary check", async () => {
    const rp = new RelyingParty()
    const { access_token, scope: granted } = await rp.tokens(undefined, { scope })
    expect(granted).toBe("openid profile email User.Read")
    expect(Object.keys(headerOf(access_token))).toEqual(["typ", "nonce", "alg", "x5t", "kid"])
    expect(claimsOf(access_token)).toMatchObject({
      aud: "00000003-0000-0000-c000-000000000000",
      iss: v1Iss,
      ver: "1.0",
      appid: defaultApp.clientId,
    })
    const check = jwtVerify(access_token, keysOf(rp), { currentDate: new Date(rp.clock.now) })
    await expect(check).rejects.toThrow("signature verification failed")
    expect((await rp.graph("/v1.0/me", access_token)).status).toBe(200)
  })

  it("is issued for OpenID Connect scopes alone", async () => {
    const rp = new RelyingParty()
    const { access_token } = await rp.tokens(undefined, { scope: "openid profile" })
    expect(claimsOf(access_token).aud).toBe("00000003-0000-0000-c000-000000000000")
    expect((await rp.graph("/oidc/userinfo", access_token)).status).toBe(200)
    expect((await rp.graph("/v1.0/me", access_token)).status).toBe(403)
  })

  it("requested by URL has scopes with the URL, whatever their case was", async () => {
    const rp = new RelyingParty()
    const full = "https://graph.microsoft.com/user.READ openid"
    const { access_token, scope: granted } = await rp.tokens(undefined, { scope: full })
    expect(granted).toBe("openid https://graph.microsoft.com/User.Read")
    expect(claimsOf(access_token)).toMatchObject({
      aud: "https://graph.microsoft.com",
      scp: "openid User.Read",
    })
  })

  it("can be refreshed from a sign-in for the API and Graph", async () => {
    const rp = new RelyingParty()
    const both = `${signInScope} User.Read`
    const first = await rp.tokens(undefined, { scope: both }, { scope: signInScope })
    expect(claimsOf(first.access_token).aud).toBe(defaultApp.clientId)
    const second = await rp.refresh(first.refresh_token, { scope: "User.Read" })
    expect((await rp.graph("/v1.0/me", second.body.access_token)).status).toBe(200)
  })
})

describe("id_token", () => {
  it("has Entra's claims in order, and no at_hash", async () => {
    const rp = new RelyingParty()
    const { id_token } = await rp.tokens()
    expect(Object.keys(claimsOf(id_token))).toEqual(
      "aud iss iat nbf exp aio email name nonce oid preferred_username rh sid sub tid uti ver roles".split(
        " ",
      ),
    )
    expect(claimsOf(id_token)).toMatchObject({
      aud: defaultApp.clientId,
      iss,
      nonce: "n-0S6_WzA2Mj",
      email: "bob@contoso.example",
    })
    const { payload } = await jwtVerify(id_token, keysOf(rp), {
      currentDate: new Date(rp.clock.now),
    })
    expect(payload.aud).toBe(defaultApp.clientId)
  })

  it("needs profile for name, oid and preferred_username, and email for the address", async () => {
    const rp = new RelyingParty()
    const { id_token } = await rp.tokens(undefined, { scope: `openid ${apiScope}` })
    const claims = claimsOf(id_token)
    for (const claim of ["name", "oid", "preferred_username", "email"]) {
      expect(claims).not.toHaveProperty(claim)
    }
  })

  it("has no email if the user has none", async () => {
    const rp = new RelyingParty()
    rp.emulator.control({
      action: "update-user",
      username: "bob@contoso.example",
      changes: { email: undefined },
    })
    expect(claimsOf((await rp.tokens()).id_token)).not.toHaveProperty("email")
  })

  it("is new after a refresh, and has no nonce", async () => {
    const rp = new RelyingParty()
    const first = await rp.tokens()
    rp.clock.now += 60_000
    const { body } = await rp.refresh(first.refresh_token)
    expect(claimsOf(body.id_token)).toMatchObject({ iat: issued + 60, name: "Bob Lindqvist" })
    expect(claimsOf(body.id_token)).not.toHaveProperty("nonce")
  })

  it("is issued only with openid, and a refresh token only with offline_access", async () => {
    const rp = new RelyingParty()
    const answer = await rp.tokens(undefined, { scope: apiScope })
    expect(answer).not.toHaveProperty("id_token")
    expect(answer).not.toHaveProperty("refresh_token")
  })
})

describe("refresh tokens", () => {
  it("are new at every use, and the old ones stay valid", async () => {
    const rp = new RelyingParty()
    const { refresh_token } = await rp.tokens()
    const [a, b] = await Promise.all([rp.refresh(refresh_token), rp.refresh(refresh_token)])
    expect(new Set([refresh_token, a.body.refresh_token, b.body.refresh_token]).size).toBe(3)
    expect((await rp.refresh(refresh_token)).status).toBe(200)
  })

  it("last 90 days from their own issue, not from the sign-in", async () => {
    const rp = new RelyingParty()
    let { refresh_token } = await rp.tokens()
    for (let month = 0; month < 6; month++) {
      rp.clock.now += 60 * 86_400_000
      const { status, body } = await rp.refresh(refresh_token)
      expect(status).toBe(200)
      refresh_token = body.refresh_token
    }
  })

  it("are issued once for a code, even if it is redeemed concurrently", async () => {
    const rp = new RelyingParty()
    const code = await rp.signIn()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => rp.redeem(code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
  })
})

describe("client_info", () => {
  it("is sent if requested, and names the home account", async () => {
    const rp = new RelyingParty()
    const answer = await rp.tokens("carol@fabrikam.example", {}, { client_info: "1" })
    const info = JSON.parse(Buffer.from(String(answer.client_info), "base64url").toString())
    expect(info).toEqual({
      uid: "c1ab2aea-370a-46e5-9486-7e74865b982f",
      utid: "d64e1151-e4d6-48c4-b7b2-6b08b64ea82b",
    })
    expect(await rp.tokens()).not.toHaveProperty("client_info")
  })
})

describe("roles and groups", () => {
  it("has the groups of a user with up to 200", async () => {
    const rp = new RelyingParty()
    change(rp, { groupMembershipClaims: "SecurityGroup" })
    const claims = claimsOf((await rp.tokens()).access_token)
    expect(claims.groups).toEqual(["14c20307-e7b2-4d15-94bc-e2d6f2a77434"])
    expect(claims).not.toHaveProperty("wids")
  })

  it("has a link in place of more groups, and Graph has them all", async () => {
    const rp = new RelyingParty()
    change(rp, { groupMembershipClaims: "All" })
    const { access_token, refresh_token } = await rp.tokens(
      "grace@contoso.example",
      {
        scope: `${signInScope} User.Read`,
      },
      { scope: signInScope },
    )
    const claims = claimsOf(access_token)
    expect(claims).not.toHaveProperty("groups")
    expect(claims._claim_names).toEqual({ groups: "src1" })
    expect(claims._claim_sources).toEqual({
      src1: {
        endpoint: `https://graph.windows.net/${defaultTenant.id}/users/${claims.oid}/getMemberObjects`,
      },
    })
    expect(claims.wids).toEqual(["b79fbf4d-3ef9-4689-8143-76b194e85509"])
    const graph = await rp.refresh(refresh_token, { scope: "User.Read" })
    const path = `/v1.0/users/${claims.oid}/getMemberObjects`
    const { body } = await rp.graph(path, graph.body.access_token, "POST")
    expect(body.value).toHaveLength(250)
  })

  it("has no groups of a guest's home tenant", async () => {
    const rp = new RelyingParty()
    change(rp, { groupMembershipClaims: "SecurityGroup" })
    const username = "carol@fabrikam.example"
    const changes = { groups: [crypto.randomUUID()] }
    rp.emulator.control({ action: "update-user", username, changes })
    expect(claimsOf((await rp.tokens(username)).access_token)).not.toHaveProperty("groups")
  })

  it("has exactly 200 groups without a link", async () => {
    const rp = new RelyingParty()
    change(rp, { groupMembershipClaims: "SecurityGroup" })
    const groups = Array.from({ length: 200 }, () => crypto.randomUUID())
    const username = "bob@contoso.example"
    rp.emulator.control({ action: "update-user", username, changes: { groups } })
    expect(claimsOf((await rp.tokens()).access_token).groups).toHaveLength(200)
  })
})

describe("client credentials", () => {
  const ask = (rp: RelyingParty, scope: string) =>
    rp.token({ grant_type: "client_credentials", scope })

  it("issues a token to the application: roles in place of scp, sub equal to oid", async () => {
    const rp = new RelyingParty()
    const roles = { [defaultApp.clientId]: ["Tools.Reader"] }
    change(rp, { applicationPermissions: roles })
    const { body } = await ask(rp, `api://${defaultApp.clientId}/.default`)
    expect(Object.keys(body)).toEqual([
      "token_type",
      "expires_in",
      "ext_expires_in",
      "access_token",
    ])
    const claims = claimsOf(body.access_token)
    expect(claims).toMatchObject({
      aud: defaultApp.clientId,
      iss,
      azp: defaultApp.clientId,
      azpacr: "1",
      roles: ["Tools.Reader"],
      ver: "2.0",
    })
    expect(claims.sub).toBe(claims.oid)
    expect(claims).not.toHaveProperty("scp")
    const keys = (await (
      await rp.emulator.fetch(new Request(`${rp.emulator.baseUrl}/common/discovery/v2.0/keys`))
    ).json()) as Parameters<typeof createLocalJWKSet>[0]
    await jwtVerify(body.access_token, createLocalJWKSet(keys), {
      currentDate: new Date(rp.clock.now),
    })
  })

  it("for Graph is v1.0 and opaque", async () => {
    const rp = new RelyingParty()
    const { body } = await ask(rp, "https://graph.microsoft.com/.default")
    expect(headerOf(body.access_token)).toHaveProperty("nonce")
    expect(claimsOf(body.access_token)).toMatchObject({ iss: v1Iss, idtyp: "app", ver: "1.0" })
  })

  it("is not served on /common, and on /organizations for the home tenant", async () => {
    const rp = new RelyingParty()
    rp.client = { client_id: multiTenantApp.clientId, client_secret: multiTenantApp.clientSecret }
    const scope = "https://graph.microsoft.com/.default"
    rp.tenant = "common"
    expect((await ask(rp, scope)).body.error_codes).toEqual([9001023])
    rp.tenant = "organizations"
    expect(claimsOf((await ask(rp, scope)).body.access_token).tid).toBe(defaultTenant.id)
  })

  it("is refused to public clients", async () => {
    const rp = new RelyingParty()
    rp.client = { client_id: publicApp.clientId }
    const none = await ask(rp, "https://graph.microsoft.com/.default")
    expect(none.body).toMatchObject({ error: "invalid_client", error_codes: [7000218] })
  })

  it("requires .default of one resource", async () => {
    const rp = new RelyingParty()
    const plain = await ask(rp, "User.Read")
    expect(plain.body).toMatchObject({ error: "invalid_scope", error_codes: [1002012] })
    const two = `api://${defaultApp.clientId}/.default https://graph.microsoft.com/.default`
    expect((await ask(rp, two)).body.error_codes).toEqual([28000])
    const none = await rp.token({ grant_type: "client_credentials" })
    expect(none.body.error_codes).toEqual([900144])
  })
})

describe("client_secret_basic", () => {
  it("accepts form-urlencoded parts", async () => {
    const rp = new RelyingParty()
    const secret = "s~ec+ret/&%:="
    change(rp, { secrets: [secret] })
    const basic = btoa(`${defaultApp.clientId}:${encodeURIComponent(secret)}`)
    const code = await rp.signIn()
    const without = { client_id: undefined, client_secret: undefined }
    const { status } = await rp.redeem(code, without, { authorization: `Basic ${basic}` })
    expect(status).toBe(200)
  })
})
