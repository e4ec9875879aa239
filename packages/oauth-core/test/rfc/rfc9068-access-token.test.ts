import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from "jose"
import { describe, expect, it } from "vitest"
import { baseUrl, createFixture } from "../support/fixture.ts"

const audience = `${baseUrl}/mcp`

async function publishedKeys(server: ReturnType<typeof createFixture>) {
  const response = await server.request("/.well-known/jwks.json")
  return createLocalJWKSet((await response.json()) as JSONWebKeySet)
}

describe("the token (§2)", () => {
  it("is an at+jwt, signed with ES256 by a published key (§2.1)", async () => {
    const server = createFixture()
    const { tokens } = await server.signIn()
    const header = decodeProtectedHeader(tokens.access_token)
    expect(header).toEqual({
      alg: "ES256",
      typ: "at+jwt",
      kid: expect.stringMatching(/^[\w-]{43}$/),
    })
    await jwtVerify(tokens.access_token, await publishedKeys(server), {
      issuer: baseUrl,
      audience,
      typ: "at+jwt",
      algorithms: ["ES256"],
      currentDate: new Date(server.now()),
    })
  })

  it("has the claims of the RFC, the grant, and no personal data (§2.2)", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const issuedAt = server.now() / 1000
    expect(decodeJwt(tokens.access_token)).toEqual({
      iss: baseUrl,
      sub: expect.stringMatching(/^[\w-]{43}$/),
      aud: audience,
      client_id: clientId,
      scope: "read write",
      iat: issuedAt,
      exp: issuedAt + 3600,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      gid: expect.stringMatching(/^[\w-]{22}$/),
    })
  })

  it("has its own jti, and always the same subject for a person", async () => {
    const server = createFixture()
    const alice = decodeJwt((await server.signIn()).tokens.access_token)
    const again = decodeJwt((await server.signIn()).tokens.access_token)
    const bob = decodeJwt((await server.signIn({}, "bob")).tokens.access_token)
    expect(new Set([alice.jti, again.jti, bob.jti]).size).toBe(3)
    expect(again.sub).toBe(alice.sub)
    expect(bob.sub).not.toBe(alice.sub)
  })

  it("lives as long as configured", async () => {
    const server = createFixture({ lifetimes: { accessToken: 300 } })
    const { tokens } = await server.signIn()
    expect(tokens.expires_in).toBe(300)
    const { exp = 0, iat = 0 } = decodeJwt(tokens.access_token)
    expect(exp - iat).toBe(300)
  })

  it("contains the client's id, not our id upstream", async () => {
    const server = createFixture()
    const { clientId, tokens } = await server.signIn()
    const token = await server.verify(tokens.access_token)
    expect(token).toMatchObject({ clientId, clientName: "Test client", scopes: ["read", "write"] })
    expect(token.identity).toMatchObject({ issuer: "https://login.test", subject: "alice" })
  })
})

describe("verification at the resource server (§4)", () => {
  /** A token with these changes, signed by the server's own key. */
  async function withKey() {
    const server = createFixture()
    const { tokens } = await server.signIn()
    const claims = decodeJwt(tokens.access_token)
    const header = decodeProtectedHeader(tokens.access_token)
    return { server, tokens, claims, header }
  }

  it("refuses an expired token, after the leeway for clock skew", async () => {
    const { server, tokens } = await withKey()
    server.advance(3600 * 1000 + 61 * 1000)
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "expired" })
  })

  it.each(["header", "payload", "signature"] as const)("refuses a changed %s", async (part) => {
    const { server, tokens, claims, header } = await withKey()
    const parts = tokens.access_token.split(".")
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const changed = {
      header: [encode({ ...header, typ: "at+jwt ", x: 1 }), parts[1], parts[2]],
      payload: [parts[0], encode({ ...claims, scope: "read write admin" }), parts[2]],
      signature: [parts[0], parts[1], Buffer.alloc(64, 1).toString("base64url")],
    }[part]
    await expect(server.verify(changed.join("."))).rejects.toThrow()
  })

  it.each(["none", "HS256"])("refuses the algorithm %s", async (alg) => {
    const { server, claims, header } = await withKey()
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const token = `${encode({ ...header, alg })}.${encode(claims)}.`
    await expect(server.verify(token)).rejects.toThrow()
  })

  it("refuses another issuer's key under our kid", async () => {
    const { server, claims, header } = await withKey()
    const { privateKey } = await generateKeyPair("ES256")
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: "ES256" })
      .sign(privateKey)
    await expect(server.verify(forged)).rejects.toMatchObject({ code: "bad_signature" })
  })

  it("refuses another server's token, although it has the same audience", async () => {
    const { server } = await withKey()
    const resource = { resource: audience }
    const other = createFixture({ baseUrl: "https://other.example.com", resources: [resource] })
    const { tokens } = await other.signIn()
    await expect(server.verify(tokens.access_token)).rejects.toThrow()
  })

  it.each(["", "x", "a.b", "a.b.c.d", "ä".repeat(10_000), "upstream-access-alice-1"])(
    "refuses text that is not a token: %.20s",
    async (token) => {
      const { server } = await withKey()
      await expect(server.verify(token)).rejects.toMatchObject({ name: "TokenError" })
    },
  )

  it("refuses a token of a user whom the operator signed out", async () => {
    const { server, tokens, claims } = await withKey()
    await server.proxy.endGrantsOf(String(claims.sub))
    server.advance(5000)
    await expect(server.verify(tokens.access_token)).rejects.toMatchObject({ code: "inactive" })
  })
})
