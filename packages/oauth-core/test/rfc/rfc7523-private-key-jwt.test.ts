import { describe, expect, it } from "vitest"
import { memoryStore } from "../../src/index.ts"
import { assertionType, clientKey } from "../support/client-keys.ts"
import { documentServer } from "../support/document-server.ts"
import { baseUrl, challengeOf, createFixture, redirectUri, verifier } from "../support/fixture.ts"

type Fixture = ReturnType<typeof createFixture>
const key = await clientKey()
const jwksUri = "https://client.example.com/jwks.json"

async function registered(server: Fixture, keys: object = { jwks: { keys: [key.jwk] } }) {
  const client = await server.register({ token_endpoint_auth_method: "private_key_jwt", ...keys })
  expect(client.client_secret).toBeUndefined()
  return String(client.client_id)
}

/** Calls the token endpoint with an assertion, and returns whether the client was authenticated. */
async function present(server: Fixture, assertion: string, more: Record<string, string> = {}) {
  const response = await server.post("/token", {
    grant_type: "refresh_token",
    refresh_token: "none",
    client_assertion: assertion,
    client_assertion_type: assertionType,
    ...more,
  })
  const body = (await response.json()) as { error: string }
  // Only an authenticated client gets an error about the refresh token.
  if (body.error !== "invalid_grant")
    expect([response.status, body.error]).toEqual([401, "invalid_client"])
  return body.error === "invalid_grant"
}

describe("a valid assertion (§3)", () => {
  it("redeems a code", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    const response = await server.post("/token", {
      grant_type: "authorization_code",
      code: (await server.authorize(clientId)).get("code") ?? "",
      redirect_uri: redirectUri,
      code_verifier: verifier,
      client_assertion: await key.sign(server, clientId),
      client_assertion_type: assertionType,
    })
    expect(response.status).toBe(200)
  })

  it.each(["/revoke", "/par"])("is accepted at %s too", async (path) => {
    const server = createFixture()
    const clientId = await registered(server)
    const response = await server.post(path, {
      token: "x",
      response_type: "code",
      redirect_uri: redirectUri,
      code_challenge: challengeOf(verifier),
      code_challenge_method: "S256",
      client_assertion: await key.sign(server, clientId, {
        aud: `${baseUrl}${path === "/par" ? path : ""}`,
      }),
      client_assertion_type: assertionType,
    })
    expect(response.ok).toBe(true)
  })

  it.each(["ES256", "PS256", "RS256", "EdDSA"])("may be signed with %s", async (alg) => {
    const server = createFixture()
    const own = await clientKey(alg)
    const clientId = await registered(server, { jwks: { keys: [own.jwk] } })
    expect(await present(server, await own.sign(server, clientId))).toBe(true)
  })

  it.each<[string, Record<string, unknown>]>([
    ["the issuer", { aud: baseUrl }],
    ["the token endpoint", { aud: `${baseUrl}/token` }],
    ["both", { aud: [baseUrl, `${baseUrl}/token`] }],
  ])("may name %s as its audience", async (_, claims) => {
    const server = createFixture()
    const clientId = await registered(server)
    expect(await present(server, await key.sign(server, clientId, claims))).toBe(true)
  })

  it("may come with the client's id", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    const assertion = await key.sign(server, clientId)
    expect(await present(server, assertion, { client_id: clientId })).toBe(true)
  })

  it("needs no kid, even if several keys match", async () => {
    const server = createFixture()
    const own = await clientKey("ES256", "")
    const others = [await clientKey("ES256", ""), await clientKey("ES256", "")]
    const keys = [others[0]?.jwk, own.jwk, others[1]?.jwk]
    const clientId = await registered(server, { jwks: { keys } })
    expect(await present(server, await own.sign(server, clientId))).toBe(true)
    expect(await present(server, await key.sign(server, clientId, {}, { kid: undefined }))).toBe(
      false,
    )
  })

  it("works for a client that the operator configured", async () => {
    const jwks = { keys: [{ ...key.jwk, kty: "EC" }] }
    const server = createFixture({
      clients: [{ clientId: "own", redirectUris: [redirectUri], jwks }],
    })
    expect(await present(server, await key.sign(server, "own"))).toBe(true)
  })
})

