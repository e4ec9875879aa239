import { expect, it } from "vitest"
import { createFixture } from "../support/fixture.ts"

it.each([
  "x-safari-https://evil.example/callback",
  "x-safari-http://evil.example/callback",
  "googlechrome://evil.example/callback",
  "googlechromes://evil.example/callback",
  "firefox://open-url?url=https://evil.example",
  "firefox-focus://open-url?url=https://evil.example",
  "brave://open-url?url=https://evil.example",
  "opera-https://evil.example/callback",
  "touch-https://evil.example/callback",
  "web+evil:callback",
  "ext+evil:callback",
  "magnet:?xs=https://evil.example",
  "matrix:callback",
  "bitcoin:callback",
])("%s is not an application's own scheme, so it cannot replace a web address", async (uri) => {
  const server = createFixture()
  const answer = await server.register({ redirect_uris: [uri], application_type: "native" })
  expect(answer).toMatchObject({ error: "invalid_redirect_uri" })
})

it.each([
  "cursor://anysphere.cursor-mcp/oauth/callback",
  "vscode://ms-vscode.mcp/callback",
  "com.example.app:/oauth",
  "claude://callback",
  "firefly-client://callback",
])("%s is an application's own scheme", async (uri) => {
  const server = createFixture()
  const answer = await server.register({ redirect_uris: [uri], application_type: "native" })
  expect(answer.client_id).toBeTruthy()
})
