import { createHash } from "node:crypto"
import { decodeJwt } from "jose"
import { describe, expect, it, test } from "vitest"
import { newClientSecret, type OAuthProxyOptions } from "../../src/index.ts"
import { dpopKey } from "../support/dpop-key.ts"
import {
  createFixture,
  createWorld,
  redirectUri,
  type TokenBody,
  verifier,
} from "../support/fixture.ts"
import { interferingStore } from "../support/interfering-store.ts"

const on: Partial<OAuthProxyOptions> = { dpop: "optional" }
const tokenUrl = "https://mcp.example.com/token"
const key = await dpopKey()
const thief = await dpopKey()
const rsa = await dpopKey("RS256")
const minutes = 60_000
type Server = ReturnType<typeof createFixture>

const nonceOf = async (server: Server) =>
  (await server.post("/token", {})).headers.get("dpop-nonce") ?? ""
async function post(server: Server, form: Record<string, string>, proof?: string, path = "/token") {
  const response = await server.post(path, form, proof === undefined ? {} : { dpop: proof })
  return { status: response.status, body: (await response.json()) as TokenBody, response }
}
/** A code to redeem, and the form that redeems it. */
async function withCode(server: Server, more: Record<string, string> = {}) {
  const client_id = await server.registerPublic()
  const code = (await server.authorize(client_id, more)).get("code") ?? ""
  const form = { grant_type: "authorization_code", client_id, code, code_verifier: verifier }
  return { client_id, form: { ...form, redirect_uri: redirectUri } }
}
const proofOf = async (server: Server, claims: Record<string, unknown> = {}, by = key) =>
  by.sign(server, { nonce: await nonceOf(server), ...claims })

describe("a bound token (§5, §6)", () => {
  it("has the thumbprint of the key, and says so in its type", async () => {
    const server = createFixture(on)
    const { form } = await withCode(server)
    const { status, body } = await post(server, form, await proofOf(server))
    expect(status).toBe(200)
    expect(body.token_type).toBe("DPoP")
    expect(decodeJwt(body.access_token).cnf).toEqual({ jkt: key.jkt })
  })

  it("is not given without a proof, unless every token must be bound", async () => {
    const server = createFixture(on)
    const { body } = await post(server, (await withCode(server)).form)
    expect(body.token_type).toBe("Bearer")
    expect(decodeJwt(body.access_token)).not.toHaveProperty("cnf")
    const strict = createFixture({ dpop: "required" })
    const { form } = await withCode(strict)
    const refused = await post(strict, form)
    expect([refused.status, refused.body.error]).toEqual([400, "invalid_dpop_proof"])
    expect(strict.reasons().at(-1)).toBe("dpop_proof_missing")
    expect((await post(strict, form, await proofOf(strict))).status).toBe(200)
  })

  it("is introspected with its key (§6.2)", async () => {
    const credential = { id: "rs", secret: "s".repeat(32), resource: "https://mcp.example.com/mcp" }
    const server = createFixture({ ...on, resourceServers: [credential] })
    const { body } = await post(server, (await withCode(server)).form, await proofOf(server))
    const authorization = `Basic ${btoa(`rs:${credential.secret}`)}`
    const response = await server.post(
      "/introspect",
      { token: body.access_token },
      { authorization },
    )
    expect(await response.json()).toMatchObject({
      active: true,
      token_type: "DPoP",
      cnf: { jkt: key.jkt },
    })
  })

  it.each(["ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA"])("%s keys", async (alg) => {
    const server = createFixture(on)
    const own = await dpopKey(alg)
    const { form } = await withCode(server)
    const { body } = await post(server, form, await proofOf(server, {}, own))
    expect(decodeJwt(body.access_token).cnf).toEqual({ jkt: own.jkt })
  })
})

