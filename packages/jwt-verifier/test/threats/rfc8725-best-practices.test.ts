import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { beforeAll, describe, expect, it } from "vitest"
import { jwtVerifier } from "../../src/index.ts"
import { expectRefusal, refusal } from "../refusal.ts"
import { verifiers } from "../signature-checks.ts"
import {
  assemble,
  audience,
  goodClaims,
  issuer,
  type SigningKey,
  signingKey,
  time,
} from "../signing-key.ts"

const now = () => time

let key: SigningKey

beforeAll(async () => {
  key = await signingKey("ES256", "k")
})

const options = () => ({ issuer, audience, now, jwks: { keys: [key.jwk] } })

describe("a key that is in the token is never used (§3.10)", () => {
  async function forged(header: (jwk: object) => Record<string, unknown>) {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: "k" }
    return new SignJWT({ ...goodClaims })
      .setProtectedHeader({ alg: "ES256", kid: "k", typ: "at+jwt", ...header(jwk) })
      .sign(privateKey)
  }

  it.each<[string, (jwk: object) => Record<string, unknown>]>([
    ["jwk", (jwk) => ({ jwk })],
    ["jku", () => ({ jku: "http://127.0.0.1:9/keys" })],
    ["x5u", () => ({ x5u: "http://127.0.0.1:9/cert" })],
    ["x5c", () => ({ x5c: ["MIIB"] })],
  ])("as %s", async (_, header) => {
    const fetched: string[] = []
    const fetch = (url: string) => {
      fetched.push(url)
      return Response.error()
    }
    for (const [, { verify }] of verifiers({ ...options(), fetch })) {
      await expectRefusal(verify(await forged(header)), "bad_signature")
    }
    expect(fetched).toEqual([])
  })

  it.each([
    "../../etc/passwd",
    "k' OR '1'='1",
    "k\u0000",
    "__proto__",
    "constructor",
    "toString",
    "K",
    "",
  ])("and the kid %j is only a name", async (kid) => {
    for (const [, { verify }] of verifiers(options())) {
      await expectRefusal(verify(await key.sign({}, { kid })), "unknown_key")
    }
  })
})

describe("critical header parameters are refused (RFC 7515 §4.1.11)", () => {
  const critical: Record<string, unknown>[] = [
    { crit: ["exp"], exp: 1 },
    { crit: ["b64"], b64: true },
    { crit: ["b64"], b64: false },
    { b64: false },
    { crit: [] },
    { crit: "exp" },
    { crit: null },
    { crit: ["http://example.invalid/UNDEFINED"], "http://example.invalid/UNDEFINED": true },
  ]
  it.each(critical)("%j", async (parameters) => {
    const header = { alg: "ES256", kid: "k", typ: "at+jwt", ...parameters }
    for (const [, { verify }] of verifiers(options())) {
      const error = await refusal(verify(assemble(header, goodClaims, new Uint8Array(64))))
      expect(error).toMatchObject({ code: "malformed", message: /critical/ })
    }
  })
})

it("other kinds of JWT are not accepted as access tokens (§3.11, §3.12)", async () => {
  for (const typ of [
    "JWT",
    "logout+jwt",
    "dpop+jwt",
    "oauth-id-jag+jwt",
    "token-introspection+jwt",
  ]) {
    await expectRefusal(jwtVerifier(options()).verify(await key.sign({}, { typ })), "wrong_type")
  }
})

it("nested and encrypted tokens are refused (§3.3)", async () => {
  const { verify } = jwtVerifier(options())
  const token = await key.sign()
  await expectRefusal(verify(`${token}.AA.AA`), "malformed")
  await expectRefusal(verify(await key.signText(JSON.stringify(token))), "malformed")
})

it("a substituted token is refused: another issuer, another audience (§3.8, §3.9)", async () => {
  const { verify } = jwtVerifier(options())
  await expectRefusal(verify(await key.sign({ iss: "https://evil.example" })), "wrong_issuer")
  await expectRefusal(verify(await key.sign({ aud: "https://other.example" })), "wrong_audience")
})

it("claims that were not signed are not trusted (§3.2)", async () => {
  for (const [, { verify }] of verifiers(options())) {
    const [header, , signature] = (await key.sign()).split(".")
    const claims = Buffer.from(JSON.stringify({ ...goodClaims, sub: "admin" })).toString(
      "base64url",
    )
    await expectRefusal(verify(`${header}.${claims}.${signature}`), "bad_signature")
  }
})

it("a refusal reveals nothing about the token, the keys or the configuration", async () => {
  const secrets = [issuer, audience, "alice", "client-1", "mcp:read", key.jwk.x ?? ""]
  const { verify } = jwtVerifier({ ...options(), requireScopes: ["admin-only"] })
  for (const token of [
    await key.sign(),
    `${await key.sign()}x`,
    await key.sign({ iss: "https://evil.example" }),
    await key.sign({ aud: "https://evil.example" }),
    await key.sign({}, { kid: "evil" }),
    await key.sign({ exp: 1 }),
  ]) {
    const { message } = await refusal(verify(token))
    for (const secret of [...secrets, "evil", "admin-only"]) expect(message).not.toContain(secret)
    expect(message).toMatch(/^[ -!#-[\]-~]+$/)
  }
})
