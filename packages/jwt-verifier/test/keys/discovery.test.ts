import { afterEach, beforeAll, beforeEach, expect, it } from "vitest"
import { jwtVerifier } from "../../src/index.ts"
import { JsonServer } from "../json-server.ts"
import { expectRefusal, refusal } from "../refusal.ts"
import { audience, type SigningKey, signingKey, time } from "../signing-key.ts"

const openid = "/.well-known/openid-configuration"
const oauth = "/.well-known/oauth-authorization-server"

let key: SigningKey
let otherKey: SigningKey
let server: JsonServer
let now: number

beforeAll(async () => {
  key = await signingKey("ES256", "k")
  otherKey = await signingKey("ES256", "k")
})

beforeEach(async () => {
  now = time
  server = await JsonServer.start()
  server.answers.set("/keys", { keys: [key.jwk] })
})

afterEach(() => server.stop())

function verifier(issuer: string | readonly string[]) {
  return jwtVerifier({ issuer, audience, now: () => now })
}

it("reads OpenID Connect metadata, below the issuer's path", async () => {
  const iss = `${server.url}/tenant/v2.0`
  server.answers.set(`/tenant/v2.0${openid}`, { issuer: iss, jwks_uri: `${server.url}/keys` })
  await verifier(iss).verify(await key.sign({ iss }))
  expect(server.requests).toEqual([`/tenant/v2.0${openid}`, "/keys"])
})

it("reads RFC 8414 metadata if there is no other, with the path after the well-known part", async () => {
  const iss = `${server.url}/tenant`
  server.answers.set(`${oauth}/tenant`, { issuer: iss, jwks_uri: `${server.url}/keys` })
  await verifier(iss).verify(await key.sign({ iss }))
  expect(server.requests).toEqual([`/tenant${openid}`, `${oauth}/tenant`, "/keys"])
})

it("keeps the slash at the end of an issuer, except in the URL of its metadata", async () => {
  const iss = `${server.url}/`
  server.answers.set(oauth, { issuer: iss, jwks_uri: `${server.url}/keys` })
  const { verify } = verifier(iss)
  await verify(await key.sign({ iss }))
  await expectRefusal(verify(await key.sign({ iss: server.url })), "wrong_issuer")
})

it("refuses metadata that names another issuer (RFC 8414 §3.3)", async () => {
  const iss = server.url
  server.answers.set(openid, { issuer: `${iss}/`, jwks_uri: `${server.url}/keys` })
  const error = await refusal(verifier(iss).verify(await key.sign({ iss })))
  expect(error.code).toBe("keys_unavailable")
  expect(String(error.cause)).toContain("names another issuer")
  expect(server.requests).toEqual([openid])
})

it.each([undefined, 7, "http://issuer.example/keys", "keys"])(
  "refuses the jwks_uri %s",
  async (jwks_uri) => {
    server.answers.set(openid, { issuer: server.url, jwks_uri })
    const token = await key.sign({ iss: server.url })
    await expectRefusal(verifier(server.url).verify(token), "keys_unavailable")
  },
)

it("does not try the second location if the server is down", async () => {
  server.fail(openid, 500)
  const token = await key.sign({ iss: server.url })
  await expectRefusal(verifier(server.url).verify(token), "keys_unavailable")
  expect(server.requests).toEqual([openid])
})

it("reads the metadata again after the keys could not be fetched", async () => {
  server.answers.set(openid, { issuer: server.url, jwks_uri: `${server.url}/moved` })
  const { verify } = verifier(server.url)
  const token = await key.sign({ iss: server.url })
  await expectRefusal(verify(token), "keys_unavailable")
  server.answers.set(openid, { issuer: server.url, jwks_uri: `${server.url}/keys` })
  now += 1000
  await verify(token)
  expect(server.requests).toEqual([openid, "/moved", openid, "/keys"])
})

it("keeps the keys of several issuers apart, even with the same kid", async () => {
  const a = `${server.url}/a`
  const b = `${server.url}/b`
  server.answers.set(`/a${openid}`, { issuer: a, jwks_uri: `${server.url}/keys` })
  server.answers.set(`/b${openid}`, { issuer: b, jwks_uri: `${server.url}/b/keys` })
  server.answers.set("/b/keys", { keys: [otherKey.jwk] })
  const { verify } = verifier([a, b])
  expect((await verify(await key.sign({ iss: a }))).issuer).toBe(a)
  expect((await verify(await otherKey.sign({ iss: b }))).issuer).toBe(b)
  await expectRefusal(verify(await key.sign({ iss: b })), "bad_signature")
  await expectRefusal(verify(await otherKey.sign({ iss: a })), "bad_signature")
})
