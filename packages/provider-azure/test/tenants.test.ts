import {
  consumersTenantId,
  defaultApp,
  defaultTenant,
  multiTenantApp,
  otherTenant,
} from "@doorward/entra-emulator"
import { describe, expect, it } from "vitest"
import { type AzureProviderOptions, graphUrlOf } from "../src/index.ts"
import { type Entra, entra, failureOf } from "./entra.ts"

const contoso = "bob@contoso.example"
const fabrikam = "frank@fabrikam.example"
const personal = "pat@outlook.example"

/** The registration that every organization and personal accounts may use. */
const forAll = {
  clientId: multiTenantApp.clientId,
  clientSecret: multiTenantApp.clientSecret,
  scopes: ["access_as_user"],
}

function signIn(world: Entra, options: Partial<AzureProviderOptions>, username: string) {
  return world.signIn(world.provider({ ...forAll, ...options }), username)
}

describe("one tenant", () => {
  it("keys the person by tenant and object id, and names the tenant's issuer", async () => {
    const world = entra()
    const { identity } = await world.signIn(world.provider({ scopes: ["access_as_user"] }))
    expect(identity).toMatchObject({
      issuer: `https://login.microsoftonline.com/${defaultTenant.id}/v2.0`,
      subject: `${defaultTenant.id}.e53ce283-246f-47be-96da-b5dff3476c9d`,
      tenantId: defaultTenant.id,
    })
  })

  it("identifies a guest by the object id in this tenant, not in the home tenant", async () => {
    const world = entra()
    const azure = world.provider({ scopes: ["access_as_user"] })
    const { identity } = await world.signIn(azure, "carol@fabrikam.example")
    expect(identity.subject).toBe(`${defaultTenant.id}.971f00dc-6eda-489b-b811-121d063a17cf`)
  })

  it("may be written in any case", async () => {
    const world = entra()
    const tenantId = defaultTenant.id.toUpperCase()
    const azure = world.provider({ tenantId, scopes: ["User.Read"] })
    expect((await world.signIn(azure)).identity.tenantId).toBe(defaultTenant.id)
  })

  it("may be configured by a domain, whose tenant is then looked up once", async () => {
    const world = entra()
    const azure = world.provider({
      tenantId: "contoso.example",
      scopes: ["access_as_user"],
    })
    const { identity, tokens, scopes } = await world.signIn(azure)
    await azure.refresh(tokens, scopes)
    expect(identity.issuer).toBe(`https://login.microsoftonline.com/${defaultTenant.id}/v2.0`)
    const lookups = world.wire.filter(({ url }) => url.pathname.endsWith("openid-configuration"))
    expect(lookups.map(({ url }) => url.pathname)).toEqual([
      "/contoso.example/v2.0/.well-known/openid-configuration",
    ])
  })

  it("reports an unknown domain, and looks it up again the next time", async () => {
    const world = entra()
    const callback = new URLSearchParams({ code: "1.any", state: "state" })
    const answer = { access_token: "a", token_type: "Bearer", id_token: unsignedIdToken() }
    const azure = world.provider({
      tenantId: "nobody.example",
      scopes: ["access_as_user"],
      fetch: async (url, init) =>
        init.method === "POST" ? Response.json(answer) : world.fetch(url, init),
    })
    const error = await failureOf(azure.redeem(callback, world.request(azure)))
    expect(error).toMatchObject({ failure: "operator", reason: "AADSTS90002" })
    expect(error.message).toContain("tenantId")
    await failureOf(azure.redeem(callback, world.request(azure)))
    expect(world.wire).toHaveLength(2)
  })
})

describe("aliases", () => {
  it.each([
    ["organizations", fabrikam, otherTenant.id],
    ["common", fabrikam, otherTenant.id],
    ["common", personal, consumersTenantId],
    ["consumers", personal, consumersTenantId],
  ])("%s admits people of the allowedTenants: %s", async (tenantId, username, tid) => {
    const { identity } = await signIn(entra(), { tenantId, allowedTenants: [tid] }, username)
    expect(identity).toMatchObject({
      issuer: `https://login.microsoftonline.com/${tid}/v2.0`,
      tenantId: tid,
    })
  })

  it.each([
    ["organizations", fabrikam],
    ["common", fabrikam],
    ["common", personal],
    ["consumers", personal],
  ])("%s with * admits everybody whom the alias covers: %s", async (tenantId, username) => {
    const world = entra()
    const azure = world.provider({ ...forAll, tenantId, allowedTenants: ["*"] })
    const { identity, tokens, scopes } = await world.signIn(azure, username)
    expect((await azure.refresh(tokens, scopes)).identity.subject).toBe(identity.subject)
  })

  it("refuses another tenant and names it, without looking any further at its tokens", async () => {
    const world = entra()
    const attempt = signIn(
      world,
      { tenantId: "organizations", allowedTenants: [defaultTenant.id] },
      fabrikam,
    )
    const error = await failureOf(attempt)
    expect(error).toMatchObject({ failure: "denied", reason: "tenant_not_allowed" })
    expect(error.message).toContain(otherTenant.id)
    expect(world.wire.filter(({ url }) => url.pathname.endsWith("/keys"))).toEqual([])
  })

  it("refuses personal accounts that are not listed", async () => {
    const attempt = signIn(
      entra(),
      { tenantId: "common", allowedTenants: [defaultTenant.id, otherTenant.id] },
      personal,
    )
    expect(await failureOf(attempt)).toMatchObject({
      failure: "denied",
      message: expect.stringContaining(consumersTenantId),
    })
  })

  it("refuses a tenant that was allowed when the person signed in and no longer is", async () => {
    const world = entra()
    const { tokens, scopes } = await signIn(
      world,
      { tenantId: "common", allowedTenants: ["*"] },
      fabrikam,
    )
    const stricter = world.provider({
      ...forAll,
      tenantId: "common",
      allowedTenants: [defaultTenant.id],
    })
    expect(await failureOf(stricter.refresh(tokens, scopes))).toMatchObject({
      failure: "denied",
      reason: "tenant_not_allowed",
    })
  })
})

