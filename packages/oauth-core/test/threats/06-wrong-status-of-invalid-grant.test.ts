import { expect, test } from "vitest"
import { createFixture } from "../support/fixture.ts"

test("invalid_grant is 400, not 401, which clients would take for a wrong credential", async () => {
  const server = createFixture()
  const { clientId, code, tokens } = await server.signIn()
  const answers = [
    await server.redeem(clientId, "no-such-code"),
    await server.redeem(clientId, code, { code_verifier: "w".repeat(43) }),
    await server.refresh(clientId, "no-such-token"),
    await server.refresh(await server.registerPublic(), tokens.refresh_token),
    await server.redeem(clientId, code),
    await server.refresh(clientId, tokens.refresh_token),
  ]
  for (const { status, body } of answers) {
    expect({ status, error: body.error }).toEqual({ status: 400, error: "invalid_grant" })
  }
})

test("an unknown client is 401 invalid_client, in JSON, with a challenge", async () => {
  const server = createFixture()
  const response = await server.post("/token", {
    grant_type: "refresh_token",
    client_id: "nobody",
    refresh_token: "x",
  })
  expect(response.status).toBe(401)
  expect(response.headers.get("www-authenticate")).toMatch(/^Basic realm=/)
  expect(response.headers.get("cache-control")).toBe("no-store")
  expect(await response.json()).toMatchObject({ error: "invalid_client" })
})
