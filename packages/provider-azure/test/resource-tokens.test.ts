import { defaultApp } from "@doorward/entra-emulator"
import { decodeJwt } from "jose"
import { describe, expect, it } from "vitest"
import { type Entra, entra, failureOf, lastTokenRequest } from "./entra.ts"

const graph = "https://graph.microsoft.com"
const onBehalfOf = "urn:ietf:params:oauth:grant-type:jwt-bearer"

const tokenRequests = ({ wire }: Entra) => wire.filter(({ form }) => form.has("grant_type")).length

describe("with a token of the API: On-Behalf-Of", () => {
  const options = {
    scopes: ["access_as_user"],
    additionalScopes: ["User.Read", "Mail.Read"],
  }

  it("exchanges the upstream token of this app, and requests no more scopes than the tool did", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { tokens } = await world.signIn(azure)
    const { token } = await azure.tokenFor(tokens, ["User.Read"])
    expect(Object.fromEntries(lastTokenRequest(world))).toMatchObject({
      grant_type: onBehalfOf,
      requested_token_use: "on_behalf_of",
      assertion: tokens.accessToken,
      scope: "User.Read",
      client_secret: defaultApp.clientSecret,
    })
    expect(decodeJwt(token.accessToken)).toMatchObject({ ver: "1.0", name: "Bob Lindqvist" })
  })

  it("refreshes the token of the API first if it is about to expire", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { tokens } = await world.signIn(azure)
    world.clock.now = tokens.expiresAt - 30_000
    const other = await azure.tokenFor(tokens, ["User.Read"])
    expect(other.tokens.accessToken).not.toBe(tokens.accessToken)
    expect(lastTokenRequest(world).get("assertion")).toBe(other.tokens.accessToken)
    expect(other.token.expiresAt).toBeGreaterThan(world.clock.now)
  })

  it("hands out the token of the API itself for its own scopes", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { tokens } = await world.signIn(azure)
    const { token } = await azure.tokenFor(tokens, ["access_as_user"])
    expect(token.accessToken).toBe(tokens.accessToken)
  })

  it("asks for a new sign-in if a permission that sign-in asks for was withdrawn", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { tokens } = await world.signIn(azure)
    world.emulator.control({ action: "revoke-consent", clientId: defaultApp.clientId })
    expect(await failureOf(azure.tokenFor(tokens, ["User.Read"]))).toMatchObject({
      failure: "sign_in_required",
      reason: "AADSTS65001",
    })
  })

  it("tells the operator which permission the sign-in does not ask for", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { tokens } = await world.signIn(azure)
    const error = await failureOf(azure.tokenFor(tokens, ["Calendars.Read"]))
    expect(error).toMatchObject({ failure: "operator", reason: "AADSTS65001" })
    expect(error.message).toContain("Calendars.Read")
    expect(error.message).toContain("additionalScopes")
  })

  it("passes on the claims that a policy for the other API requires, and keeps the grant", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { tokens, scopes } = await world.signIn(azure)
    const fault = { endpoint: "token", grantType: onBehalfOf, code: 50079 } as const
    world.emulator.control({ action: "fail", fault })
    const error = await failureOf(azure.tokenFor(tokens, ["User.Read"]))
    expect(error).toMatchObject({ failure: "interaction_required", reason: "AADSTS50079" })
    expect(JSON.parse(error.claims ?? "")).toHaveProperty("access_token")
    await expect(azure.refresh(tokens, scopes)).resolves.toBeDefined()
  })

  it("sends those claims with the next sign-in", async () => {
    const { provider, request } = entra()
    const azure = provider(options)
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    const url = await azure.authorizationUrl(request(azure, { hints: { claims } }))
    expect(url.searchParams.get("claims")).toBe(claims)
  })
})

describe("without a token of the API: from the refresh token", () => {
  const options = { scopes: ["User.Read"], additionalScopes: ["Mail.Read"] }

  it("redeems it for the scopes and keeps the new refresh token", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { tokens } = await world.signIn(azure)
    const { token, tokens: kept } = await azure.tokenFor(tokens, [`${graph}/.default`])
    expect(Object.fromEntries(lastTokenRequest(world))).toMatchObject({
      grant_type: "refresh_token",
      refresh_token: tokens.refreshToken,
      scope: `${graph}/.default offline_access`,
    })
    expect(token.scopes).toContain(`${graph}/Mail.Read`)
    expect(kept.refreshToken).not.toBe(tokens.refreshToken)
    expect(kept.accessToken).toBe(tokens.accessToken)
    await expect(azure.refresh(kept, ["User.Read"])).resolves.toBeDefined()
  })

  it("hands out the token of the sign-in if it covers the scopes", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { tokens } = await world.signIn(azure)
    const asked = tokenRequests(world)
    for (const scope of ["User.Read", `${graph}/User.Read`, `${graph}/user.read`]) {
      expect((await azure.tokenFor(tokens, [scope])).token.accessToken).toBe(tokens.accessToken)
    }
    expect(tokenRequests(world)).toBe(asked)
  })

  it("asks for a new sign-in if there is no refresh token", async () => {
    const world = entra()
    const azure = world.provider(options)
    const { refreshToken: _, ...tokens } = (await world.signIn(azure)).tokens
    expect(await failureOf(azure.tokenFor(tokens, ["Calendars.Read"]))).toMatchObject({
      failure: "sign_in_required",
      reason: "no_refresh_token",
    })
  })
})

describe("scopes of several resources", () => {
  it.each([
    ["Graph and another API", ["User.Read", "api://other/read"]],
    ["two other APIs", ["api://one/read", "api://two/read"]],
    ["Graph and the API", ["User.Read", "access_as_user"]],
    ["none at all", []],
  ])("%s are a mistake of the caller", async (_, scopes) => {
    const world = entra()
    const azure = world.provider({ scopes: ["access_as_user"] })
    const { tokens } = await world.signIn(azure)
    await expect(azure.tokenFor(tokens, scopes)).rejects.toThrow(TypeError)
  })
})
