import { createHash, randomUUID } from "node:crypto"
import {
  memoryStore,
  newClientSecret,
  type OAuthProxyOptions,
  oauthProxy,
  StoreUnavailableError,
} from "@doorward/oauth-core"
import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose"
import { describe, expect, test } from "vitest"
import { mcpGuard, type Refusal } from "../src/index.ts"

const baseUrl = "https://mcp.example.com"
const resource = `${baseUrl}/mcp`
const { secret, hash } = await newClientSecret()
const nobody = () => Promise.reject(new Error("nobody signs in here"))

/** A client's key. */
async function makeKey() {
  const { privateKey, publicKey } = await generateKeyPair("ES256")
  const jwk = await exportJWK(publicKey)
  const sign = (claims: Record<string, unknown>) =>
    new SignJWT(JSON.parse(JSON.stringify({ jti: randomUUID(), ...claims })))
      .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
      .setIssuedAt()
      .sign(privateKey)
  return { sign, jkt: await calculateJwkThumbprint(jwk) }
}
const key = await makeKey()
const thief = await makeKey()

/** An authorization server with a client of its own, and the guard of its resource. */
function guarded(
  options: Partial<OAuthProxyOptions> = { dpop: "optional" },
  store = memoryStore(),
) {
  const proxy = oauthProxy({
    baseUrl,
    provider: {
      name: "Nobody",
      scopes: ["read"],
      permissions: () => [],
      authorizationUrl: nobody,
      redeem: nobody,
      refresh: nobody,
    },
    store,
    secret: Buffer.alloc(32, 7).toString("base64url"),
    clients: [{ clientId: "job", clientSecretHash: hash, clientCredentials: {} }],
    ...options,
  })
  const refusals: Refusal[] = []
  const guard = mcpGuard({
    proxy,
    serve: () => new Response("served"),
    onRefusal: (refusal) => refusals.push(refusal),
  })
  const nonce = async () => (await proxy.dpop?.nonce()) ?? ""
  return {
    proxy,
    guard,
    refusals,
    nonce,
    /** A token that is bound to a key, or to none. */
    async token(bound: typeof key | null = key): Promise<string> {
      const htu = `${baseUrl}/token`
      const dpop = bound && (await bound.sign({ htm: "POST", htu, nonce: await nonce() }))
      const response = await proxy.app.request(htu, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", ...(dpop && { dpop }) },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: "job",
          client_secret: secret,
        }).toString(),
      })
      return ((await response.json()) as { access_token: string }).access_token
    },
    async proof(token: string, claims: Record<string, unknown> = {}, by = key): Promise<string> {
      const ath = createHash("sha256").update(token).digest("base64url")
      return by.sign({ htm: "POST", htu: resource, ath, nonce: await nonce(), ...claims })
    },
    async call(authorization: string, proof?: string, more: Record<string, string> = {}) {
      const headers = { "content-type": "application/json", authorization, ...more }
      return guard.fetch(
        new Request(resource, {
          method: "POST",
          headers: proof === undefined ? headers : { ...headers, dpop: proof },
          body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
        }),
      )
    },
  }
}
const challengeOf = (response: Response) => response.headers.get("www-authenticate") ?? ""

