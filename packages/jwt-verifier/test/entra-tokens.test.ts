import type { JWK } from "jose"
import { beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type IssuerFunction, jwtVerifier } from "../src/index.ts"
import { expectRefusal } from "./refusal.ts"
import { verifiers } from "./signature-checks.ts"
import { type SigningKey, seconds, signingKey, time } from "./signing-key.ts"

const host = "https://login.microsoftonline.com"
const template = `${host}/{tenantid}/v2.0`
const ours = "11111111-1111-4111-8111-111111111111"
const guests = "22222222-2222-4222-8222-222222222222"
const consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
const clientId = "00000000-aaaa-4bbb-8ccc-dddddddddddd"
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

let key: SigningKey
let consumerKey: SigningKey
let fetched: number

beforeAll(async () => {
  key = await signingKey("RS256", "x5t-1", { issuer: template, use: "sig" } as unknown as JWK)
  consumerKey = await signingKey("RS256", "x5t-2", {
    issuer: `${host}/${consumers}/v2.0`,
    use: "sig",
  } as unknown as JWK)
})

beforeEach(() => {
  fetched = 0
})

/** Keys as `/common` serves them: several, each with the issuer that it signs for. */
const options = (tenants: readonly string[], audience = clientId) => ({
  issuer: tenantIssuer(tenants),
  audience,
  typ: "JWT",
  now: () => time,
  jwksUri: `${host}/common/discovery/v2.0/keys`,
  fetch: () => {
    fetched += 1
    return Response.json({ keys: [consumerKey.jwk, key.jwk] })
  },
})

function tenantIssuer(tenants: readonly string[]): IssuerFunction {
  return ({ tid }, jwk) => {
    if (typeof tid !== "string" || !guid.test(tid) || !tenants.includes(tid)) return undefined
    const { issuer = template } = jwk ?? {}
    return String(issuer).replace("{tenantid}", tid)
  }
}

function accessToken(tid: string, claims: Record<string, unknown> = {}, signer = key) {
  return signer.sign(
    {
      client_id: undefined,
      scope: undefined,
      jti: undefined,
      aud: clientId,
      iss: `${host}/${tid}/v2.0`,
      nbf: seconds,
      azp: "client-of-the-api",
      oid: "33333333-3333-4333-8333-333333333333",
      scp: "access_as_user Files.Read",
      sub: "pairwise",
      tid,
      ver: "2.0",
      ...claims,
    },
    { typ: "JWT" },
  )
}

describe("a multi-tenant issuer", () => {
  it("is the key's own issuer with the token's tid filled in", async () => {
    for (const [, { verify }] of verifiers(options([ours, guests]))) {
      for (const tid of [ours, guests]) {
        expect(await verify(await accessToken(tid))).toMatchObject({
          issuer: `${host}/${tid}/v2.0`,
          clientId: "client-of-the-api",
          scopes: ["access_as_user", "Files.Read"],
        })
      }
    }
  })

  it("refuses a tenant that is not allowed, before any key is fetched", async () => {
    const { verify } = jwtVerifier(options([ours]))
    await expectRefusal(verify(await accessToken(guests)), "wrong_issuer")
    await expectRefusal(verify(await accessToken("not-a-guid")), "wrong_issuer")
    await expectRefusal(verify(await accessToken(ours, { tid: undefined })), "wrong_issuer")
    expect(fetched).toBe(0)
  })

  it("refuses a tid that is not the tenant of the iss", async () => {
    const { verify } = jwtVerifier(options([ours, guests]))
    await expectRefusal(verify(await accessToken(ours, { tid: guests })), "wrong_issuer")
    await expectRefusal(
      verify(await accessToken(ours, { iss: `https://login.microsoftonline.us/${ours}/v2.0` })),
      "wrong_issuer",
    )
  })

  it("refuses a key that signs for another tenant, as the consumers' key does", async () => {
    for (const [, { verify }] of verifiers(options([ours, consumers]))) {
      await expectRefusal(verify(await accessToken(ours, {}, consumerKey)), "wrong_issuer")
      expect((await verify(await accessToken(consumers, {}, consumerKey))).subject).toBe("pairwise")
    }
  })

  it("does not accept the literal template in a token", async () => {
    const { verify } = jwtVerifier(options([ours, "{tenantid}"]))
    await expectRefusal(verify(await accessToken("{tenantid}")), "wrong_issuer")
  })
})

it("verifies an id_token for its client", async () => {
  const { verify } = jwtVerifier(options([ours]))
  const idToken = await accessToken(ours, { scp: undefined, azp: undefined, nonce: "n" })
  const { claims, scopes } = await verify(idToken)
  expect(claims.nonce).toBe("n")
  expect(scopes).toEqual([])
  await expectRefusal(
    jwtVerifier({ ...options([ours]), requireScopes: ["access_as_user"] }).verify(idToken),
    "insufficient_scope",
  )
})

it("reads the client of a v1.0 token from appid", async () => {
  const iss = `https://sts.windows.net/${ours}/`
  const { verify } = jwtVerifier({ ...options([]), issuer: iss, audience: ["api://x", clientId] })
  const token = await accessToken(ours, {
    iss,
    aud: "api://x",
    azp: undefined,
    appid: "c",
    ver: "1.0",
  })
  expect((await verify(token)).clientId).toBe("c")
})

it("keys have no alg, and verify the algorithms of their kind", async () => {
  expect(key.jwk).not.toHaveProperty("alg")
  await jwtVerifier({ ...options([ours]), algorithms: ["RS256"] }).verify(await accessToken(ours))
})
