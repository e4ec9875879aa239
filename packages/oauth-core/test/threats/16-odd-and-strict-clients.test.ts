import { expect, test } from "vitest"
import { createFixture, redirectUri } from "../support/fixture.ts"

test("OIDC's scopes are ignored, whether or not a client registered them, and never granted", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic({ scope: "read" })
  const scope = "openid profile email offline_access read"
  const back = await server.authorize(clientId, { scope })
  const { body } = await server.redeem(clientId, back.get("code") ?? "")
  expect(body.scope).toBe("read")
  expect(body.refresh_token).toBeTruthy()
  expect(body).not.toHaveProperty("id_token")

  const only = await server.authorize(clientId, { scope: "openid offline_access" })
  expect((await server.redeem(clientId, only.get("code") ?? "")).body.scope).toBe("read write")
})

test("redirect_uri may be left out at the token endpoint, and if a client has only one", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const back = await server.authorize(clientId, { redirect_uri: undefined })
  const answer = await server.post("/token", {
    grant_type: "authorization_code",
    client_id: clientId,
    code: back.get("code") ?? "",
    code_verifier: "v".repeat(43),
  })
  expect(answer.status).toBe(200)
})

test("a request without state gets an answer without state", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  for (const state of [undefined, ""]) {
    const back = await server.authorize(clientId, { state })
    expect(back.has("state")).toBe(false)
    expect(back.get("code")).toBeTruthy()
  }
})

test("a redirect URI keeps its own query as it was registered", async () => {
  const server = createFixture()
  const uri = `${redirectUri}?a=b+c%20d&empty=`
  const clientId = await server.registerPublic({ redirect_uris: [uri] })
  const consent = await server
    .browser()
    .open(server.authorizationUrl(clientId, { redirect_uri: uri }))
  const denied = await consent.submit("deny")
  expect(denied.url.href.startsWith(`${uri}&error=access_denied`)).toBe(true)
})

test("the issuer is the same text everywhere, without a trailing slash", async () => {
  const server = createFixture({ baseUrl: "https://mcp.example.com/" })
  const issuer = "https://mcp.example.com"
  for (const path of ["oauth-authorization-server", "openid-configuration"]) {
    const metadata = await (await server.request(`/.well-known/${path}`)).json()
    expect(metadata).toMatchObject({ issuer, token_endpoint: `${issuer}/token` })
  }
  const { clientId } = await server.signIn()
  expect((await server.authorize(clientId)).get("iss")).toBe(issuer)
})