describe("a token that is bound to a key (RFC 9449 §7.1)", () => {
  test("is served with a proof, and the answer has the next nonce", async () => {
    const { token, proof, call, nonce } = guarded()
    const bound = await token()
    const response = await call(`DPoP ${bound}`, await proof(bound))
    expect([response.status, await response.text()]).toEqual([200, "served"])
    expect(response.headers.get("dpop-nonce")).toBe(await nonce())
  })

  test("is served on every method, each with a proof of its own", async () => {
    const { guard, token, proof } = guarded()
    const bound = await token()
    for (const method of ["GET", "DELETE"]) {
      const headers = { authorization: `dpop ${bound}`, dpop: await proof(bound, { htm: method }) }
      expect((await guard.fetch(new Request(resource, { method, headers }))).status).toBe(200)
    }
  })

  test("is judged by the address that is configured, not by the one that was called", async () => {
    const { guard, token, proof } = guarded()
    const bound = await token()
    const request = async (htu: string) =>
      new Request("http://10.0.0.7:8000/mcp", {
        headers: { authorization: `DPoP ${bound}`, dpop: await proof(bound, { htm: "GET", htu }) },
      })
    expect((await guard.fetch(await request(resource))).status).toBe(200)
    expect((await guard.fetch(await request("http://10.0.0.7:8000/mcp"))).status).toBe(401)
  })

  test.each<
    [string, (world: ReturnType<typeof guarded>, token: string) => Promise<string>, string]
  >([
    ["of another key", ({ proof }, token) => proof(token, {}, thief), "dpop_key_mismatch"],
    ["for another token", ({ proof }) => proof("other"), "dpop_proof_invalid"],
    ["for no token", ({ proof }, token) => proof(token, { ath: undefined }), "dpop_proof_invalid"],
    [
      "for another method",
      ({ proof }, token) => proof(token, { htm: "GET" }),
      "dpop_proof_invalid",
    ],
    [
      "for the authorization server",
      ({ proof }, token) => proof(token, { htu: `${baseUrl}/token` }),
      "dpop_proof_invalid",
    ],
    ["that is nonsense", async () => "nonsense", "dpop_proof_invalid"],
    [
      "that was sent twice",
      async ({ proof }, token) => `${await proof(token)}, ${await proof(token)}`,
      "dpop_proof_invalid",
    ],
  ])("is refused with a proof %s", async (_, make, reason) => {
    const world = guarded()
    const token = await world.token()
    const response = await world.call(`DPoP ${token}`, await make(world, token))
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toMatch(/^DPoP error="invalid_(dpop_proof|token)"/)
    expect(world.refusals).toMatchObject([{ reason, clientId: "job" }])
    expect(await response.text()).not.toContain(token)
  })

  test("lets nobody without its key fill the store", async () => {
    const store = memoryStore()
    const { token, proof, call } = guarded(undefined, store)
    const bound = await token()
    const kept = async () => {
      let count = 0
      for await (const _ of store.scan("dpop:")) count += 1
      return count
    }
    const before = await kept()
    for (let count = 0; count < 5; count += 1) {
      expect((await call(`DPoP ${bound}`, await proof(bound, {}, thief))).status).toBe(401)
    }
    expect(await kept()).toBe(before)
  })

  test("cannot be checked while the store is away, and is then neither served nor refused", async () => {
    const store = memoryStore()
    const { token, proof, call, refusals } = guarded(undefined, store)
    const bound = await token()
    const sent = await proof(bound)
    const { swap } = store
    store.swap = () => Promise.reject(new StoreUnavailableError("away"))
    const response = await call(`DPoP ${bound}`, sent)
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"])
    expect(refusals).toMatchObject([{ reason: "verifier_failed" }])
    store.swap = swap
    expect((await call(`DPoP ${bound}`, sent)).status).toBe(200)
  })

  test("is refused without a proof", async () => {
    const { token, call, refusals } = guarded()
    const response = await call(`DPoP ${await token()}`)
    expect(response.status).toBe(401)
    expect(refusals).toMatchObject([{ reason: "dpop_proof_missing" }])
  })

  test("is asked for a nonce, which comes with the refusal (§9)", async () => {
    const { token, proof, call, nonce } = guarded()
    const bound = await token()
    const response = await call(`DPoP ${bound}`, await proof(bound, { nonce: undefined }))
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('error="use_dpop_nonce"')
    expect(response.headers.get("dpop-nonce")).toBe(await nonce())
  })

  test("is served once for each proof, by all instances together", async () => {
    const store = memoryStore()
    const [one, two] = [guarded(undefined, store), guarded(undefined, store)]
    const token = await one.token()
    const proof = await one.proof(token)
    const calls = [one, two, one, two].map(({ call }) => call(`DPoP ${token}`, proof))
    const statuses = (await Promise.all(calls)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 401, 401, 401])
  })

  test.each([
    ["on", { dpop: "optional" as const }],
    ["off", {}],
  ])("is never served as a bearer token, with DPoP %s (§7.2)", async (_, options) => {
    const store = memoryStore()
    const bound = await guarded(undefined, store).token()
    const { call, refusals } = guarded(options, store)
    const response = await call(`Bearer ${bound}`)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toMatch(/^Bearer error="invalid_token"/)
    expect(refusals).toMatchObject([{ reason: "token_bound_to_key" }])
  })
})