describe("the refresh token (§5)", () => {
  const refreshed = async (server: Server, more: object = {}) => {
    const { form, client_id } = await withCode(server)
    const { body } = await post(server, form, await proofOf(server))
    return { grant_type: "refresh_token", client_id, refresh_token: body.refresh_token, ...more }
  }

  it("of a public client works only with its key; another key changes nothing", async () => {
    const server = createFixture(on)
    const form = await refreshed(server)
    for (const proof of [undefined, await proofOf(server, {}, thief)]) {
      const { status, body } = await post(server, form, proof)
      expect([status, body.error]).toEqual([400, "invalid_grant"])
      expect(server.reasons().at(-1)).toBe("dpop_key_mismatch")
    }
    const { status, body } = await post(server, form, await proofOf(server))
    expect(status).toBe(200)
    expect(decodeJwt(body.access_token).cnf).toEqual({ jkt: key.jkt })
  })

  it("of a confidential client is bound to the client, which may change its key", async () => {
    const { secret, hash } = await newClientSecret()
    const clients = [{ clientId: "web", clientSecretHash: hash, redirectUris: [redirectUri] }]
    const server = createFixture({ ...on, clients })
    const own = { client_id: "web", client_secret: secret }
    const code = (await server.authorize("web")).get("code") ?? ""
    const form = { grant_type: "authorization_code", code, code_verifier: verifier, ...own }
    const { body } = await post(server, form, await proofOf(server))
    const again = { grant_type: "refresh_token", refresh_token: body.refresh_token, ...own }
    const { body: next } = await post(server, again, await proofOf(server, {}, thief))
    expect(decodeJwt(next.access_token).cnf).toEqual({ jkt: thief.jkt })
  })

  it("that was issued without a proof stays what it is", async () => {
    const server = createFixture(on)
    const { clientId, tokens } = await server.signIn()
    expect((await server.refresh(clientId, tokens.refresh_token)).body.token_type).toBe("Bearer")
  })

  it("is bound by the first refresh with a proof, also by one that is repeated", async () => {
    const server = createFixture(on)
    for (const isRepeated of [false, true]) {
      const { clientId, tokens } = await server.signIn()
      const form = { grant_type: "refresh_token", client_id: clientId }
      const first = { ...form, refresh_token: tokens.refresh_token }
      if (isRepeated) await post(server, first)
      const { body } = await post(server, first, await proofOf(server))
      expect(body.token_type).toBe("DPoP")
      const next = { ...form, refresh_token: body.refresh_token }
      expect((await post(server, next)).body.error).toBe("invalid_grant")
      expect((await post(server, next, await proofOf(server, {}, thief))).body.error).toBe(
        "invalid_grant",
      )
      expect((await post(server, next, await proofOf(server))).status).toBe(200)
    }
  })

  it("is bound by a redemption with a proof that repeats one without, which failed", async () => {
    const world = createWorld()
    const broken = interferingStore(world.now)
    const server = createFixture(on, { ...world, store: broken.store })
    const { client_id, form } = await withCode(server)
    broken.failNext("swap", "code")
    expect((await post(server, form)).status).toBe(503)
    const { body } = await post(server, form, await proofOf(server))
    const next = { grant_type: "refresh_token", client_id, refresh_token: body.refresh_token }
    expect((await post(server, next)).body.error).toBe("invalid_grant")
    expect((await post(server, next, await proofOf(server))).status).toBe(200)
  })

  it("stays usable if DPoP is turned off again", async () => {
    const world = createWorld()
    const form = await refreshed(createFixture(on, world))
    expect((await post(createFixture({}, world), form)).body.token_type).toBe("Bearer")
  })
})

