import { defaultApp } from "@doorward/entra-emulator"
import { describe, expect, it } from "vitest"
import { entra, failureOf, lastTokenRequest } from "./entra.ts"

const api = `api://${defaultApp.clientId}`

const scopeOf = (url: URL) => url.searchParams.get("scope")?.split(" ")

describe("sign-in mode: only scopes of Graph and OpenID Connect", () => {
  const offered = ["User.Read", "email", "openid"]

  it("offers all names except OpenID Connect's", () => {
    expect(entra().provider({ scopes: offered }).scopes).toEqual(["User.Read"])
  })

  it("asks for an id_token and a refresh token with every request, and sends a nonce", async () => {
    const { provider, request } = entra()
    const azure = provider({ scopes: offered })
    const url = await azure.authorizationUrl(request(azure))
    expect(scopeOf(url)).toEqual(["User.Read", "openid", "profile", "offline_access", "email"])
    expect(url.searchParams.get("nonce")).toBe("nonce")
  })

  it("reads the person from the id_token and does not read Graph's token", async () => {
    const world = entra()
    const { identity, scopes, tokens } = await world.signIn(world.provider({ scopes: offered }))
    expect(identity).toMatchObject({
      name: "Bob Lindqvist",
      username: "bob@contoso.example",
      email: "bob@contoso.example",
      claims: { aud: defaultApp.clientId },
    })
    expect(scopes).toEqual(["User.Read"])
    expect(tokens.scopes).toContain("User.Read")
  })

  it("works even if Graph's token is not a JWT", async () => {
    const world = entra()
    const azure = world.provider({
      scopes: offered,
      fetch: async (url, init) => {
        const response = await world.fetch(url, init)
        if (!String(init.body).includes("grant_type")) return response
        const body: object = await response.json()
        return Response.json({ ...body, access_token: "an encrypted token of Graph" })
      },
    })
    const { tokens } = await world.signIn(azure)
    expect(tokens.accessToken).toBe("an encrypted token of Graph")
    await expect(azure.refresh(tokens, ["User.Read"])).resolves.toMatchObject({
      scopes: ["User.Read"],
    })
  })

  it("works with no scope but OpenID Connect's", async () => {
    const world = entra()
    const { identity, scopes } = await world.signIn(world.provider({ scopes: ["openid"] }))
    expect(identity.name).toBe("Bob Lindqvist")
    expect(scopes).toEqual([])
  })

  it("reads the granted scopes from the answer, whatever their case and prefix", async () => {
    const world = entra()
    const azure = world.provider({
      scopes: ["User.Read", "Mail.Read"],
      fetch: withScope(world.fetch, "https://graph.microsoft.com/user.read openid"),
    })
    expect((await world.signIn(azure)).scopes).toEqual(["User.Read"])
  })

  it('takes an answer without a scope to mean "as requested"', async () => {
    const world = entra()
    const azure = world.provider({
      scopes: ["User.Read", "Mail.Read"],
      fetch: withScope(world.fetch, undefined),
    })
    expect((await world.signIn(azure)).scopes).toEqual(["User.Read", "Mail.Read"])
  })
})

