import { defaultApp, defaultApps, defaultTenant } from "@doorward/entra-emulator"
import { describe, expect, it } from "vitest"
import { entra, failureOf } from "./entra.ts"

const offered = ["access_as_user"]

/** The registration with `requestedAccessTokenVersion` as the portal leaves it. */
const versionOne = {
  apps: defaultApps.map((app) =>
    app.clientId === defaultApp.clientId ? { ...app, requestedAccessTokenVersion: null } : app,
  ),
}

describe("a registration that issues v1.0 tokens", () => {
  it("is refused at the callback, and the error names the setting", async () => {
    const world = entra(versionOne)
    const error = await failureOf(world.signIn(world.provider({ scopes: offered })))
    expect(error).toMatchObject({ failure: "operator", reason: "token_version" })
    expect(error.message).toContain("requestedAccessTokenVersion")
    expect(error.message).toContain("App registrations > Manifest")
  })

  it("does not matter if no token of the API is issued", async () => {
    const world = entra(versionOne)
    const { scopes } = await world.signIn(world.provider({ scopes: ["User.Read"] }))
    expect(scopes).toEqual(["User.Read"])
  })

  it("works with tokenVersion 1: person and scopes are read from its token, the issuer is the same", async () => {
    const world = entra(versionOne)
    const azure = world.provider({ scopes: offered, tokenVersion: 1 })
    const { identity, scopes, tokens } = await world.signIn(azure)
    expect(identity).toMatchObject({
      issuer: `https://login.microsoftonline.com/${defaultTenant.id}/v2.0`,
      subject: `${defaultTenant.id}.e53ce283-246f-47be-96da-b5dff3476c9d`,
      name: "Bob Lindqvist",
      username: "bob@contoso.example",
      claims: {
        ver: "1.0",
        iss: `https://sts.windows.net/${defaultTenant.id}/`,
        aud: `api://${defaultApp.clientId}`,
      },
    })
    expect(scopes).toEqual(offered)
    const again = await azure.refresh(tokens, scopes)
    expect(again.identity.issuer).toBe(identity.issuer)
  })
})

it("refuses v2.0 tokens with tokenVersion 1, and says which option to set", async () => {
  const world = entra()
  const azure = world.provider({ scopes: offered, tokenVersion: 1 })
  const error = await failureOf(world.signIn(azure))
  expect(error).toMatchObject({ failure: "operator", reason: "token_version" })
  expect(error.message).toContain("Set tokenVersion to 2")
})

describe("an API that is another app registration", () => {
  const apiId = "0d1a1a3e-5d2a-4d8b-8f51-8a3f3a0a7f10"
  const apps = [
    ...defaultApps,
    {
      clientId: apiId,
      name: "The API",
      tenantId: defaultTenant.id,
      identifierUris: ["https://contoso.example/tools"],
      scopes: ["tools.read"],
      requestedAccessTokenVersion: 2 as const,
    },
  ]
  const options = { scopes: ["tools.read"], identifierUri: "https://contoso.example/tools" }

  it("is accepted by its client id in acceptedAudiences", async () => {
    const world = entra({ apps })
    const azure = world.provider({ ...options, acceptedAudiences: [apiId] })
    const { identity, scopes, tokens } = await world.signIn(azure)
    expect(scopes).toEqual(["tools.read"])
    expect(identity.claims.aud).toBe(apiId)
    expect((await azure.refresh(tokens, scopes)).scopes).toEqual(scopes)
  })

  it("is refused otherwise, and the error says how to fix it", async () => {
    const world = entra({ apps })
    const error = await failureOf(world.signIn(world.provider(options)))
    expect(error).toMatchObject({ failure: "operator", reason: "access_token_wrong_audience" })
    expect(error.message).toContain("acceptedAudiences")
  })

  it("gets Graph's tokens from the refresh token, since another app can't exchange its own", async () => {
    const world = entra({ apps })
    const azure = world.provider({
      ...options,
      acceptedAudiences: [apiId],
      additionalScopes: ["User.Read"],
    })
    const { tokens } = await world.signIn(azure)
    const { token } = await azure.tokenFor(tokens, ["User.Read"])
    expect(token.scopes).toContain("User.Read")
    expect(world.wire.at(-1)?.form.get("grant_type")).toBe("refresh_token")
  })
})