describe("the code (§10)", () => {
  it("is bound to the key that the client announced", async () => {
    const server = createFixture(on)
    const { form } = await withCode(server, { dpop_jkt: key.jkt })
    for (const proof of [undefined, await proofOf(server, {}, thief)]) {
      expect((await post(server, form, proof)).body.error).toBe("invalid_grant")
    }
    expect((await post(server, form, await proofOf(server))).status).toBe(200)
  })

  it.each(["short", "x".repeat(44), `${"x".repeat(42)}=`])(
    "is not asked for with %s",
    async (dpop_jkt) => {
      const server = createFixture(on)
      const client_id = await server.registerPublic({
        redirect_uris: ["http://127.0.0.1/callback"],
      })
      const url = server.authorizationUrl(client_id, {
        dpop_jkt,
        redirect_uri: "http://127.0.0.1/callback",
      })
      const response = await server.request(url)
      expect(response.headers.get("location")).toContain("error=invalid_request")
    },
  )

  it("is bound to the key that pushed the request (§10.1)", async () => {
    const server = createFixture(on)
    const client_id = await server.registerPublic()
    const request = Object.fromEntries(new URL(server.authorizationUrl(client_id)).searchParams)
    const htu = "https://mcp.example.com/par"
    const push = async (more: Record<string, string>) =>
      post(server, { ...request, ...more }, await proofOf(server, { htu }), "/par")
    const other = await push({ dpop_jkt: thief.jkt })
    expect([other.status, other.body.error]).toEqual([400, "invalid_dpop_proof"])
    const { body } = await push({})
    const { request_uri } = body as unknown as { request_uri: string }
    const browser = server.browser()
    const query = new URLSearchParams({ client_id, request_uri })
    const consent = await browser.open(`${server.proxy.issuer}/authorize?${query}`)
    const upstream = await consent.submit("approve")
    const back = await browser.openFrom("https://login.test", server.callbackUrl(upstream, "alice"))
    const code = back.url.searchParams.get("code") ?? ""
    const form = { grant_type: "authorization_code", client_id, code, code_verifier: verifier }
    expect((await post(server, form, await proofOf(server, {}, thief))).body.error).toBe(
      "invalid_grant",
    )
    expect((await post(server, form, await proofOf(server))).status).toBe(200)
  })
})

describe("the nonce (§8)", () => {
  it("is in every answer, is asked for, and then accepted; nothing is used up", async () => {
    const server = createFixture(on)
    const { form } = await withCode(server)
    const first = await post(server, form, await key.sign(server))
    expect([first.status, first.body.error]).toEqual([400, "use_dpop_nonce"])
    const nonce = first.response.headers.get("dpop-nonce") ?? ""
    expect(nonce).toMatch(/^[\w-]{43}$/)
    const second = await post(server, form, await key.sign(server, { nonce }))
    expect(second.status).toBe(200)
    expect(second.response.headers.get("dpop-nonce")).toBe(nonce)
  })

  it("is accepted by other instances, and for 5 to 10 minutes", async () => {
    const world = createWorld()
    const [one, two] = [createFixture(on, world), createFixture(on, world)]
    const { form } = await withCode(one)
    const nonce = await nonceOf(one)
    const error = async () => (await post(two, form, await key.sign(two, { nonce }))).body.error
    world.advance(5 * minutes - 1)
    const fresh = await withCode(two)
    expect((await post(two, fresh.form, await key.sign(two, { nonce }))).status).toBe(200)
    world.advance(5 * minutes + 1)
    expect(await error()).toBe("use_dpop_nonce")
  })

  it.each([
    ["of another server", async () => nonceOf(createFixture({ ...on, secret: "c".repeat(43) }))],
    ["that is made up", async () => "n".repeat(43)],
    ["that is empty", async () => ""],
  ])("%s is not accepted", async (_, nonce) => {
    const server = createFixture(on)
    const { form } = await withCode(server)
    const { body } = await post(server, form, await key.sign(server, { nonce: await nonce() }))
    expect(body.error).toBe("use_dpop_nonce")
  })

  it("can be read by pages of other origins, which may send proofs", async () => {
    const server = createFixture(on)
    const origin = "https://inspector.example"
    const answer = await server.post("/token", {}, { origin })
    expect(answer.headers.get("access-control-expose-headers")).toContain("DPoP-Nonce")
    const preflight = await server.request("/token", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "dpop,content-type",
      },
    })
    expect(preflight.headers.get("access-control-allow-headers")).toContain("dpop")
  })
})