describe("an invalid assertion authenticates nobody", () => {
  const past = (server: Fixture, seconds: number) => Math.floor(server.now() / 1000) - seconds

  it.each<[string, (server: Fixture) => Record<string, unknown>]>([
    ["no audience", () => ({ aud: undefined })],
    ["another server's audience", () => ({ aud: "https://other.example.com" })],
    ["an audience that only looks like ours", () => ({ aud: `${baseUrl}/` })],
    ["no issuer", () => ({ iss: undefined })],
    ["another issuer", () => ({ iss: "somebody" })],
    ["no subject", () => ({ sub: undefined })],
    ["no expiry", () => ({ exp: undefined })],
    ["no jti", () => ({ jti: undefined })],
    ["an empty jti", () => ({ jti: "" })],
    ["a jti that is not a string", () => ({ jti: 7 })],
    ["an expiry in the past", (server) => ({ exp: past(server, 31) })],
    ["an expiry in a year", (server) => ({ exp: past(server, -365 * 86400) })],
    ["a start in the future", (server) => ({ nbf: past(server, -60) })],
  ])("with %s", async (_, claims) => {
    const server = createFixture()
    const clientId = await registered(server)
    const assertion = await key.sign(server, clientId, claims(server))
    expect(await present(server, assertion)).toBe(false)
    expect(server.reasons()).toEqual(["client_assertion_invalid"])
  })

  it("by another key", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    const forger = await clientKey("ES256", key.jwk.kid)
    expect(await present(server, await forger.sign(server, clientId))).toBe(false)
  })

  it.each(["ES384", "RS512", "PS384"])("signed with %s, which is not offered", async (alg) => {
    const server = createFixture()
    const own = await clientKey(alg)
    const clientId = await registered(server, { jwks: { keys: [own.jwk] } })
    expect(await present(server, await own.sign(server, clientId))).toBe(false)
  })

  it("by the key of another client", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    const other = await clientKey()
    await registered(server, { jwks: { keys: [other.jwk] } })
    expect(await present(server, await other.sign(server, clientId))).toBe(false)
  })

  it("for another client_id than the body's", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    const assertion = await key.sign(server, clientId)
    expect(await present(server, assertion, { client_id: await registered(server) })).toBe(false)
  })

  it("of a client that registered another method", async () => {
    const server = createFixture()
    for (const method of ["none", "client_secret_basic"]) {
      const jwks = { keys: [key.jwk] }
      const client = await server.register({ token_endpoint_auth_method: method, jwks })
      const assertion = await key.sign(server, String(client.client_id))
      expect(await present(server, assertion)).toBe(false)
    }
  })

  it.each(["", "x", "a.b.c", "e30.e30.", `${btoa('{"alg":"none"}')}.e30.`, "x".repeat(9000)])(
    "that is not a JWT: %.20s",
    async (assertion) => {
      const server = createFixture()
      await registered(server)
      expect(await present(server, assertion, { client_id: "x" })).toBe(false)
    },
  )

  it("with alg none, or signed with the public key as a secret", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    const [, payload] = (await key.sign(server, clientId)).split(".")
    for (const alg of ["none", "HS256"]) {
      const header = Buffer.from(JSON.stringify({ alg, kid: key.jwk.kid })).toString("base64url")
      expect(await present(server, `${header}.${payload}.`)).toBe(false)
      expect(await present(server, `${header}.${payload}.AAAA`)).toBe(false)
    }
  })

  it("of an unknown type: invalid_request", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    for (const type of ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"]) {
      const response = await server.post("/token", {
        grant_type: "refresh_token",
        client_assertion: await key.sign(server, clientId),
        client_assertion_type: type,
      })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: "invalid_request" })
    }
  })

  it("missing, for a client that registered a key", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    expect((await server.refresh(clientId, "x")).status).toBe(401)
    expect((await server.refresh(clientId, "x", { client_secret: "y" })).status).toBe(401)
  })
})

