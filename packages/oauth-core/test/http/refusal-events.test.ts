import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

test("a refusal says which client, where, and why", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  await server.redeem(clientId, "unknown")
  await server.browser().open(server.authorizationUrl(clientId, { scope: "unknown" }))
  await (await server.browser().open(server.authorizationUrl(clientId))).submit("deny")
  expect(server.events.filter(({ type }) => type === "request.refused")).toEqual([
    { type: "request.refused", endpoint: "/token", reason: "code_unknown", clientId },
    { type: "request.refused", endpoint: "/authorize", reason: "scope_unknown", clientId },
    { type: "request.refused", endpoint: "/consent", reason: "consent_denied", clientId },
  ])
})

test("a client that was not verified is not named", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic({ token_endpoint_auth_method: "client_secret_post" })
  await server.redeem(clientId, "unknown", { client_secret: "wrong" })
  await server
    .browser()
    .open(server.authorizationUrl(clientId, { redirect_uri: "https://evil.example/callback" }))
  expect(server.events.filter(({ type }) => type === "request.refused")).toEqual([
    { type: "request.refused", endpoint: "/token", reason: "client_credential_wrong" },
    { type: "request.refused", endpoint: "/authorize", reason: "redirect_uri_mismatch" },
  ])
})