describe("a proof that is not good for the request is invalid_dpop_proof, and nothing is used up (§4.3)", () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const at = (server: Server, seconds: number) => Math.floor(server.now() / 1000) + seconds

  it.each<[string, (server: Server) => Promise<string>]>([
    ["another method", (server) => proofOf(server, { htm: "GET" })],
    ["the method in small letters", (server) => proofOf(server, { htm: "post" })],
    ["another endpoint", (server) => proofOf(server, { htu: "https://mcp.example.com/par" })],
    ["another host", (server) => proofOf(server, { htu: "https://evil.example/token" })],
    ["no URL", (server) => proofOf(server, { htu: undefined })],
    ["a URL that is none", (server) => proofOf(server, { htu: "token" })],
    ["six minutes ago", (server) => proofOf(server, { iat: at(server, -361) })],
    ["six minutes from now", (server) => proofOf(server, { iat: at(server, 361) })],
    ["no time", (server) => proofOf(server, { iat: undefined })],
    ["a time that is text", (server) => proofOf(server, { iat: String(at(server, 0)) })],
    ["no jti", (server) => proofOf(server, { jti: undefined })],
    ["an endless jti", (server) => proofOf(server, { jti: "j".repeat(129) })],
    ["a nonce that is no text", (server) => proofOf(server, { nonce: 7 })],
    [
      "another type",
      async (server) => key.sign(server, { nonce: await nonceOf(server) }, { typ: "JWT" }),
    ],
    [
      "no type",
      async (server) => key.sign(server, { nonce: await nonceOf(server) }, { typ: undefined }),
    ],
    [
      "no key",
      async (server) => key.sign(server, { nonce: await nonceOf(server) }, { jwk: undefined }),
    ],
    [
      "the key of somebody else",
      async (server) => key.sign(server, { nonce: await nonceOf(server) }, { jwk: thief.jwk }),
    ],
    [
      "a private key",
      async (server) =>
        key.sign(server, { nonce: await nonceOf(server) }, { jwk: { ...key.jwk, d: "AAAA" } }),
    ],
    [
      "a huge key",
      async (server) =>
        key.sign(
          server,
          { nonce: await nonceOf(server) },
          { jwk: { ...rsa.jwk, n: `${rsa.jwk.n}${"A".repeat(1100)}` } },
        ),
    ],
    [
      "a key that says it is for another algorithm",
      async (server) =>
        rsa.sign(server, { nonce: await nonceOf(server) }, { jwk: { ...rsa.jwk, alg: "PS256" } }),
    ],
    [
      "no signature",
      async (server) => {
        const [, payload] = (await proofOf(server)).split(".")
        return `${part({ alg: "none", typ: "dpop+jwt", jwk: key.jwk })}.${payload}.`
      },
    ],
    [
      "a symmetric key",
      async (server) => {
        const [, payload] = (await proofOf(server)).split(".")
        const jwk = { kty: "oct", k: "c2VjcmV0" }
        return `${part({ alg: "HS256", typ: "dpop+jwt", jwk })}.${payload}.AAAA`
      },
    ],
    ["two proofs", async (server) => `${await proofOf(server)}, ${await proofOf(server)}`],
    ["an endless proof", async (server) => proofOf(server, { more: "x".repeat(4096) })],
    ["nonsense", async () => "nonsense"],
  ])("%s", async (_, make) => {
    const server = createFixture(on)
    const { form } = await withCode(server)
    const { status, body } = await post(server, form, await make(server))
    expect([status, body.error]).toEqual([400, "invalid_dpop_proof"])
    expect(server.reasons().at(-1)).toBe("dpop_proof_invalid")
    expect((await post(server, form, await proofOf(server))).status).toBe(200)
  })

  it("the signature is checked last, since it costs most", async () => {
    const server = createFixture(on)
    const { form } = await withCode(server)
    const nonce = await nonceOf(server)
    const proof = await key.sign(server, { nonce, htm: "GET" }, { jwk: thief.jwk })
    const { body } = await post(server, form, proof)
    expect(body.error_description).toContain("for another method")
  })

  it("a key that would take long to check is not even tried", async () => {
    const server = createFixture(on)
    const { form } = await withCode(server)
    const jwk = { ...rsa.jwk, n: `${rsa.jwk.n}${"A".repeat(1100)}` }
    const proof = await rsa.sign(server, { nonce: await nonceOf(server) }, { jwk })
    const { body } = await post(server, form, proof)
    expect(body.error_description).toBe("The key of the proof is too large.")
  })

  it("while query and fragment of the URL do not count, nor how it is spelled", async () => {
    const server = createFixture(on)
    for (const htu of [`${tokenUrl}?a=1#b`, "HTTPS://MCP.example.com:443/token"]) {
      const { form } = await withCode(server)
      expect((await post(server, form, await proofOf(server, { htu }))).status).toBe(200)
    }
  })
})