describe("replay (§3, jti)", () => {
  it("an assertion works once", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    const assertion = await key.sign(server, clientId)
    expect(await present(server, assertion)).toBe(true)
    expect(await present(server, assertion)).toBe(false)
    expect(server.reasons()).toEqual(["refresh_token_malformed", "client_assertion_replayed"])
  })

  it("an assertion works once on all instances together, even if many requests come at the same time", async () => {
    const store = memoryStore({ now: () => one.now() })
    const one: Fixture = createFixture({ store })
    const other = createFixture({ store, now: () => one.now() })
    const clientId = await registered(one)
    const assertion = await key.sign(one, clientId)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => present(index % 2 ? one : other, assertion)),
    )
    expect(answers.filter(Boolean)).toHaveLength(1)
  })

  it("is remembered as long as the assertion could be used", async () => {
    const server = createFixture()
    const clientId = await registered(server)
    const exp = Math.floor(server.now() / 1000) + 3600
    const assertion = await key.sign(server, clientId, { exp })
    expect(await present(server, assertion)).toBe(true)
    for (const seconds of [1800, 1800, 29, 2]) {
      server.advance(seconds * 1000)
      expect(await present(server, assertion)).toBe(false)
    }
  })

  it("two clients may use the same jti", async () => {
    const server = createFixture()
    const [a, b] = [await registered(server), await registered(server)]
    expect(await present(server, await key.sign(server, a, { jti: "same" }))).toBe(true)
    expect(await present(server, await key.sign(server, b, { jti: "same" }))).toBe(true)
  })
})

describe("keys at a jwks_uri", () => {
  async function withKeysAt(...keys: object[]) {
    const web = documentServer()
    web.serve(jwksUri, { json: { keys }, headers: { "cache-control": "max-age=3600" } })
    const server = createFixture({ fetchDocument: web.fetcher })
    return { web, server, clientId: await registered(server, { jwks_uri: jwksUri }) }
  }

  it("are fetched once and cached", async () => {
    const { web, server, clientId } = await withKeysAt(key.jwk)
    for (let time = 0; time < 3; time++) {
      expect(await present(server, await key.sign(server, clientId))).toBe(true)
    }
    expect(web.requests).toEqual([jwksUri])
  })

  it("are fetched again for a key that is new, but not within a minute", async () => {
    const { web, server, clientId } = await withKeysAt(key.jwk)
    const next = await clientKey()
    expect(await present(server, await key.sign(server, clientId))).toBe(true)
    web.serve(jwksUri, { json: { keys: [next.jwk] } })
    for (let time = 0; time < 5; time++) {
      expect(await present(server, await next.sign(server, clientId))).toBe(false)
    }
    expect(web.requests).toHaveLength(1)
    server.advance(60_000)
    expect(await present(server, await next.sign(server, clientId))).toBe(true)
    expect(await present(server, await key.sign(server, clientId))).toBe(false)
    expect(web.requests).toHaveLength(2)
  })

  it("that cannot be fetched right now are a temporary error", async () => {
    const { web, server, clientId } = await withKeysAt(key.jwk)
    web.serve(jwksUri, { failure: "timeout" })
    const response = await server.post("/token", {
      grant_type: "refresh_token",
      refresh_token: "x",
      client_assertion: await key.sign(server, clientId),
      client_assertion_type: assertionType,
    })
    expect(response.status).toBe(503)
    expect(response.headers.get("retry-after")).toBe("10")
    expect(await response.json()).toMatchObject({ error: "temporarily_unavailable" })
  })

  it.each([
    ["gone", { status: 404 }],
    ["not JSON", { text: "<html>" }],
    ["not a key set", { json: { jwks: [] } }],
    ["a redirect", { status: 302 }],
    ["too large", { json: { keys: [], padding: "x".repeat(33 * 1024) } }],
  ] as const)("that are %s refuse it", async (_, answer) => {
    const { web, server, clientId } = await withKeysAt(key.jwk)
    web.serve(jwksUri, answer)
    expect(await present(server, await key.sign(server, clientId))).toBe(false)
  })
})
