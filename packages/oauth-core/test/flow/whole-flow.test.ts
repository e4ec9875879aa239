import { decodeJwt, decodeProtectedHeader } from "jose"
import { expect, test } from "vitest"
import { baseUrl, createFixture } from "../support/fixture.ts"

test("a client registers, a person approves and signs in, and the token works at the resource", async () => {
  const server = createFixture()
  const clientId = await server.registerPublic()
  const back = await server.authorize(clientId)
  expect(back.get("state")).toBe("client-state")
  expect(back.get("iss")).toBe(baseUrl)

  const { status, body } = await server.redeem(clientId, back.get("code") ?? "")
  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "read write" })
  expect(decodeProtectedHeader(body.access_token)).toMatchObject({ alg: "ES256", typ: "at+jwt" })
  expect(decodeJwt(body.access_token)).toMatchObject({
    iss: baseUrl,
    aud: `${baseUrl}/mcp`,
    client_id: clientId,
    scope: "read write",
  })

  const token = await server.verify(body.access_token)
  expect(token.identity.subject).toBe("alice")
  expect(token.clientName).toBe("Test client")
  expect((await token.upstreamToken([])).accessToken).toMatch(/^upstream-access-alice/)

  const refreshed = await server.refresh(clientId, body.refresh_token)
  expect(refreshed.status).toBe(200)
  expect(refreshed.body.refresh_token).not.toBe(body.refresh_token)
  await server.verify(refreshed.body.access_token)
})
