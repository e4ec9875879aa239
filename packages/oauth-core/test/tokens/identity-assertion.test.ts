import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose"
import { describe, expect, it } from "vitest"
import { baseUrl, createFixture } from "../support/fixture.ts"

const audience = "http://127.0.0.1:9000/mcp"
const alice = { audience, subject: "alice", clientId: "client-1" }

type Fixture = ReturnType<typeof createFixture>

/** As a backend verifies it, with the keys that the server publishes. */
const verify = (token: string, server: Fixture) => {
  const keys = createRemoteJWKSet(new URL(`${baseUrl}/.well-known/jwks.json`), {
    [customFetch]: (url) => server.request(url),
  })
  return jwtVerify(token, keys, {
    issuer: baseUrl,
    audience,
    algorithms: ["ES256"],
    currentDate: new Date(server.now()),
  })
}

describe("an assertion about who is calling", () => {
  it("is a JWT that a backend verifies with the published keys, for 60 seconds", async () => {
    const server = createFixture()
    const claims = { email: "alice@contoso.example", roles: ["Admin"] }
    const { token, expiresAt } = await server.proxy.signAssertion({ ...alice, claims })
    const issuedAt = server.now() / 1000
    expect(expiresAt).toBe(issuedAt + 60)
    const { payload, protectedHeader } = await verify(token, server)
    expect(protectedHeader).toEqual({ alg: "ES256", typ: "JWT", kid: expect.any(String) })
    expect(payload).toEqual({
      iss: baseUrl,
      sub: "alice",
      aud: audience,
      client_id: "client-1",
      email: "alice@contoso.example",
      roles: ["Admin"],
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + 60,
      jti: expect.stringMatching(/^[\w-]{22}$/),
    })
    server.advance(61_000)
    await expect(verify(token, server)).rejects.toThrow('"exp" claim')
  })

  it("keeps its own claims, whatever the others are called", async () => {
    const server = createFixture()
    const claims = {
      iss: "x",
      sub: "bob",
      aud: "x",
      client_id: "x",
      iat: 0,
      nbf: 0,
      exp: 9e9,
      jti: "x",
    }
    const { token } = await server.proxy.signAssertion({ ...alice, claims })
    const plain = await server.proxy.signAssertion(alice)
    const { jti, ...signed } = decodeJwt(token)
    expect(jti).not.toBe("x")
    expect(signed).toEqual({ ...decodeJwt(plain.token), jti: undefined })
  })

  it("is no access token, even for the server's own resource", async () => {
    const server = createFixture()
    const resource = `${baseUrl}/mcp`
    const { tokens } = await server.signIn()
    const claims = decodeJwt(tokens.access_token)
    const { token } = await server.proxy.signAssertion({
      audience: resource,
      subject: String(claims.sub),
      clientId: String(claims.client_id),
      claims: { gid: claims.gid, scope: claims.scope },
    })
    const verifier = server.proxy.tokenVerifier(resource)
    await expect(verifier.verify(tokens.access_token)).resolves.toBeDefined()
    await expect(verifier.verify(token)).rejects.toMatchObject({ name: "TokenError" })
  })

  it("is signed with the new key once the keys were withdrawn", async () => {
    const server = createFixture()
    const before = await server.proxy.signAssertion(alice)
    const kid = await server.proxy.rotateKeys()
    const { token } = await server.proxy.signAssertion(alice)
    expect(decodeProtectedHeader(token).kid).toBe(kid)
    await verify(token, server)
    await expect(verify(before.token, server)).rejects.toThrow("no applicable key")
  })
})