describe("a token that is not bound", () => {
  test("is served as a bearer token, but not by the scheme DPoP", async () => {
    const { token, proof, call, refusals } = guarded()
    const bearer = await token(null)
    expect(decodeJwt(bearer)).not.toHaveProperty("cnf")
    expect((await call(`Bearer ${bearer}`)).status).toBe(200)
    expect((await call(`DPoP ${bearer}`, await proof(bearer))).status).toBe(401)
    expect(refusals).toMatchObject([{ reason: "token_not_bound" }])
  })

  test("is not served where every token must be bound", async () => {
    const store = memoryStore()
    const bearer = await guarded({}, store).token(null)
    const { call, refusals, token, proof } = guarded({ dpop: "required" }, store)
    const response = await call(`Bearer ${bearer}`)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toMatch(/^DPoP error="invalid_token".* algs="[^"]*ES256/)
    expect(refusals).toMatchObject([{ reason: "token_not_bound" }])
    const bound = await token()
    expect((await call(`DPoP ${bound}`, await proof(bound))).status).toBe(200)
  })
})

describe("what clients are told", () => {
  const challenge = async (options: Partial<OAuthProxyOptions>) => {
    const { guard } = guarded(options)
    return challengeOf(await guard.fetch(new Request(resource)))
  }

  test("the challenge names DPoP beside Bearer, alone, or not at all", async () => {
    expect(await challenge({})).toMatch(/^Bearer [^,]*scope="read", resource_metadata="[^"]*"$/)
    expect(await challenge({ dpop: "optional" })).toMatch(
      /^Bearer .*", DPoP algs="[^"]*ES256[^"]*"$/,
    )
    expect(await challenge({ dpop: "required" })).toMatch(/^DPoP .*resource_metadata=.*algs="/)
  })

  test("so does the metadata (RFC 9728 §2)", async () => {
    const metadata = async (options: Partial<OAuthProxyOptions>) => {
      const { guard } = guarded(options)
      return (await guard.metadata.fetch(new Request(resource))).json()
    }
    expect(await metadata({})).not.toHaveProperty("dpop_signing_alg_values_supported")
    expect(await metadata({ dpop: "required" })).toMatchObject({
      dpop_signing_alg_values_supported: expect.arrayContaining(["ES256"]),
      dpop_bound_access_tokens_required: true,
    })
    expect(await metadata({ dpop: "optional" })).toMatchObject({
      dpop_bound_access_tokens_required: false,
    })
  })

  test("pages of other origins may send proofs and read nonces", async () => {
    const { proxy } = guarded()
    const guard = mcpGuard({
      proxy,
      serve: () => new Response("served"),
      allowedOrigins: ["https://inspector.example"],
    })
    const origin = "https://inspector.example"
    const preflight = await guard.fetch(
      new Request(resource, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-headers": "authorization, dpop" },
      }),
    )
    expect(preflight.headers.get("access-control-allow-headers")).toContain("dpop")
    const answer = await guard.fetch(new Request(resource, { headers: { origin } }))
    expect(answer.headers.get("access-control-expose-headers")).toContain("DPoP-Nonce")
  })
})