describe("the issuer is bound to the tenant and to the key", () => {
  it("refuses an id_token whose tid and iss are of different tenants", async () => {
    const error = await withClaims({ tid: otherTenant.id })
    expect(error.failure).toBe("operator")
  })

  it.each([
    ["no tid", { tid: undefined }],
    ["a tid that is no GUID", { tid: "../evil" }],
    ["a tid that is an alias", { tid: "common" }],
  ])("refuses %s", async (_, claims) => {
    expect((await withClaims(claims)).reason).toBe("tenant_not_allowed")
  })

  it("refuses a key that signs for another tenant", async () => {
    const world = entra()
    const azure = world.provider({
      ...forAll,
      tenantId: "common",
      allowedTenants: ["*"],
      fetch: async (url, init) => {
        const response = await world.fetch(url, init)
        if (!url.endsWith("/keys")) return response
        const { keys } = await response.json()
        const issuer = `https://login.microsoftonline.com/${consumersTenantId}/v2.0`
        return Response.json({ keys: keys.map((key: object) => ({ ...key, issuer })) })
      },
    })
    expect(await failureOf(world.signIn(azure, contoso))).toMatchObject({
      failure: "operator",
      reason: "id_token_wrong_issuer",
    })
  })

  it("refuses a key that does not say whom it signs for", async () => {
    const world = entra()
    const azure = world.provider({
      scopes: ["User.Read"],
      fetch: async (url, init) => {
        const response = await world.fetch(url, init)
        if (!url.endsWith("/keys")) return response
        const { keys } = await response.json()
        const silent = keys.map(({ issuer: _, ...key }: Record<string, unknown>) => key)
        return Response.json({ keys: silent })
      },
    })
    expect((await failureOf(world.signIn(azure))).reason).toBe("id_token_wrong_issuer")
  })
})

describe("clouds", () => {
  it.each([
    [undefined, "https://graph.microsoft.com"],
    ["https://login.microsoftonline.us", "https://graph.microsoft.us"],
    ["https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"],
    ["http://localhost:9400", "https://graph.microsoft.com"],
  ])("Graph of %s is at %s", (authorityHost, graph) => {
    expect(graphUrlOf(authorityHost)).toBe(graph)
  })

  it.each([
    ["https://login.microsoftonline.us", "https://login.microsoftonline.us"],
    ["https://login.partner.microsoftonline.cn/", "https://login.partner.microsoftonline.cn"],
    ["https://login.windows.net", "https://login.microsoftonline.com"],
    ["http://localhost:9400", "http://localhost:9400"],
  ])("%s has the pages, the tokens and the issuer", async (authorityHost, base) => {
    const world = entra({ baseUrl: base })
    const azure = world.provider({ authorityHost, scopes: ["access_as_user"] })
    const url = await azure.authorizationUrl(world.request(azure))
    expect(url.href).toMatch(`${base}/${defaultTenant.id}/oauth2/v2.0/authorize?`)
    const { identity } = await world.signIn(azure)
    expect(identity.issuer).toBe(`${base}/${defaultTenant.id}/v2.0`)
  })

  it("tells a person of one cloud from the same id in another", async () => {
    const government = entra({ baseUrl: "https://login.microsoftonline.us" })
    const azure = government.provider({ scopes: ["access_as_user"] })
    // Configured for the global cloud, answered by another: the issuer is not the expected one.
    expect((await failureOf(government.signIn(azure))).failure).toBe("operator")
  })
})

/** A sign-in whose id_token has these claims, which break its signature. */
async function withClaims(claims: Record<string, unknown>) {
  const world = entra()
  const azure = world.provider({
    ...forAll,
    tenantId: "common",
    allowedTenants: ["*"],
    fetch: async (url, init) => {
      const response = await world.fetch(url, init)
      if (init.method !== "POST") return response
      const body = await response.json()
      return Response.json({ ...body, id_token: changedClaims(body.id_token, claims) })
    },
  })
  return failureOf(world.signIn(azure, contoso))
}

function changedClaims(token: string, claims: Record<string, unknown>): string {
  const [header, payload = "", signature] = token.split(".")
  const original = JSON.parse(Buffer.from(payload, "base64url").toString())
  const changed = Buffer.from(JSON.stringify({ ...original, ...claims })).toString("base64url")
  return `${header}.${changed}.${signature}`
}

function unsignedIdToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const claims = { tid: defaultTenant.id, aud: defaultApp.clientId, nonce: "nonce" }
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.c2lnbmF0dXJl`
}