describe("API mode: a scope of the API", () => {
  const offered = ["access_as_user", `${api}/tools.write`, "email"]

  it("offers the names without prefix and sends them with it", async () => {
    const { provider, request } = entra()
    const azure = provider({ scopes: offered })
    expect(azure.scopes).toEqual(["access_as_user", "tools.write"])
    expect(scopeOf(await azure.authorizationUrl(request(azure)))).toEqual([
      `${api}/access_as_user`,
      `${api}/tools.write`,
      "openid",
      "profile",
      "offline_access",
      "email",
    ])
  })

  it("sends the scope with the code and with the refresh token, and never a resource", async () => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const { tokens, scopes } = await world.signIn(azure)
    const asked = `${api}/access_as_user ${api}/tools.write openid profile offline_access email`
    expect(lastTokenRequest(world).get("scope")).toBe(asked)
    await azure.refresh(tokens, scopes)
    expect(lastTokenRequest(world).get("grant_type")).toBe("refresh_token")
    expect(lastTokenRequest(world).get("scope")).toBe(asked)
    expect(
      world.wire.filter(
        ({ form, url }) => form.has("resource") || url.searchParams.has("resource"),
      ),
    ).toEqual([])
  })

  it("reads person, roles and scopes from the API's token, and the address from the id_token", async () => {
    const world = entra()
    const { identity, scopes } = await world.signIn(world.provider({ scopes: offered }))
    expect(identity).toMatchObject({
      email: "bob@contoso.example",
      roles: ["Tools.Reader"],
      claims: { aud: defaultApp.clientId, scp: "access_as_user tools.write" },
    })
    expect(scopes).toEqual(["access_as_user", "tools.write"])
  })

  it("grants the requested scopes, and none that were only consented to earlier", async () => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    await world.signIn(azure)
    const { identity, scopes } = await world.signIn(azure, undefined, {
      scopes: ["access_as_user"],
    })
    expect(identity.claims.scp).toContain("tools.write")
    expect(scopes).toEqual(["access_as_user"])
  })

  it("names the API by its client id if the tenant requires it", async () => {
    const tenant = {
      id: "a7ebd260-fe25-45bc-b77b-422f176b10ea",
      domains: ["contoso.example"] as [string],
      name: "Contoso",
      selfByGuidOnly: true,
    }
    const world = entra({ tenants: [tenant] })
    const uri = world.provider({ scopes: offered })
    const signIn = await world.signIn(uri)
    const error = await failureOf(uri.refresh(signIn.tokens, signIn.scopes))
    expect(error).toMatchObject({ failure: "operator", reason: "AADSTS90009" })
    expect(error.message).toContain('Set scopeForm to "guid"')

    const guid = world.provider({ scopes: offered, scopeForm: "guid" })
    const { scopes, tokens } = await world.signIn(guid)
    expect(lastTokenRequest(world).get("scope")).toMatch(`${defaultApp.clientId}/access_as_user`)
    expect(scopes).toEqual(["access_as_user", "tools.write"])
    expect((await guid.refresh(tokens, scopes)).scopes).toEqual(scopes)
  })

  it("refuses an access token and an id_token of different people", async () => {
    const world = entra()
    let idToken: unknown
    const azure = world.provider({
      scopes: offered,
      fetch: async (url, init) => {
        const response = await world.fetch(url, init)
        if (!String(init.body).includes("grant_type=refresh_token")) return response
        const body = await response.json()
        idToken ??= body.id_token
        return Response.json({ ...body, id_token: idToken })
      },
    })
    const alice = await world.signIn(azure, "alice@contoso.example")
    const bob = await world.signIn(azure, "bob@contoso.example")
    await azure.refresh(alice.tokens, alice.scopes)
    expect(await failureOf(azure.refresh(bob.tokens, bob.scopes))).toMatchObject({
      failure: "operator",
      reason: "subject_mismatch",
    })
  })

  it("refuses a token without a person's scopes", async () => {
    const world = entra()
    const azure = world.provider({
      scopes: offered,
      fetch: async (url, init) => {
        const response = await world.fetch(url, init)
        if (!String(init.body).includes("grant_type")) return response
        const body = await response.json()
        return Response.json({ ...body, access_token: body.id_token })
      },
    })
    expect(await failureOf(world.signIn(azure))).toMatchObject({
      failure: "operator",
      reason: "no_scp",
    })
  })
})

describe("mixed mode: scopes of the API and of Graph", () => {
  const offered = ["access_as_user", "User.Read"]

  it("asks for both at once and redeems for the API alone", async () => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const url = await azure.authorizationUrl(world.request(azure))
    expect(scopeOf(url)).toEqual(expect.arrayContaining([`${api}/access_as_user`, "User.Read"]))
    const { scopes } = await world.signIn(azure)
    expect(lastTokenRequest(world).get("scope")).not.toContain("User.Read")
    expect(scopes).toEqual(offered)
  })

  it("is sign-in mode for a client that asks for Graph's scopes only", async () => {
    const world = entra()
    const azure = world.provider({ scopes: offered })
    const { scopes, identity, tokens } = await world.signIn(azure, undefined, {
      scopes: ["User.Read"],
    })
    expect(scopes).toEqual(["User.Read"])
    expect(identity.claims).not.toHaveProperty("scp")
    expect((await azure.refresh(tokens, scopes)).scopes).toEqual(["User.Read"])
  })
})

describe("additional scopes", () => {
  it("are agreed to at sign-in, and neither offered to clients nor sent with the code", async () => {
    const world = entra()
    const azure = world.provider({
      scopes: ["access_as_user"],
      additionalScopes: ["Mail.Read"],
    })
    expect(azure.scopes).toEqual(["access_as_user"])
    expect(azure.permissions(azure.scopes)).toContain("Mail.Read")
    expect(scopeOf(await azure.authorizationUrl(world.request(azure)))).toContain("Mail.Read")
    await world.signIn(azure)
    expect(lastTokenRequest(world).get("scope")).not.toContain("Mail.Read")
  })
})

function withScope(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
  scope: string | undefined,
) {
  return async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    if (!String(init.body).includes("grant_type")) return response
    const body: object = await response.json()
    return Response.json({ ...body, scope })
  }
}
