import { expect, it } from "vitest"
import { assertionType, clientKey } from "../support/client-keys.ts"
import { createFixture } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>

/** Calls the token endpoint with an assertion. */
async function present(server: Fixture, assertion: string) {
  const response = await server.post("/token", {
    grant_type: "refresh_token",
    refresh_token: "none",
    client_assertion: assertion,
    client_assertion_type: assertionType,
  })
  return { status: response.status, body: await response.json() }
}

it.each([null, 5, true, {}, ["client"], ""])(
  "an assertion whose subject is %j is refused without a server error",
  async (sub) => {
    const server = createFixture()
    const key = await clientKey()
    const answer = await present(server, await key.sign(server, "client", { sub }))
    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    expect(server.reasons()).not.toContain("internal_error")
  },
)

it.each<[string, string, Record<string, unknown>]>([
  ["that is not a point on its curve", "ES256", { kty: "EC", crv: "P-256", x: "AA", y: "AA" }],
  ["without its members", "ES256", { kty: "EC", crv: "P-256" }],
  ["with members of another type", "ES256", { kty: "EC", crv: "P-256", x: 1, y: {} }],
  ["without a modulus", "RS256", { kty: "RSA", e: "AQAB" }],
  ["of an RSA key that is too short", "RS256", { kty: "RSA", n: "AQAB", e: "AQAB" }],
  ["of no length", "EdDSA", { kty: "OKP", crv: "Ed25519", x: "" }],
])("a client's key %s makes its assertion invalid", async (_, alg, jwk) => {
  const server = createFixture()
  const key = await clientKey(alg, "one")
  const client = await server.register({
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [{ ...jwk, kid: "one", alg, use: "sig" }] },
  })
  const answer = await present(server, await key.sign(server, String(client.client_id)))
  expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } })
  expect(server.reasons()).not.toContain("internal_error")
})

it("a key with a huge exponent is not used, because checking a signature with it could take arbitrarily long", async () => {
  const server = createFixture()
  const key = await clientKey("RS256")
  const e = Buffer.from(key.jwk.e ?? "", "base64url")
  const longer = Buffer.concat([Buffer.alloc(9), e]).toString("base64url")
  const client = await server.register({
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [{ ...key.jwk, e: longer }] },
  })
  const answer = await present(server, await key.sign(server, String(client.client_id)))
  expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } })
})