describe("each proof works once (§11.1)", () => {
  it("on all instances together, until it is too old", async () => {
    const world = createWorld()
    const servers = [createFixture(on, world), createFixture(on, world)] as const
    const proof = await proofOf(servers[0], { iat: Math.floor(world.now() / 1000) + 290 })
    const forms = await Promise.all(Array.from({ length: 4 }, () => withCode(servers[0])))
    const answers = await Promise.all(
      forms.map(({ form }, at) => post(servers[at % 2 === 0 ? 0 : 1], form, proof)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    world.advance(9 * minutes)
    const { form } = await withCode(servers[1])
    const late = await post(servers[1], form, proof)
    expect(late.body.error).toBe("invalid_dpop_proof")
    expect(servers[1].reasons().at(-1)).toBe("dpop_proof_replayed")
  })

  it("while another key may use the same jti", async () => {
    const server = createFixture(on)
    for (const by of [key, thief]) {
      const { form } = await withCode(server)
      expect((await post(server, form, await proofOf(server, { jti: "1" }, by))).status).toBe(200)
    }
  })
})

test("off, which is the default, a proof means nothing", async () => {
  const server = createFixture()
  const { form } = await withCode(server)
  const { status, body, response } = await post(server, form, "nonsense")
  expect([status, body.token_type]).toEqual([200, "Bearer"])
  expect(response.headers.get("dpop-nonce")).toBeNull()
  const metadata = async (of: Server) =>
    (await of.request("/.well-known/oauth-authorization-server")).json()
  expect(await metadata(server)).not.toHaveProperty("dpop_signing_alg_values_supported")
  expect(await metadata(createFixture(on))).toMatchObject({
    dpop_signing_alg_values_supported: expect.arrayContaining(["ES256", "EdDSA", "PS256"]),
  })
  expect(JSON.stringify(await metadata(createFixture(on)))).not.toMatch(/"HS|none"\]/)
})

test("a client's own token, and one in exchange, are bound as well", async () => {
  const { secret, hash } = await newClientSecret()
  const resource = "https://mcp.example.com/mcp"
  const server = createFixture({
    ...on,
    clients: [
      {
        clientId: "job",
        clientSecretHash: hash,
        clientCredentials: {},
        tokenExchange: { audiences: [resource], resources: [resource] },
      },
    ],
  })
  const own = { client_id: "job", client_secret: secret }
  const alone = await post(
    server,
    { grant_type: "client_credentials", ...own },
    await proofOf(server),
  )
  expect(decodeJwt(alone.body.access_token).cnf).toEqual({ jkt: key.jkt })
  const exchange = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: alone.body.access_token,
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    ...own,
  }
  const { body } = await post(server, exchange, await proofOf(server, {}, thief))
  expect(decodeJwt(body.access_token).cnf).toEqual({ jkt: thief.jkt })
})

describe("the check for resource servers in the same process (§7)", () => {
  const url = "https://mcp.example.com/mcp"
  const accessToken = "token"
  const ath = createHash("sha256").update(accessToken).digest("base64url")
  const check = async (server: Server, claims: Record<string, unknown>) =>
    server.proxy.dpop?.check({
      proof: await proofOf(server, { htu: url, ...claims }),
      method: "POST",
      url,
      accessToken,
    })

  it("needs the digest of the token in the proof", async () => {
    const server = createFixture(on)
    expect(await check(server, { ath })).toBe(key.jkt)
    for (const wrong of [undefined, "", createHash("sha256").update("other").digest("base64url")]) {
      await expect(check(server, { ath: wrong })).rejects.toMatchObject({
        code: "invalid_dpop_proof",
        reason: "dpop_proof_invalid",
      })
    }
  })

  it("is there only if DPoP is on", () => {
    expect(createFixture().proxy).not.toHaveProperty("dpop")
    expect(createFixture(on).proxy.dpop?.required).toBe(false)
    expect(createFixture({ dpop: "required" }).proxy.dpop?.required).toBe(true)
  })
})
